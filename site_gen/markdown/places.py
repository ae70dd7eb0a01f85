"""Where inline tokens stand in the file: markdown-it keeps lines for blocks and nothing for inlines.

Rules that make a token worth speaking of note its offset in the inline text (`noting_offset`). When
all inlines are parsed, each inline text is found again inside its block's lines, and the offset
becomes a line and a column (`place_tokens`).
"""

from __future__ import annotations

from collections.abc import Callable

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from site_gen.diagnostics import Source
from site_gen.markdown.collector import Collector
from site_gen.model import Place

_NOTED = (
    "link",
    "image",
    "autolink",
    "span",
    "myst_role",
    "eqref",
    "math_inline",
    "footnote_ref",
)
InlineRule = Callable[[StateInline, bool], bool]


def places_plugin(md: MarkdownIt) -> None:
    """Give tokens of noted rules a `meta["place"]`, and formulas `meta["places"]`, one a line."""
    for name in _NOTED:
        index = md.inline.ruler.__find__(name)
        assert index >= 0, name
        md.inline.ruler.at(name, _noting_offset(md.inline.ruler.__rules__[index].fn))
    md.core.ruler.after("inline", "places", _place_tokens)


def _noting_offset(rule: InlineRule) -> InlineRule:
    def noting(state: StateInline, silent: bool) -> bool:
        start, before = state.pos, len(state.tokens)
        had_pending = bool(state.pending)
        matched = rule(state, silent)
        if matched and not silent:
            # What was pending becomes a text token before the rule's own first token.
            index = before + had_pending
            if index < len(state.tokens):
                state.tokens[index].meta = {
                    **state.tokens[index].meta,
                    "offset": start,
                    "length": state.pos - start,
                }
        return matched

    return noting


def _place_tokens(state: StateCore) -> None:
    collector: Collector = state.env["collector"]
    cells = _CellCursor()
    for token in state.tokens:
        if token.type == "math_block":
            token.meta["places"] = _math_block_places(token, collector.source)
        elif token.type == "inline" and token.map is not None:
            lines = _line_starts(token, collector.source, cells)
            for child in token.children or ():
                _place_child(child, token.content, lines)


class _CellCursor:
    """How far into a line its inlines were found: a table's row is many inlines on one line."""

    def __init__(self) -> None:
        self.line = -1
        self.column = 0


def _line_starts(token: Token, source: Source, cursor: _CellCursor) -> list[tuple[int, int]]:
    """For each line of an inline text: its 1-based line in the file and its 0-based column there."""
    assert token.map is not None
    starts = []
    for index, text in enumerate(token.content.split("\n")):
        number = token.map[0] + index
        line = source.lines[number] if number < len(source.lines) else ""
        if cursor.line != number:
            cursor.line, cursor.column = number, 0
        column = line.find(text, cursor.column)
        if column < 0:  # a table's cell: `\\|` has become `|`
            column = max(line.find(text.replace("|", "\\|"), cursor.column), cursor.column)
        cursor.column = column + len(text)
        starts.append((number + 1, column))
    return starts


def _place_child(child: Token, content: str, lines: list[tuple[int, int]]) -> None:
    offset = child.meta.get("offset")
    if offset is None:
        return
    length = child.meta["length"]
    child.meta["place"] = _place(content, offset, length, lines)
    if child.type.startswith("math_inline"):
        inner = offset + len(child.markup)
        places = []
        for line in child.content.split("\n"):
            places.append(_place(content, inner, len(line), lines))
            inner += len(line) + 1
        child.meta["places"] = tuple(places)


def _place(content: str, offset: int, length: int, lines: list[tuple[int, int]]) -> Place:
    index = content.count("\n", 0, offset)
    start = content.rfind("\n", 0, offset) + 1
    line_end = content.find("\n", offset)
    rest = (line_end if line_end >= 0 else len(content)) - offset
    line, column = lines[index]
    return Place(line, column + offset - start + 1, max(1, min(length, rest)))


def _math_block_places(token: Token, source: Source) -> tuple[Place, ...]:
    assert token.map is not None
    places = []
    for index, text in enumerate(token.content.split("\n")):
        number = token.map[0] + index
        line = source.lines[number] if number < len(source.lines) else ""
        from_column = line.find("$$") + 2 if index == 0 else 0
        column = max(line.find(text, from_column), 0) if text else from_column
        places.append(Place(number + 1, column + 1, max(1, len(text))))
    return tuple(places)
