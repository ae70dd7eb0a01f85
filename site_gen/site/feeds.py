"""What machines read: Atom (RFC 4287), JSON Feed 1.1, sitemap and robots.txt."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import msgspec

from site_gen.markdown.fill import View, absolute
from site_gen.site.context import Shown, make_entry, show
from site_gen.site.dates import format_instant
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
    for article in articles:
        _add_entry(feed, article, _full_text(article, reader, find, fill_in), reader)
    indent(feed)
    return _xml(feed)


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
        "items": [
            _json_item(article, _full_text(article, reader, find, fill_in), reader)
            for article in articles
        ],
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


def _add_entry(feed: Element, article: Listed, text: str, reader: Reader) -> None:
    url, published = _url(article.url, reader), _published(article)
    entry = SubElement(feed, "entry")
    SubElement(entry, "title").text = article.title
    SubElement(entry, "id").text = url
    SubElement(entry, "link", href=url, rel="alternate", type="text/html")
    SubElement(entry, "published").text = format_instant(published)
    SubElement(entry, "updated").text = format_instant(article.updated or published)
    for tag in article.tags:
        SubElement(entry, "category", term=tag)
    if article.description:
        SubElement(entry, "summary").text = article.description
    SubElement(entry, "content", type="html").text = text


def _full_text(article: Listed, reader: Reader, find: FindReady, fill_in: FillIn) -> str:
    """An article with absolute URLs, and nothing that needs a stylesheet."""
    view = View(base=reader.outside.base, own_url=article.url, is_bare=True)
    return fill_in(show(make_entry(article, reader.local), find(article.path), view))


def _json_item(article: Listed, text: str, reader: Reader) -> dict[str, object]:
    item = {
        "id": _url(article.url, reader),
        "url": _url(article.url, reader),
        "title": article.title,
        "content_html": text,
        "summary": article.description,
        "date_published": format_instant(_published(article)),
        "date_modified": format_instant(article.updated) if article.updated else "",
        "tags": article.tags,
    }
    return {key: value for key, value in item.items() if value}


def _published(article: Listed) -> datetime:
    """When an article was published."""
    assert article.date is not None, "an article without a date is refused before"
    return article.date


def _xml(root: Element) -> bytes:
    body: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return body + b"\n"


def _json(record: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n"
