"""What machines read: Atom (RFC 4287), JSON Feed 1.1, sitemap and robots.txt."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import msgspec

from site_gen.markdown.fill import AssetTarget, Target, View, absolute
from site_gen.media_types import find_media_type
from site_gen.model import Asset, ReferenceKind
from site_gen.site.context import Ready, Shown, make_entry, show
from site_gen.site.dates import format_instant
from site_gen.site.feed_page import STYLESHEET, add_greeting, add_line, link_stylesheet
from site_gen.site.known import Listed
from site_gen.site.pages import FindReady
from site_gen.site.reader import Reader

FillIn = Callable[[Shown], str]
"""The HTML of a document in a view."""

_ATOM = "http://www.w3.org/2005/Atom"
_NEVER = "1970-01-01T00:00:00Z"
"""When a feed without entries has changed: Atom demands a date."""
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


def make_atom(reader: Reader, find: FindReady, fill_in: FillIn) -> bytes:
    """The Atom feed of the newest articles in full."""
    articles = [reader.page(path) for path in reader.feed()]
    feed = Element("feed", {"xmlns": _ATOM, "xml:lang": reader.setting("language")})
    SubElement(feed, "title").text = reader.setting("title")
    if reader.setting("description"):
        SubElement(feed, "subtitle").text = reader.setting("description")
    SubElement(feed, "id").text = _url("/", reader)
    SubElement(feed, "link", href=_url("/", reader), rel="alternate", type="text/html")
    own = _url("/feed.xml", reader)
    SubElement(feed, "link", href=own, rel="self", type="application/atom+xml")
    changed = max((article.updated or _published(article) for article in articles), default=None)
    SubElement(feed, "updated").text = format_instant(changed) if changed else _NEVER
    _add_author(feed, reader.setting("author") or reader.setting("title"))
    is_styled = reader.url(STYLESHEET) is not None
    if is_styled:
        add_greeting(feed)
    for article in articles:
        entry = _add_entry(feed, article, reader)
        if is_styled:
            add_line(entry, article)
        _add_text(entry, article, find(article.path), fill_in, reader)
    indent(feed)
    return _xml(feed, link_stylesheet() if is_styled else "")


def make_json_feed(reader: Reader, find: FindReady, fill_in: FillIn) -> bytes:
    """The JSON feed of the same articles."""
    articles = [reader.page(path) for path in reader.feed()]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": reader.setting("title"),
        "home_page_url": _url("/", reader),
        "feed_url": _url("/feed.json", reader),
        "description": reader.setting("description"),
        "language": reader.setting("language"),
        "authors": [{"name": reader.setting("author") or reader.setting("title")}],
        "items": [_json_item(article, find(article.path), fill_in, reader) for article in articles],
    }
    return _json({key: value for key, value in feed.items() if value or key == "items"})


def make_sitemap(reader: Reader) -> bytes:
    """Every page for search engines."""
    root = Element("urlset", xmlns=_SITEMAP)
    for url, changed in reader.map():
        entry = SubElement(root, "url")
        SubElement(entry, "loc").text = _url(url, reader)
        if changed:
            SubElement(entry, "lastmod").text = format_instant(changed)
    indent(root)
    return _xml(root)


def make_robots(reader: Reader) -> bytes:
    """What crawlers may read: everything."""
    return f"User-agent: *\nAllow: /\n\nSitemap: {_url('/sitemap.xml', reader)}\n".encode()


def _url(url: str, reader: Reader) -> str:
    return absolute(url, reader.outside)


def _add_author(feed: Element, name: str) -> None:
    SubElement(SubElement(feed, "author"), "name").text = name


def _add_entry(feed: Element, article: Listed, reader: Reader) -> Element:
    """An entry without its text."""
    url, published = _url(article.url, reader), _published(article)
    entry = SubElement(feed, "entry")
    SubElement(entry, "title").text = article.title
    SubElement(entry, "id").text = url
    SubElement(entry, "link", href=url, rel="alternate", type="text/html")
    SubElement(entry, "published").text = format_instant(published)
    SubElement(entry, "updated").text = format_instant(article.updated or published)
    for tag in article.tags:
        SubElement(entry, "category", term=tag)
    return entry


def _add_text(
    entry: Element, article: Listed, ready: Ready, fill_in: FillIn, reader: Reader
) -> None:
    """What the article says, in short and in full, and what there is to show and to fetch."""
    picture = _find_picture(ready)
    for each in (picture, *_find_downloads(ready)) if picture else _find_downloads(ready):
        url = each.shown_url if each is picture else each.url
        attributes = {"href": _url(url, reader), "type": find_media_type(url)}
        if each is not picture:
            attributes["length"] = str(each.size_bytes)
        SubElement(entry, "link", attributes, rel="enclosure")
    if article.description:
        SubElement(entry, "summary").text = article.description
    SubElement(entry, "content", type="html").text = _full_text(article, ready, fill_in, reader)


def _full_text(article: Listed, ready: Ready, fill_in: FillIn, reader: Reader) -> str:
    """An article with absolute URLs, anchors of its own, and nothing that needs a stylesheet."""
    view = View(
        base=reader.outside.base,
        own_url=article.url,
        anchor_prefix=f"{ready.document.front.slug}:",
        is_bare=True,
    )
    return fill_in(show(make_entry(article, reader.local), ready, view))


def _find_picture(ready: Ready) -> Asset | None:
    """The picture for link previews, or the first that the article shows.

    Its size in bytes is not to be used: a page is not made again when that alone has changed.
    """
    own = ready.document.front.image
    shown = [ready.targets[own]] if own is not None else []
    shown += _targets_of(ready, "picture")
    return next((each.asset for each in shown if isinstance(each, AssetTarget)), None)


def _find_downloads(ready: Ready) -> list[Asset]:
    """The files that an article offers, each once."""
    targets = _targets_of(ready, "download")
    assets = [each.asset for each in targets if isinstance(each, AssetTarget)]
    return list({asset.url: asset for asset in assets}.values())


def _targets_of(ready: Ready, kind: ReferenceKind) -> list[Target]:
    referred = zip(ready.document.references, ready.targets, strict=True)
    return [target for reference, target in referred if reference.kind == kind]


def _json_item(article: Listed, ready: Ready, fill_in: FillIn, reader: Reader) -> dict[str, object]:
    picture = _find_picture(ready)
    item = {
        "id": _url(article.url, reader),
        "url": _url(article.url, reader),
        "title": article.title,
        "content_html": _full_text(article, ready, fill_in, reader),
        "summary": article.description,
        "image": _url(picture.shown_url, reader) if picture else "",
        "date_published": format_instant(_published(article)),
        "date_modified": format_instant(article.updated) if article.updated else "",
        "tags": article.tags,
        "attachments": [_describe_file(each, reader) for each in _find_downloads(ready)],
    }
    return {key: value for key, value in item.items() if value}


def _describe_file(asset: Asset, reader: Reader) -> dict[str, object]:
    return {
        "url": _url(asset.url, reader),
        "mime_type": find_media_type(asset.url),
        "size_in_bytes": asset.size_bytes,
    }


def _published(article: Listed) -> datetime:
    """When an article was published."""
    assert article.date is not None, "an article without a date is refused before"
    return article.date


def _xml(root: Element, instructions: str = "") -> bytes:
    declaration = "<?xml version='1.0' encoding='utf-8'?>\n"
    return f"{declaration}{instructions}{tostring(root, encoding='unicode')}\n".encode()


def _json(record: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n"
