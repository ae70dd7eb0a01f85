"""What the parts of a site may ask of each other, cell by cell.

A cell is a name for the smallest thing that an output can depend on: `neighbours:PATH` is the two
articles around one, `setting:title` a key of the configuration. Whoever makes something asks a
`Reader` (`site/reader.py`), and asking is recorded. What is not there has a cell like what is.

    setting:KEY          a key or property of `Config`
    site:FIELD           a field of what templates know as `site`
    page:PATH            what lists show of a page
    neighbours:PATH      the articles around an article
    related:PATH         the articles that share tags with an article
    articles             all of them as lists show them, newest first
    tags  tag:URL        all tags with their counts; the articles of one
    stack:NUMBER         the articles on a front page
    feed  map            the articles in the feeds; the pages in the sitemap
    figure:PATH          the figure that a page's card shows
    outline              title, URL and description of every article and page
    aliases              every alias, and the URL that it leads to
    target:PATH          what a path from the site's root is: a page, a file, a draft, nothing
    url:URL              what answers at a URL
    anchor:PATH|NAME     whether a page has an anchor; no path holds a `|`
    ready:PATH           a document with all its holes closed
    transcript:PATH      its text as Markdown, before that
    math:NUMBER          the stylesheet of formulas that the pages of a shelf share
    card:PATH            the card of a page, drawn; that of the site where the path is empty
    fonts                what cards are set in
    template:NAME        the text of a template
    templates            the names of all of them
    asset:NAME           the URL of an asset of the theme
    assets               the names of all of them

What the last nine hold is known to the build alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

import msgspec

from site_gen.config import Config
from site_gen.markdown.fill import View, absolute
from site_gen.model import Asset, CardFigure, PageSummary
from site_gen.site.index import SiteIndex, Tag, newest_change
from site_gen.site.related import Shelves, find_related, make_shelves

SEARCH_URL = "/search/"
"""Where readers search, on a site that lets them."""
Outlined = tuple[str, str, str]
"""Title, URL and description of a page."""
Ends = tuple[str, str] | None
"""Title and URL of a neighbour; None at either end of the row."""


class Link(msgspec.Struct, frozen=True):
    """Somewhere to go."""

    title: str
    url: str


class Site(msgspec.Struct, frozen=True):
    """What is the same on every page."""

    title: str
    description: str
    author: str
    language: str
    home: str
    """URL of the front page."""
    pages: tuple[Link, ...]
    """Pages that are no articles, for the navigation."""
    archive: str
    """URL of the list of all articles."""
    tags: str
    """URL of the list of tags."""
    search: str
    """Where readers search; empty where they cannot."""
    atom: str
    json_feed: str
    allowed: Mapping[str, Sequence[str]]
    """What each page may load beside the site itself and what it shows, by directive."""


class Listed(msgspec.Struct, frozen=True):
    """What lists show of a page: all of its summary but what links alone look at."""

    path: str
    url: str
    title: str
    date: datetime | None
    updated: datetime | None
    description: str
    tags: tuple[str, ...]
    image: str
    """Path of the picture for link previews; empty for none."""


class Found(msgspec.Struct, frozen=True):
    """What a path from the site's root is."""

    page: str = ""
    """URL of the page that it is the source of."""
    asset: Asset | None = None
    left_out: str = ""
    """Why the page is not published, e.g. `a draft`."""
    is_broken: bool = False
    """Whether it is a source with mistakes that leave nothing to link to."""


NOTHING = Found()
"""What a path is that nothing is known of."""


class Stack(msgspec.Struct, frozen=True):
    """A front page: the articles on it."""

    paths: tuple[str, ...]
    is_last: bool


class CardLink(msgspec.Struct, frozen=True):
    """A card as pages refer to it."""

    url: str
    """At the site's own root; it changes with the card's bytes."""
    alt: str
    """What can be seen on it, in words."""


class Known(msgspec.Struct, frozen=True, dict=True):
    """All that is known of a site before its pages are made."""

    config: Config
    index: SiteIndex

    def value(self, cell: str) -> Any:
        """What a cell holds; KeyError for a family that there is not."""
        family, _, name = cell.partition(":")
        return _FAMILIES[family](self, name)

    @cached_property
    def shelves(self) -> Shelves:
        """The articles by what they have in common; most builds do not ask for it."""
        return make_shelves(self.index.articles)


def list_page(summary: PageSummary) -> Listed:
    """What lists show of a page."""
    return Listed(
        path=summary.path,
        url=summary.url,
        title=summary.title,
        date=summary.date,
        updated=summary.updated,
        description=summary.description,
        tags=summary.tags,
        image=summary.image,
    )


