"""What a peer is: how it is installed, what its site holds, how it is run and what it makes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.corpus import Article

LOCKS = Path(__file__).parent / "locks"
SITES = Path(__file__).parent / "sites"


@dataclass(frozen=True)
class Source:
    """An article's file in the form that one tool reads."""

    path: str
    """Below the site's folder."""
    text: str


@dataclass(frozen=True)
class Peer:
    """A tool that builds the corpus. Every one puts an article at `articles/SLUG/index.html`.

    Functions get the folder of installed tools, which is shared, and that of the site.
    """

    name: str
    """For the command line, e.g. `hugo`."""
    label: str
    """For people, e.g. `Hugo`."""
    math: str
    """Where formulas are set: `while building` or `in the browser`."""
    output: str
    """The folder that is published, below the site's."""
    caches: tuple[str, ...]
    """What a cold build must not find, besides the output; below the site's folder."""
    template: str
    """What an article's page is made with; has `</article>` in it; below the site's folder."""
    set_up: Callable[[Path], None]
    """Installs the tool, unless it is there."""
    find_version: Callable[[Path], str]
    make_site: Callable[[Path, Path], None]
    """Writes all of a site but the articles."""
    format_source: Callable[[Article], Source]
    command: Callable[[Path, Path], tuple[str, ...]]
    """What builds, run in the site's folder."""
    serve: Callable[[Path, Path, int], tuple[str, ...]] | None = None
    """What serves at a port and follows edits, as its users start it; None where that is not
    measured."""
    archive: str = "articles/index.html"
    """The page that lists every article's title, below the output."""
    feed: str = "feed.xml"
    formula_mark: str = '<span class="katex">'
    """What a page holds once for each formula; empty where that cannot be told."""
    notes: tuple[str, ...] = ()
    """What it does not do that the others do, or does besides."""


def copy_site(name: str, site: Path) -> None:
    """Copy the files of `sites/NAME` into a folder."""
    shutil.copytree(SITES / name, site, dirs_exist_ok=True)


def format_front_matter(article: Article, **more: str) -> str:
    """YAML between two lines `---`, with a date that every YAML reader understands."""
    head = article.head
    keys = {
        "title": head.title,
        "date": f"{head.date:%Y-%m-%dT%H:%M:%SZ}",
        "tags": f"[{', '.join(head.tags)}]",
        **more,
    }
    return "---\n" + "".join(f"{key}: {value}\n" for key, value in keys.items()) + "---\n\n"
