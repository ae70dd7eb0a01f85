"""Tables: where each cell stands in its line, and the cells that Markdown would drop."""

from __future__ import annotations

import re
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.common.utils import mdTrim
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from site_gen.diagnostics import Place
from site_gen.markdown.collector import Collector

_INTERRUPTED = ["paragraph", "reference"]
"""The blocks that a table may interrupt, as markdown-it has it."""
_BAR = re.compile(r"(?<!\\)\|")
_DELIMITERS = frozenset("|-:")
"""What the line below a table's head begins with."""


def tables_plugin(md: MarkdownIt) -> None:
    """Note each cell's column, and an error for each row with more cells than its table."""
    rule = md.block.ruler.__rules__[md.block.ruler.__find__("table")].fn

    def table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        if start + 2 > end or _first_character(state, start + 1) not in _DELIMITERS:
            return False  # as the rule would find, but later
        before = len(state.tokens)
        matched = rule(state, start, end, silent)
        if matched and not silent:
            _note_rows(state, state.tokens[before:])
        return matched

    md.block.ruler.at("table", table, {"alt": _INTERRUPTED})


def _first_character(state: StateBlock, number: int) -> str:
    """The first character of a line that is no blank; empty where there is none."""
    position = state.bMarks[number] + state.tShift[number]
    return state.src[position : position + 1]


def _note_rows(state: StateBlock, tokens: list[Token]) -> None:
    rows: dict[int, list[Token]] = {}
    for token in tokens:
        if token.type == "inline":
            assert token.map is not None
            rows.setdefault(token.map[0], []).append(token)
    for number, inlines in rows.items():
        _note_row(state, number, inlines)


def _note_row(state: StateBlock, number: int, inlines: list[Token]) -> None:
    collector: Collector = state.env["collector"]
    start = state.bMarks[number] + state.tShift[number]
    line, column = collector.source.position(start)
    cells = _split_row(state.src[start : state.eMarks[number]])
    for inline, (offset, _) in zip(inlines, cells, strict=False):
        inline.meta["column"] = column - 1 + offset
    extra = cells[len(inlines) :]
    if extra:
        (first, _), (last, text) = extra[0], extra[-1]
        noun = "cell" if len(extra) == 1 else "cells"
        message = f"this row has {len(extra)} {noun} more than its table has columns"
        place = Place(line, column + first, max(1, last + len(text) - first))
        collector.error(message, place, "write `\\|` for a bar inside a cell")


def _split_row(row: str) -> list[tuple[int, str]]:
    """The cells of a row: where the text of each starts, and that text as it is written."""
    bounds = [-1, *(found.start() for found in _BAR.finditer(row)), len(row)]
    pieces = [(left + 1, row[left + 1 : right]) for left, right in pairwise(bounds)]
    if len(pieces) > 1 and not mdTrim(pieces[0][1]):
        pieces.pop(0)
    if len(pieces) > 1 and not mdTrim(pieces[-1][1]):
        pieces.pop()
    return [(start + _indent(text), mdTrim(text)) for start, text in pieces]


def _indent(text: str) -> int:
    trimmed = mdTrim(text)
    return text.index(trimmed) if trimmed else 0
