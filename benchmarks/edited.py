"""An article that is edited while its site is served."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.peers import PEERS, Peer
from benchmarks.results import OURS
from benchmarks.scenarios import Site, edit_body, sentence_of, write_site
from site_gen.setup import checkout_root

_BLOG_PARTS = ("content", "templates", "static", "pyproject.toml", "values.lock")
_BLOG_ARTICLE = "big-llms-are-memory-bound"
"""It has formulas, estimates and footnotes."""


@dataclass(frozen=True)
class Edited:
    """An article, in a site on disk that one tool serves."""

    peer: Peer
    site: str
    """`corpus` or `blog`."""
    articles: int
    """How many the site has."""
    folder: Path
    """Where the site is."""
    page: str
    """Where a server has the article, e.g. `/articles/riding-crop/`."""
    source: Path
    """The article's file."""
    format_edition: Callable[[int], str]
    """The file's text in an edition."""


def write_corpus(site: Site) -> Edited:
    """The article in the middle of a corpus, which is written."""
    write_site(site)
    article = site.edited
    source = site.folder / site.peer.format_source(article).path

    def format_edition(edition: int) -> str:
        return site.peer.format_source(edit_body(article, edition)).text

    page = f"/articles/{article.head.slug}/"
    return Edited(site.peer, "corpus", site.articles, site.folder, page, source, format_edition)


def copy_blog(folder: Path) -> Edited:
    """An article of this repository's blog, which is copied into a new folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in _BLOG_PARTS:
        part = checkout_root() / name
        (shutil.copytree if part.is_dir() else shutil.copy)(part, folder / name)
    articles = folder / "content" / "articles"
    source = articles / _BLOG_ARTICLE / "index.md"
    text = source.read_text(encoding="utf-8").rstrip()

    def format_edition(edition: int) -> str:
        return f"{text}\n\n{sentence_of(edition)}\n"

    count, page = len(list(articles.iterdir())), f"/articles/{_BLOG_ARTICLE}/"
    return Edited(PEERS[OURS], "blog", count, folder, page, source, format_edition)
