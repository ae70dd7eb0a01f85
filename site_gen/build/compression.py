"""Making the compressed forms of outputs, each content once, in workers where there are several.

The bytes of a form are in the pool or published, and nowhere else: where they are in neither, its
output counts as not there, and is made once more so that there is something to compress.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain, starmap
from typing import NamedTuple

import msgspec

from site_gen.build.compressed import (
    CompressedRow,
    Form,
    Rows,
    find_form,
    list_forms,
    may_shrink,
)
from site_gen.build.inline import Lost
from site_gen.build.work import Work
from site_gen.codings import ENDINGS, Coding, compress, has_size_for
from site_gen.diagnostics import Diagnostic, Span, has_errors
from site_gen.model import Output
from site_gen.paths import fold
from site_gen.phrases import format_count
from site_gen.publish import output_problem
from site_gen.publish.folder import parents_of
from site_gen.publish.pool import Pool

_BATCH = 8
"""Contents that a worker gets at once."""
_CONTENTS_AT_RISK = 1_000
"""How many are made before what is known of them is saved."""
_TASKS_A_CONTENT = 20
"""What one is worth in other tasks: 30 kB take 40 ms, and a process starts in 200."""

IsThere = Callable[[str, str], bool]
"""Whether the bytes of an output, by path and SHA-256, are at hand."""


_NONE = Form("", 0)
_NOTHING = CompressedRow({})


class Compressed(msgspec.Struct, frozen=True):
    """What came of compressing a site."""

    outputs: tuple[Output, ...] = ()
    problems: tuple[Diagnostic, ...] = ()
    has_lost: bool = False
    """Whether a process died or hung at one."""
    count: int = 0
    """How many contents had to be compressed."""

    def join(self, outputs: tuple[Output, ...]) -> tuple[Output, ...]:
        """These outputs and their forms, by path."""
        if not self.outputs:
            return outputs
        return tuple(sorted((*outputs, *self.outputs), key=lambda output: output.path))


class _Task(NamedTuple):
    """A content to compress, which is in the pool."""

    sha256: str
    codings: tuple[Coding, ...]


class _Compress:
    """Compresses what is in a pool, in whatever process it was sent to."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def __call__(self, task: _Task) -> list[Form]:
        """What came of a content in each of its codings; the bytes are in the pool."""
        content = self._pool.read(task.sha256)
        return [self._make(content, coding) for coding in task.codings]

    def _make(self, content: bytes, coding: Coding) -> Form:
        if not has_size_for(len(content)):
            return _NONE
        made = compress(content, coding)
        if len(made) >= len(content):
            return _NONE
        return Form(self._pool.add(made), len(made))


def load_forms(work: Work) -> dict[str, CompressedRow]:
    """What is known of compressed forms, where any are to be published; else what is kept of them
    is dropped.
    """
    if not _is_publishing(work):
        return {}
    rows = work.store.load(CompressedRow)
    if work.codings:
        return rows
    if rows:
        work.store.save([(CompressedRow, dict.fromkeys(rows))])
    return {}


def with_forms(work: Work, rows: Rows, is_there: IsThere) -> IsThere:
    """The same for outputs together with their compressed forms, where they are to have any; what
    is in the pool is at hand anyway.
    """
    codings, pool = work.codings, work.world.pool
    if not codings or not _is_publishing(work):
        return is_there

    def are_there(path: str, sha256: str) -> bool:
        if not is_there(path, sha256):
            return False
        return (
            not may_shrink(path)
            or all(_has_bytes(path, sha256, coding, rows, is_there) for coding in codings)
            or pool.holds(sha256)
        )

    return are_there


def compress_outputs(
    work: Work,
    outputs: Sequence[Output],
    rows: dict[str, CompressedRow],
    is_there: IsThere,
    diagnostics: Iterable[Diagnostic],
) -> Compressed:
    """The compressed forms of these outputs, whose bytes are in the pool or published; none where
    nothing is to be published. `rows` are brought up to date, in the store as well; `is_there` is
    as `with_forms` was given it, and `diagnostics` are what is wrong with the site so far.
    """
    if not work.codings or has_errors(diagnostics):
        return Compressed()
    shrinking = [output for output in outputs if output.sha256 and may_shrink(output.path)]
    problems = _find_obstacles(outputs, shrinking, work.codings)
    if problems or not _is_publishing(work):
        return Compressed(problems=tuple(problems))
    tasks = _find_missing(shrinking, work.codings, rows, is_there)
    lost = _run(work, tasks, rows)
    contents = [(output.path, output.sha256) for output in shrinking]
    unused = rows.keys() - {sha256 for _, sha256 in contents}
    work.store.save([(CompressedRow, dict.fromkeys(unused))])
    told = (_tell(each, lost[each.sha256]) for each in shrinking if each.sha256 in lost)
    listed = list_forms(contents, work.codings, rows)
    return Compressed(tuple(starmap(_describe, listed)), tuple(told), bool(lost), len(tasks))


