"""Nothing on a finished site leads to where nothing is."""

from __future__ import annotations

from pathlib import PurePosixPath

from site_gen.build.result import Build
from tests.link_rules import find_dead_links
from tests.sites import paths_of

TEXTS = {".html", ".xml", ".json", ".txt", ".md"}


def texts_of(built: Build) -> dict[str, str]:
    """The text files of a site, by their paths."""
    outputs = [each for each in built.outputs if PurePosixPath(each.path).suffix in TEXTS]
    return {output.path: built.read(output).decode() for output in outputs}


def test_every_link_and_anchor_of_the_blog_leads_somewhere(blog: Build) -> None:
    assert find_dead_links(texts_of(blog), set(paths_of(blog))) == []


def test_every_link_and_anchor_of_300_articles_leads_somewhere(corpus: Build) -> None:
    assert find_dead_links(texts_of(corpus), set(paths_of(corpus))) == []


def test_whatever_leads_nowhere_is_told() -> None:
    page = (
        '<h2 id="é">…</h2><a href="#%C3%A9">…</a><a href="#gone">…</a><a href="gone/">…</a>'
        '<a href="/a/#é">…</a><a href="b/">…</a><a href="https://example.com/gone">…</a>'
        '<img src="cat.png" srcset="cat.png 1x, big&amp;cat.png 2x">'
        '<link rel="canonical" href="https://example.org/b/">'
        '<meta property="og:image" content="https://example.org/none.png">'
    )
    feed = "<id>https://example.org/a/</id><link href='https://example.org/a/#none'/>"
    texts = {"a/index.html": page, "a/b/index.html": "", "feed.xml": feed}
    assert find_dead_links(texts, {*texts, "a/cat.png"}) == [
        "a/index.html: #gone",
        "a/index.html: gone/",
        "a/index.html: big&cat.png",
        "a/index.html: https://example.org/b/",
        "a/index.html: https://example.org/none.png",
        "feed.xml: https://example.org/a/#none",
    ]
