"""Formulas: which the parser found, their numbers, and `\\label` and `\\eqref`.

KaTeX knows no labels, so they are taken out before it sees a formula: blanks of the same length
stand in their place, and a `\\tag` goes behind, so that KaTeX's positions remain the source's.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import islice

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.dollarmath.index import math_block_dollar

from site_gen.diagnostics import Place
from site_gen.markdown.collector import Collector
from site_gen.markdown.scrolling import scrolling
from site_gen.markdown.tex import (
    ends_in_comment,
    find_commands,
    find_labels,
    find_mistake,
    find_reference_mistake,
)
from site_gen.model import Anchor, Href

_INLINES = frozenset({"math_inline", "math_inline_double"})
_REFERENCE = "\\eqref"
_EQREF = re.compile(r"\\eqref\s*\{([^{}\n]*)\}")
_NAME = re.compile(r"[\w:.-]+$")
_INLINE = re.compile(r"\$((?:[^$\\]|\\.)++)\$", re.DOTALL)
_DISPLAY = re.compile(r"\$\$((?:[^$\\]|\\.|\$(?!\$))++)\$\$", re.DOTALL)
_library_block_rule = math_block_dollar(allow_labels=False, allow_blank_lines=False)
_SHORT = 40
"""Characters of TeX that fit into a phone's line, or can be broken."""
_UNCLOSED = "unclosed_math_block"


def math_plugin(md: MarkdownIt) -> None:
    """Parse `$…$`, `$$…$$` and `\\eqref{…}`; `$5 and $10` stays money.

    The rule for blocks is the library's. The one for inlines is not: there a dollar at the start of
    a text is no formula's when the text ends in a digit or a backslash.
    """
    md.inline.ruler.before("escape", "math_inline", _inline_rule)
    md.inline.ruler.before("escape", "eqref", _eqref_rule)
    md.block.ruler.before("fence", "math_block", _block_rule)


def number_equations(tokens: list[Token], collector: Collector) -> None:
    """Give each labelled display equation its number, in the order of the text."""
    anchors: dict[str, str] = {}
    for token in tokens:
        if token.type == "math_block":
            _check_formula(token, anchors, collector)
        elif token.children and "$" in token.content:
            for child in token.children:
                if child.type in _INLINES:
                    _check_formula(child, anchors, collector)
    for token in tokens:
        if token.children and _REFERENCE in token.content:
            _number_references(token.children, False, collector)


def _check_formula(token: Token, anchors: dict[str, str], collector: Collector) -> None:
    if token.type == "math_inline":
        _check_inline(token, collector)
    else:
        _take_label(token, anchors, collector)
        _check_display(token, collector)


def _number_references(children: list[Token], in_picture: bool, collector: Collector) -> None:
    """Give references their words; those of a picture's text are never rendered, so check them."""
    for child in children:
        if child.type == "image":
            _number_references(child.children or [], True, collector)
        elif child.type == "eqref" and child.content in collector.equations:
            child.meta["text"] = f"({collector.equations[child.content]})"
        elif child.type == "eqref" and in_picture:
            _no_such_equation(child.content, collector, child.meta["place"])


def _take_label(token: Token, anchors: dict[str, str], collector: Collector) -> None:
    """Number a formula by its label; `anchors` are those of the labels before it."""
    for found in islice(find_labels(token.content), 2):
        name, place = found["argument"], _place_within(token, found)
        anchor = equation_anchor(name)
        if "label" in token.meta:
            collector.error("a formula can have one label", place)
        elif not _NAME.match(name):
            hint = "use letters, digits, `:`, `.`, `_` and `-`"
            collector.error(f"`{name}` cannot be a label", place, hint)
        elif name in collector.equations:
            collector.error(f"the label `{name}` is given twice", place)
        elif anchor in anchors:
            message = f"the label `{name}` is too like `{anchors[anchor]}`"
            collector.error(message, place, f"the id of both would be `{anchor}`")
        else:
            number = collector.equations[name] = len(collector.equations) + 1
            _say(place, f"\\tag{{{number}}}", collector)
            token.meta["label"] = anchors[anchor] = name


def _check_display(token: Token, collector: Collector) -> None:
    for command in find_commands(token.content):
        if mistake := find_mistake(command, "label" in token.meta):
            collector.error(mistake[0], _place_within(token, command), mistake[1])


def _check_inline(token: Token, collector: Collector) -> None:
    for command in find_commands(token.content):
        mistake = find_reference_mistake(command)
        if "label" in (command["name"], command["word"]):
            mistake = "only a formula in `$$` can have a label", "write it between `$$` and `$$`"
        if mistake:
            collector.error(mistake[0], _place_within(token, command), mistake[1])


def render_math(token: Token, collector: Collector) -> str:
    """The HTML around a formula, the formula itself a hole."""
    display = token.type != "math_inline"
    places: tuple[Place, ...] = token.meta["places"]
    tex = _resolve(token, collector)
    label = token.meta.get("label")
    if label is None:
        formula = collector.formula(tex, display, places)
        if not display:
            return _inline(tex, formula)
        return _equation(token, formula, scrolling("Equation"))
    tex = tex.rstrip()
    if ends_in_comment(tex):
        last = places[tex.count("\n")]
        places = (*places[: tex.count("\n") + 1], Place(last.line, last.column + last.length))
        tex += "\n"
    number = collector.equations[label]
    formula = collector.formula(f"{tex}\\tag{{{number}}}", display, places)
    anchor = collector.hole(Anchor(equation_anchor(label)))
    return _equation(token, formula, f'{scrolling(f"Equation {number}")} id="{anchor}"')


