r"""A text of separated values → its cells, each with its place.

    file    = (line break | comment | record)*    the first record is the header
    comment = blank* "#" …
    record  = cell ("," cell)* line break
    cell    = [^,\n]* | blank* '"' ([^"] | '""')* '"' blank*

A header without commas may have semicolons, tabs or bars in their place; then all records do.

A line with an odd number of quotes goes on in the next ones where that gives as many cells as the
header has; otherwise it is a line of its own, so that a forgotten quote does not swallow the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from site_gen.diagnostics import Place, Source

_SEPARATORS = ",;\t|"
_CELLS = {
    each: re.compile(rf'[ \t]*("(?:[^"]|"")*")[ \t]*(?={re.escape(each)}|\Z)|[^{re.escape(each)}]*')
    for each in _SEPARATORS
}
_LONGEST_RECORD = 20
"""Lines that a quoted cell may go on for."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell's text and where it stands."""

    text: str
    """Without quotes and without blanks around it."""

    place: Place


@dataclass(frozen=True, slots=True)
class Record:
    """A row of the table."""

    cells: tuple[Cell, ...]
    place: Place
    """Its first line."""


def split_records(source: Source) -> Iterator[Record]:
    """All records of a text but comments and empty lines; the header is the first."""
    starts = _starts(source)
    number, width = 0, 0
    cell = _CELLS[","]
    while number < len(source.lines):
        line = source.lines[number]
        if not line.strip() or line.lstrip().startswith("#"):
            number += 1
            continue
        if not width:
            cell = _CELLS[_find_separator(line)]
        count, cells = _split_at(source, starts, number, width, cell)
        width = width or len(cells)
        yield Record(cells, Place(number + 1, 0))
        number += count


def _find_separator(header: str) -> str:
    """What stands between the names of a header: a comma where there is one."""
    return next((each for each in _SEPARATORS if each in header), ",")


def _starts(source: Source) -> list[int]:
    """The offset of each line."""
    starts = [0]
    for line in source.lines:
        starts.append(starts[-1] + len(line) + 1)
    return starts


def _split_at(
    source: Source, starts: list[int], number: int, width: int, cell: re.Pattern[str]
) -> tuple[int, tuple[Cell, ...]]:
    """The record that begins in a line, and how many lines it takes."""
    end = min(len(source.lines), number + _LONGEST_RECORD)
    text = source.lines[number]
    for last in range(number, end if text.count('"') % 2 else number + 1):
        joined = "\n".join(source.lines[number : last + 1])
        if joined.count('"') % 2 == 0:
            cells = tuple(_split(source, joined, starts[number], cell))
            if last == number or len(cells) == width:
                return last - number + 1, cells
    return 1, tuple(_split(source, text, starts[number], cell))


def _split(source: Source, text: str, start: int, cell: re.Pattern[str]) -> Iterator[Cell]:
    position = 0
    while True:
        found = cell.match(text, position)
        assert found
        yield _make_cell(source, found, start)
        if found.end() >= len(text):
            return
        position = found.end() + 1


def _make_cell(source: Source, found: re.Match[str], start: int) -> Cell:
    written = found.group().strip()
    offset = found.start() + len(found.group()) - len(found.group().lstrip())
    quoted = found.group(1)
    text = quoted[1:-1].replace('""', '"').strip() if quoted else written
    return Cell(text, source.place(start + offset, max(1, len(written))))
