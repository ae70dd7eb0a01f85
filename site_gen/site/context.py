"""What templates get to see: a few frozen records with every URL ready to be written."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import TypedDict

import msgspec
from markupsafe import Markup

from site_gen.cards.model import HEIGHT, WIDTH
from site_gen.markdown.fill import AssetTarget, Target, View, absolute
from site_gen.model import Document, Heading
from site_gen.site.dates import format_instant
from site_gen.site.index import tag_url
from site_gen.site.known import Link, Listed
from site_gen.site.math_sheet import MathSheet
from site_gen.site.policy import MARK
from site_gen.site.reader import Reader
from site_gen.site.templates import AssetLink

TRANSCRIPT = "index.md"
"""What a document's transcript is called, beside its page."""
_AS_JSON = tuple((mark, f"\\u{ord(mark):04x}") for mark in "<>&")
"""How JSON can write what HTML might read; it has these signs in its texts alone."""


class Head(msgspec.Struct, frozen=True):
    """What a page says of itself to browsers and machines."""

    title: str
    """Of the page alone; empty on the front page."""
    canonical: str
    """Absolute URL."""
    description: str = ""
    kind: str = "website"
    """Open Graph's type: `website` or `article`."""
    image: str = ""
    """Absolute URL of a picture for link previews; empty for none."""
    image_width: int | None = None
    """Pixels; None where there is no picture."""
    image_height: int | None = None
    image_alt: str = ""
    """What can be seen on it, in words; empty where nobody says."""
    json_ld: Markup = Markup()
    """What an article says of itself to search engines, in JSON; empty for none."""
    has_math: bool = False
    math_sheet: AssetLink | None = None
    """The stylesheet of the classes that formulas have here."""
    has_code: bool = False
    scripts: tuple[str, ...] = ()
    """Assets that the page loads as modules, e.g. `sort.js`; seldom any."""
    needs: tuple[str, ...] = ()
    """What its scripts need beside what the page shows, as in `site/policy.py`."""
    policy: Markup = Markup(MARK)
    """What the page may load, as a Content-Security-Policy."""
    transcript: str = ""
    """URL of the same text as Markdown; empty for none."""
    is_indexed: bool = True
    """Whether search engines should keep it."""


class Entry(msgspec.Struct, frozen=True):
    """An article as lists show it."""

    title: str
    url: str
    date: datetime | None
    updated: datetime | None
    description: str
    tags: tuple[Link, ...]


class Body(msgspec.Struct, frozen=True):
    """A document as its page, the front page and the feeds show it."""

    entry: Entry
    html: Markup
    outline: tuple[Heading, ...]
    """Headings for the table of contents; empty where none is wanted."""
    minutes: int
    """How long it takes to read."""


class Ready(msgspec.Struct, frozen=True):
    """A document with all that its holes need, but for what is long: its body, its transcript, and
    the formulas and drawings themselves, which are named by their digests.
    """

    document: Document
    """Its body and its transcript are empty."""
    body: bytes
    """Digest of its body."""
    transcript: bytes
    """Digest of its transcript."""
    targets: tuple[Target, ...]
    """One for each of its references."""
    formulas: tuple[bytes, ...]
    plots: tuple[bytes, ...]
    styles: tuple[str, ...]
    """Declarations that its formulas have classes for."""


class Shown(msgspec.Struct, frozen=True):
    """A document that a page shows in full: what its `Body` is made from, small enough to send."""

    entry: Entry
    view: View
    url: str
    outline: tuple[Heading, ...]
    minutes: int
    body: bytes
    """Digest of its segments."""
    targets: tuple[Target, ...]
    formulas: tuple[bytes, ...]
    plots: tuple[bytes, ...]


def show(entry: Entry, ready: Ready, view: View) -> Shown:
    """What a page needs of a document that it shows in a view."""
    document = ready.document
    return Shown(
        entry=entry,
        view=view,
        url=document.url,
        outline=document.headings if document.front.toc else (),
        minutes=document.minutes,
        body=ready.body,
        targets=ready.targets,
        formulas=ready.formulas,
        plots=ready.plots,
    )


