"""What is not quite right within single pages and templates: headings, pictures, ids, keys."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser

from site_gen.commands.check.findings import Finding, Site
from site_gen.diagnostics import WHOLE, Place, Source
from site_gen.model import Anchor, Document, HeadingTag, Picture, Segment

_TITLE_LEVEL = 1
"""A page's title is its `h1`."""
_TEMPLATE_ID = re.compile(r"""\bid=(["'])([\w:.-]+)\1""")
_TEMPLATE_PICTURE = re.compile(r"<img\b(?:\{\{.*?\}\}|\{%.*?%\}|[^>])*?>", re.DOTALL)
_ALT_HINT = "say what can be seen: `![a red horse](horse.png)`"


def find_in_pages(site: Site) -> Iterator[Finding]:
    """All that is found in pages that are published, and in the site's own templates."""
    has_html = site.last.state.config.raw_html
    for document in site.documents():
        source = site.source(document.path)
        yield from _find_headings(document, source)
        yield from _find_keys(document, source)
        has_pictures = any(each.kind == "picture" for each in document.references)
        if has_html or has_pictures:
            body = site.body(document.path)
            yield from _find_pictures(document, body, source)
            if has_html:
                yield from _find_in_html(body, source)
    yield from _find_in_templates(site)


def _find_headings(document: Document, source: Source) -> Iterator[Finding]:
    above = _TITLE_LEVEL
    for heading, place in zip(document.headings, document.heading_places, strict=True):
        level = heading.level
        if level == _TITLE_LEVEL:
            message = "a heading of the first level beside the page's title"
            yield Finding("heading-order", source.warning(message, place, "begin with `##`"))
        elif level > above + 1:
            before = "the page's title" if above == _TITLE_LEVEL else f"one of level {above}"
            message = f"a heading of level {level} follows {before}"
            hint = f"use `{'#' * (above + 1)}`, or add the one between them"
            yield Finding("heading-order", source.warning(message, place, hint))
        above = level


def _find_keys(document: Document, source: Source) -> Iterator[Finding]:
    """Keys of front matter that change nothing."""
    front, places = document.front, document.front.places
    if front.tags and document.kind == "page":
        message = "tags of a page that is no article are shown nowhere"
        yield Finding("unused-key", source.warning(message, places.get("tags", WHOLE)))
    if front.toc and not document.headings:
        message = "there are no headings, so there is no table of contents"
        yield Finding("unused-key", source.warning(message, places.get("toc", WHOLE)))


def _find_pictures(
    document: Document, body: tuple[Segment, ...], source: Source
) -> Iterator[Finding]:
    for hole in body:
        if isinstance(hole, Picture) and not hole.alt.strip():
            place = document.references[hole.reference].place
            message = "this picture says nothing to those who cannot see it"
            yield Finding("missing-alt", source.warning(message, place, _ALT_HINT))


def _find_in_html(body: tuple[Segment, ...], source: Source) -> Iterator[Finding]:
    """Ids that stand twice and pictures without `alt` in HTML that was passed through."""
    reader = _Reader()
    reader.feed("".join(map(_fill, body)))
    for name, count in Counter(reader.ids).items():
        if count > 1:
            message = f"the id `{name}` stands {count} times on this page"
            yield Finding("duplicate-id", source.warning(message, _find_id(name, source)))
    for target in reader.pictures_without_alt:
        place = _find_text(target, source)
        message = f"the picture `{target}` has no `alt`"
        yield Finding("missing-alt", source.warning(message, place, 'add `alt="…"`'))


def _find_in_templates(site: Site) -> Iterator[Finding]:
    """The same in templates of the site's own, whose ids may be anchors of pages too."""
    pages = site.last.known.index.by_path
    owners = {anchor: path for path, page in sorted(pages.items()) for anchor in page.anchors}
    for path in sorted(site.last.files):
        if not path.startswith("templates/"):
            continue
        source = site.source(path)
        for found in _TEMPLATE_ID.finditer(source.text):
            if (name := found[2]) in owners:
                place = source.place(found.start(2), len(name))
                message = f"the id `{name}` is an anchor of `{owners[name]}` too"
                hint = "choose another, if this template makes that page"
                yield Finding("duplicate-id", source.warning(message, place, hint))
        for found in _TEMPLATE_PICTURE.finditer(source.text):
            if not re.search(r"\balt\b", found[0]):
                place = source.place(found.start(), len(found[0]))
                message = "this picture has no `alt`"
                yield Finding("missing-alt", source.warning(message, place, 'add `alt="…"`'))


class _Reader(HTMLParser):
    """Notes the ids in HTML, and the pictures that have no `alt`."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.pictures_without_alt: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if name := given.get("id"):
            self.ids.append(name)
        if tag == "img" and "alt" not in given:
            self.pictures_without_alt.append(given.get("src") or "")


def _fill(segment: Segment) -> str:
    """A part of a body as HTML in which no id and no tag is missing."""
    match segment:
        case str():
            return segment
        case Anchor(name):
            return name
        case HeadingTag(level):
            return f"h{level}"
        case _:
            return ""


def _find_id(name: str, source: Source) -> Place:
    """Where HTML gives an id, the last time; the text as a whole where it is written otherwise."""
    pattern = re.compile(rf"""\bid=["']?{re.escape(name)}(?![\w:.-])""")
    found = list(pattern.finditer(source.text))
    return source.place(found[-1].start(), len(found[-1][0])) if found else WHOLE


def _find_text(text: str, source: Source) -> Place:
    offset = source.text.find(text) if text else -1
    return source.place(offset, len(text)) if offset >= 0 else WHOLE
