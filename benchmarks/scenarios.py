"""What is measured of a tool, in this order, and what must be true of its site after each.

cold: neither caches nor output. no change: once more. body: a sentence at the end of an article.
title: the title of that article. template: a line in the template of every article.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.checks import check_body, check_template, check_title, check_whole
from benchmarks.corpus import Article, make_article, make_articles
from benchmarks.peers import Peer

SCENARIOS = ("cold", "no change", "body", "title", "template")
LABELS = {
    "cold": "cold",
    "no change": "no change",
    "body": "text edited",
    "title": "title edited",
    "template": "template edited",
}


@dataclass(frozen=True)
class Site:
    """A corpus in the form that one tool reads, on disk."""

    peer: Peer
    tools: Path
    folder: Path
    seed: str
    articles: int

    @property
    def output(self) -> Path:
        """The folder that the tool publishes."""
        return self.folder / self.peer.output

    @property
    def edited(self) -> Article:
        """The article that is edited, as it is before."""
        return make_article(self.seed, self.articles // 2)


def write_site(site: Site) -> None:
    """Write everything that the tool needs into a new folder."""
    shutil.rmtree(site.folder, ignore_errors=True)
    site.folder.mkdir(parents=True)
    site.peer.make_site(site.tools, site.folder)
    for article in make_articles(site.seed, site.articles):
        write_article(site, article)


def write_article(site: Site, article: Article) -> None:
    """Write one article in the form that the tool reads."""
    source = site.peer.format_source(article)
    path = site.folder / source.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source.text, encoding="utf-8")


def prepare(site: Site, scenario: str, edition: int) -> None:
    """Change a site as a scenario says; each edition's edits differ from those before."""
    prepares: dict[str, Callable[[], None]] = {
        "cold": lambda: _clear(site),
        "no change": lambda: None,
        "body": lambda: write_article(site, edit_body(site.edited, edition)),
        "title": lambda: write_article(site, edit_title(site.edited, edition)),
        "template": lambda: _edit_template(site, edition),
    }
    prepares[scenario]()


def check(site: Site, scenario: str, edition: int) -> None:
    """Assert that the tool has done the work that a scenario asks for."""
    checks: dict[str, Callable[[], None]] = {
        "cold": lambda: check_whole(site.peer, site.output, site.seed, site.articles),
        "no change": lambda: check_whole(site.peer, site.output, site.seed, site.articles),
        "body": lambda: check_body(site.output, site.edited, sentence_of(edition)),
        "title": lambda: check_title(site.peer, site.output, edit_title(site.edited, edition)),
        "template": lambda: check_template(site.output, mark_of(edition)),
    }
    checks[scenario]()


def edit_body(article: Article, edition: int) -> Article:
    """The article with one more sentence in its last paragraph."""
    return replace(article, body=f"{article.body.rstrip()} {sentence_of(edition)}\n")


def edit_title(article: Article, edition: int) -> Article:
    """The article under a new title, in its old place and with the body's edit kept."""
    head = replace(article.head, title=f"{article.head.title}, edition {edition}")
    return replace(edit_body(article, edition), head=head)


def sentence_of(edition: int) -> str:
    """What an edition adds to a body."""
    return f"The kettle sings once more for edition {edition}."


def mark_of(edition: int) -> str:
    """What an edition adds to the template."""
    return f'<p class="edition">template of edition {edition}</p>'


def _clear(site: Site) -> None:
    """As it was before anything was built or edited."""
    for name in (site.peer.output, *site.peer.caches):
        path = site.folder / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    write_article(site, site.edited)
    _edit_template(site, None)


def _edit_template(site: Site, edition: int | None) -> None:
    path = site.folder / site.peer.template
    kept, end = path.read_text(encoding="utf-8").split("</article>", 1)
    kept = kept.split('<p class="edition">', 1)[0]
    mark = "" if edition is None else mark_of(edition) + "\n"
    path.write_text(f"{kept}{mark}</article>{end}", encoding="utf-8")
