"""Whether a tool has really done the work."""

from __future__ import annotations

from pathlib import Path

from benchmarks.corpus import Article, find_formulas, make_article
from benchmarks.corpus.article import make_head
from benchmarks.peers import Peer

_STACKED = 10
_IN_FEED = 20


class WorkError(Exception):
    """A tool's site lacks something that the benchmark asks of it."""


def require(is_so: bool, otherwise: str) -> None:
    """Raise `WorkError` unless something is so."""
    if not is_so:
        raise WorkError(otherwise)


def check_whole(peer: Peer, output: Path, seed: str, articles: int) -> None:
    """Every article has its page, and is where it is listed, stacked and fed."""
    pages = list((output / "articles").glob("*/index.html"))
    require(len(pages) == articles, f"{len(pages)} pages of {articles} articles")
    _check_page(peer, output, make_article(seed, articles // 3))
    _check_stack(output, seed, articles)
    archive = (output / peer.archive).read_text(encoding="utf-8")
    sitemap = (output / "sitemap.xml").read_text(encoding="utf-8")
    for number in range(0, articles, max(1, articles // 50)):
        head = make_head(seed, number)
        require(head.title in archive, f"{head.title} is not in {peer.archive}")
        require(f"/articles/{head.slug}/" in sitemap, f"{head.slug} is not in the sitemap")
    feed = (output / peer.feed).read_text(encoding="utf-8")
    entries = max(feed.count(f"<{name}>") for name in ("entry", "item"))
    require(entries >= min(_IN_FEED, articles), f"{entries} entries in the feed")


def _check_page(peer: Peer, output: Path, article: Article) -> None:
    """Highlighted code, and as many formulas as the article has."""
    page = _read_page(output, article)
    require(page.count("<pre") == 3, f"{page.count('<pre')} listings")
    require(page.count("<table") == 1, "no table")
    require('<span class="' in page.split("<code", 1)[1], "code is not highlighted")
    count = len(list(find_formulas(article.body)))
    if peer.formula_mark:
        found = page.count(peer.formula_mark)
        require(found == count, f"{found} formulas instead of {count}")


def _check_stack(output: Path, seed: str, articles: int) -> None:
    """The last page after the front page holds the oldest article in full."""
    pages = -(-articles // _STACKED)
    path = f"page/{pages}/index.html" if pages > 1 else "index.html"
    oldest = min(range(articles), key=lambda number: make_head(seed, number).date)
    stacked = (output / path).read_text(encoding="utf-8")
    article = make_article(seed, oldest)
    last_sentence = article.body.rsplit("\n\n", 1)[1].split(". ", 1)[0].removesuffix(".\n")
    require(article.head.title in stacked, f"{article.head.title} is not in {path}")
    require(last_sentence in stacked, f"{article.head.title} is not in full in {path}")


def check_body(output: Path, article: Article, sentence: str) -> None:
    """An edited article's page holds the sentence that was added."""
    require(sentence in _read_page(output, article), "the edit is not in the article's page")


def check_title(peer: Peer, output: Path, article: Article) -> None:
    """An article's new title is on its page and where all are listed."""
    require(article.head.title in _read_page(output, article), "the title is not in the page")
    archive = (output / peer.archive).read_text(encoding="utf-8")
    require(article.head.title in archive, f"the title is not in {peer.archive}")


def check_template(output: Path, mark: str) -> None:
    """Every article's page holds what was added to the template."""
    for path in sorted((output / "articles").glob("*/index.html")):
        require(
            mark in path.read_text(encoding="utf-8"), f"{path.parent.name} has the old template"
        )


def _read_page(output: Path, article: Article) -> str:
    return (output / "articles" / article.head.slug / "index.html").read_text(encoding="utf-8")
