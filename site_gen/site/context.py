"""What templates get to see: a few frozen records with every URL ready to be written."""

from __future__ import annotations

from datetime import datetime

import msgspec
from markupsafe import Markup

from site_gen.config import Config
from site_gen.markdown.fill import AssetTarget, Fillings, View, absolute, fill
from site_gen.model import Document, Heading, PageSummary
from site_gen.site.index import SiteIndex, Tag, tag_url


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
    atom: str
    json_feed: str


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
    json_ld: str = ""
    """URL of the page's JSON-LD; empty for none."""
    has_math: bool = False
    has_code: bool = False
    scripts: tuple[str, ...] = ()
    """Assets that the page loads as modules, e.g. `sort.js`; seldom any."""
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


class Ready(msgspec.Struct, frozen=True):
    """A document with all that its holes need."""

    document: Document
    summary: PageSummary
    fillings: Fillings


class Shelf(msgspec.Struct, frozen=True):
    """All that pages are made from."""

    config: Config
    index: SiteIndex
    documents: dict[str, Ready]
    """By path."""


def local(config: Config) -> View:
    """The view of a page that shows one document."""
    return View(base=config.base_path)


def make_site(shelf: Shelf) -> Site:
    """The record of the site itself."""
    config, view = shelf.config, local(shelf.config)
    return Site(
        title=config.title,
        description=config.description,
        author=config.author,
        language=config.language,
        home=absolute("/", view),
        pages=tuple(Link(page.title, absolute(page.url, view)) for page in shelf.index.pages),
        archive=absolute("/articles/", view),
        tags=absolute("/tags/", view),
        atom=absolute("/feed.xml", view),
        json_feed=absolute("/feed.json", view),
    )


def make_entry(summary: PageSummary, view: View) -> Entry:
    """The record of an article in a list."""
    return Entry(
        title=summary.title,
        url=absolute(summary.url, view),
        date=summary.date,
        updated=summary.updated,
        description=summary.description,
        tags=tuple(Link(name, absolute(tag_url(name), view)) for name in summary.tags),
    )


def make_body(ready: Ready, view: View) -> Body:
    """The record of a document in full."""
    front = ready.document.front
    return Body(
        entry=make_entry(ready.summary, view),
        html=Markup(fill(ready.document, ready.fillings, view)),
        outline=ready.document.headings if front.toc else (),
    )


def make_head(ready: Ready, shelf: Shelf) -> Head:
    """The head of a document's own page."""
    document, config = ready.document, shelf.config
    outside = View(base=config.base_url)
    place = document.front.image
    image = ready.fillings.targets[place] if place is not None else None
    is_article = document.kind == "article"
    return Head(
        title=ready.summary.title,
        canonical=absolute(document.url, outside),
        description=ready.summary.description,
        kind="article" if is_article else "website",
        image=absolute(image.asset.url, outside) if isinstance(image, AssetTarget) else "",
        json_ld=absolute(document.url + "article.jsonld", local(config)) if is_article else "",
        has_math=bool(document.formulas),
        has_code=document.has_code,
        scripts=document.scripts,
    )


def make_tag_link(tag: Tag, view: View) -> Link:
    """A link to a tag's page."""
    return Link(tag.name, absolute(tag.url, view))