def _is_publishing(work: Work) -> bool:
    return work.world.compresses and work.world.holds is not None


def _find_missing(
    outputs: Iterable[Output], codings: Iterable[Coding], rows: Rows, is_there: IsThere
) -> list[_Task]:
    """What has to be compressed, each content once."""
    missing: dict[str, dict[Coding, None]] = {}
    for output in outputs:
        for coding in codings:
            if not _has_bytes(output.path, output.sha256, coding, rows, is_there):
                missing.setdefault(output.sha256, {})[coding] = None
    return [_Task(sha256, tuple(found)) for sha256, found in missing.items()]


def _has_bytes(path: str, sha256: str, coding: Coding, rows: Rows, is_there: IsThere) -> bool:
    """Whether a form of the output at a path is known, and at hand where there is one."""
    form = find_form(rows, sha256, coding)
    if form is None:
        return False
    return not form.sha256 or is_there(path + ENDINGS[coding], form.sha256)


def _find_obstacles(
    outputs: Sequence[Output], shrinking: Iterable[Output], codings: Sequence[Coding]
) -> list[Diagnostic]:
    """An error for each output that a host would take for the compressed form of another one, and
    for each whose form cannot be a file everywhere.
    """
    paths = [output.path for output in outputs]
    taken = {fold(path): path for path in (*parents_of(paths), *paths)}
    problems = []
    for output in shrinking:
        for path in (output.path + ENDINGS[coding] for coding in codings):
            if problem := output_problem(path):
                message = f"`/{path}` cannot be a file everywhere: {problem}"
                problems.append(Diagnostic(_point_at(output.origin), message, "rename it"))
            elif obstacle := taken.get(fold(path)):
                message = f"`/{obstacle}` stands where `/{output.path}` is published compressed"
                at = next(each.origin for each in outputs if each.path.startswith(obstacle))
                problems.append(Diagnostic(_point_at(at), message, "rename it"))
    return problems


def _run(work: Work, tasks: Sequence[_Task], rows: dict[str, CompressedRow]) -> dict[str, Lost]:
    """Bring the rows of all contents up to date; those that are lost, by SHA-256."""
    if not tasks:
        return {}
    work.world.on_stage(f"compressing {format_count(len(tasks), 'file')}")
    is_shared = work.world.pool.folder is not None
    crew = work.crew.choose(len(tasks) * _TASKS_A_CONTENT if is_shared else 1)
    batches = [tasks[start : start + _BATCH] for start in range(0, len(tasks), _BATCH)]
    lost, unsaved = dict[str, Lost](), dict[str, CompressedRow]()
    results = crew.map_batches(_Compress(work.world.pool), batches)
    for task, made in zip(tasks, chain.from_iterable(results), strict=True):
        if isinstance(made, Lost):
            lost[task.sha256] = made
            continue
        old = rows.get(task.sha256, _NOTHING)
        new = dict(zip(task.codings, made, strict=True))
        rows[task.sha256] = unsaved[task.sha256] = CompressedRow({**old.forms, **new})
        if len(unsaved) == _CONTENTS_AT_RISK:
            work.store.save([(CompressedRow, unsaved)])
            unsaved = {}
    work.store.save([(CompressedRow, unsaved)])
    return lost


def _describe(path: str, coding: Coding, form: Form) -> Output:
    origin = f"`/{path}` in {coding}"
    return Output(path + ENDINGS[coding], form.sha256, form.size_bytes, origin)


def _tell(output: Output, lost: Lost) -> Diagnostic:
    message = f"`/{output.path}` cannot be compressed: {lost.reason}"
    return Diagnostic(_point_at(output.origin), message, "make it smaller, or take out `compress`")


def _point_at(origin: str) -> Span:
    """Where a message about an output is: at the file that it comes from, where it does."""
    return Span(origin if origin.startswith(("content/", "static/")) else "content")
