"""What is known of a figure: `bound` of `deepseek`, of whichever post has it."""

from __future__ import annotations

import math
from collections.abc import Iterator

from site_gen import paths
from site_gen.build.documents import decode_document
from site_gen.commands.last_build import LastBuild
from site_gen.commands.why.answer import FigureAnswer
from site_gen.commands.why.outlook import join
from site_gen.commands.why.words import Words
from site_gen.diagnostics import SiteError, suggest
from site_gen.lock.model import LockedFigure
from site_gen.model import Calculation, Document, ShownFigure

_TOLERANCE = 1e-9
"""As the lock has it."""


def list_figures(last: LastBuild) -> list[tuple[Document, Calculation]]:
    """Every calculation of the last build with its document."""
    outlines = {row.outline: path for path, row in last.documents.items() if row.has_figures}
    contents = last.store.contents(outlines)
    documents = [decode_document(contents[outline]) for outline in outlines]
    return [(each, calculation) for each in documents for calculation in each.calculations]


def name_figures(calculations: list[tuple[Document, Calculation]]) -> Iterator[str]:
    """What figures can be asked for by, for hints."""
    for _, calculation in calculations:
        yield from (f"{calculation.name}.{figure.name}" for figure in calculation.figures)


def find_figures(
    last: LastBuild, calculations: list[tuple[Document, Calculation]], name: str, words: Words
) -> tuple[FigureAnswer, ...]:
    """The figure of `[POST#]CALCULATION.FIGURE`; all those of a calculation where only that is
    named; none where there is no such calculation.

    SiteError where posts have calculations of the same name and none is said, or where the
    calculation has no such figure.
    """
    post, _, rest = name.rpartition("#")
    wanted, _, figure = rest.partition(".")
    found = [
        (document, each)
        for document, each in calculations
        if each.name == wanted and (not post or _is_meant(document, post))
    ]
    if not found and not post:
        found = [(document, each) for document, each in calculations if _is_meant(document, wanted)]
        if len(found) > 1:
            named = join([f"`{each.name}`" for _, each in found])
            hint = f"name one of them, as in `{found[0][1].name}.{figure or 'bound'}`"
            raise SiteError(f"`{wanted}` has the calculations {named}", hint)
    if not found:
        return ()
    if len(found) > 1:
        posts = join([f"`{document.path}`" for document, _ in found])
        hint = f"say which, as in `{paths.default_slug(found[0][0].path)}#{rest}`"
        raise SiteError(f"`{wanted}` is a calculation of {posts}", hint)
    document, calculation = found[0]
    names = [each.name for each in calculation.figures]
    if figure and figure not in names:
        raise SiteError(f"`{wanted}` has no figure `{figure}`", suggest(figure, names))
    chosen = [each for each in calculation.figures if not figure or each.name == figure]
    return tuple(_describe(last, document, calculation, each, words) for each in chosen)


def _is_meant(document: Document, post: str) -> bool:
    post = post.removeprefix("./").strip("/")
    return post in (
        document.path,
        document.path.removesuffix("/index.md"),
        paths.default_slug(document.path),
        document.url.strip("/"),
        document.url.strip("/").rpartition("/")[2],
    )


def _describe(
    last: LastBuild,
    document: Document,
    calculation: Calculation,
    figure: ShownFigure,
    words: Words,
) -> FigureAnswer:
    post = last.state.lock.find(document.path, calculation.name)
    locked = post.numbers.get(figure.name) if post else None
    reads = last.documents[document.path].reads
    return FigureAnswer(
        name=f"{calculation.name}.{figure.name}",
        label=figure.label,
        text=figure.text,
        value=figure.value,
        unit=figure.unit,
        explanation=figure.explanation,
        is_input=figure.is_input,
        is_pinned=calculation.is_pinned,
        locked=locked.text if locked else "",
        is_as_locked=bool(locked and _is_same(locked, figure)),
        calculation=calculation.title,
        path=document.path,
        line=calculation.place.line,
        given=tuple(
            f"{each.label} {each.text}"
            for each in calculation.figures
            if each.is_input and each.name != figure.name
        ),
        assumptions=calculation.assumptions,
        looked_up=words.group(cell for cell in reads if cell.startswith("catalogue:")),
        sources=tuple(
            f"{each.subject}: {each.title}" + (f" (read {each.date})" if each.date else "")
            for each in calculation.sources
        ),
        equations=calculation.equations,
        data=calculation.data,
    )


def _is_same(locked: LockedFigure, figure: ShownFigure) -> bool:
    is_near = math.isclose(locked.value, figure.value, rel_tol=_TOLERANCE)
    return is_near and locked.unit == figure.unit
