"""What Node makes: formulas and charts, set once and kept as blobs.

Formulas are sent while documents are still being parsed: a thread waits for Node, and what has come
back is put into the store whenever more is asked for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property
from types import TracebackType
from typing import Protocol, Self

import msgspec

from site_gen.build.formulas import FormulaNote, read_own_words
from site_gen.build.math_needs import MathNeeds
from site_gen.build.math_rules import MathRules
from site_gen.build.math_styles import use_classes
from site_gen.build.store import Store
from site_gen.charts import Chart, Drawing
from site_gen.effects import SourceTree
from site_gen.sidecar import Bundled, Formula, MathError, MathResult, PlotError, PlotResult

_FORMULAS_AT_ONCE = 512


class Renderer(Protocol):
    """What only Node can do: the sidecar, or a stand-in in tests."""

    def render_math(self, formulas: Sequence[Formula]) -> list[MathResult]:
        """One result for each formula."""

    def render_plots(self, charts: Sequence[Chart]) -> list[PlotResult]:
        """One result for each chart."""

    def bundle_scripts(self, scripts: Mapping[str, str]) -> Bundled:
        """What comes of scripts by name."""

    def rest(self) -> None:
        """Nothing more is asked for by this build."""


class Typesetter:
    """Sets what is not in the store yet; `with` ends its thread."""

    def __init__(self, store: Store, renderer: Renderer, katex: SourceTree) -> None:
        """`katex` is the package's `dist` folder; it is read only when there is math to set."""
        self._store = store
        self._renderer = renderer
        self._katex = katex
        self._thread = ThreadPoolExecutor(1)
        self._asked: set[bytes] = set()
        self._notes: dict[bytes, FormulaNote] = {}
        self._is_first = store.has_no_blobs
        self._waiting: list[tuple[bytes, Formula]] = []
        self._sent: list[tuple[list[bytes], Future[list[MathResult]]]] = []
        self.count = 0
        """How many formulas were set by this build."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._thread.shutdown(cancel_futures=True)

    def ask(self, digests: Sequence[bytes], formulas: Sequence[Formula]) -> None:
        """Have a document's formulas set, unless they are or will be.

        Formulas that share definitions go together, even where some of them are there.
        """
        new = [digest for digest in digests if digest not in self._asked]
        missing = set(new)
        if missing and not self._is_first:
            missing -= self._store.notes(new).keys()
        self._asked.update(new)
        if missing:
            pages = {f.page for d, f in zip(digests, formulas, strict=True) if d in missing} - {""}
            self._waiting += [
                (digest, formula)
                for digest, formula in zip(digests, formulas, strict=True)
                if digest in missing or formula.page in pages
            ]
        if len(self._waiting) >= _FORMULAS_AT_ONCE:
            self._send()
        self._keep(lambda future: future.done())

    def finish(self) -> None:
        """Return when all that was asked for is in the store."""
        self._send()
        self._keep(lambda _: True)

    def find_notes(self, digests: Sequence[bytes]) -> list[FormulaNote]:
        """What is known of formulas that have been set."""
        old = self._store.notes([digest for digest in digests if digest not in self._notes])
        return [self._notes.get(digest) or _decode_note(old[digest]) for digest in digests]

    def rest(self) -> None:
        """Drop what was known of formulas: all were asked for, and it is in the store."""
        self._notes.clear()
        self._asked.clear()
        self._renderer.rest()

    def draw(self, charts: Sequence[Chart]) -> tuple[tuple[bytes, ...], list[PlotError | None]]:
        """A digest for each chart, which is drawn and in the store unless there is an error."""
        digests = tuple(map(_digest_chart, charts))
        there = self._store.notes(digests)
        missing = [i for i, digest in enumerate(digests) if digest not in there]
        results = self._renderer.render_plots([charts[i] for i in missing]) if missing else []
        blobs = {}
        for place, result in zip(missing, results, strict=True):
            is_error = isinstance(result, PlotError)
            note = msgspec.msgpack.encode(result if is_error else None)
            content = b"" if is_error else msgspec.msgpack.encode(result)
            blobs[digests[place]] = note, content
        self._store.add_blobs(blobs)
        there |= {digest: note for digest, (note, _) in blobs.items()}
        return digests, [_decode_plot_note(there[digest]) for digest in digests]

    @cached_property
    def rules(self) -> MathRules:
        """KaTeX's stylesheet."""
        return MathRules(self._katex.read_bytes("katex.min.css").decode())

    @cached_property
    def own_words(self) -> str:
        """KaTeX's own source, with all the commands that it knows."""
        return read_own_words(self._katex)

    def _send(self) -> None:
        if self._waiting:
            digests = [digest for digest, _ in self._waiting]
            batch = [formula for _, formula in self._waiting]
            self.count += len(batch)
            self._sent.append((digests, self._thread.submit(self._renderer.render_math, batch)))
            self._waiting = []

    def _keep(self, is_wanted: Callable[[Future[list[MathResult]]], bool]) -> None:
        while self._sent and is_wanted(self._sent[0][1]):
            digests, future = self._sent.pop(0)
            results = zip(digests, future.result(), strict=True)
            self._store.add_blobs(dict(self._describe(results)))

    def _describe(
        self, results: Iterable[tuple[bytes, MathResult]]
    ) -> Iterable[tuple[bytes, tuple[bytes, bytes]]]:
        for digest, result in results:
            if isinstance(result, MathError):
                note, html = FormulaNote(error=result), b""
            else:
                html, styles = use_classes(result.utf8)
                needs = MathNeeds(self.rules.find(html), self.rules.find_classes(html))
                note = FormulaNote(needs, styles, None, result.warnings)
            self._notes[digest] = note
            yield digest, (msgspec.msgpack.encode(note), html)


_decode_note = msgspec.msgpack.Decoder(FormulaNote).decode
_decode_plot_note = msgspec.msgpack.Decoder(PlotError | None).decode


def decode_drawing(content: bytes) -> Drawing:
    """The drawing of a chart's blob; an empty one where it could not be drawn."""
    if not content:
        return Drawing(wide="", narrow="", key="")
    return msgspec.msgpack.decode(content, type=Drawing)


def _digest_chart(chart: Chart) -> bytes:
    encoded = msgspec.msgpack.encode(chart)
    return hashlib.blake2b(encoded, digest_size=16, person=b"chart").digest()
