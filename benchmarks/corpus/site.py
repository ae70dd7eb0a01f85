"""The articles as a site of site_gen: a file each, and a configuration."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from benchmarks.corpus.article import Article

CONFIGURATION = """\
[tool.site_gen]
title = "a blog of many articles"
url = "https://example.org/"
description = "Articles that nobody wrote."
author = "Nobody"
"""
_LINK = re.compile(r"\(article:([\w-]+)\)")


def write_configuration(folder: Path) -> None:
    """Write `pyproject.toml` into a folder, which is made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pyproject.toml").write_text(CONFIGURATION, encoding="utf-8")


def write_sources(folder: Path, articles: Iterable[Article]) -> int:
    """Write a file for each article; how many bytes they have together."""
    (folder / "content" / "articles").mkdir(parents=True, exist_ok=True)
    return sum(write_source(folder, article) for article in articles)


def write_source(folder: Path, article: Article) -> int:
    """Write one article's file; how many bytes it has."""
    path = folder / source_path(article)
    return path.write_bytes(format_source(article).encode())


def source_path(article: Article) -> str:
    """Where an article's file is, below the site's folder."""
    return f"content/articles/{article.head.slug}.md"


def format_source(article: Article) -> str:
    """An article as site_gen reads it."""
    head = article.head
    front = (
        f"---\ntitle: {head.title}\ndate: {head.date:%Y-%m-%d %H:%M}\n"
        f"tags: [{', '.join(head.tags)}]\n---\n\n"
    )
    return front + with_links(article.body, lambda slug: f"{slug}.md")


def with_links(body: str, address: Callable[[str], str]) -> str:
    """A body whose links to articles lead where `address` says for a slug."""
    return _LINK.sub(lambda link: f"({address(link[1])})", body)
