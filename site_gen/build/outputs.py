"""The last wave of a build: which outputs there are, and those that have to be made."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from site_gen.build.inline import Lost
from site_gen.build.readied import AllReadied, NotedReadied
from site_gen.build.reads import pack_reads
from site_gen.build.render import Render, Rendered, RenderTask
from site_gen.build.rows import OutputRow
from site_gen.build.table import Table
from site_gen.build.theme import Copy
from site_gen.build.waves import find_cause
from site_gen.build.work import Work
from site_gen.diagnostics import Diagnostic, SiteError, Span
from site_gen.phrases import format_count
from site_gen.site.math_sheet import MathSheet
from site_gen.site.outputs import Slot, plan
from site_gen.site.pages import PagePlan
from site_gen.site.reader import Reader

_BATCH = 42
"""Outputs that are planned at once, whose pages one worker gets: where ten articles share a front
page, two of these with all that is about their articles."""

_LONG = frozenset(("archive", "tag"))
"""Kinds of outputs that grow with the site."""

NewReader = Callable[[], Reader]
"""Gives each task one of its own."""

LOST = "process"
"""What an output depends on whose process died or hung: it never is what it was."""


class Wanted(NamedTuple):
    """An output to make, and why."""

    slot: Slot
    cause: tuple[str, ...]


def find_unmade(
    outputs: Table[OutputRow],
    slots: Iterable[Slot] | None,
    changed: set[str],
    is_there: Callable[[str, str], bool] | None,
) -> Iterator[Wanted]:
    """The outputs that have to be made.

    `outputs` has the rows of the last build; `slots` are the places, None where they are those of
    the last build. `is_there` says whether the bytes of an output, by path and SHA-256, are at
    hand; None where all are.
    """
    rows, readers = outputs.rows, outputs.find_readers(changed)
    if slots is None:
        paths = readers if is_there is None else rows
        slots = (rows[path].slot(path) for path in rows if path in paths) if paths else ()
    for slot in slots:
        row = rows.get(slot.path)
        if row is None or (row.kind, row.subject) != (slot.kind, slot.subject):
            yield Wanted(slot, ())
        elif slot.path in readers:
            yield Wanted(slot, find_cause(row.reads, changed))
        elif row.sha256 and is_there and not all(is_there(*file) for file in _files_of(slot, row)):
            yield Wanted(slot, ("its file, which is not where it was published",))


def _files_of(slot: Slot, row: OutputRow) -> Iterator[tuple[str, str]]:
    """Path and SHA-256 of all that is made for a place."""
    yield slot.path, row.sha256
    if row.sheet:
        yield row.sheet.path, row.sheet.sha256


def make_outputs(
    work: Work, wanted: Sequence[Wanted], ask: NewReader, readied: AllReadied, render: Render
) -> Iterator[tuple[str, OutputRow]]:
    """Path and row of each output, in the order in which they are wanted.

    What is before its template goes to the crew; what has none is made here.
    """
    waiting: deque[list[_Planned]] = deque()

    def batches() -> Iterator[Sequence[RenderTask]]:
        for chosen in _divide(wanted):
            waiting.append([_plan(work, each, ask, readied, render) for each in chosen])
            yield [each.task for each in waiting[-1] if each.task]

    is_shared = work.world.pool.folder is not None and work.store.folder is not None
    crew = work.crew.choose(len(wanted) if is_shared else 1)
    for results in crew.map_batches(render, batches()):
        made = iter(results)
        for each in waiting.popleft():
            result = next(made) if each.task else None
            yield each.slot.path, _finish(each, result, work.store.build)


def tell_problems(flawed: Mapping[str, OutputRow]) -> Iterator[Diagnostic]:
    """What is wrong with these outputs; what many have in common is told once, of the first."""
    found: dict[Diagnostic, list[str]] = {}
    for path in sorted(flawed):
        for problem in flawed[path].problems:
            found.setdefault(problem, []).append(path)
    for problem, (first, *others) in found.items():
        row = flawed[first]
        is_told = LOST in row.reads or not row.template
        yield problem if is_told else replace(problem, during=_describe(first, row, len(others)))


def _describe(path: str, row: OutputRow, others: int) -> str:
    """E.g. ``/articles/a/` from `content/articles/a.md`, and 2 other pages``."""
    url = f"/{path.removesuffix('index.html')}"
    source = f" from `{row.subject}`" if row.subject.startswith("content/") else ""
    rest = f", and {format_count(others, 'other page')}" if others else ""
    return f"`{url}`{source}{rest}"


def _divide(wanted: Sequence[Wanted]) -> Iterator[Sequence[Wanted]]:
    """The outputs in batches; what lists all articles is alone in its own."""
    start = 0
    while start < len(wanted):
        end = start + 1
        while end < min(len(wanted), start + _BATCH) and not (
            {wanted[end - 1].slot.kind, wanted[end].slot.kind} & _LONG
        ):
            end += 1
        yield wanted[start:end]
        start = end


def take_copies(work: Work, copies: Iterable[Copy], is_there: Callable[[str, str], bool]) -> None:
    """Put the bytes of copied files into the pool where they are not at hand."""
    for copy in copies:
        if is_there(copy.slot.path, copy.sha256):
            continue
        if work.world.pool.add(copy.load()) != copy.sha256:
            message = f"`{copy.slot.subject}` was changed while the site was built"
            raise SiteError(message, "build once more")


class _Planned(msgspec.Struct):
    """An output on its way."""

    slot: Slot
    cause: tuple[str, ...]
    reads: set[str]
    task: RenderTask | None = None
    content: tuple[str, int] = ("", 0)
    """SHA-256 and size of what was made at once."""
    sheet: MathSheet | None = None
    elapsed_us: int = 0
    """Until here."""


def _plan(
    work: Work, wanted: Wanted, ask: NewReader, readied: AllReadied, render: Render
) -> _Planned:
    started, reader = time.perf_counter(), ask()
    slot, cause = wanted
    planned = plan(slot, reader, NotedReadied(readied, reader), render.fill_in)
    if not isinstance(planned, bytes):
        made = _Planned(slot, cause, reader.reads, RenderTask(slot.path, planned))
        made.sheet = planned.sheet if isinstance(planned, PagePlan) else None
    else:
        content = (work.world.pool.add(planned), len(planned))
        made = _Planned(slot, cause, reader.reads, content=content)
    made.elapsed_us = round(1e6 * (time.perf_counter() - started))
    return made


def _finish(planned: _Planned, result: Rendered | Lost | None, build: int) -> OutputRow:
    slot = planned.slot
    if isinstance(result, Lost):
        result = Rendered("", 0, (_lost(slot, result),), (LOST,))
    sha256, size_bytes = (result.sha256, result.size_bytes) if result else planned.content
    return OutputRow(
        kind=slot.kind,
        subject=slot.subject,
        sha256=sha256,
        size_bytes=size_bytes,
        packed_reads=pack_reads({*planned.reads, *(result.reads if result else ())}),
        problems=result.problems if result else (),
        template=_template_of(planned.task),
        made=build,
        cause=planned.cause,
        elapsed_us=planned.elapsed_us + (result.elapsed_us if result else 0),
        needs=result.needs if result else (),
        sheet=planned.sheet,
    )


def _template_of(task: RenderTask | None) -> str:
    return task.plan.template if task and isinstance(task.plan, PagePlan) else ""


def _lost(slot: Slot, lost: Lost) -> Diagnostic:
    at = slot.subject if slot.subject.startswith("content/") else "content"
    return Diagnostic(Span(at), f"`/{slot.path}` cannot be made: {lost.reason}")
