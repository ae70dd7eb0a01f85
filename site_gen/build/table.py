"""Rows of one kind that a build changes, beside what they were before it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Generic, Protocol, TypeVar

from site_gen.build.reads import find_readers, unpack_reads


class ReadingRow(Protocol):
    """What came of a task."""

    @property
    def packed_reads(self) -> bytes:
        """The cells that it read."""

    @property
    def is_flawed(self) -> bool:
        """Whether something is wrong with it."""


Row = TypeVar("Row", bound=ReadingRow)


class Table(Generic[Row]):
    """The rows of all tasks of one kind, by name."""

    def __init__(self, rows: dict[str, Row]) -> None:
        """`rows` are those of the last build, and belong to the table from now on."""
        self._rows = rows
        self._before: dict[str, Row | None] = {}
        self._readers: dict[str, set[str]] | None = None
        self._flawed: set[str] | None = None

    @property
    def rows(self) -> Mapping[str, Row]:
        """The rows as they are."""
        return self._rows

    @property
    def before(self) -> Mapping[str, Row | None]:
        """What those were that this build has changed; None for those that it has added."""
        return self._before

    @property
    def changes(self) -> dict[str, Row | None]:
        """The rows that this build has changed; None for those that are gone."""
        return {name: self._rows.get(name) for name in self._before}

    @property
    def flawed(self) -> Mapping[str, Row]:
        """The rows with which something is wrong."""
        if self._flawed is None:
            return {name: row for name, row in self._rows.items() if row.is_flawed}
        return {name: self._rows[name] for name in sorted(self._flawed)}

    def put(self, name: str, row: Row) -> None:
        """Add a row, or change it."""
        self._unlink(name)
        self._rows[name] = row
        self._link(name, row)

    def keep_only(self, names: Collection[str]) -> None:
        """Drop all other rows."""
        for name in self._rows.keys() - set(names):
            self._unlink(name)
            del self._rows[name]

    def is_same_in(self, look: Callable[[Row], object]) -> bool:
        """Whether what there is to see in each row is what it was, and none has come or gone."""
        return all(
            old is not None and new is not None and look(old) == look(new)
            for name, old in self._before.items()
            for new in (self._rows.get(name),)
        )

    def old_rows(self) -> dict[str, Row]:
        """All rows as they were."""
        before = {**self._rows, **self._before}
        return {name: row for name, row in before.items() if row is not None}

    def settle(self) -> None:
        """Take the rows as they are for those of the last build."""
        self._before = {}

    def index(self) -> None:
        """Make it quick to find rows from now on: worth its time where many builds follow."""
        if self._readers is None:
            self._readers, self._flawed = {}, set()
            for name, row in self._rows.items():
                self._link(name, row)

    def find_readers(self, cells: Iterable[str]) -> Collection[str]:
        """The names of the rows that have read one of these cells."""
        if self._readers is not None:
            found = (self._readers.get(cell, ()) for cell in cells)
            return set[str]().union(*found)
        has_read = find_readers(set(cells))
        return {name for name, row in self._rows.items() if has_read(row.packed_reads)}

    def _link(self, name: str, row: Row) -> None:
        if self._readers is not None:
            for cell in unpack_reads(row.packed_reads):
                self._readers.setdefault(cell, set()).add(name)
        if self._flawed is not None and row.is_flawed:
            self._flawed.add(name)

    def _unlink(self, name: str) -> None:
        """Note what a row was before it changes."""
        row = self._rows.get(name)
        self._before.setdefault(name, row)
        if self._readers is not None and row is not None:
            for cell in unpack_reads(row.packed_reads):
                self._readers[cell].discard(name)
        if self._flawed is not None:
            self._flawed.discard(name)
