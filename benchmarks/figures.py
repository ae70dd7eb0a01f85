"""Figures as people read them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from benchmarks.results import Machine, Results, Series


def format_machine(machine: Machine) -> str:
    """E.g. `2 cores of AMD EPYC, 23.5 GiB, Debian GNU/Linux 12 (bookworm), files on ext4`."""
    disk = f", files on {machine.disk}" if machine.disk else ""
    memory = f"{machine.memory_gib:g} GiB"
    return f"{machine.cores} cores of {machine.cpu}, {memory}, {machine.system}{disk}"


def format_seconds(series: Series) -> str:
    """The median, e.g. "1.23 s"."""
    return f"{format_number(series.seconds)} s"


def format_range(series: Series) -> str:
    """The fastest and the slowest run, e.g. "1.20–1.31"; empty where there was one run."""
    if len(series.samples) == 1:
        return ""
    return f"{format_number(series.fastest)}–{format_number(series.slowest)}"


def format_number(value: float) -> str:
    """Three digits, or all in front of the point."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def format_bytes(count: float) -> str:
    """Mebibytes below a gibibyte, else gibibytes."""
    return f"{count / 2**30:.2f} GiB" if count >= 2**30 else f"{count / 2**20:.0f} MiB"


def format_growth(results: Results, tool: str) -> str:
    """How time and memory of a cold build grow, a step a size; empty where only one was measured.

    For example ", from 1,000 to 10,000 articles 9.8 times the time and 4.1 times the memory".
    """
    colds = [results.find(tool, size, "cold") for size in results.sizes]
    measured = [cold for cold in colds if cold]
    return "".join(
        f", from {small.articles:,} to {large.articles:,} articles "
        f"{large.seconds / small.seconds:.1f} times the time and "
        f"{large.peak_bytes / small.peak_bytes:.1f} times the memory"
        for small, large in pairwise(measured)
    )


def format_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown, whose first column is on the left and the rest on the right."""
    marks = ["---", *("---:" for _ in head[1:])]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in (head, marks, *rows))
