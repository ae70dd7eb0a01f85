"""What is asked of Node and what comes back: formulas, drawings, and the lines that carry them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from site_gen.charts import Drawing


class Formula(msgspec.Struct, frozen=True):
    """A formula and all that decides how it looks."""

    tex: str
    display: bool
    """Whether it stands on its own line."""
    macros: tuple[tuple[str, str], ...] = ()
    r"""Name and body, e.g. `(("\\R", "\\mathbb{R}"),)`."""
    page: str = ""
    r"""What shares definitions made with `\gdef`, in order: the formulas of one page do."""


class MathWarning(msgspec.Struct, frozen=True):
    """Something that KaTeX rendered but LaTeX would not, or a character that its fonts lack."""

    code: str
    """KaTeX's name for it, e.g. `unicodeTextInMathMode`, or `console` where it has none."""
    message: str


class RenderedMath(msgspec.Struct, frozen=True):
    """A formula as HTML for the eye with MathML for everything else."""

    utf8: bytes
    """Its bytes: what is only kept need not be decoded."""
    warnings: tuple[MathWarning, ...] = ()

    @property
    def html(self) -> str:
        """The same as text."""
        return self.utf8.decode()


class MathError(msgspec.Struct, frozen=True):
    """Why a formula could not be rendered, and where in it."""

    message: str
    position: int | None = None
    """0-based, in characters of `Formula.tex`; None for no place in it, e.g. inside a macro."""
    length: int | None = None
    """Characters; 0 at the end of the formula."""
    hint: str = ""


MathResult = RenderedMath | MathError


class PlotError(msgspec.Struct, frozen=True):
    """Why a chart could not be drawn."""

    message: str
    hint: str = ""


PlotResult = Drawing | PlotError


@dataclass(frozen=True)
class Limits:
    """What one formula or chart, or the whole process, may take before it is an error."""

    input_characters: int = 20_000
    """A formula, or a page's macros; 20,000 take 0.3 to 1.3 s, and time grows faster."""
    output_characters: int = 1_000_000
    """HTML of a formula: 6,000 characters of TeX give this much, 500 a twelfth of it."""
    points: int = 20_000
    """Of a chart; so many with a name each take 0.5 s and 3 MB."""
    seconds: float = 2.0
    """Time for one formula or chart; most take 0.2 ms or 4 ms."""
    start_seconds: float = 60.0
    """Time until Node runs and has loaded what it needs; 0.1 s on an idle machine."""
    max_expand: int = 1000
    """Macro expansions in a formula."""
    max_size_em: int = 1000
    r"""Larger lengths, as in `\rule{9999em}{1em}`, are cut to this one."""
    heap_megabytes: int = 256
    """Memory of Node's heap."""
    losses: int = 32
    """Processes lost to hangs and crashes, two an item; then the rest is given up."""


class Request(msgspec.Struct, frozen=True):
    """Items that share something, rendered in order and without regard to other requests."""

    kind: str
    places: tuple[int, ...]
    """Where the result of each item goes."""
    items: tuple[Mapping[str, object], ...]
    common: Mapping[str, object]
    """What the items share, e.g. the macros."""
    careful: bool = False
    """Whether each reply is sent at once: slower, but it shows which item the worker hangs at."""

    @property
    def line(self) -> bytes:
        """The request as one line of JSON."""
        asked = {"kind": self.kind, "items": self.items, "careful": self.careful}
        request = asked | dict(self.common)
        return msgspec.json.encode(request) + b"\n"

    def without(self, place: int) -> Request:
        """The same request less one item, e.g. the one that hangs."""
        kept = [(p, item) for p, item in zip(self.places, self.items, strict=True) if p != place]
        places, items = tuple(p for p, _ in kept), tuple(item for _, item in kept)
        return msgspec.structs.replace(self, places=places, items=items)


class Reply(msgspec.Struct, frozen=True):
    """A line from the worker: a result, an error, or news about the worker itself."""

    utf8: bytes = b""
    """The HTML, which stands behind the line."""
    warnings: tuple[MathWarning, ...] = ()
    drawing: Drawing | None = None
    error: MathError | None = None
    """Also of a chart, which has no positions."""
    ready: str | None = None
    """The kind of request whose libraries are loaded now."""
    refused: str | None = None
    """Why the worker cannot answer a request at all."""
    code: str = ""
    """With `refused`: what kind of reason, e.g. `MODULE_NOT_FOUND`."""
