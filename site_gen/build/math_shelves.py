"""Which pages share a stylesheet of formulas.

Documents stand on shelves by their paths, and the pages of a shelf have one stylesheet with what
all of them use. One for each page would be nearly as many files as there are pages, which hosts
count; in one for all, a formula that is the first of its kind would make all pages anew. So it
makes those of its shelf anew, some ten of 10,000. A small site has a page on a shelf.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping

from site_gen.build.rows import ReadyRow
from site_gen.build.table import Table

_SHELVES = 1024

Shelves = Mapping[int, tuple[str, ...]]
"""Number of a shelf → paths of the documents on it."""


def find_shelf(path: str) -> int:
    """The number of a document's shelf."""
    return zlib.crc32(path.encode()) % _SHELVES


def arrange(paths: Iterable[str]) -> Shelves:
    """These documents on their shelves."""
    shelves: dict[int, list[str]] = {}
    for path in paths:
        shelves.setdefault(find_shelf(path), []).append(path)
    return {number: tuple(standing) for number, standing in shelves.items()}


def join_styles(rows: Iterable[ReadyRow | None]) -> tuple[str, ...]:
    """The declarations that formulas of these documents have classes for, sorted."""
    return tuple(sorted({style for row in rows if row for style in row.fillers.styles}))


def find_changed_shelves(readies: Table[ReadyRow], shelves: Shelves) -> Iterator[str]:
    """The cells of the shelves that have other declarations than at the last build."""
    rows, before = readies.rows, readies.before
    suspects = {
        find_shelf(path)
        for path, old in before.items()
        if join_styles([old]) != join_styles([rows.get(path)])
    }
    gone: dict[int, list[str]] = {}
    for path in before.keys() - rows.keys():
        gone.setdefault(find_shelf(path), []).append(path)
    for number in suspects:
        now = shelves.get(number, ())
        was = (before.get(path, rows.get(path)) for path in (*now, *gone.get(number, ())))
        if join_styles(map(rows.get, now)) != join_styles(was):
            yield f"math:{number}"
