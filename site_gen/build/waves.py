"""The first waves of a build: sources to documents, documents made ready."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice

from msgspec.structs import replace

from site_gen.build.documents import Parse, Parsed, ParseTask, choose_facts
from site_gen.build.inline import Lost
from site_gen.build.reads import find_readers
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


def parse_documents(
    work: Work, paths: Sequence[str], kept: Mapping[str, DocumentRow]
) -> tuple[dict[str, DocumentRow], dict[str, Digests]]:
    """The rows of the documents at these paths, and the formulas of those that had to be parsed.

    `kept` are the rows of the last build. Formulas go to Node while others are still being parsed.
    """
    wanted = _find_unparsed(work, paths, kept)
    work.world.on_stage(f"parsing {len(wanted):,} documents")
    rows = {path: kept[path] for path in paths if path in kept}
    parsed: dict[str, Digests] = {}
    # Most documents read the same, and each brings its own copy from its worker.
    shared: dict[tuple[str, ...], tuple[str, ...]] = {}
    leaves = work.leaves
    facts = choose_facts(leaves.facts, wanted)
    parse = Parse(work.world.site, work.world.katex, leaves.config, facts, work.store.build)
    tasks = [
        ParseTask(path, kept[path].sha256 if path in kept and not cause else "")
        for path, cause in wanted.items()
    ]
    batches = [tasks[start : start + _BATCH] for start in range(0, len(tasks), _BATCH)]
    crew = work.crew.choose(len(tasks))
    for batch, results in zip(batches, crew.map_batches(parse, batches), strict=True):
        found = [
            _lose(task.path, result, parse) if isinstance(result, Lost) else result
            for task, result in zip(batch, results, strict=True)
        ]
        work.store.add_packed(dict(blob for each in found for blob in _blobs_of(each)))
        for each in found:
            work.inputs.note(each.path, each.sha256, each.size_bytes)
            if each.row:
                cause = wanted[each.path] or (("its text",) if each.path in kept else ())
                reads = shared.setdefault(each.row.reads, each.row.reads)
                rows[each.path] = replace(each.row, cause=cause, reads=reads)
                parsed[each.path] = each.digests
                work.typesetter.ask(each.digests, each.formulas)
    return {path: rows[path] for path in paths}, parsed


def make_documents_ready(
    work: Work,
    paths: Iterable[str],
    documents: Mapping[str, DocumentRow],
    kept: Mapping[str, ReadyRow],
    known: Known,
    parsed: Mapping[str, Digests],
) -> tuple[dict[str, ReadyRow], list[str]]:
    """The rows of these documents, and which had to be made ready; `work.changed` gets a cell for
    each that is not as it was.

    `kept` are the rows of the last build; `parsed` are the formulas, which have been asked for, of
    the documents that were parsed by this one.
    """
    rows = {path: kept[path] for path in paths if path in kept}
    has_read = find_readers(work.changed)
    made = [
        path
        for path in paths
        if _is_stale(documents[path], rows.get(path), has_read)
        # What is said of a mistake shows its line, and that may have changed otherwise.
        or (path in parsed and rows[path].mistakes)
    ]
    work.world.on_stage("setting formulas")
    digests = {
        path: _find_formulas(work, documents[path], kept.get(path), parsed.get(path))
        for path in made
    }
    work.typesetter.finish()
    work.world.on_stage(f"following the links of {len(made):,} documents")
    for path in made:
        old = rows.get(path)
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
        rows[path] = replace(new, made=work.store.build, cause=cause, elapsed_us=elapsed_us)
        if old is None or old.digest != new.digest:
            work.changed.add(f"ready:{path}")
    work.typesetter.rest()
    return {path: rows[path] for path in paths}, made


def find_cause(reads: Sequence[str], changed: set[str]) -> tuple[str, ...]:
    """The first few of the cells that were read and have changed."""
    return tuple(islice((cell for cell in reads if cell in changed), _MOST_CAUSES))


def _find_unparsed(
    work: Work, paths: Iterable[str], rows: Mapping[str, DocumentRow]
) -> dict[str, tuple[str, ...]]:
    """The documents that may have to be parsed → what has changed for them; nothing where that can
    only be their own text.
    """
    wanted: dict[str, tuple[str, ...]] = {}
    for path in paths:
        row = rows.get(path)
        if row is not None and not work.changed.isdisjoint(row.reads):
            wanted[path] = find_cause(row.reads, work.changed)
        elif not row or not row.sha256 or work.inputs.known_sha256(path) != row.sha256:
            wanted[path] = ()
    return wanted


def _find_formulas(
    work: Work, row: DocumentRow, old: ReadyRow | None, parsed: Digests | None
) -> Digests:
    """The digests of a document's formulas, all of which have been asked for."""
    if parsed is not None or not row.has_math:
        return parsed or ()
    if old and old.document == row.outline + row.body and "setting:macros" not in work.changed:
        return old.fillers.formulas
    document = work.documents.load(row.outline)
    return ask_for_formulas(document, work.leaves.config.macros, work.typesetter)


def _is_stale(row: DocumentRow, old: ReadyRow | None, has_read: Callable[[bytes], bool]) -> bool:
    if old is None or old.document != row.outline + row.body:
        return True
    return has_read(old.packed_reads)


def _blobs_of(parsed: Parsed) -> Iterable[tuple[bytes, bytes]]:
    if parsed.row and parsed.row.digest:
        yield parsed.row.outline, parsed.outline
        yield parsed.row.body, parsed.body


def _lose(path: str, lost: Lost, parse: Parse) -> Parsed:
    """What stands for a document that a worker died of or hung at."""
    problem = Diagnostic(Span(path), f"cannot be parsed: {lost.reason}", "make it simpler")
    return Parsed(path, "", row=parse.fail("", problem))