def has_pictures(document: Document) -> bool:
    """Whether a document shows a picture, beside that for link previews."""
    preview = document.front.image
    return any(
        reference.kind == "picture" and place != preview
        for place, reference in enumerate(document.references)
    )


def make_entry(listed: Listed, view: View) -> Entry:
    """The record of an article in a list."""
    return Entry(
        title=listed.title,
        url=absolute(listed.url, view),
        date=listed.date,
        updated=listed.updated,
        description=listed.description,
        tags=tuple(make_tag_link(name, view) for name in listed.tags),
    )


def make_body(shown: Shown, html: str) -> Body:
    """The record of a document in full, from its HTML."""
    return Body(shown.entry, Markup(html), shown.outline, shown.minutes)


def make_head(ready: Ready, listed: Listed, sheet: MathSheet | None, reader: Reader) -> Head:
    """The head of a document's own page; `sheet` is that of its formulas."""
    document, outside = ready.document, reader.outside
    is_article = document.kind == "article"
    preview = _find_preview(ready, reader)
    return Head(
        title=listed.title,
        canonical=absolute(document.url, outside),
        description=listed.description,
        kind="article" if is_article else "website",
        **preview,
        json_ld=_describe(listed, preview.get("image", ""), reader) if is_article else Markup(),
        has_math=bool(document.formulas),
        math_sheet=sheet.link(reader.local) if sheet else None,
        has_code=document.has_code,
        scripts=document.scripts,
        transcript=absolute(document.url + TRANSCRIPT, reader.local)
        if reader.setting("transcripts")
        else "",
    )


class _Preview(TypedDict, total=False):
    """The fields of a head that are about the picture for link previews."""

    image: str
    image_width: int | None
    image_height: int | None
    image_alt: str


def _find_preview(ready: Ready, reader: Reader) -> _Preview:
    """A document's own picture, else its card; nothing where it has neither."""
    place = ready.document.front.image
    if place is None:
        return find_card(reader, ready.document.path)
    target = ready.targets[place]
    if not isinstance(target, AssetTarget):
        return {}
    asset = target.asset
    shown = asset.renditions[-1].form if asset.renditions else asset
    return {
        "image": absolute(asset.shown_url, reader.outside),
        "image_width": shown.width,
        "image_height": shown.height,
    }


def find_card(reader: Reader, path: str = "") -> _Preview:
    """The card of a page, else that of the site, as a head tells of it; nothing without cards."""
    card = reader.card(path)
    if card is None:
        return {}
    return {
        "image": absolute(card.url, reader.outside),
        "image_width": WIDTH,
        "image_height": HEIGHT,
        "image_alt": card.alt,
    }


def _describe(article: Listed, image_url: str, reader: Reader) -> Markup:
    """schema.org's BlogPosting as JSON-LD, in which nothing can end the element around it."""
    author, published = reader.setting("author"), article.date
    assert published is not None, "an article without a date is refused before"
    record = {
        "@context": "https://schema.org",
        "@type": "BlogPosting",
        "headline": article.title,
        "description": article.description,
        "datePublished": format_instant(published),
        "dateModified": format_instant(article.updated or published),
        "inLanguage": reader.setting("language"),
        "keywords": article.tags,
        "image": image_url,
        "mainEntityOfPage": absolute(article.url, reader.outside),
        "author": {"@type": "Person", "name": author} if author else "",
    }
    text = msgspec.json.encode({key: value for key, value in record.items() if value}).decode()
    for mark, escape in _AS_JSON:
        text = text.replace(mark, escape)
    return Markup(text)


@lru_cache(4096)
def make_tag_link(name: str, view: View) -> Link:
    """A link to a tag's page."""
    return Link(name, absolute(tag_url(name), view))
