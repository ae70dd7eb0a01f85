"""What `deploy` says of plans, of their progress and of what is live: for people, or as JSON."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Protocol

import click
import msgspec

from site_gen.commands.site import print_json
from site_gen.deploy.plan import Change, Plan, Step
from site_gen.deploy.target import Status
from site_gen.deploy.verify import Problem
from site_gen.file_systems import printable
from site_gen.phrases import format_count, format_elapsed, format_size
from site_gen.progress import Progress

_MOST_LISTED = 10
"""Paths that a summary lists."""
_SIGNS: dict[Change, str] = {"new": "+", "bytes": "~", "headers": "=", "deleted": "-"}
_NAMES: dict[Change, str] = {
    "new": "new",
    "bytes": "changed",
    "headers": "other headers",
    "deleted": "deleted",
    "kept": "kept",
}


class Outcome(msgspec.Struct, frozen=True):
    """What came of a deployment."""

    plan: Plan
    url: str
    """Where the site is; empty where that is not known."""
    seconds: float = 0.0
    verified: int | None = None
    """How many URLs were fetched; None where none was to be."""
    problems: tuple[Problem, ...] = ()


class Reporter(Protocol):
    """Says what a deployment does."""

    def show_plan(self, plan: Plan, place: str) -> None:
        """All that would be done."""

    def announce(self, plan: Plan, place: str) -> None:
        """What is about to be done."""

    def stage(self, name: str, count: int = 0) -> AbstractContextManager[None]:
        """A stage that lasts until this is left; so many files have to pass."""

    def pass_step(self, step: Step) -> None:
        """One of them has become what it is to be; from any thread."""

    def pass_some(self, count: int) -> None:
        """So many of them have passed; from any thread."""

    def end(self, outcome: Outcome) -> None:
        """What came of it."""

    def show_status(self, name: str, status: Status, url: str) -> None:
        """What is live."""


class TextReporter:
    """For people: progress on a terminal, a line for each file where that is wished for."""

    def __init__(self, *, is_verbose: bool) -> None:
        self._is_verbose = is_verbose
        self._stage, self._count, self._passed = "", 0, 0
        self._progress: Progress | None = None
        self._lock = threading.Lock()

    def show_plan(self, plan: Plan, place: str) -> None:
        """How many files of each kind, and then each that is not kept."""
        if plan.is_empty:
            click.echo(f"{plan.target} ({place}) has this site already")
            return
        click.echo(f"{plan.target} ({place}) would change so:")
        for line in _list_counts(plan):
            click.echo(line)
        changed = [step for step in plan.steps if step.change != "kept"]
        click.echo()
        for step in changed:
            click.echo(_describe_step(step))

    def announce(self, plan: Plan, place: str) -> None:
        """How many files of each kind."""
        click.echo(f"{plan.target} ({place}): {_sum_up(plan)}", err=True)

    @contextmanager
    def stage(self, name: str, count: int = 0) -> Iterator[None]:
        """Show it, and how many have passed."""
        self._stage, self._count, self._passed = name, count, 0
        with Progress() as self._progress:
            self._show()
            yield
        self._progress = None

    def pass_step(self, step: Step) -> None:
        """Show it, and its line where that is wished for."""
        if self._is_verbose:
            with self._lock:
                click.echo(_describe_step(step), err=True)
        self.pass_some(1)

    def pass_some(self, count: int) -> None:
        """Show it."""
        with self._lock:
            self._passed += count
            self._show()

    def end(self, outcome: Outcome) -> None:
        """A line on what was done, what is not served so, and where it is."""
        plan = outcome.plan
        if plan.is_empty:
            click.echo(f"{plan.target} has this site already; nothing was sent", err=True)
        else:
            count = format_count(plan.count("new", "bytes"), "file")
            sent = format_size(plan.count_bytes("new", "bytes"))
            elapsed = format_elapsed(outcome.seconds)
            click.echo(f"{plan.release.id} is live: {count} sent, {sent} in {elapsed}", err=True)
        for line in _list_problems(outcome.problems):
            click.echo(line, err=True)
        if outcome.verified and not outcome.problems:
            verb = "is" if outcome.verified == 1 else "are"
            click.echo(
                f"{format_count(outcome.verified, 'URL')} {verb} served as planned", err=True
            )
        elif not outcome.url and not plan.is_empty:
            click.echo("what readers get was not looked at: the target has no `url`", err=True)
        if outcome.url:
            click.echo(outcome.url, err=True)

    def show_status(self, name: str, status: Status, url: str) -> None:
        """What is live, and what is not as it should be."""
        for line in _list_status(name, status, url):
            click.echo(line)

    def _show(self) -> None:
        counted = f" {self._passed:,} of {format_count(self._count, 'file')}" if self._count else ""
        if self._progress:
            self._progress.stage(self._stage + counted)


class JsonReporter:
    """For machines: a JSON line for each thing that is said."""

    def __init__(self, *, is_verbose: bool) -> None:
        self._is_verbose = is_verbose
        self._lock = threading.Lock()

    def show_plan(self, plan: Plan, place: str) -> None:
        """A line for each file, and one on the plan."""
        for step in plan.steps:
            self._print_step(step)
        self.announce(plan, place)

    def announce(self, plan: Plan, place: str) -> None:
        """A line on the plan."""
        print_json({"type": "plan", "place": place, **_describe_plan(plan)})

    def stage(self, name: str, count: int = 0) -> AbstractContextManager[None]:  # noqa: ARG002
        """Nothing: whoever reads it can count."""
        return nullcontext()

    def pass_step(self, step: Step) -> None:
        """A line, where each is wished for."""
        if self._is_verbose:
            with self._lock:
                self._print_step(step)

    def pass_some(self, count: int) -> None:
        """Nothing."""

    def end(self, outcome: Outcome) -> None:
        """A line for each problem, and one on all."""
        for problem in outcome.problems:
            print_json({"type": "problem", **msgspec.to_builtins(problem)})
        print_json(
            {
                "type": "deployment",
                "good": not outcome.problems,
                **_describe_plan(outcome.plan),
                "verified": outcome.verified,
                "problems": len(outcome.problems),
                "url": outcome.url,
                "elapsed_ms": round(1000 * outcome.seconds),
            }
        )

    def show_status(self, name: str, status: Status, url: str) -> None:
        """A line."""
        print_json({"type": "status", "target": name, "url": url, **msgspec.to_builtins(status)})

    def _print_step(self, step: Step) -> None:
        record = {"path": step.path, "change": step.change, **msgspec.to_builtins(step.file)}
        print_json({"type": "step", **record, "foreign": step.is_foreign})


def _describe_plan(plan: Plan) -> dict[str, object]:
    counts: dict[str, object] = {change: plan.count(change) for change in _NAMES}
    return {
        "target": plan.target,
        "base": plan.base,
        "release": plan.release.id,
        **counts,
        "foreign": sum(step.is_foreign for step in plan.steps),
        "sent_bytes": plan.count_bytes("new", "bytes"),
    }


def _list_counts(plan: Plan) -> Iterable[str]:
    """A line for each kind of change that there is."""
    rows = [
        (name, f"{plan.count(change):,}", format_size(plan.count_bytes(change)))
        for change, name in _NAMES.items()
        if plan.count(change)
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(3)] if rows else []
    for name, count, size in rows:
        noun = "file " if count == "1" else "files"
        shown = f"{name:<{widths[0]}}  {count:>{widths[1]}} {noun}  {size:>{widths[2]}}"
        yield f"  {shown}"


def _describe_step(step: Step) -> str:
    """E.g. `+ articles/riding-crop/index.html  12.3 kB`."""
    line = f"{_SIGNS[step.change]} {printable(step.path)}"
    if step.change == "headers":
        caching = f"; {step.file.cache_control}" if step.file.cache_control else ""
        return f"{line}  {step.file.content_type}{caching}"
    if step.change == "deleted":
        return line
    taken = ", in place of what something else has put there" if step.is_foreign else ""
    return f"{line}  {format_size(step.file.size_bytes)}{taken}"


def _sum_up(plan: Plan) -> str:
    """E.g. `3 new, 5 changed, 1 deleted, 104 kept`."""
    counts = [(plan.count(change), name) for change, name in _NAMES.items()]
    return ", ".join(f"{count:,} {name}" for count, name in counts if count)


def _list_problems(problems: Sequence[Problem]) -> Iterable[str]:
    if problems:
        urls = len({problem.url for problem in problems})
        verb = "is" if urls == 1 else "are"
        yield f"{format_count(urls, 'URL')} {verb} not served as planned:"
    for problem in problems[:_MOST_LISTED]:
        yield f"  {problem.url} {problem.message}"
    if len(problems) > _MOST_LISTED:
        yield f"  and {len(problems) - _MOST_LISTED:,} more"


def _list_status(name: str, status: Status, url: str) -> Iterable[str]:
    at = f", {url}" if url else ""
    yield f"{name} ({status.place}{at})"
    if not status.release:
        yield "  nothing was deployed to it"
    else:
        files = f"{format_count(status.files, 'file')}, {format_size(status.size_bytes)}"
        yield f"  live    {status.release}: {files}"
        yield f"  before  {status.before or 'none that could be gone back to'}"
    if status.changed:
        verb = "is" if len(status.changed) == 1 else "are"
        yield f"  {format_count(len(status.changed), 'file')} {verb} not as deployed:"
        yield from (f"    {printable(path)}" for path in status.changed[:_MOST_LISTED])
        if len(status.changed) > _MOST_LISTED:
            yield f"    and {len(status.changed) - _MOST_LISTED:,} more"
    if status.going_on:
        yield f"  a deployment goes on: {status.going_on}"
