"""Transcripts beside pages, and the list of them, on a blog below a path."""

from __future__ import annotations

import json

import pytest

from site_gen.build.result import Build
from site_gen.build.work import Options
from tests.sites import article, build_site, messages_of, page_of, paths_of

BLOG = """[tool.site_gen]
title = "a *blog*"
url = "https://example.org/blog/"
description = "arithmetic"
timezone = "Europe/Berlin"
"""
ADDRESS = "https://example.org/blog/"
FILES = {
    "pyproject.toml": BLOG,
    "content/articles/crop/index.md": article(
        "[there](../later.md) {token-rate}`mine.bound`\n\n:::{token-rate} mine\nmodel: m\n"
        "active parameters: 1B\nquantization: 8 bit\nmemory: 100 GB/s\n:::",
        title="'the \"crop\": {token-rate}`mine.bound`'",
        date="2025-05-22",
        updated="2025-06-01 12:00",
        tags="[a b, c]",
        description="all of it",
    ),
    "content/articles/later.md": article("[crop]\n\n[crop]: crop/index.md", date="2025-07-01"),
    "content/articles/draft.md": article("not yet", draft="true"),
    "content/about.md": "---\ntitle: about\n---\n\nme [again](#me)\n\n## me\n",
}


@pytest.fixture(scope="module")
def built() -> Build:
    built = build_site(FILES)
    assert messages_of(built) == ""
    return built


def test_front_matter_is_what_machines_sort_by(built: Build) -> None:
    opening, heading, text = page_of(built, "articles/crop/index.md").split("\n\n")[:3]
    lines = opening.split("\n")
    assert (lines[0], lines[-1]) == ("---", "---")
    assert {
        key: json.loads(value) for key, value in (each.split(": ", 1) for each in lines[1:-1])
    } == {
        "title": 'the "crop": 100\N{NO-BREAK SPACE}tokens/s',
        "date": "2025-05-22T00:00:00+02:00",
        "updated": "2025-06-01T12:00:00+02:00",
        "url": f"{ADDRESS}articles/crop/",
        "tags": ["a b", "c"],
    }
    assert heading == '# the "crop": 100 tokens/s'
    assert text == f"[there]({ADDRESS}articles/later/) 100 tokens/s"


def test_a_page_that_is_no_article_has_one_too(built: Build) -> None:
    assert page_of(built, "about/index.md") == (
        f'---\ntitle: "about"\nurl: "{ADDRESS}about/"\n---\n\n# about\n\n'
        f"me [again]({ADDRESS}about/#me)\n\n## me\n"
    )


def test_each_page_names_its_transcript_and_lists_do_not(built: Build) -> None:
    link = '<link rel="alternate" type="text/markdown" href="{}">'
    for path, url in (("articles/crop/", "/blog/articles/crop/"), ("about/", "/blog/about/")):
        assert link.format(f"{url}index.md") in page_of(built, f"{path}index.html")
    for path in ("index.html", "articles/index.html", "tags/c/index.html", "404.html"):
        assert "text/markdown" not in page_of(built, path)


def test_drafts_have_none_until_they_are_taken_in(built: Build) -> None:
    assert "articles/draft/index.md" not in paths_of(built)
    with_drafts = build_site(FILES, Options(drafts=True))
    assert page_of(with_drafts, "articles/draft/index.md").endswith("\n\nnot yet\n")


def test_the_list_has_articles_from_the_newest_on_and_then_pages(built: Build) -> None:
    assert (
        page_of(built, "llms.txt")
        == f"""\
# a \\*blog\\*

> arithmetic

## Articles

- [a title]({ADDRESS}articles/later/index.md): crop
- [the "crop": 100 tokens/s]({ADDRESS}articles/crop/index.md): all of it

## Pages

- [about]({ADDRESS}about/index.md): me again

## Optional

- [All articles]({ADDRESS}articles/)
- [Atom feed]({ADDRESS}feed.xml)
- [Sitemap]({ADDRESS}sitemap.xml)
"""
    )


def test_the_list_of_a_blog_without_articles_says_what_it_is() -> None:
    built = build_site({"content/about.md": "---\ntitle: about\n---\n"})
    assert page_of(built, "llms.txt").startswith("# a blog\n\n## Pages\n\n- [about](")
