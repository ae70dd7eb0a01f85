"""Where the time of a build went: its stages by the clock, its tasks by what each took."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable
from statistics import median

import msgspec
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from site_gen.build.rows import CardRow, DocumentRow, OutputRow, ReadyRow
from site_gen.build.store import Store
from site_gen.file_systems import printable
from site_gen.phrases import format_elapsed
from site_gen.site.cards import TEMPLATE
from site_gen.terminal import make_console

_SLOWEST = 10
"""Tasks that are named."""
_NARROWEST_PATH = 20
"""Characters of a path that are shown at least."""


class Task(msgspec.Struct, frozen=True):
    """One task that ran."""

    kind: str
    """`parsed`, `made ready`, or what output it made, e.g. `front page`."""
    path: str
    """Of the source or the output."""
    elapsed_us: int
    template: str = ""
    """Empty where none was run."""


class Profile(msgspec.Struct, frozen=True):
    """What a build did with its time."""

    stages: tuple[tuple[str, float], ...]
    """Name and wall seconds, in order; what workers and Node do meanwhile is in them."""
    tasks: tuple[Task, ...] | None
    """None where there was nothing to do, so that nothing was looked at."""


class Profiler:
    """Notes when each stage begins and, at the end, which tasks have run."""

    def __init__(self) -> None:
        self._begun = [("starting", time.perf_counter())]
        self._tasks: tuple[Task, ...] | None = None

    def on_stage(self, name: str) -> None:
        """A stage begins, and the one before it ends."""
        self._begun.append((name, time.perf_counter()))

    def finish(self, store: Store) -> None:
        """The build has ended: take what its rows say of their tasks."""
        self.on_stage("")
        self._tasks = tuple(_find_tasks(store))

    def show(self) -> None:
        """Print it for people, on standard error."""
        print_profile(self.make_profile(), make_console())

    def describe(self) -> dict[str, object]:
        """It for machines."""
        return describe_profile(self.make_profile())

    def make_profile(self) -> Profile:
        """All that was noted."""
        seconds: dict[str, float] = {}
        ends = [begun for _, begun in self._begun[1:]] or [time.perf_counter()]
        for (name, begun), end in zip(self._begun, ends, strict=False):
            seconds[name] = seconds.get(name, 0) + end - begun
        return Profile(tuple(seconds.items()), self._tasks)


def print_profile(profile: Profile, console: Console) -> None:
    """The tables for people; a line where there was nothing to do."""
    if profile.tasks is None:
        console.print("nothing was to do: no task has run", markup=False)
        return
    console.print()
    console.print(_table_of_stages(profile.stages))
    if not profile.tasks:
        console.print("\nall was right as it was: no task has run", markup=False)
        return
    console.print()
    console.print(_table_of_kinds(profile.tasks, console))
    if any(task.template for task in profile.tasks):
        console.print()
        console.print(_table_of_templates(profile.tasks))
    for heading, is_source in (("slowest sources", True), ("slowest files", False)):
        chosen = [task for task in profile.tasks if task.path.startswith("content/") == is_source]
        if chosen:
            console.print()
            console.print(_table_of_slowest(heading, chosen))


def describe_profile(profile: Profile) -> dict[str, object]:
    """The same for machines, times in seconds and milliseconds by their names."""
    tasks = profile.tasks or ()
    return {
        "stages": [
            {"stage": name, "elapsed_ms": round(1000 * seconds, 1)}
            for name, seconds in profile.stages
        ],
        "kinds": [{"kind": kind, **_measure(group)} for kind, group in _group_by_kind(tasks)],
        "templates": [
            {"template": name, **_measure(group)} for name, group in _group_by_template(tasks)
        ],
        "slowest": [
            {"kind": task.kind, "path": task.path, "elapsed_ms": _to_ms(task.elapsed_us)}
            for task in _slowest_first(tasks)[:_SLOWEST]
        ],
    }


def _find_tasks(store: Store) -> Iterable[Task]:
    """The tasks whose rows this build has made."""
    for path, document in store.load(DocumentRow).items():
        if document.made == store.build:
            yield Task("parsed", path, document.elapsed_us)
    for path, ready in store.load(ReadyRow).items():
        if ready.made == store.build:
            yield Task("made ready", path, ready.elapsed_us)
    for path, card in store.load(CardRow).items():
        if card.made == store.build:
            yield Task("card", path or "the site", card.elapsed_us, TEMPLATE)
    for path, output in store.load(OutputRow).items():
        if output.made == store.build:
            yield Task(output.kind, path, output.elapsed_us, output.template)


def _table_of_stages(stages: Iterable[tuple[str, float]]) -> Table:
    table = _make_table("stage", "time", "share")
    stages = list(stages)
    total = sum(seconds for _, seconds in stages)
    for name, seconds in stages:
        share = f"{100 * seconds / total:.0f} %"
        table.add_row(name, format_elapsed(seconds), share)
    table.add_row("all", format_elapsed(total), "", style="bold")
    return table


def _table_of_kinds(tasks: Iterable[Task], console: Console) -> Table:
    """Each kind with its slowest task, whose path is cut at its beginning where it does not fit."""
    groups = _group_by_kind(tasks)
    bare = _fill_kinds(groups, 0)
    left = console.width - Measurement.get(console, console.options, bare).maximum
    return _fill_kinds(groups, max(left, _NARROWEST_PATH))


def _fill_kinds(groups: Iterable[tuple[str, list[Task]]], path_width: int) -> Table:
    table = _make_table("task", "count", "all", "median", "95 % below", "slowest")
    table.add_column("", no_wrap=True, style="dim")
    for kind, group in groups:
        slowest = _slowest_first(group)[0]
        path = Text(_cut(printable(slowest.path), path_width))
        table.add_row(kind, *_columns(group), _show(slowest.elapsed_us), path)
    return table


def _cut(path: str, width: int) -> str:
    """The end of a path that is too long, e.g. `…/big-llms/index.md`."""
    return path if len(path) <= width else "…" + path[len(path) - width + 1 :] if width else ""


def _table_of_templates(tasks: Iterable[Task]) -> Table:
    table = _make_table("template", "count", "all", "median", "95 % below")
    for name, group in _group_by_template(tasks):
        table.add_row(printable(name), *_columns(group))
    return table


def _table_of_slowest(heading: str, tasks: Iterable[Task]) -> Table:
    table = _make_table(heading, "time")
    table.add_column("", no_wrap=True, style="dim")
    for task in _slowest_first(tasks)[:_SLOWEST]:
        table.add_row(Text(printable(task.path)), _show(task.elapsed_us), task.kind)
    return table


def _make_table(first: str, *numbers: str) -> Table:
    """A table without lines: words, then numbers."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column(first, no_wrap=True)
    for heading in numbers:
        table.add_column(heading, justify="right", no_wrap=True)
    return table


