"""Text that Markdown would drop without a word, found and said.

markdown-it and its plugins lose, by design: what is nested too deep, cells beyond a table's header,
footnotes that nothing refers to, the second of two definitions with one name, attributes that
belong to no element, and `{% … %}`, which is a comment among attributes.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.table import escapedSplit
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from site_gen.diagnostics import suggest
from site_gen.markdown.collector import Collector
from site_gen.model import Place

BlockRule = Callable[[StateBlock, int, int, bool], bool]

_TABLE_ENDS = ["paragraph", "reference"]
"""The blocks that a table may interrupt, as markdown-it has it."""
_EMPTY_ATTRIBUTES = re.compile(r"\{\s*[%}]")
_FOOTNOTE = re.compile(r"(?<![!\]])\[\^([^\]\s]+)\](?![(:\[])")


MAX_NESTING = 100
"""Levels of blocks, a list taking two; far enough below Python's own limit on recursion."""


def losses_plugin(md: MarkdownIt) -> None:
    """Note an error for each loss, at the moment when what is lost can still be seen."""
    first = md.block.ruler.get_all_rules()[0]
    md.block.ruler.before(first, "nesting", _nesting_rule)
    md.block.ruler.at("table", _counting_cells(_block_rule(md, "table")), {"alt": _TABLE_ENDS})
    md.block.ruler.at("attr", _keeping_comments(_block_rule(md, "attr")))
    _keep_inline_comments(md)
    md.core.ruler.before("attr", "attribute_losses", _check_attributes)
    md.core.ruler.before("footnote_tail", "losses", _check)


def _nesting_rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if silent or state.level < MAX_NESTING:
        return False
    if not state.env.get("too_deep"):
        state.env["too_deep"] = True
        collector: Collector = state.env["collector"]
        message = f"nested deeper than {MAX_NESTING} levels"
        collector.error(message, Place(start + 1, 0), "take some of it out of its lists or quotes")
    state.line = end
    return True


def _counting_cells(rule: BlockRule) -> BlockRule:
    def counting(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        before = len(state.tokens)
        matched = rule(state, start, end, silent)
        if matched and not silent:
            columns = sum(token.type == "th_open" for token in state.tokens[before:])
            for number in range(start + 2, state.line):
                _check_row(state, number, columns)
        return matched

    return counting


def _check_row(state: StateBlock, number: int, columns: int) -> None:
    row = state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]].strip()
    cells = escapedSplit(row)
    extra = len(cells) - (not cells[0]) - (len(cells) > 1 and not cells[-1]) - columns
    if extra > 0:
        message = f"this row has {extra} more than the table's {columns} columns"
        collector: Collector = state.env["collector"]
        collector.error(message, Place(number + 1, 0), "write `\\|` for a bar inside a cell")


def _keeping_comments(rule: BlockRule) -> BlockRule:
    def keeping(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        opening = state.bMarks[start] + state.tShift[start]
        return not _EMPTY_ATTRIBUTES.match(state.src, opening) and rule(state, start, end, silent)

    return keeping


def _keep_inline_comments(md: MarkdownIt) -> None:
    rule = md.inline.ruler.__rules__[md.inline.ruler.__find__("attr")].fn

    def keeping(state: StateInline, silent: bool) -> bool:
        return not _EMPTY_ATTRIBUTES.match(state.src, state.pos) and rule(state, silent)

    md.inline.ruler.at("attr", keeping)


def _block_rule(md: MarkdownIt, name: str) -> BlockRule:
    return md.block.ruler.__rules__[md.block.ruler.__find__(name)].fn


def _check_attributes(state: StateCore) -> None:
    """Attribute lines with nothing below them in their container."""
    collector: Collector = state.env["collector"]
    for token, following in zip(state.tokens, [*state.tokens[1:], None], strict=False):
        if token.type == "attrs_block" and (following is None or following.nesting < 0):
            assert token.map is not None
            collector.error("attributes with no block below them", Place(token.map[0] + 1, 0))


def _check(state: StateCore) -> None:
    collector: Collector = state.env["collector"]
    _check_footnotes(state, collector)
    _check_definitions(state, collector)
    for token in state.tokens:
        line = token.map[0] + 1 if token.map else 1
        for each in (token, *(token.children or ())):
            for name in each.meta.get("insecure_attrs", ()):
                place = each.meta.get("place", Place(line, 0))
                hint = "allowed: id, class, title, lang, dir, width, height"
                collector.error(f"the attribute `{name}` is not allowed", place, hint)
        if token.type == "inline":
            _check_unclosed_math(token, collector)


def _check_footnotes(state: StateCore, collector: Collector) -> None:
    footnotes = state.env.get("footnotes", {})
    refs: dict[str, int] = footnotes.get("refs", {})
    names = [name[1:] for name in refs]
    seen: set[str] = set()
    for token in state.tokens:
        if token.type == "footnote_reference_open":
            assert token.map is not None
            name, place = token.meta["label"], Place(token.map[0] + 1, 0)
            if name in seen:
                collector.error(f"the footnote `{name}` is defined twice", place)
            elif refs[":" + name] < 0:
                hint = f"write `[^{name}]` where it belongs, or take it out"
                collector.error(f"nothing refers to the footnote `{name}`", place, hint)
            seen.add(name)
        elif token.type == "inline" and token.map is not None:
            for child in token.children or ():
                for found in _FOOTNOTE.finditer(child.content if child.type == "text" else ""):
                    place = _find(collector, token, found[0])
                    hint = suggest(found[1], names) or f"define it: `[^{found[1]}]: …`"
                    collector.error(f"there is no footnote `{found[1]}`", place, hint)


def _check_definitions(state: StateCore, collector: Collector) -> None:
    for duplicate in state.env.get("duplicate_refs", ()):
        message = f"the link target `{duplicate['label'].lower()}` is defined twice"
        collector.error(message, Place(duplicate["map"][0] + 1, 0))


def _check_unclosed_math(token: Token, collector: Collector) -> None:
    for child in token.children or ():
        if child.type == "text" and "$$" in child.content:
            place = _find(collector, token, "$$")
            hint = "close it with `$$`; a blank line ends it; write `\\$\\$` for two dollar signs"
            collector.error("`$$` opens a formula that is never closed", place, hint)


def _find(collector: Collector, token: Token, text: str) -> Place:
    """Where a text first stands within the lines of a block."""
    assert token.map is not None
    for number in range(token.map[0], max(token.map[1], token.map[0] + 1)):
        column = collector.source.lines[number].find(text)
        if column >= 0:
            return Place(number + 1, column + 1, len(text))
    return Place(token.map[0] + 1, 0)
