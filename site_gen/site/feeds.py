"""What machines read: Atom (RFC 4287), JSON Feed 1.1, sitemap, robots.txt and JSON-LD."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import msgspec

from site_gen.markdown.fill import AssetTarget, View, absolute, fill
from site_gen.model import Output, PageSummary
from site_gen.site.context import Ready, Shelf
from site_gen.site.dates import format_instant
from site_gen.site.index import newest_change, publication_of

_ATOM = "http://www.w3.org/2005/Atom"
_NEVER = "1970-01-01T00:00:00Z"
"""When a feed without entries has changed: Atom demands a date."""
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


def make_feeds(shelf: Shelf) -> Iterator[Output]:
    """Every output that is for machines."""
    texts = {article.path: _full_text(article, shelf) for article in shelf.index.articles}
    yield Output("feed.xml", _atom(shelf, texts), "Atom feed")
    yield Output("feed.json", _json_feed(shelf, texts), "JSON feed")
    yield Output("sitemap.xml", _sitemap(shelf), "sitemap")
    yield Output("robots.txt", _robots(shelf), "robots.txt")
    for article in shelf.index.articles:
        ready = shelf.documents[article.path]
        path = article.url.lstrip("/") + "article.jsonld"
        yield Output(path, _json_ld(ready, shelf), article.path)


def _outside(shelf: Shelf, document_url: str = "") -> View:
    """The view of a document in a feed: absolute URLs, and nothing that needs a stylesheet."""
    base = shelf.config.base_url
    return View(base=base, own_url=document_url, is_bare=True)


def _url(url: str, shelf: Shelf) -> str:
    return absolute(url, _outside(shelf))


def _atom(shelf: Shelf, texts: Mapping[str, str]) -> bytes:
    """The Atom feed; `texts` are the articles in full by path."""
    config = shelf.config
    feed = Element("feed", {"xmlns": _ATOM, "xml:lang": config.language})
    SubElement(feed, "title").text = config.title
    if config.description:
        SubElement(feed, "subtitle").text = config.description
    SubElement(feed, "id").text = _url("/", shelf)
    SubElement(feed, "link", href=_url("/", shelf), rel="alternate", type="text/html")
    SubElement(feed, "link", href=_url("/feed.xml", shelf), rel="self", type="application/atom+xml")
    changed = newest_change(shelf.index.articles)
    SubElement(feed, "updated").text = format_instant(changed) if changed else _NEVER
    _add_author(feed, config.author or config.title)
    for article in shelf.index.articles:
        _add_entry(feed, article, texts[article.path], shelf)
    indent(feed)
    return _xml(feed)


def _add_author(feed: Element, name: str) -> None:
    SubElement(SubElement(feed, "author"), "name").text = name


def _add_entry(feed: Element, article: PageSummary, text: str, shelf: Shelf) -> None:
    published = publication_of(article)
    entry = SubElement(feed, "entry")
    SubElement(entry, "title").text = article.title
    SubElement(entry, "id").text = _url(article.url, shelf)
    SubElement(entry, "link", href=_url(article.url, shelf), rel="alternate", type="text/html")
    SubElement(entry, "published").text = format_instant(published)
    SubElement(entry, "updated").text = format_instant(article.updated or published)
    for tag in article.tags:
        SubElement(entry, "category", term=tag)
    if article.description:
        SubElement(entry, "summary").text = article.description
    SubElement(entry, "content", type="html").text = text


def _full_text(article: PageSummary, shelf: Shelf) -> str:
    ready = shelf.documents[article.path]
    return fill(ready.document, ready.fillings, _outside(shelf, article.url))


def _json_feed(shelf: Shelf, texts: Mapping[str, str]) -> bytes:
    config = shelf.config
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": config.title,
        "home_page_url": _url("/", shelf),
        "feed_url": _url("/feed.json", shelf),
        "description": config.description,
        "language": config.language,
        "authors": [{"name": config.author or config.title}],
        "items": [_json_item(each, texts[each.path], shelf) for each in shelf.index.articles],
    }
    return _json({key: value for key, value in feed.items() if value or key == "items"})


def _json_item(article: PageSummary, text: str, shelf: Shelf) -> dict[str, object]:
    item = {
        "id": _url(article.url, shelf),
        "url": _url(article.url, shelf),
        "title": article.title,
        "content_html": text,
        "summary": article.description,
        "date_published": format_instant(publication_of(article)),
        "date_modified": format_instant(article.updated) if article.updated else "",
        "tags": article.tags,
    }
    return {key: value for key, value in item.items() if value}


def _sitemap(shelf: Shelf) -> bytes:
    root = Element("urlset", xmlns=_SITEMAP)
    index = shelf.index
    listed = [(url, newest_change(index.articles)) for url in ("/", "/articles/", "/tags/")]
    listed += [(page.url, page.updated or page.date) for page in (*index.articles, *index.pages)]
    listed += [(tag.url, newest_change(tag.articles)) for tag in index.tags]
    for url, changed in listed:
        entry = SubElement(root, "url")
        SubElement(entry, "loc").text = _url(url, shelf)
        if changed:
            SubElement(entry, "lastmod").text = format_instant(changed)
    indent(root)
    return _xml(root)


def _robots(shelf: Shelf) -> bytes:
    return f"User-agent: *\nAllow: /\n\nSitemap: {_url('/sitemap.xml', shelf)}\n".encode()


def _json_ld(ready: Ready, shelf: Shelf) -> bytes:
    """schema.org's BlogPosting. It is a file of its own, so that pages hold no script element."""
    summary, config = ready.summary, shelf.config
    published = publication_of(summary)
    front = ready.document.front
    image = ready.fillings.targets[front.image] if front.image is not None else None
    record = {
        "@context": "https://schema.org",
        "@type": "BlogPosting",
        "headline": summary.title,
        "description": summary.description,
        "datePublished": format_instant(published),
        "dateModified": format_instant(summary.updated or published),
        "inLanguage": config.language,
        "keywords": summary.tags,
        "image": _url(image.asset.url, shelf) if isinstance(image, AssetTarget) else "",
        "mainEntityOfPage": _url(summary.url, shelf),
        "author": {"@type": "Person", "name": config.author} if config.author else "",
    }
    return _json({key: value for key, value in record.items() if value})


def _xml(root: Element) -> bytes:
    body: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return body + b"\n"


def _json(record: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n"
