"""Pelican, with Python-Markdown and its cache of what was read."""

from __future__ import annotations

from pathlib import Path

from benchmarks.corpus import Article
from benchmarks.corpus.site import with_links
from benchmarks.peers.install import ask_version, install_python_packages, python_script
from benchmarks.peers.peer import Peer, Source, copy_site


def _set_up(tools: Path) -> None:
    install_python_packages(tools / "pelican", "pelican")


def _find_version(tools: Path) -> str:
    return ask_version([str(_script(tools)), "--version"])


def _script(tools: Path) -> Path:
    return python_script(tools / "pelican", "pelican")


def _make_site(tools: Path, site: Path) -> None:
    del tools
    copy_site("pelican", site)


def _format_source(article: Article) -> Source:
    head = article.head
    front = (
        f"Title: {head.title}\nSlug: {head.slug}\nDate: {head.date:%Y-%m-%d %H:%M}\n"
        f"Tags: {', '.join(head.tags)}\n\n"
    )
    body = with_links(article.body, lambda slug: f"{{filename}}{slug}.md")
    return Source(f"content/articles/{head.slug}.md", front + body)


def _command(tools: Path, site: Path) -> tuple[str, ...]:
    del site
    return (str(_script(tools)), "--settings", "pelicanconf.py", "--quiet")


PELICAN = Peer(
    name="pelican",
    label="Pelican",
    math="in the browser",
    output="output",
    caches=("cache", "__pycache__"),
    template="theme/templates/article.html",
    set_up=_set_up,
    find_version=_find_version,
    make_site=_make_site,
    format_source=_format_source,
    command=_command,
    formula_mark='class="arithmatex"',
    notes=(
        "leaves formulas to a script in the browser, and an article's page has no links to its "
        "neighbours; its cache of what was read is on",
    ),
)
