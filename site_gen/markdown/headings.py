"""Headings: their anchors, unique in the document, and the outline for a table of contents."""

from __future__ import annotations

import re

from markdown_it.token import Token

from site_gen.diagnostics import Place, Source
from site_gen.markdown.attributes import split_attributes
from site_gen.markdown.blocks import Call
from site_gen.markdown.collector import Collector
from site_gen.markdown.math import equation_anchor
from site_gen.model import Heading, HeadingLink
from site_gen.paths import slugify

RESERVED_ANCHORS = ("main",)
"""Every `id` that the templates' own frame of a page holds."""
_FOOTNOTE = re.compile(r"footnote-(?:ref-)?[0-9]+(?:-[0-9]+)?")
_WORDS = frozenset(
    {
        "code_inline",
        "math_inline",
        "math_inline_double",
        "text",
        "text_special",
        "unclosed_math",
        "unknown_footnote",
    }
)


def find_headings(tokens: list[Token], collector: Collector) -> tuple[Heading, ...]:
    """The document's headings in order; their tokens get the `id` and the link to it.

    An `id` of the author's own (`## Title {#name}`) is kept, and two of the same are an error; one
    made from the text gets a number behind it where it would come twice.
    """
    found = [tokens[i : i + 3] for i, token in enumerate(tokens) if token.type == "heading_open"]
    for opening, inline, _ in found:
        _move_attributes(opening, inline, collector)
    taken = _explicit_anchors(tokens, collector)
    numbers: dict[str, int] = {}
    headings = []
    for opening, inline, closing in found:
        text = plain_text(inline.children or [])
        if "id" not in opening.attrs:
            opening.attrSet("id", _free_anchor(slugify(text) or "section", taken, numbers))
        anchor = str(opening.attrs["id"])
        closing.meta["link"] = HeadingLink(anchor, text)
        headings.append(Heading(int(opening.tag[1]), anchor, text))
    return tuple(headings)


def footnote_anchor(number: int) -> str:
    """The `id` of a footnote."""
    return f"footnote-{number}"


def footnote_back_anchor(number: int, again: int) -> str:
    """The `id` of a reference to a footnote; `again` counts from 0 where there are several."""
    return f"footnote-ref-{number}" + (f"-{again + 1}" if again else "")


def is_footnote_anchor(anchor: str) -> bool:
    """Whether an `id` may be that of a footnote or of a reference to one: they follow its number.

    >>> [is_footnote_anchor(each) for each in ("footnote-2", "footnote-ref-1-2", "footnotes")]
    [True, True, False]
    """
    return _FOOTNOTE.fullmatch(anchor) is not None


def find_heading_places(tokens: list[Token], source: Source) -> tuple[Place, ...]:
    """Where each of the document's headings stands, in order."""
    lines = (token.map[0] for token in tokens if token.type == "heading_open" and token.map)
    return tuple(_place_line(line, source) for line in lines)


def plain_text(tokens: list[Token]) -> str:
    """The words of inline tokens without their markup; formulas as they are written."""
    words = []
    for token in tokens:
        if token.type in ("softbreak", "hardbreak"):
            words.append(" ")
        elif token.type == "image":
            words.append(plain_text(token.children or []))
        elif token.type in ("role", "eqref"):
            words.append(str(token.meta.get("text", "")))
        elif token.type in _WORDS:
            words.append(token.content)
    return "".join(words)


def _place_line(line: int, source: Source) -> Place:
    """All of a line, which is counted from 0, but for the blanks around it."""
    text = source.lines[line]
    return Place(line + 1, len(text) - len(text.lstrip()) + 1, max(1, len(text.strip())))


def _move_attributes(opening: Token, inline: Token, collector: Collector) -> None:
    """Take `{#id .class}` from the end of a heading's text to the heading."""
    last = inline.children[-1] if inline.children else None
    if last is None or last.type != "text":
        return
    text, attributes = split_attributes(last.content)
    if attributes and set(attributes) <= {"id", "class"}:
        last.content = text
        _leave_out(inline, collector)
        for name, value in attributes.items():
            opening.attrJoin(name, value) if name == "class" else opening.attrSet(name, value)


def _leave_out(inline: Token, collector: Collector) -> None:
    """Leave the attributes at a heading's end out of its transcript."""
    assert inline.map is not None
    source, line = collector.source, inline.map[1] - 1
    line_end = source.start(line) + len(source.lines[line])
    start = source.text.rindex("{", 0, line_end)
    end = source.text.rindex("}", start, line_end) + 1
    while source.text[start - 1] in " \t":
        start -= 1
    collector.edit(start, end)


def _explicit_anchors(tokens: list[Token], collector: Collector) -> set[str]:
    taken = _generated_anchors(tokens, collector)
    line = 1
    for token in tokens:
        line = token.map[0] + 1 if token.map else line
        if "id" in token.attrs:
            _take(str(token.attrs["id"]), taken, Place(line, 0), collector)
        for child in token.children or ():
            if "id" in child.attrs:
                place = child.meta.get("place", Place(line, 0))
                _take(str(child.attrs["id"]), taken, place, collector)
    return taken


def _generated_anchors(tokens: list[Token], collector: Collector) -> set[str]:
    """The anchors that equations, footnotes and directives have, whatever headings are called."""
    taken = {*RESERVED_ANCHORS, *(equation_anchor(label) for label in collector.equations)}
    for token in tokens:
        if token.type == "footnote_open":
            taken.add(footnote_anchor(token.meta["id"] + 1))
        elif token.type == "footnote_anchor":
            taken.add(footnote_back_anchor(token.meta["id"] + 1, token.meta["subId"]))
    for token in tokens:
        if token.type == "directive_open":
            call: Call = token.meta["call"]
            for anchor in collector.anchors_in(token.meta["html"]):
                _take(anchor, taken, call.argument.place, collector)
    return taken


def _take(anchor: str, taken: set[str], place: Place, collector: Collector) -> None:
    """Add an anchor that cannot be changed to those that are taken."""
    if anchor in RESERVED_ANCHORS:
        collector.error(f"the id `{anchor}` is one of the page's own", place, "choose another")
    elif anchor in taken:
        collector.error(f"the id `{anchor}` is given twice", place)
    taken.add(anchor)


def _free_anchor(wanted: str, taken: set[str], numbers: dict[str, int]) -> str:
    """The wanted anchor, or the first with a number behind it that is free.

    `numbers` remembers the last number of each, so that many equal headings are no search.
    """
    anchor = wanted
    while anchor in taken:
        numbers[wanted] = numbers.get(wanted, 1) + 1
        anchor = f"{wanted}-{numbers[wanted]}"
    taken.add(anchor)
    return anchor
