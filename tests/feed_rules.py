"""Feeds as a strict reader takes them: every rule of RFC 4287 and of JSON Feed 1.1 that they fall
under, and what a text needs in a program without our stylesheets, scripts and pages.

Each function gives what is wrong, in words; nothing where all is well.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from tests.injection import parse_fragment

ATOM = "{http://www.w3.org/2005/Atom}"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+")
_RELATIONS = {"alternate", "related", "self", "enclosure", "via"}
_ONCE = {"id", "title", "updated"}
_AT_MOST_ONCE = {
    "feed": _ONCE | {"generator", "icon", "logo", "rights", "subtitle"},
    "entry": _ONCE | {"content", "published", "rights", "source", "summary"},
}
_MANY = {"author", "category", "contributor", "link"}
_TEXTS = {"title", "subtitle", "summary", "rights"}

_FEED_KEYS = {
    *("version", "title", "home_page_url", "feed_url", "description", "user_comment", "next_url"),
    *("icon", "favicon", "authors", "language", "expired", "hubs", "items"),
}
_ITEM_KEYS = {
    *("id", "url", "external_url", "title", "content_html", "content_text", "summary", "image"),
    *("banner_image", "date_published", "date_modified", "authors", "tags", "language"),
    "attachments",
}
_ADDRESSES = {"home_page_url", "feed_url", "url", "external_url", "image", "banner_image"}
_ATTACHMENT_KEYS = {"url", "mime_type", "title", "size_in_bytes", "duration_in_seconds"}

_USELESS = {
    *("script", "style", "link", "meta", "template", "iframe", "object", "embed", "base"),
    *("form", "input", "button", "select", "option", "textarea", "output"),
}


def find_atom_mistakes(feed_xml: str) -> list[str]:
    """What RFC 4287 forbids."""
    feed = ElementTree.fromstring(feed_xml)
    if feed.tag != f"{ATOM}feed":
        return [f"the root is {feed.tag}"]
    entries = feed.findall(f"{ATOM}entry")
    mistakes = [*_check_element(feed, "feed")]
    for entry in entries:
        mistakes += _check_element(entry, "entry")
        if feed.find(f"{ATOM}author") is None and entry.find(f"{ATOM}author") is None:
            mistakes.append("an entry has no author")
    mistakes += _check_unique([entry.findtext(f"{ATOM}id") or "" for entry in entries], "id")
    if not any(link.get("rel") == "self" for link in feed.findall(f"{ATOM}link")):
        mistakes.append("the feed does not say where it is")
    if not _LANGUAGE.fullmatch(feed.get(_LANG, "")):
        mistakes.append(f"`{feed.get(_LANG)}` is no language")
    changed = [datetime.fromisoformat(each.findtext(f"{ATOM}updated") or "") for each in entries]
    if changed and datetime.fromisoformat(feed.findtext(f"{ATOM}updated") or "") < max(changed):
        mistakes.append("an entry is newer than the feed")
    return mistakes


def find_json_mistakes(feed_json: str) -> list[str]:
    """What JSON Feed 1.1 forbids."""
    feed: dict[str, Any] = json.loads(feed_json)
    mistakes = [f"`{key}` is no key of a feed" for key in feed.keys() - _FEED_KEYS]
    if feed.get("version") != "https://jsonfeed.org/version/1.1":
        mistakes.append(f"the version is {feed.get('version')}")
    if not isinstance(feed.get("title"), str) or not isinstance(feed.get("items"), list):
        mistakes.append("title or items are missing")
    if not _LANGUAGE.fullmatch(feed.get("language", "en")):
        mistakes.append(f"`{feed['language']}` is no language")
    mistakes += _check_json_record(feed)
    for item in feed["items"]:
        mistakes += [f"`{key}` is no key of an item" for key in item.keys() - _ITEM_KEYS]
        if not isinstance(item.get("id"), str) or not item["id"]:
            mistakes.append("an item has no id")
        if not {"content_html", "content_text"} & item.keys():
            mistakes.append(f"{item.get('id')} has no content")
        mistakes += _check_json_record(item)
    return mistakes + _check_unique([item["id"] for item in feed["items"]], "id")


def find_text_mistakes(texts: Iterable[str]) -> list[str]:
    """What is of no use in a reader; `texts` are the HTML of all entries, one below the other."""
    mistakes, all_ids = list[str](), list[str]()
    for text in texts:
        elements = list(parse_fragment(text).iter())
        ids = [each.attrib["id"] for each in elements if "id" in each.attrib]
        all_ids += ids
        for element in elements:
            mistakes += _check_html_element(element, set(ids))
    return mistakes + _check_unique(all_ids, "id")


def strip_like_a_reader(html: str) -> str:
    """The words that are left where drawings and formulas are not shown."""
    root = parse_fragment(html)
    return " ".join(" ".join(_list_words(root)).split())


def _list_words(element: Element) -> Iterator[str]:
    name = str(element.tag).rpartition("}")[2]
    if name not in ("svg", "math"):
        yield element.text or ""
        for child in element:
            yield from _list_words(child)
    yield element.tail or ""


def _check_element(element: Element, kind: str) -> Iterator[str]:
    """The children of a feed or an entry."""
    children = Counter(str(child.tag) for child in element)
    for tag, count in children.items():
        name = tag.removeprefix(ATOM)
        if tag.startswith(ATOM) and count > 1 and name in _AT_MOST_ONCE[kind]:
            yield f"{kind} has {count} {name}"
        is_entry = kind == "feed" and name == "entry"
        if tag.startswith(ATOM) and not is_entry and name not in _AT_MOST_ONCE[kind] | _MANY:
            yield f"{kind} has {name}"
    yield from (f"{kind} has no {name}" for name in _ONCE if f"{ATOM}{name}" not in children)
    for child in element:
        yield from _check_child(child)
    yield from _check_dates(element)
    alternates = [
        (link.get("type"), link.get("hreflang"))
        for link in element.findall(f"{ATOM}link")
        if link.get("rel", "alternate") == "alternate"
    ]
    if len(set(alternates)) < len(alternates):
        yield f"{kind} has two alternates of one kind"
    if kind == "entry" and element.find(f"{ATOM}content") is None and not alternates:
        yield "an entry has neither text nor address"


def _check_child(child: Element) -> Iterator[str]:
    if not str(child.tag).startswith(ATOM):  # foreign markup, which holds nothing of Atom's
        yield from ("Atom in foreign markup" for each in child.iter() if ATOM in str(each.tag))
        return
    name, text = str(child.tag).removeprefix(ATOM), child.text or ""
    if name == "id" and not _is_address(text):
        yield f"`{text}` is no whole address"
    if name in ("updated", "published") and not _is_date(text):
        yield f"`{text}` is no date"
    if name == "author" and not child.findtext(f"{ATOM}name"):
        yield "an author has no name"
    if name == "category" and not child.get("term"):
        yield "a category has no term"
    if (
        name in (*_TEXTS, "content")
        and child.get("type", "text") in ("text", "html")
        and len(child)
    ):
        yield f"{name} has elements"
    if name in _TEXTS and child.get("type", "text") not in ("text", "html", "xhtml"):
        yield f"{name} is of the type {child.get('type')}"
    if name == "link":
        yield from _check_link(child)


def _check_link(link: Element) -> Iterator[str]:
    if not _is_address(link.get("href", "")):
        yield f"`{link.get('href')}` is no whole address"
    if link.get("rel", "alternate") not in _RELATIONS:
        yield f"a link is `{link.get('rel')}`"
    if not _MEDIA_TYPE.fullmatch(link.get("type", "a/b")):
        yield f"`{link.get('type')}` is no media type"
    if not link.get("length", "0").isdigit():
        yield f"`{link.get('length')}` is no length"


def _check_dates(element: Element) -> Iterator[str]:
    published, updated = (element.findtext(ATOM + name) for name in ("published", "updated"))
    if (
        published
        and updated
        and datetime.fromisoformat(published) > datetime.fromisoformat(updated)
    ):
        yield "an entry was changed before it was published"


def _check_json_record(record: dict[str, Any]) -> Iterator[str]:
    """What a feed and an item have in common."""
    for key in _ADDRESSES & record.keys():
        if not _is_address(record[key]):
            yield f"{key} `{record[key]}` is no whole address"
    for key in {"date_published", "date_modified"} & record.keys():
        if not _is_date(record[key]):
            yield f"{key} `{record[key]}` is no date"
    for author in record.get("authors", ()):
        if not author.keys() or author.keys() - {"name", "url", "avatar"}:
            yield f"{author} is no author"
    if not all(isinstance(tag, str) for tag in record.get("tags", ())):
        yield "a tag is no text"
    for attachment in record.get("attachments", ()):
        yield from _check_attachment(attachment)


def _check_attachment(attachment: dict[str, Any]) -> Iterator[str]:
    if not {"url", "mime_type"} <= attachment.keys() <= _ATTACHMENT_KEYS:
        yield f"{attachment} is no attachment"
    elif not (_is_address(attachment["url"]) and _MEDIA_TYPE.fullmatch(attachment["mime_type"])):
        yield f"{attachment} leads nowhere"


def _check_html_element(element: Element, ids: set[str]) -> Iterator[str]:
    """An element of a text with these ids."""
    name = str(element.tag).rpartition("}")[2]
    if name in _USELESS:
        yield f"<{name}> does nothing"
    for key, value in element.attrib.items():
        if str(key).startswith("on") or key == "style":
            yield f"{key} does nothing"
        if key in ("href", "src") and not _is_address(value):
            if not value.startswith("#"):
                yield f"`{value}` is no whole address"
            elif value[1:] not in ids:
                yield f"`{value}` leads nowhere"
    if name == "img" and "alt" not in element.attrib:
        yield f"{element.attrib} has no alt"
    if "hidden" in element.attrib:
        yield f"<{name}> is hidden, which readers may overlook"
    if name == "figure" and not strip_like_a_reader("".join(_raw(element))):
        yield "a figure says nothing without its drawing"


def _raw(element: Element) -> Iterator[str]:
    yield ElementTree.tostring(element, encoding="unicode")
    yield "".join(f" {each.get('alt')}" for each in element.iter("img"))


def _check_unique(names: list[str], what: str) -> list[str]:
    return [f"the {what} `{name}` is given twice" for name, n in Counter(names).items() if n > 1]


def _is_address(text: object) -> bool:
    if not isinstance(text, str):
        return False
    parts = urlsplit(text)
    return bool(parts.scheme in ("http", "https") and parts.netloc) or parts.scheme == "mailto"


def _is_date(text: object) -> bool:
    return (
        isinstance(text, str) and bool(_DATE.fullmatch(text)) and bool(datetime.fromisoformat(text))
    )
