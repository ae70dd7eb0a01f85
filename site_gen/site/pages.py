"""Every HTML page of the site: what each shows, and which template sets it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import msgspec
from msgspec.structs import replace

from site_gen.markdown.fill import View, absolute
from site_gen.site.context import (
    Head,
    Ready,
    Shown,
    find_card,
    has_pictures,
    make_entry,
    make_head,
    make_tag_link,
    show,
)
from site_gen.site.known import SEARCH_URL, Link
from site_gen.site.math_sheet import MathSheet
from site_gen.site.reader import Reader
from site_gen.site.search import SEARCH

FindReady = Callable[[str], Ready]
"""The document of a path; whoever asks depends on it."""


class Readied(Protocol):
    """Documents with all that their holes need; whoever asks depends on what it is told."""

    def find(self, path: str) -> Ready:
        """The document of a path."""

    def share_sheet(self, ready: Ready) -> MathSheet | None:
        """The stylesheet that a document's own page has for its formulas; None where they need
        none.
        """

    def make_sheet(self, readied: Iterable[Ready]) -> MathSheet | None:
        """One for the formulas of these documents alone; None where they need none."""


class PagePlan(msgspec.Struct, frozen=True):
    """A page before its template."""

    template: str
    head: Head
    context: Mapping[str, Any]
    """What the template sees beside `site` and `head`."""
    article: Shown | None = None
    """The document that it sees as `article`."""
    articles: tuple[Shown, ...] | None = None
    """Those that it sees as `articles`."""
    sheet: MathSheet | None = None
    """The stylesheet of its formulas: see `site/math_sheet.py`."""


def stack_url(number: int) -> str:
    """Where a front page is read; the first is the site's root."""
    return "/" if number == 1 else f"/page/{number}/"


def plan_stack(number: str, reader: Reader, documents: Readied) -> PagePlan:
    """A front page: so many articles in full, newest first."""
    place, view = int(number), reader.local
    stack = reader.stack(place)
    ready = [documents.find(path) for path in stack.paths]
    shown = tuple(
        show(make_entry(reader.page(each.document.path), view), each, _stacked(each, above, view))
        for each, above in zip(ready, _list_above(ready), strict=True)
    )
    sheet = documents.make_sheet(ready)
    head = Head(
        title="" if place == 1 else f"page {place}",
        canonical=absolute(stack_url(place), reader.outside),
        description=reader.setting("description"),
        **find_card(reader),
        has_math=any(each.document.formulas for each in ready),
        math_sheet=sheet.link(view) if sheet else None,
        has_code=any(each.document.has_code for each in ready),
        scripts=_unite(each.document.scripts for each in ready),
    )
    context = {
        "newer": absolute(stack_url(place - 1), view) if place > 1 else "",
        "older": "" if stack.is_last else absolute(stack_url(place + 1), view),
    }
    return PagePlan("home.html", head, context, articles=shown, sheet=sheet)


def plan_article(path: str, reader: Reader, documents: Readied) -> PagePlan:
    """An article's own page."""
    page = plan_page(path, reader, documents)
    (older, newer), view = reader.neighbours(path), reader.local
    context = {
        "previous": Link(older[0], absolute(older[1], view)) if older else None,
        "next": Link(newer[0], absolute(newer[1], view)) if newer else None,
        "related": [Link(title, absolute(url, view)) for title, url in reader.related(path)],
    }
    return replace(page, template="article.html", context=context)


def plan_page(path: str, reader: Reader, documents: Readied) -> PagePlan:
    """The page of a document that is no article."""
    ready, listed, view = documents.find(path), reader.page(path), reader.local
    own = View(base=view.base, has_heading_links=True)
    shown = show(make_entry(listed, view), ready, own)
    sheet = documents.share_sheet(ready)
    head = make_head(ready, listed, sheet, reader)
    return PagePlan("page.html", head, {}, article=shown, sheet=sheet)


def plan_archive(_: str, reader: Reader) -> PagePlan:
    """The list of all articles."""
    entries = [make_entry(each, reader.local) for each in reader.articles()]
    canonical = absolute("/articles/", reader.outside)
    about = f"Everything on {reader.setting('title')}."
    head = Head("all articles", canonical, about, **find_card(reader))
    return PagePlan("archive.html", head, {"entries": entries})


def plan_tags(_: str, reader: Reader) -> PagePlan:
    """The list of all tags."""
    about = f"What {reader.setting('title')} is about."
    head = Head("tags", absolute("/tags/", reader.outside), about, **find_card(reader))
    counted = [(make_tag_link(name, reader.local), count) for name, _, count in reader.tags()]
    return PagePlan("tags.html", head, {"tags": counted})


def plan_tag(url: str, reader: Reader) -> PagePlan:
    """The list of a tag's articles."""
    name, articles = reader.tag(url)
    entries = [make_entry(each, reader.local) for each in articles]
    about = f"Articles about {name}."
    canonical = absolute(url, reader.outside)
    head = Head(f"tagged {name}", canonical, about, **find_card(reader))
    return PagePlan("tag.html", head, {"tag": name, "entries": entries})


def plan_search(_: str, reader: Reader) -> PagePlan:
    """Where readers search; what they find is made in their browser."""
    head = Head(
        "search",
        absolute(SEARCH_URL, reader.outside),
        scripts=("search.js",),
        needs=("script-src 'wasm-unsafe-eval'",),  # what searches is WebAssembly
        is_indexed=False,
    )
    return PagePlan("search.html", head, {"index": absolute(f"/{SEARCH}", reader.local)})


def plan_redirect(path: str, reader: Reader) -> PagePlan:
    """What stands at an old URL of a page."""
    page = reader.page(path)
    head = Head(page.title, absolute(page.url, reader.outside), is_indexed=False)
    return PagePlan("redirect.html", head, {"target": absolute(page.url, reader.local)})


def plan_missing(_: str, reader: Reader) -> PagePlan:
    """What hosts show where there is nothing."""
    head = Head("not found", absolute("/404.html", reader.outside), is_indexed=False)
    return PagePlan("404.html", head, {})


def _unite(scripts: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """The scripts of several documents, each once."""
    return tuple(dict.fromkeys(name for names in scripts for name in names))


def _list_above(stack: Sequence[Ready]) -> Iterator[bool]:
    """For each document, whether one above it shows a picture."""
    is_below = False
    for each in stack:
        yield is_below
        is_below = is_below or has_pictures(each.document)


def _stacked(ready: Ready, is_below_picture: bool, view: View) -> View:
    """The view of a document among others: headings a level deeper, anchors with a prefix."""
    return View(
        base=view.base,
        anchor_prefix=ready.document.front.slug + ":",
        heading_shift=1,
        is_below_picture=is_below_picture,
    )
