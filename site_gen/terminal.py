"""Diagnostics and reports as text for people, in colour where there is a terminal."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from datetime import datetime
from types import TracebackType
from typing import Self

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from site_gen.diagnostics import Diagnostic
from site_gen.file_systems import printable

_AROUND_CARET = 80
"""Characters of a long line that are shown before a caret; twice as many after it."""
_PATIENCE_S = 1.0
_STYLES = {"error": "bold red", "warning": "bold yellow"}


def make_console() -> Console:
    """Standard error: colour and progress on a terminal, plain lines everywhere else."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


def format_diagnostic(diagnostic: Diagnostic) -> Text:
    """`path:line:column: message`, then the line with a caret below, then the hint."""
    span = diagnostic.span
    text = Text.assemble((printable(str(span)), "bold"), ": ")
    if diagnostic.severity == "warning":
        text.append("warning: ", _STYLES["warning"])
    text.append(printable(diagnostic.message))
    if diagnostic.excerpt.strip() and span.line:
        text.append("\n").append(_format_excerpt(diagnostic))
    if diagnostic.hint:
        text.append("\nhint: ", "cyan").append(printable(diagnostic.hint))
    return text


def _format_excerpt(diagnostic: Diagnostic) -> Text:
    """The source line with a caret below; of a long line just the part around the caret."""
    span, line = diagnostic.span, diagnostic.excerpt.replace("\t", " ")
    start = max(0, span.column - 1 - _AROUND_CARET) if len(line) > 3 * _AROUND_CARET else 0
    end = start + 3 * _AROUND_CARET
    before = ("…" if start else "") + printable(line[start : max(start, span.column - 1)])
    marked = printable(line[max(start, span.column - 1) : min(span.column - 1 + span.length, end)])
    after = printable(line[max(start, span.column - 1 + span.length) : end])
    number = str(span.line)
    whole = before + marked + after if span.column else printable(line[:end])
    text = Text.assemble((f"{number} | ", "dim"), whole, "…" if end < len(line) else "")
    if span.column:
        text.append(f"\n{' ' * len(number)} | ", "dim").append(" " * cell_len(before))
        text.append("^" * max(1, cell_len(marked)), _STYLES[diagnostic.severity])
    return text


def format_count(count: int, noun: str) -> str:
    """A number with its noun, e.g. `1 draft`, `1,200 files`."""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def format_report(
    articles: int,
    files: int,
    drafts: int,
    scheduled: Iterable[datetime],
    now: datetime,
    seconds: float,
    unlocked: int = 0,
) -> str:
    """The line that ends a good build, e.g. `6 articles, 31 files in 0.4 s`.

    `unlocked` is the number of figures that are not locked yet.
    """
    due = sorted(scheduled)
    left_out = []
    if drafts:
        left_out.append(format_count(drafts, "draft"))
    if due:
        soonest = format_duration((due[0] - now).total_seconds())
        left_out.append(f"{len(due):,} scheduled")
        ending = f" (due in {soonest})" if len(due) == 1 else f" (the next due in {soonest})"
    else:
        ending = ""
    parts = f"{format_count(articles, 'article')}, {format_count(files, 'file')}"
    if left_out:
        parts += f", {' and '.join(left_out)} left out{ending}"
    verb = "is" if unlocked == 1 else "are"
    figures = f"; {format_count(unlocked, 'figure')} {verb} not locked yet (site-gen accept)"
    return f"{parts} in {seconds:.1f} s" + (figures if unlocked else "")


def format_duration(seconds: float) -> str:
    """A time to wait in its largest unit, rounded, e.g. `4 h`, `3 days`."""
    for size, unit in ((86400, "day"), (3600, "h"), (60, "min")):
        if seconds >= size:
            count = round(seconds / size)
            return f"{count} {unit}" + ("s" if unit == "day" and count != 1 else "")
    return f"{max(1, round(seconds))} s"


class Progress:
    """What a build is doing, shown once it has taken a second and only on a terminal."""

    def __init__(self, console: Console) -> None:
        self._status = console.status("building")
        self._timer = threading.Timer(_PATIENCE_S, self._status.start)
        self._timer.daemon = True
        self._is_shown = console.is_terminal

    def __enter__(self) -> Self:
        if self._is_shown:
            self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._timer.cancel()
        if self._is_shown:
            self._timer.join()
        self._status.stop()

    def stage(self, name: str) -> None:
        """The stage that begins now."""
        self._status.update(f"{name} …")