def _group_by_kind(tasks: Iterable[Task]) -> list[tuple[str, list[Task]]]:
    """In the order in which a build works, then those that took longest in all."""
    groups: dict[str, list[Task]] = {}
    for task in tasks:
        groups.setdefault(task.kind, []).append(task)
    first = [(kind, groups.pop(kind)) for kind in ("parsed", "made ready") if kind in groups]
    return first + _longest_first(groups)


def _group_by_template(tasks: Iterable[Task]) -> list[tuple[str, list[Task]]]:
    groups: dict[str, list[Task]] = {}
    for task in tasks:
        if task.template:
            groups.setdefault(task.template, []).append(task)
    return _longest_first(groups)


def _longest_first(groups: dict[str, list[Task]]) -> list[tuple[str, list[Task]]]:
    return sorted(groups.items(), key=lambda item: (-_sum(item[1]), item[0]))


def _slowest_first(tasks: Iterable[Task]) -> list[Task]:
    return sorted(tasks, key=lambda task: (-task.elapsed_us, task.path))


def _columns(tasks: list[Task]) -> tuple[str, str, str, str]:
    """Count, sum, median and 95th percentile."""
    times = [task.elapsed_us for task in tasks]
    shown = (sum(times), median(times), _percentile(times))
    return (f"{len(times):,}", *map(_show, shown))  # type: ignore[return-value]


def _measure(tasks: list[Task]) -> dict[str, object]:
    times = [task.elapsed_us for task in tasks]
    slowest = _slowest_first(tasks)[0]
    return {
        "count": len(times),
        "total_ms": _to_ms(sum(times)),
        "median_ms": _to_ms(median(times)),
        "p95_ms": _to_ms(_percentile(times)),
        "slowest_ms": _to_ms(slowest.elapsed_us),
        "slowest": slowest.path,
    }


def _percentile(times: Iterable[int]) -> int:
    """The smallest of these that 95 % are not above."""
    ordered = sorted(times)
    return ordered[math.ceil(0.95 * len(ordered)) - 1]


def _sum(tasks: Iterable[Task]) -> int:
    return sum(task.elapsed_us for task in tasks)


def _show(elapsed_us: float) -> str:
    return format_elapsed(elapsed_us / 1e6)


def _to_ms(elapsed_us: float) -> float:
    return round(elapsed_us / 1000, 2)
