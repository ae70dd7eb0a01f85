"""Formulas of documents: all that decides how one looks, and where its mistakes are.

The digest of a formula is over everything that KaTeX gets to see of it, so equal formulas are set
once, whichever pages they stand on, and one that was set is right for as long as KaTeX is the same.
Of the macros it gets only those that it can reach, so to change one is to set again what uses it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from site_gen.build.math_needs import NO_NEEDS, MathNeeds
from site_gen.diagnostics import WHOLE, Diagnostic, Place, Source
from site_gen.effects import SourceTree
from site_gen.model import Document, Formula
from site_gen.sidecar import Formula as SidecarFormula
from site_gen.sidecar import MathError, MathWarning, find_scopes

_ADVICE = (
    ("undefined control sequence", "check its spelling, or define it under `math: macros:`"),
    ("unexpected end of input", "something that was opened is not closed: look for `{`"),
    ("expected '}'", "close what is open with `}`"),
    ("expected 'EOF', got '}'", "there is a `}` that nothing opened"),
    ("expected 'EOF', got '&'", "`&` belongs into an environment such as `aligned`"),
    ("double superscript", "put braces around the first: `{a^b}^c`"),
    ("double subscript", "put braces around the first: `{a_b}_c`"),
    ("no such environment", "see KaTeX's list of supported environments"),
    ("too many expansions", "a macro refers to itself"),
)
"""Words of a message → what the author can do."""


class FormulaNote(msgspec.Struct, frozen=True, array_like=True):
    """What is known of a formula that was set, but for its HTML."""

    needs: MathNeeds = NO_NEEDS
    styles: tuple[str, ...] = ()
    """Declarations that are classes by now, sorted, e.g. `height:1em`."""
    error: MathError | None = None
    warnings: tuple[MathWarning, ...] = ()


def prepare_formulas(
    document: Document, macros: Mapping[str, str], own_words: str
) -> tuple[list[SidecarFormula], tuple[bytes, ...]]:
    """What KaTeX gets of a document's formulas, and a digest of all that decides about each.

    `macros` are those of the configuration, `own_words` is KaTeX's source, whose commands may use a
    macro that bears the name of one of them. An author's macros cannot touch what was computed.
    """
    macros = {**macros, **dict(document.front.macros)}
    shared = tuple(sorted(macros.items()))
    full = [_to_send(formula, document.path, shared) for formula in document.formulas]
    scopes = find_scopes(full)
    formulas = [
        formula
        if page is not None
        else replace(formula, macros=_reach(formula, own_words), page="")
        for formula, (page, _) in zip(full, scopes, strict=True)
    ]
    keys = _encode(full)
    digests = (
        _digest(_encode(formula)) if scope[0] is None else _digest(keys, str(place).encode())
        for place, (formula, scope) in enumerate(zip(formulas, scopes, strict=True))
    )
    return formulas, tuple(digests)


def explain_formulas(
    document: Document, notes: Sequence[FormulaNote], source: Source
) -> list[Diagnostic]:
    """What is wrong in a document's formulas, at its place; `notes` has one for each of them."""
    return [
        problem
        for formula, note in zip(document.formulas, notes, strict=True)
        for problem in _explain(formula, note, source)
    ]


def read_own_words(katex: SourceTree) -> str:
    """KaTeX's own source, with all the commands that it knows; `katex` is its `dist` folder."""
    return katex.read_bytes("katex.min.js").decode()


_encode = msgspec.msgpack.Encoder().encode


def _digest(*parts: bytes) -> bytes:
    return hashlib.blake2b(b"\0".join(parts), digest_size=16, person=b"formula").digest()


def _to_send(formula: Formula, path: str, macros: tuple[tuple[str, str], ...]) -> SidecarFormula:
    if not formula.places:
        return SidecarFormula(formula.tex, formula.display)
    return SidecarFormula(formula.tex, formula.display, macros, path)


def _reach(formula: SidecarFormula, own_words: str) -> tuple[tuple[str, str], ...]:
    """The macros that a formula may come to use: those it names, those that these name, and those
    that KaTeX's own may name.
    """
    left = dict(formula.macros)
    texts = [formula.tex]
    found: dict[str, str] = {name: left.pop(name) for name in list(left) if name in own_words}
    texts += found.values()
    while texts:
        text = texts.pop()
        named = [name for name in left if name in text]
        found |= {name: left.pop(name) for name in named}
        texts += [found[name] for name in named]
    return tuple(sorted(found.items()))


def _explain(formula: Formula, note: FormulaNote, source: Source) -> Iterable[Diagnostic]:
    if error := note.error:
        place = _locate(formula, error.position, error.length)
        return [source.error(f"math: {error.message}", place, error.hint or _advise(error.message))]
    return [_warn(formula, warning, source) for warning in note.warnings]


def _advise(message: str) -> str:
    """What can be done about one of KaTeX's messages; empty where it says so itself."""
    for words, hint in _ADVICE:
        if words in message:
            return hint
    return ""


def _warn(formula: Formula, warning: MathWarning, source: Source) -> Diagnostic:
    return source.warning(f"math: {warning.message}", _locate(formula, None, None))


def _locate(formula: Formula, position: int | None, length: int | None) -> Place:
    """Where a position in a formula is in the source; the formula itself without one."""
    if not formula.places:
        return WHOLE
    if position is None:
        return formula.places[0]
    index = min(formula.tex.count("\n", 0, position), len(formula.places) - 1)
    line_start = formula.tex.rfind("\n", 0, position) + 1
    place = formula.places[index]
    # What is behind the last character of the source, KaTeX's `\tag` for one, is at its end.
    column = place.column + min(position - line_start, place.length)
    return Place(place.line, column, max(1, length or 1))
