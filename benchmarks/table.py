"""The results as tables on the terminal."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.table import Table

from benchmarks.figures import (
    format_bytes,
    format_growth,
    format_machine,
    format_range,
    format_seconds,
)
from benchmarks.results import Results
from benchmarks.scenarios import LABELS, SCENARIOS

_WIDTH = 112
"""Columns of what is no terminal."""


def print_table(results: Results) -> None:
    """A table for each size of corpus, then growth and notes."""
    console = Console(width=None if sys.stdout.isatty() else _WIDTH)
    console.print(describe(results), markup=False)
    for size in results.sizes:
        console.print(make_table(results, size))
    for name, tool in results.tools.items():
        growth = format_growth(results, name)
        console.print(f"{tool.label} {tool.version}: math {tool.math}{growth}", markup=False)
        for note in tool.notes:
            console.print(f"  {note}", markup=False)


def describe(results: Results) -> str:
    """What it was measured on, in a line."""
    return (
        f"{format_machine(results.machine)}; "
        f"articles of {results.bytes_per_article:,} bytes; peaks are sums of {results.memory}"
    )


def make_table(results: Results, articles: int) -> Table:
    """Wall seconds of each tool in each scenario (median, fastest to slowest), and its peak."""
    table = Table(title=f"{articles:,} articles")
    table.add_column("tool")
    for scenario in SCENARIOS:
        table.add_column(LABELS[scenario], justify="right")
    table.add_column("peak, cold", justify="right")
    for name in results.tools_of(articles):
        row = [results.tools[name].label]
        for scenario in SCENARIOS:
            series = results.find(name, articles, scenario)
            row.append(f"{format_seconds(series)}\n[dim]{format_range(series)}" if series else "")
        cold = results.find(name, articles, "cold")
        row.append(format_bytes(cold.peak_bytes) if cold else "")
        if failure := results.find_failure(name, articles):
            row[1] = failure.reason
        table.add_row(*row)
    return table
