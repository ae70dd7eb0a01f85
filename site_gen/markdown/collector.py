"""What one document gathers while it is parsed: diagnostics, references, formulas, charts, holes.

Renderers and directives put a hole into their HTML as a mark (`collector.hole(…)`), which
`split_at_holes` finds again. The mark is built on NUL, which CommonMark lets no document contain.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import msgspec
from markdown_it.common.normalize_url import normalizeLink, validateLink

from site_gen.charts import Chart
from site_gen.diagnostics import Diagnostic, Place, Source, Suggestions
from site_gen.model import (
    Anchor,
    Beside,
    BesideFile,
    Calculation,
    Formula,
    Hole,
    Math,
    Plot,
    Reference,
    ReferenceKind,
    Segment,
)

_MARK = re.compile("\x00([0-9]+)\x00")
_BLANKS = re.compile(r"[\x00-\x20]")
_HARMLESS = re.compile(r"https?://|[^:]*+\Z")
"""A target that runs nothing: a page elsewhere, or what has no scheme."""
_SUGGESTIONS = 50
"""How many hints a document gets that take a search."""


class Value(msgspec.Struct, frozen=True):
    """A computed figure, as texts can ask for it."""

    value: float | str
    """In the base unit, for machines."""
    text: str
    """With its unit, e.g. `576 GB/s`."""
    number: str
    """Without its unit, e.g. `576`."""
    tex: str = ""
    """Its equation with the numbers put in; empty for a given input."""
    explanation: str = ""
    """Where it comes from, in one line of plain text."""


class Edit(NamedTuple):
    """What a piece of the source becomes in the transcript."""

    start: int
    """Offset into the source."""
    end: int
    text: str
    """Markdown, with marks."""


class Collector:
    """The gathering place of one parse; it lives no longer than that."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.diagnostics: list[Diagnostic] = []
        self.references: list[Reference] = []
        self.formulas: list[Formula] = []
        self.plots: list[Chart] = []
        self.scripts: list[str] = []
        self.files: list[BesideFile] = []
        self.values: dict[str, Mapping[str, Value]] = {}
        """Name of a calculation → field → figure."""
        self.calculations: list[Calculation] = []
        self.afterwards: list[Callable[[], None]] = []
        """What is left to check once all directives have run."""
        self.equations: dict[str, int] = {}
        """Label of an equation → its number."""
        self.edits: list[Edit] = []
        """Where the transcript is not what the source says."""
        self._holes: list[Hole] = []
        self._suggestions = Suggestions(_SUGGESTIONS)

    def error(self, message: str, place: Place, hint: str = "") -> None:
        """Note a mistake at a place of this document."""
        self.diagnostics.append(self.source.error(message, place, hint))

    def warning(self, message: str, place: Place, hint: str = "") -> None:
        """Note what is shown to its author, and published anyway."""
        self.diagnostics.append(self.source.warning(message, place, hint))

    def suggest(self, name: str, known: Iterable[str]) -> str:
        """A hint that names the nearest known name; empty where none is near, and after many."""
        return self._suggestions.suggest(name, known)

    def reference(self, target: str, kind: ReferenceKind, place: Place) -> int:
        """The index of a new reference of this document; what would run something is an error."""
        # Browsers overlook blanks, so `java<tab>script:` is what it looks like.
        if not (_HARMLESS.match(target) or validateLink(normalizeLink(_BLANKS.sub("", target)))):
            self.error(f"`{target}` can be no target, since it would run something", place)
            target = "#"
        try:
            parts = urlsplit(target)
        except ValueError as error:
            self.error(f"`{target}` is no address: {str(error).lower()}", place)
            parts = urlsplit("#")
        self.references.append(
            Reference(
                target=target,
                kind=kind,
                place=place,
                is_outside=bool(parts.scheme or parts.netloc),
                path=unquote(parts.path),
                fragment=unquote(parts.fragment),
            )
        )
        return len(self.references) - 1

    def formula(self, tex: str, display: bool, places: tuple[Place, ...] = ()) -> str:
        """The mark of a new formula, to be put into HTML."""
        self.formulas.append(Formula(tex, display, places))
        return self.hole(Math(len(self.formulas) - 1))

    def plot(self, chart: Chart) -> str:
        """The mark of a new chart, to be put into HTML where a block may stand."""
        self.plots.append(chart)
        return self.hole(Plot(len(self.plots) - 1, chart.details))

    def script(self, name: str) -> None:
        """Have every page that shows this document load a script of `static/assets/`, once.

        It is for what goes beyond reading: what is shown must be whole without it.
        """
        if name not in self.scripts:
            self.scripts.append(name)

    def beside(self, name: str, content: bytes) -> str:
        """The mark of the address of a new file beside the page, to be put into an attribute."""
        self.files.append(BesideFile(name, content))
        return self.hole(Beside(name))

    def edit(self, start: int, end: int, text: str = "") -> None:
        """Have the transcript say something else between two offsets of the source, or nothing."""
        self.edits.append(Edit(start, end, text))

    def hole(self, hole: Hole) -> str:
        """The mark that stands for a hole in HTML; it passes through escaping unchanged."""
        self._holes.append(hole)
        return f"\x00{len(self._holes) - 1}\x00"

    def anchors_in(self, html: str) -> list[str]:
        """The names of the anchors in HTML with marks, in order."""
        holes = (self._holes[int(found[1])] for found in _MARK.finditer(html))
        return [hole.name for hole in holes if isinstance(hole, Anchor)]

    def split_at_holes(self, html: str) -> tuple[Segment, ...]:
        """HTML with marks as a sequence of HTML and holes, no two pieces of HTML in a row."""
        pieces = _MARK.split(html)
        return tuple(
            self._holes[int(piece)] if index % 2 else piece
            for index, piece in enumerate(pieces)
            if index % 2 or piece
        )
