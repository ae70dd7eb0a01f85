"""Text that Markdown would drop without a word, found and said.

markdown-it and its plugins lose, by design: what is nested too deep, footnotes that nothing refers
to, and the second of two definitions with one name. What only looks like a footnote or a formula is
text to them; here it is a mistake.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from site_gen.diagnostics import Place
from site_gen.markdown.collector import Collector

MAX_NESTING = 100
"""Levels of blocks, a list taking two; far enough below Python's own limit on recursion."""

InlineRule = Callable[[StateInline, bool], bool]

_FOOTNOTE = re.compile(r"\[\^([^\]\[\s]++)\]")


def losses_plugin(md: MarkdownIt) -> None:
    """Note an error for each loss, at the moment when what is lost can still be seen."""
    first = md.block.ruler.get_all_rules()[0]
    md.block.ruler.before(first, "nesting", _nesting_rule)
    rule = md.inline.ruler.__rules__[md.inline.ruler.__find__("footnote_ref")].fn
    md.inline.ruler.at("footnote_ref", _only_footnotes(rule))
    md.inline.ruler.after("footnote_ref", "unknown_footnote", _unknown_footnote_rule)
    md.inline.ruler.after("math_inline", "unclosed_math", _unclosed_math_rule)
    md.core.ruler.before("footnote_tail", "losses", _check)


def _nesting_rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if silent or state.level < MAX_NESTING:
        return False
    if not state.env.get("too_deep"):
        state.env["too_deep"] = True
        collector: Collector = state.env["collector"]
        message = f"nested deeper than {MAX_NESTING} levels"
        line, column = collector.source.position(state.bMarks[start] + state.tShift[start])
        place = Place(line, column, max(1, state.eMarks[start] - state.bMarks[start]))
        collector.error(message, place, "take some of it out of its lists or quotes")
    state.line = end
    return True


def _only_footnotes(rule: InlineRule) -> InlineRule:
    """The library's rule where there is one; by itself it searches up to the line's end."""

    def footnote_ref(state: StateInline, silent: bool) -> bool:
        if not _FOOTNOTE.match(state.src, state.pos, state.posMax):
            return False
        return rule(state, silent)

    return footnote_ref


def _unknown_footnote_rule(state: StateInline, silent: bool) -> bool:
    """`[^name]` where there is no such footnote; links and known footnotes have been tried."""
    if not state.src.startswith("[^", state.pos):
        return False
    found = _FOOTNOTE.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        token = state.push("unknown_footnote", "", 0)
        token.content, token.info = found[0], found[1]
    state.pos = found.end()
    return True


def _unclosed_math_rule(state: StateInline, silent: bool) -> bool:
    """`$$` that opens no formula; those that do have been tried."""
    if not state.src.startswith("$$", state.pos):
        return False
    if not silent:
        state.push("unclosed_math", "", 0).content = "$$"
    state.pos += 2
    return True


def _check(state: StateCore) -> None:
    collector: Collector = state.env["collector"]
    _check_footnotes(state, collector)
    for duplicate in state.env.get("duplicate_refs", ()):
        message = f"the link target `{duplicate['label'].lower()}` is defined twice"
        collector.error(message, _place_in_line(collector, duplicate["map"][0], "["))
    names = [name[1:] for name in state.env.get("footnotes", {}).get("refs", {})]
    for token in state.tokens:
        if token.children:
            _check_inlines(token.children, names, collector)


def _check_inlines(children: list[Token], footnotes: list[str], collector: Collector) -> None:
    depth = 0
    for child in children:
        depth += child.nesting if child.tag == "a" else 0
        if child.type == "unclosed_math":
            hint = "close it with `$$`; a blank line ends it; write `\\$\\$` for two dollar signs"
            collector.error("`$$` opens a formula that is never closed", child.meta["place"], hint)
        elif child.type == "unknown_footnote":
            hint = collector.suggest(child.info, footnotes) or (
                f"define it: `[^{child.info}]: …`; or write `\\[^` if none is meant"
            )
            message = f"there is no footnote `{child.info}`"
            collector.error(message, child.meta["place"], hint)
        elif child.type == "eqref" and depth:
            message = "a link cannot hold a reference, which is a link too"
            collector.error(message, child.meta["place"], "put it behind the link")
        elif child.type == "image":
            _check_alternative(child.children or [], footnotes, collector)


def _check_alternative(children: list[Token], footnotes: list[str], collector: Collector) -> None:
    for child in children:
        if child.type == "footnote_ref":
            message = "a picture's text cannot hold a footnote"
            collector.error(message, child.meta["place"], "put it behind the picture")
        elif "title" in child.attrs:
            message = "a title inside a picture's text is shown to nobody"
            collector.error(message, child.meta["place"], "take it out")
    _check_inlines(children, footnotes, collector)


def _check_footnotes(state: StateCore, collector: Collector) -> None:
    refs: dict[str, int] = state.env.get("footnotes", {}).get("refs", {})
    seen: set[str] = set()
    depth = 0
    for token in state.tokens:
        depth -= token.type == "footnote_reference_close"
        if token.type != "footnote_reference_open":
            continue
        assert token.map is not None
        name = token.meta["label"]
        place = _place_in_line(collector, token.map[0], f"[^{name}]")
        if depth:
            hint = "start it at the line's beginning, behind a blank line"
            collector.error(f"the footnote `{name}` is defined inside another", place, hint)
        elif name in seen:
            collector.error(f"the footnote `{name}` is defined twice", place)
        elif refs[":" + name] < 0:
            hint = f"write `[^{name}]` where it belongs, or take it out"
            collector.error(f"nothing refers to the footnote `{name}`", place, hint)
        seen.add(name)
        depth += 1


def _place_in_line(collector: Collector, line: int, text: str) -> Place:
    """Where a text first stands in a line, whose number is 0-based; else the line as a whole."""
    column = collector.source.lines[line].find(text)
    return Place(line + 1, column + 1, len(text))
