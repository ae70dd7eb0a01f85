"""The index that readers search, as a part of a site: what it holds, and who has one."""

import re

from site_gen.build.memory import Memory
from site_gen.build.result import is_good
from tests.build.rebuilding import NOTHING_RAN, Blog, check_equal
from tests.sites import CONFIG, article, paths_of

INDEX = "search/pagefind/pagefind.js"
SITE = {
    "pyproject.toml": CONFIG + 'language = "de-AT"\nsearch = true\n',
    "content/articles/a.md": article(
        "Of $x$ and\n\n$$y$$\n\n## A [part](b.md) {#part}\n\nby :::", title="a & b", tags="[gpu]"
    ),
    "content/articles/b.md": article("## B", date="2025-05-23", title="b"),
    "content/about.md": "---\ntitle: about\n---\n\nme\n",
    "content/later.md": "---\ntitle: later\ndraft: true\n---\n\nlater\n",
}


def blog(memory: Memory | None = None) -> Blog:
    return Blog({path: text.encode() for path, text in SITE.items()}, memory=memory)


def read_index(site: Blog) -> str:
    """What a site has published."""
    assert is_good(site.build())
    return site.publisher.files[INDEX].decode()


def test_articles_and_pages_are_found_the_newest_article_first_and_no_draft() -> None:
    index = read_index(blog())
    assert index.startswith("de\n/articles/b/<!doctype html>")
    assert re.findall(r'"title\[content\]" content="(.*)"', index) == ["b", "a &amp; b", "about"]


def test_a_text_is_found_with_its_headings_and_what_formulas_say_within_a_line() -> None:
    index = read_index(blog())
    assert '<h2 id="part">A part</h2>' in index
    assert "<p>Of 1 and</p>" in index  # the pen's MathML for `$x$`
    assert "katex" not in index


def test_a_site_without_search_has_neither_index_nor_page() -> None:
    site = blog()
    found = {path for path in paths_of(site.build()) if path.startswith("search/")}
    assert found == {INDEX, "search/index.html"}
    site.files["pyproject.toml"] = CONFIG.encode()
    assert not [path for path in paths_of(check_equal(site)) if path.startswith("search/")]
    assert not [path for path in site.publisher.files if path.startswith("search/")]


def test_an_index_that_is_gone_is_made_again_with_the_same_bytes() -> None:
    site = blog()
    index = read_index(site)
    site.publisher.forget([INDEX])
    assert check_equal(site).ran == NOTHING_RAN  # its bytes were known
    assert site.publisher.files[INDEX].decode() == index


def test_whoever_does_not_wait_for_an_index_has_none_and_leaves_the_one_there_is() -> None:
    site = blog(Memory())
    assert site.build().ran.indexed
    indexer, site.indexer = site.indexer, None
    site.files["content/about.md"] += b"more\n"
    built = site.build()
    assert is_good(built)
    assert INDEX not in paths_of(built)
    assert "search/index.html" in paths_of(built)
    assert not built.ran.indexed
    site.indexer = indexer
    assert check_equal(site).ran.indexed
    assert "more" in read_index(site)
    site.indexer = None
    site.build()
    site.indexer = indexer
    assert not check_equal(site).ran.indexed
