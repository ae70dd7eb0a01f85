"""All formulas of a site: one batch to KaTeX, its errors back to their lines, its fonts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

import msgspec

from site_gen.build.math_fonts import used_fonts
from site_gen.build.theme import fingerprinted_url
from site_gen.config import Config
from site_gen.diagnostics import WHOLE, Diagnostic, Place, Source
from site_gen.effects import SourceTree
from site_gen.model import Document, Formula
from site_gen.sidecar import Formula as SidecarFormula
from site_gen.sidecar import MathError, MathResult, MathWarning

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


class MathRenderer(Protocol):
    """What sets formulas: the sidecar, or a stand-in in tests."""

    def render_math(self, formulas: Sequence[SidecarFormula]) -> list[MathResult]:
        """One result for each formula."""


class Rendered(msgspec.Struct, frozen=True):
    """Formulas of all documents as HTML."""

    by_path: Mapping[str, tuple[str, ...]]
    """Path of the document → one HTML for each of its formulas."""

    @property
    def any(self) -> bool:
        """Whether the site has math at all."""
        return any(self.by_path.values())


def render_formulas(
    documents: Iterable[Document],
    sources: Mapping[str, Source],
    renderer: MathRenderer,
    config: Config,
) -> tuple[Rendered, list[Diagnostic]]:
    """Every formula set by KaTeX; one with a mistake is empty, and its diagnostic says where."""
    chosen = list(documents)
    batch = [
        _to_send(formula, document, config) for document in chosen for formula in document.formulas
    ]
    results = iter(renderer.render_math(batch) if batch else ())
    by_path, diagnostics = {}, []
    for document in chosen:
        fragments = []
        for formula, result in zip(document.formulas, results, strict=False):
            source = sources[document.path]
            diagnostics += _explain(formula, result, source)
            fragments.append("" if isinstance(result, MathError) else result.html)
        by_path[document.path] = tuple(fragments)
    return Rendered(by_path), diagnostics


def make_stylesheet(rendered: Rendered, katex: SourceTree) -> dict[str, bytes]:
    """KaTeX's stylesheet and the fonts that these formulas use, as assets by name.

    `katex` is the package's `dist` folder.
    """
    fragments = [html for formulas in rendered.by_path.values() for html in formulas]
    fonts: dict[str, bytes] = {}

    def url_for(name: str) -> str:
        fonts[f"katex/{name}"] = katex.read_bytes(f"fonts/{name}")
        return fingerprinted_url(f"katex/{name}", fonts[f"katex/{name}"]).removeprefix("/assets/")

    css = used_fonts(fragments, katex.read_bytes("katex.min.css").decode(), url_for).css
    return {"katex.css": css.encode(), **fonts}


def _to_send(formula: Formula, document: Document, config: Config) -> SidecarFormula:
    """What KaTeX gets; an author's macros cannot touch a formula that was computed."""
    if not formula.places:
        return SidecarFormula(formula.tex, formula.display)
    macros = _macros(document, config)
    return SidecarFormula(formula.tex, formula.display, macros, document.path)


def _macros(document: Document, config: Config) -> tuple[tuple[str, str], ...]:
    return tuple(sorted({**config.macros, **dict(document.front.macros)}.items()))


def _explain(formula: Formula, result: MathResult, source: Source) -> list[Diagnostic]:
    if isinstance(result, MathError):
        place = _locate(formula, result.position, result.length)
        hint = result.hint or _advise(result.message)
        return [source.error(f"math: {result.message}", place, hint)]
    return [_warn(formula, warning, source) for warning in result.warnings]


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
