"""Rows of results on the terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table

_WIDTH = 124
"""Columns of what is no terminal."""


def print_rows(
    measured_on: str, title: str, head: Sequence[str], rows: Iterable[Sequence[str]], texts: int = 1
) -> None:
    """A line on where it was measured, and a table whose first columns are texts."""
    console = Console(width=None if sys.stdout.isatty() else _WIDTH)
    console.print(measured_on, markup=False)
    table = Table(title=title)
    for number, column in enumerate(head):
        table.add_column(column, justify="left" if number < texts else "right")
    for row in rows:
        table.add_row(*row)
    console.print(table)