def make_site(known: Known) -> Site:
    """The record of the site itself."""
    config, view = known.config, View(base=known.config.base_path)
    return Site(
        title=config.title,
        description=config.description,
        author=config.author,
        language=config.language,
        home=absolute("/", view),
        pages=tuple(Link(page.title, absolute(page.url, view)) for page in known.index.pages),
        archive=absolute("/articles/", view),
        tags=absolute("/tags/", view),
        search=absolute(SEARCH_URL, view) if config.search else "",
        atom=absolute("/feed.xml", view),
        json_feed=absolute("/feed.json", view),
        allowed=config.allowed,
    )


def count_stacks(article_count: int, per_page: int) -> int:
    """How many front pages there are."""
    return max(1, math.ceil(article_count / per_page))


def _setting(known: Known, key: str) -> Any:
    return getattr(known.config, key)


def _site(known: Known, key: str) -> Any:
    return getattr(make_site(known), key, None)


def _page(known: Known, path: str) -> Listed | None:
    summary = known.index.by_path.get(path)
    return list_page(summary) if summary else None


def _figure(known: Known, path: str) -> CardFigure | None:
    summary = known.index.by_path.get(path)
    return summary.figure if summary else None


def _neighbours(known: Known, path: str) -> tuple[Ends, Ends]:
    older, newer = known.index.neighbours.get(path, (None, None))
    return (
        (older.title, older.url) if older else None,
        (newer.title, newer.url) if newer else None,
    )


def _related(known: Known, path: str) -> tuple[tuple[str, str], ...]:
    article = known.index.by_path.get(path)
    if article is None or article.kind != "article":
        return ()
    found = find_related(article, known.index, known.shelves)
    return tuple((each.title, each.url) for each in found)


def _articles(known: Known, _: str) -> tuple[Listed, ...]:
    return tuple(map(list_page, known.index.articles))


def _tags(known: Known, _: str) -> tuple[tuple[str, str, int], ...]:
    return tuple((tag.name, tag.url, len(tag.articles)) for tag in known.index.tags)


def _tag(known: Known, url: str) -> tuple[str, tuple[Listed, ...]] | None:
    tag: Tag | None = known.index.by_tag.get(url)
    return (tag.name, tuple(map(list_page, tag.articles))) if tag else None


def _stack(known: Known, number: str) -> Stack:
    articles, size = known.index.articles, known.config.articles_per_page
    end = int(number) * size
    shown = articles[end - size : end]
    return Stack(tuple(article.path for article in shown), end >= len(articles))


def _feed(known: Known, _: str) -> tuple[str, ...]:
    return tuple(each.path for each in known.index.articles[: known.config.articles_in_feed])


def _map(known: Known, _: str) -> tuple[tuple[str, datetime | None], ...]:
    index = known.index
    newest = newest_change(index.articles)
    listed = [(url, newest) for url in ("/", "/articles/", "/tags/")]
    listed += [(page.url, page.updated or page.date) for page in (*index.articles, *index.pages)]
    listed += [(tag.url, newest_change(tag.articles)) for tag in index.tags]
    return tuple(listed)


def _outline(known: Known, _: str) -> tuple[tuple[Outlined, ...], tuple[Outlined, ...]]:
    articles, pages = (
        tuple((each.title, each.url, each.description) for each in summaries)
        for summaries in (known.index.articles, known.index.pages)
    )
    return articles, pages


def _aliases(known: Known, _: str) -> tuple[tuple[str, str], ...]:
    moved = [page for page in known.index.by_path.values() if page.aliases]  # mostly few of many
    return tuple(sorted((alias, page.url) for page in moved for alias in page.aliases))


def _target(known: Known, path: str) -> Found:
    index = known.index
    if asset := index.assets.get(path):
        return Found(asset=asset)
    if summary := index.by_path.get(path):
        return Found(page=summary.url)
    if path in index.broken:
        return Found(is_broken=True)
    return Found(left_out=index.left_out[path]) if path in index.left_out else NOTHING


def _url(known: Known, url: str) -> str | None:
    if url not in known.index.urls:
        return None
    page = known.index.by_url.get(url)
    return page.path if page else ""


def _anchor(known: Known, name: str) -> bool:
    path, _, anchor = name.partition("|")
    summary = known.index.by_path.get(path)
    return summary is not None and anchor in summary.anchors


_FAMILIES: dict[str, Callable[[Known, str], Any]] = {
    "aliases": _aliases,
    "anchor": _anchor,
    "articles": _articles,
    "feed": _feed,
    "figure": _figure,
    "map": _map,
    "neighbours": _neighbours,
    "outline": _outline,
    "page": _page,
    "related": _related,
    "setting": _setting,
    "site": _site,
    "stack": _stack,
    "tag": _tag,
    "tags": _tags,
    "target": _target,
    "url": _url,
}
