"""Formulas: which the parser found, their numbers, and `\\label` and `\\eqref`.

KaTeX knows no labels, so they are taken out before it sees a formula: blanks of the same length
stand in their place, and a `\\tag` goes behind, so that KaTeX's positions remain the source's.
"""

from __future__ import annotations

import re
from html import escape

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

from site_gen.diagnostics import suggest
from site_gen.markdown.collector import Collector
from site_gen.model import Anchor, Href, Place

_LABEL = re.compile(r"\\label\s*\{([^{}\n]*)\}")
_EQREF = re.compile(r"\\eqref\s*\{([^{}\n]*)\}")
_NAME = re.compile(r"[\w:.-]+$")


def math_plugin(md: MarkdownIt) -> None:
    """Parse `$…$`, `$$…$$` and `\\eqref{…}`; `$5 and $10` stays money."""
    dollarmath_plugin(
        md,
        allow_labels=False,
        allow_space=False,
        allow_digits=False,
        allow_blank_lines=False,
        double_inline=True,
    )
    md.inline.ruler.before("escape", "eqref", _eqref_rule)


def number_equations(tokens: list[Token], collector: Collector) -> None:
    """Give each labelled display equation its number, in the order of the text."""
    for token in _display_tokens(tokens):
        labels = _LABEL.findall(token.content)
        place: Place = token.meta["places"][0]
        for name in labels:
            if not _NAME.match(name):
                collector.error(
                    f"`{name}` cannot be a label", place, "use letters, digits, `:` and `-`"
                )
            elif name in collector.equations:
                collector.error(f"the label `{name}` is given twice", place)
            else:
                collector.equations[name] = len(collector.equations) + 1
                token.meta["label"] = name
        if len(labels) > 1:
            collector.error("a formula can have one label", place)


def render_math(token: Token, collector: Collector) -> str:
    """The HTML around a formula, the formula itself a hole."""
    display = token.type != "math_inline"
    places: tuple[Place, ...] = token.meta["places"]
    tex = _LABEL.sub(lambda found: " " * len(found[0]), token.content) if display else token.content
    tex = _EQREF.sub(lambda found: _number(found, collector, places[0]), tex)
    label = token.meta.get("label")
    if label is None:
        formula = collector.formula(tex, display, places)
        return _equation(token, formula, "") if display else formula
    formula = collector.formula(f"{tex}\\tag{{{collector.equations[label]}}}", display, places)
    anchor = collector.hole(Anchor(equation_anchor(label)))
    return _equation(token, formula, f' id="{anchor}"')


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
    return escape("equation-" + label.removeprefix("eq:"))


def _equation(token: Token, formula: str, attributes: str) -> str:
    """A display formula; one that was written inside a paragraph may not be a block there."""
    if token.type == "math_block":
        return f'<div class="equation"{attributes}>{formula}</div>\n'
    return f'<span class="equation"{attributes}>{formula}</span>'


def _display_tokens(tokens: list[Token]) -> list[Token]:
    found = []
    for token in tokens:
        if token.type == "math_block":
            found.append(token)
        found += [child for child in token.children or () if child.type == "math_inline_double"]
    return found


def _number(found: re.Match[str], collector: Collector, place: Place) -> str:
    number = collector.equations.get(found[1])
    if number is None:
        _no_such_equation(found[1], collector, place)
        return " " * len(found[0])
    return f"{{({number})}}".ljust(len(found[0]))


def _no_such_equation(name: str, collector: Collector, place: Place) -> None:
    hint = suggest(name, collector.equations) or f"write `\\label{{{name}}}` into the equation"
    collector.error(f"there is no equation labelled `{name}`", place, hint)


def _eqref_rule(state: StateInline, silent: bool) -> bool:
    found = _EQREF.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        token = state.push("eqref", "a", 0)
        token.content = found[1]
    state.pos = found.end()
    return True
