"""The first waves of a build: sources to documents, documents made ready."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import islice

from msgspec.structs import replace

from site_gen.build.choice import Choice
from site_gen.build.documents import Parse, Parsed, ParseTask
from site_gen.build.inline import Inline, Lost
from site_gen.build.kept import Kept
from site_gen.build.ready import ask_for_formulas, make_ready
from site_gen.build.rows import DocumentRow, ReadyRow
from site_gen.build.work import Work
from site_gen.diagnostics import Diagnostic, Span
from site_gen.site.known import Known

Digests = tuple[bytes, ...]
"""One for each formula of a document."""

_BATCH = 24
"""Documents that a worker gets at once."""
_MOST_CAUSES = 5


def parse_documents(work: Work, kept: Kept, parse: Parse) -> dict[str, Digests]:
    """The formulas of the documents that had to be parsed; `kept` has the rows of all by then.

    Formulas go to Node while others are still being parsed.
    """
    documents, paths = kept.documents, work.inputs.listing.documents
    if kept.last is None or kept.last.listing is not work.inputs.listing:
        documents.keep_only(paths)
    wanted = _find_unparsed(work, kept)
    work.world.on_stage(f"parsing {len(wanted):,} documents")
    parsed: dict[str, Digests] = {}
    # Most documents read the same, and each brings its own copy from its worker.
    shared: dict[bytes, bytes] = {}
    rows = documents.rows
    tasks = [
        ParseTask(path, rows[path].sha256 if path in rows and not cause else "")
        for path, cause in wanted.items()
    ]
    batches = [tasks[start : start + _BATCH] for start in range(0, len(tasks), _BATCH)]
    crew = work.crew.choose(len(tasks))
    sent = parse if isinstance(crew, Inline) else parse.only(wanted)
    for batch, results in zip(batches, crew.map_batches(sent, batches), strict=True):
        found = [
            _lose(task.path, result, parse) if isinstance(result, Lost) else result
            for task, result in zip(batch, results, strict=True)
        ]
        work.store.add_packed(dict(blob for each in found for blob in _blobs_of(each)))
        for each in found:
            work.inputs.note(each.path, each.sha256, each.size_bytes, each.read_ns)
            if each.row:
                cause = wanted[each.path] or (("its text",) if each.path in rows else ())
                reads = shared.setdefault(each.row.packed_reads, each.row.packed_reads)
                row = replace(each.row, made=work.store.build, cause=cause, packed_reads=reads)
                documents.put(each.path, row)
                parsed[each.path] = each.digests
                work.typesetter.ask(each.digests, each.formulas)
    return parsed


def make_documents_ready(
    work: Work,
    kept: Kept,
    choice: Choice,
    known: Known,
    parsed: Mapping[str, Digests],
) -> list[str]:
    """Which documents had to be made ready; `kept` has the rows of all that are checked by then,
    and `work.changed` gets the cells of those that are not as they were.

    `parsed` are the formulas, which have been asked for, of the documents that were parsed by this
    build.
    """
    documents, readies = kept.documents.rows, kept.readies
    made = _find_unready(work, kept, choice, parsed)
    work.world.on_stage("setting formulas")
    digests = {
        path: _find_formulas(work, documents[path], readies.rows.get(path), parsed.get(path))
        for path in made
    }
    work.typesetter.finish()
    work.world.on_stage(f"following the links of {len(made):,} documents")
    for path in made:
        old = readies.rows.get(path)
        cause = find_cause(old.reads, work.changed) or ("its document",) if old else ()
        started = time.perf_counter()
        new = make_ready(
            path,
            documents[path],
            work.documents.load(documents[path].outline),
            digests[path],
            known,
            work.inputs,
            work.typesetter,
        )
        elapsed_us = round(1e6 * (time.perf_counter() - started))
        row = replace(new, made=work.store.build, cause=cause, elapsed_us=elapsed_us)
        readies.put(path, row)
        if old is None or old.digest != new.digest:
            work.changed.add(f"ready:{path}")
        if old is None or not old.document.endswith(documents[path].transcript):
            work.changed.add(f"transcript:{path}")
    work.typesetter.rest()
    return made


def find_cause(reads: Sequence[str], changed: set[str]) -> tuple[str, ...]:
    """The first few of the cells that were read and have changed."""
    return tuple(islice((cell for cell in reads if cell in changed), _MOST_CAUSES))


def _find_unparsed(work: Work, kept: Kept) -> dict[str, tuple[str, ...]]:
    """The documents that may have to be parsed → what has changed for them; nothing where that can
    only be their own text.
    """
    inputs, rows = work.inputs, kept.documents.rows
    paths: Iterable[str] = inputs.listing.documents
    readers = kept.documents.find_readers(work.changed)
    if inputs.touched is not None and kept.last and kept.last.listing is inputs.listing:
        # What was lost, or could not be read, may be there now.
        lost = (path for path, row in kept.documents.flawed.items() if not row.sha256)
        paths = sorted({*inputs.touched, *kept.unsettled, *lost, *readers} & rows.keys())
    wanted: dict[str, tuple[str, ...]] = {}
    for path in paths:
        row = rows.get(path)
        if row is not None and path in readers:
            wanted[path] = find_cause(row.reads, work.changed)
        elif not row or not row.sha256 or inputs.known_sha256(path) != row.sha256:
            wanted[path] = ()
    return wanted


def _find_unready(work: Work, kept: Kept, choice: Choice, parsed: Collection[str]) -> list[str]:
    """The documents that have to be made ready."""
    documents, readies = kept.documents, kept.readies
    rows, missing = readies.rows, list[str]()
    if kept.last is None or kept.last.choice is not choice:
        readies.keep_only(choice.checked)
        missing = [path for path in choice.checked if path not in rows]

    def is_stale(path: str) -> bool:
        row, old = documents.rows[path], rows[path]
        # What is said of a mistake shows its line, and that may have changed otherwise.
        return old.document != row.document or bool(path in parsed and old.mistakes)

    changed = filter(is_stale, documents.before.keys() & rows.keys())
    return [*missing, *sorted({*readies.find_readers(work.changed), *changed})]


def _find_formulas(
    work: Work, row: DocumentRow, old: ReadyRow | None, parsed: Digests | None
) -> Digests:
    """The digests of a document's formulas, all of which have been asked for."""
    if parsed is not None or not row.has_math:
        return parsed or ()
    if old and old.document == row.document and "setting:macros" not in work.changed:
        return old.fillers.formulas
    document = work.documents.load(row.outline)
    return ask_for_formulas(document, work.leaves.config.macros, work.typesetter)


def _blobs_of(parsed: Parsed) -> Iterable[tuple[bytes, bytes]]:
    if parsed.row and parsed.row.digest:
        yield parsed.row.outline, parsed.outline
        yield parsed.row.body, parsed.body
        yield parsed.row.transcript, parsed.transcript


def _lose(path: str, lost: Lost, parse: Parse) -> Parsed:
    """What stands for a document that a worker died of or hung at."""
    problem = Diagnostic(Span(path), f"cannot be parsed: {lost.reason}", "make it simpler")
    return Parsed(path, "", row=parse.fail("", problem))
