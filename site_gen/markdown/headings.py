"""Headings: their anchors, unique in the document, and the outline for a table of contents."""

from __future__ import annotations

import re

from markdown_it.token import Token
from mdit_py_plugins.attrs.parse import ParseError, parse

from site_gen.markdown.collector import Collector
from site_gen.model import Heading, Place
from site_gen.paths import slugify

_ATTRIBUTES = re.compile(r"[ \t]*(\{[^{}]*\})$")


def find_headings(tokens: list[Token], collector: Collector) -> tuple[Heading, ...]:
    """The document's headings in order; each heading's token gets its `id`.

    An `id` of the author's own (`## Title {#name}`) is kept, and two of the same are an error; one
    made from the text gets a number behind it where it would come twice.
    """
    pairs = [
        (token, tokens[index + 1])
        for index, token in enumerate(tokens)
        if token.type == "heading_open"
    ]
    for opening, inline in pairs:
        _move_attributes(opening, inline)
    taken = _explicit_anchors(tokens, collector)
    headings = []
    for opening, inline in pairs:
        text = plain_text(inline.children or [])
        if "id" not in opening.attrs:
            opening.attrSet("id", _free_anchor(slugify(text) or "section", taken))
        headings.append(Heading(int(opening.tag[1]), str(opening.attrs["id"]), text))
    return tuple(headings)


def plain_text(tokens: list[Token]) -> str:
    """The words of inline tokens without their markup; formulas as they are written."""
    words = []
    for token in tokens:
        if token.type in ("softbreak", "hardbreak"):
            words.append(" ")
        elif token.type == "image":
            words.append(plain_text(token.children or []))
        elif token.type == "myst_role":
            words.append(str(token.meta.get("text", "")))
        elif token.type in ("text", "code_inline", "math_inline", "math_inline_double"):
            words.append(token.content)
    return "".join(words)


def _move_attributes(opening: Token, inline: Token) -> None:
    """Take `{#id .class}` from the end of a heading's text to the heading."""
    last = inline.children[-1] if inline.children else None
    if last is None or last.type != "text":
        return
    found = _ATTRIBUTES.search(last.content)
    if found is None:
        return
    try:
        _, attributes = parse(found[1])
    except ParseError:
        return
    if attributes and set(attributes) <= {"id", "class"}:
        opening.attrs.update(attributes)
        last.content = last.content[: found.start()]


def _explicit_anchors(tokens: list[Token], collector: Collector) -> set[str]:
    taken: set[str] = set()
    line = 1
    for token in tokens:
        line = token.map[0] + 1 if token.map else line
        for each in (token, *(token.children or ())):
            anchor = each.attrs.get("id")
            if anchor is None:
                continue
            if str(anchor) in taken:
                place = each.meta.get("place", Place(line, 0))
                collector.error(f"the id `{anchor}` is given twice", place)
            taken.add(str(anchor))
    return taken


def _free_anchor(wanted: str, taken: set[str]) -> str:
    anchor, number = wanted, 1
    while anchor in taken:
        number += 1
        anchor = f"{wanted}-{number}"
    taken.add(anchor)
    return anchor
