"""Documents made ready: their links followed, their formulas set, their charts drawn."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from functools import lru_cache

import msgspec
from msgspec.structs import replace

from site_gen.build.documents import decode_document
from site_gen.build.formulas import explain_formulas, prepare_formulas
from site_gen.build.inputs import Inputs
from site_gen.build.math_needs import join_needs, pack_needs
from site_gen.build.reads import pack_reads
from site_gen.build.rows import DocumentRow, Fillers, ReadyRow
from site_gen.build.sealing import DamagedStoreError
from site_gen.build.store import Store
from site_gen.build.typesetter import Typesetter
from site_gen.diagnostics import WHOLE, Diagnostic, Source
from site_gen.markdown.fill import AssetTarget, Target
from site_gen.model import Document
from site_gen.sidecar import PlotError
from site_gen.site.context import Ready
from site_gen.site.hints import Mistake
from site_gen.site.known import Known
from site_gen.site.links import resolve_references
from site_gen.site.reader import Reader

_DOCUMENTS_AT_HAND = 64


class Documents:
    """Documents without their bodies, from the store, the last few of them held."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.load = lru_cache(_DOCUMENTS_AT_HAND)(self._load)

    def _load(self, outline: bytes) -> Document:
        found = self._store.contents([outline])
        if outline not in found:
            raise DamagedStoreError("a document is not where it was")
        return decode_document(found[outline])


def ask_for_formulas(
    document: Document, macros: Mapping[str, str], typesetter: Typesetter
) -> tuple[bytes, ...]:
    """The digests of a document's formulas, which Node is now setting where they are new."""
    if not document.formulas:
        return ()
    has_macros = macros or document.front.macros
    own_words = typesetter.own_words if has_macros else ""
    formulas, digests = prepare_formulas(document, macros, own_words)
    typesetter.ask(digests, formulas)
    return digests


def make_ready(
    path: str,
    row: DocumentRow,
    document: Document,
    digests: tuple[bytes, ...],
    known: Known,
    inputs: Inputs,
    typesetter: Typesetter,
) -> ReadyRow:
    """A document's links, formulas and charts, and what is wrong with them.

    `digests` are those of its formulas, which have all been set.
    """
    reader = Reader(known)
    source = _LazySource(path, inputs)
    targets, mistakes = resolve_references(document, reader, source)
    notes = typesetter.find_notes(digests)
    problems = explain_formulas(document, notes, source)
    plots, errors = typesetter.draw(document.plots) if document.plots else ((), [])
    problems += _explain_plots(document, errors, source)
    styles = sorted({style for note in notes for style in note.styles})
    reads = {*reader.reads, *({"setting:macros"} if digests else ())}
    return ReadyRow(
        packed_reads=pack_reads(reads),
        document=row.document,
        digest=_digest(row.digest, _as_shown(document, targets), digests, plots),
        packed_fillers=msgspec.msgpack.encode(Fillers(targets, digests, plots, tuple(styles))),
        packed_needs=pack_needs(join_needs(note.needs for note in notes)),
        mistakes=(*mistakes, *map(Mistake, problems)),
    )


def find_ready(row: DocumentRow, ready: ReadyRow, document: Document) -> Ready:
    """The document as outputs are made from it."""
    fillers = ready.fillers
    return Ready(
        document,
        row.body,
        row.transcript,
        fillers.targets,
        fillers.formulas,
        fillers.plots,
        fillers.styles,
    )


class _LazySource(Source):
    """A source that is read when something is wrong in it."""

    def __init__(self, path: str, inputs: Inputs) -> None:
        self.path = path
        self._inputs = inputs

    @property
    def text(self) -> str:  # type: ignore[override]
        """What the file holds; nothing where it has just gone."""
        source = self._inputs.source(self.path)
        return source.text if source else ""


def _explain_plots(
    document: Document, errors: list[PlotError | None], source: Source
) -> Iterator[Diagnostic]:
    for chart, error in zip(document.plots, errors, strict=True):
        if error:
            yield source.error(f"the chart `{chart.title}`: {error.message}", WHOLE, error.hint)


def _as_shown(document: Document, targets: tuple[Target, ...]) -> list[Target]:
    """The targets without what no page shows of files that are not offered for download: a page
    with a picture stays the same as long as what is published of it is.
    """
    return [
        replace(target, asset=replace(target.asset, size_bytes=0, sha256="", flaws=()))
        if isinstance(target, AssetTarget) and reference.kind != "download"
        else target
        for reference, target in zip(document.references, targets, strict=True)
    ]


def _digest(
    document: bytes,
    targets: list[Target],
    formulas: tuple[bytes, ...],
    plots: tuple[bytes, ...],
) -> bytes:
    encoded = msgspec.msgpack.encode((document, targets, formulas, plots))
    return hashlib.blake2b(encoded, digest_size=16).digest()