def _resolve(token: Token, collector: Collector) -> str:
    """A formula without what KaTeX does not know, as long as before.

    What has been complained of goes as well, so that KaTeX need not say it again.
    """
    is_labelled = "label" in token.meta
    tex, end = [], 0
    for command in find_commands(token.content):
        if command["name"] == "eqref":
            place = _place_within(token, command)
            text = _number(command, collector, place)
            _say(place, text.strip(), collector)
        elif command["name"] == "label" or (command["word"] and find_mistake(command, is_labelled)):
            text = " " * len(command[0])
        else:
            continue
        tex += [token.content[end : command.start()], text]
        end = command.end()
    return "".join([*tex, token.content[end:]])


def render_eqref(token: Token, collector: Collector) -> str:
    """A link to an equation that says its number, e.g. `(2)`."""
    number = collector.equations.get(token.content)
    place: Place = token.meta["place"]
    if number is None:
        _no_such_equation(token.content, collector, place)
        return ""
    target = "#" + equation_anchor(token.content)
    href = collector.hole(Href(collector.reference(target, "link", place)))
    return f'<a href="{href}" class="eqref">({number})</a>'


def equation_anchor(label: str) -> str:
    """The `id` of the equation with this label."""
    return "equation-" + label.removeprefix("eq:")


def _inline(tex: str, formula: str) -> str:
    """A formula within the text; a long one may have to scroll where the page is narrow."""
    is_long = len(tex) > _SHORT
    return f'<span class="formula"{scrolling("Formula")}>{formula}</span>' if is_long else formula


def _equation(token: Token, formula: str, attributes: str) -> str:
    """A display formula; one that was written inside a paragraph may not be a block there."""
    if token.type == "math_block":
        return f'<div class="equation"{attributes}>{formula}</div>\n'
    return f'<span class="equation"{attributes}>{formula}</span>'


def _say(place: Place, tex: str, collector: Collector) -> None:
    """Have the transcript say something in the place of what is on one line."""
    start = collector.source.start(place.line - 1) + place.column - 1
    collector.edit(start, start + place.length, tex)


def _place_within(token: Token, found: re.Match[str]) -> Place:
    """The place of a piece of a formula's text."""
    if "starts" not in token.meta:
        breaks = re.finditer("\n", token.content)
        token.meta["starts"] = [0, *(each.end() for each in breaks)]
    index = bisect_right(token.meta["starts"], found.start()) - 1
    line: Place = token.meta["places"][index]
    column = line.column + found.start() - token.meta["starts"][index]
    return Place(line.line, column, len(found[0]))


def _number(found: re.Match[str], collector: Collector, place: Place) -> str:
    number = collector.equations.get(found["argument"])
    if number is None:
        _no_such_equation(found["argument"], collector, place)
        return " " * len(found[0])
    return f"{{({number})}}".ljust(len(found[0]))


def _no_such_equation(name: str, collector: Collector, place: Place) -> None:
    hint = (
        collector.suggest(name, collector.equations)
        or f"write `\\label{{{name}}}` into the equation"
    )
    collector.error(f"there is no equation labelled `{name}`", place, hint)


def _inline_rule(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "$":
        return False
    is_display = state.src.startswith("$$", state.pos)
    found = (_DISPLAY if is_display else _INLINE).match(state.src, state.pos, state.posMax)
    if found is None or not (is_display or _is_formula(state, found)):
        return False
    if not silent:
        kind = "math_inline_double" if is_display else "math_inline"
        token = state.push(kind, "math", 0)
        token.content, token.markup = found[1], "$$" if is_display else "$"
    state.pos = found.end()
    return True


def _is_formula(state: StateInline, found: re.Match[str]) -> bool:
    """Whether what stands between two dollars is no money: no blank within, no digit around."""
    before, after = (
        state.src[max(0, found.start() - 1) : found.start()],
        state.src[found.end() :][:1],
    )
    has_blanks = found[1] != found[1].strip()
    return not (has_blanks or before.isdigit() or after.isdigit())


def _block_rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """The library's rule, which is not asked again up to where it found nothing that closes."""
    if not state.src.startswith("$$", state.bMarks[start] + state.tShift[start]):
        return False
    text = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]].rstrip()
    closes_itself = len(text) > 3 and text.endswith("$$")
    if not closes_itself and start < state.env.get(_UNCLOSED, 0):
        return False
    if _library_block_rule(state, start, end, silent):
        return True
    if "$$" not in text[2:]:
        line = start + 1
        while line < end and not state.isEmpty(line):
            line += 1
        state.env[_UNCLOSED] = line
    return False


def _eqref_rule(state: StateInline, silent: bool) -> bool:
    found = _EQREF.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        token = state.push("eqref", "a", 0)
        token.content = found[1]
    state.pos = found.end()
    return True
