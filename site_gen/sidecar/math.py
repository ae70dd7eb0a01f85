"""Formulas as requests: what shares definitions stays together, what is equal goes once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict

from site_gen.sidecar.protocol import (
    Formula,
    Limits,
    MathError,
    MathResult,
    RenderedMath,
    Reply,
    Request,
)

_FORMULAS_PER_REQUEST = 64
# Only global definitions outlive their formula: TeX, like KaTeX, puts each formula into a group.
_DEFINES = re.compile(r"\\(?:gdef|xdef|global)")


def check_size(formula: Formula, limits: Limits) -> MathError | None:
    """What is too large about a formula; None where nothing is."""
    sizes = {
        "the formula": len(formula.tex),
        "the page's macros": sum(len(name) + len(body) for name, body in formula.macros),
    }
    for name, size in sizes.items():
        if size > limits.input_characters:
            return MathError(f"{name}: {size} characters, more than {limits.input_characters}")
    return None


Scope = tuple[str | None, tuple[tuple[str, str], ...]]


def find_scopes(formulas: Sequence[Formula]) -> list[Scope]:
    """The page and macros that each formula depends on; no page where it makes no definitions."""
    defining = {
        (formula.page, formula.macros)
        for formula in formulas
        if _DEFINES.search(formula.tex) or any(_DEFINES.search(body) for _, body in formula.macros)
    }
    return [
        (formula.page if (formula.page, formula.macros) in defining else None, formula.macros)
        for formula in formulas
    ]


def find_originals(formulas: Sequence[Formula], scopes: Sequence[Scope]) -> list[int]:
    """For each formula the place of the one rendered for it: the first that must look the same."""
    first: dict[tuple[str, bool, Scope], int] = {}
    return [
        first.setdefault((formula.tex, formula.display, scope), place)
        if scope[0] is None
        else place
        for place, (formula, scope) in enumerate(zip(formulas, scopes, strict=True))
    ]


def make_requests(
    formulas: Sequence[Formula], scopes: Sequence[Scope], places: Iterable[int], limits: Limits
) -> Iterator[Request]:
    """One request a page that makes definitions; what is left goes in handy portions."""
    by_scope: dict[Scope, list[int]] = {}
    for place in places:
        by_scope.setdefault(scopes[place], []).append(place)
    for (page, macros), members in by_scope.items():
        size = _FORMULAS_PER_REQUEST if page is None else len(members)
        common = {"macros": dict(macros), "limits": asdict(limits)}
        for start in range(0, len(members), size):
            chosen = tuple(members[start : start + size])
            items = tuple({"tex": formulas[p].tex, "display": formulas[p].display} for p in chosen)
            yield Request("math", chosen, items, common)


def to_result(reply: Reply) -> MathResult:
    """The worker's reply as what a caller of `render_math` sees."""
    return reply.error or RenderedMath(reply.utf8, reply.warnings)
