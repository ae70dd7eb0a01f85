"""What commands say in one line, in plain text."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime


def format_count(count: int, noun: str) -> str:
    """A number with its noun, e.g. `1 draft`, `1,200 files`."""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def format_size(size_bytes: int) -> str:
    """A file's size for people, in powers of 1000, e.g. `12.3 kB`.

    >>> [format_size(n) for n in (999, 12_345, 1_000_000, 219_000_000_000)]
    ['999 bytes', '12.3 kB', '1.0 MB', '219.0 GB']
    """
    if size_bytes < 1000:
        return f"{size_bytes} byte" + ("s" if size_bytes != 1 else "")
    size = float(size_bytes)
    for unit in ("kB", "MB", "GB", "TB"):
        size /= 1000
        if size < 999.95 or unit == "TB":
            return f"{size:.1f} {unit}"
    raise AssertionError("unreachable: the last unit always returns")


def format_report(
    articles: int,
    files: int,
    drafts: int,
    scheduled: Iterable[datetime],
    now: datetime,
    seconds: float,
    unlocked: int = 0,
    unlocked_urls: int = 0,
) -> str:
    """The line that ends a good build, e.g. `6 articles, 31 files in 0.4 s`.

    `unlocked` is the number of figures that are not locked yet, `unlocked_urls` that of URLs and
    anchors.
    """
    due = sorted(scheduled)
    left_out = []
    if drafts:
        left_out.append(format_count(drafts, "draft"))
    if due:
        soonest = format_duration((due[0] - now).total_seconds())
        left_out.append(f"{len(due):,} scheduled")
        wait = f" (due in {soonest})" if len(due) == 1 else f" (the next due in {soonest})"
    else:
        wait = ""
    parts = f"{format_count(articles, 'article')}, {format_count(files, 'file')}"
    if left_out:
        parts += f", {' and '.join(left_out)} left out{wait}"
    counted = [(unlocked, "figure"), (unlocked_urls, "URL")]
    new = " and ".join(format_count(count, noun) for count, noun in counted if count)
    verb = "is" if unlocked + unlocked_urls == 1 else "are"
    ending = f"; {new} {verb} not locked yet (site-gen accept)" if new else ""
    return f"{parts} in {seconds:.1f} s{ending}"


def format_duration(seconds: float) -> str:
    """A time to wait in its largest unit, rounded, e.g. `4 h`, `3 days`."""
    for size, unit in ((86400, "day"), (3600, "h"), (60, "min")):
        if seconds >= size:
            count = round(seconds / size)
            return f"{count} {unit}" + ("s" if unit == "day" and count != 1 else "")
    return f"{max(1, round(seconds))} s"


def format_elapsed(seconds: float) -> str:
    """A time that something took, e.g. `0.4 ms`, `12 ms`, `1.4 s`.

    >>> [format_elapsed(seconds) for seconds in (0.00002, 0.00041, 0.0118, 1.44, 93.2)]
    ['0.0 ms', '0.4 ms', '12 ms', '1.4 s', '93 s']
    """
    if seconds < 0.00995:
        return f"{1000 * seconds:.1f} ms"
    if seconds < 0.9995:
        return f"{1000 * seconds:.0f} ms"
    return f"{seconds:.1f} s" if seconds < 9.95 else f"{seconds:,.0f} s"
