"""What a build leaves for the next one: rows about its tasks, and blobs of what took time to make.

It is right under these conditions.

- One build at a time holds the store, by a lock on a file beside it that the system drops with the
  process. A second build gets one of its own that ends with it.
- **Rows** are the state of one build that came to its end. They change in one transaction, so a
  build that is killed leaves those of the one before.
- Rows of compressed forms are another matter: they are named by what they are made from, like
  blobs, and saved while a build runs.
- **Blobs** are named by a digest of everything that they are made from, so one is right whenever it
  is there. They are added while the build runs, and none has to be there.
- Whatever was written by other code, other libraries or another Python is thrown away as a whole.
- Rows lie in **parts**, each a map from name to row in order, which has the first name that it may
  hold: to read 10,000 rows one by one takes twice as long, and to change one is to write one part.
- Each part and each blob has a checksum over its name and value, and each kind of rows is counted:
  what the disk has changed or lost is found when it is read, and the store is begun anew.
"""

from __future__ import annotations

import os
import sqlite3
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import rmtree
from typing import IO, Any, TypeVar

import msgspec

from site_gen.build.sealing import (
    DamagedStoreError,
    checked,
    damage_told,
    find_checksum,
    make_packer,
    seal,
    unpack,
    unseal,
)

Row = TypeVar("Row", bound=msgspec.Struct)
Blob = tuple[bytes, bytes]
"""What is known of a blob without reading it, and its content."""

Rows = Mapping[str, Any]
"""Name → row; None for a row that is to go."""

FORMAT = 5
"""Goes up with every change of the tables below."""
_ROWS_A_PART = 40
"""When a part is made; it may grow to twice as many."""
_MOST_VARIABLES = 500
_PAGES_IN_LOG = 16_384
"""64 MB."""
SCHEMA = f"""
BEGIN;
PRAGMA user_version = {FORMAT};
CREATE TABLE parts (kind TEXT, part TEXT, value BLOB, checksum INTEGER,
    PRIMARY KEY (kind, part));
CREATE TABLE counts (kind TEXT PRIMARY KEY, count INTEGER) WITHOUT ROWID;
CREATE TABLE blobs (digest BLOB PRIMARY KEY, note BLOB, content BLOB, used INTEGER);
COMMIT;
"""


class Store:
    """An open store; `with` closes it."""

    spare_bytes = 256_000_000
    """How much it may hold that nothing of the last build refers to."""

    def __init__(self, database: sqlite3.Connection, folder: Path | None, lock: IO[bytes] | None):
        self._database = database
        self._lock = lock
        self._pack = make_packer()
        self.folder = folder
        """Where it lies; None for one that ends with the build."""
        self.notice = ""
        """What its user should know of how it was opened, e.g. that it was damaged."""
        self.code = ""
        """Whose work it holds, as `open_store` was told."""
        self.is_temporary = False
        """Whether it ends with the build."""
        self.identity = b""
        """Random; two stores never have one."""
        self.build = 1
        """Number of the build that holds it, from 1 on."""
        self.compacted_bytes = 0
        """What it took when it was last made smaller."""

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file; what was not saved is gone."""
        self.close_database()
        if self._lock:
            self._lock.close()
        if self.is_temporary and self.folder:
            rmtree(self.folder, ignore_errors=True)

    def close_database(self) -> None:
        """Let go of the database alone."""
        with suppress(sqlite3.Error):
            self._database.close()

    def begin(self) -> None:
        """Make a database ready, whether it is new or not."""
        # What the database has not forced to the disk is lost with the power, and nothing else.
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = NORMAL")
        # Each time that the log is put in its place, pages of the index are written once more.
        self._database.execute(f"PRAGMA wal_autocheckpoint = {_PAGES_IN_LOG}")
        if not self._database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            self._database.executescript(SCHEMA)

    def load(self, kind: type[Row]) -> dict[str, Row]:
        """All rows of a kind by name, in order."""
        query = "SELECT part, value, checksum FROM parts WHERE kind = ? ORDER BY part"
        decode = msgspec.msgpack.Decoder(dict[str, kind]).decode  # type: ignore[valid-type]
        rows: dict[str, Row] = {}
        with damage_told():
            for part, value, checksum in self._database.execute(query, (kind.__name__,)):
                rows.update(decode(checked(part, value, checksum)))
            count = self._count(kind)
        if len(rows) != count:
            raise DamagedStoreError(f"{len(rows)} rows of {count} that are a {kind.__name__}")
        return rows

    def get(self, kind: type[Row], name: str) -> Row | None:
        """One row; None where there is none."""
        query = "SELECT max(part) FROM parts WHERE kind = ? AND part <= ?"
        with damage_told():
            part = self._database.execute(query, (kind.__name__, name)).fetchone()[0]
            found = None if part is None else self._read_part(kind, part).get(name)
            return msgspec.msgpack.decode(found, type=kind) if found else None

    def save(self, changes: Iterable[tuple[type[msgspec.Struct], Rows]]) -> None:
        """Change rows, all or none of them; None stands for a row that is to go."""
        with self._transaction():
            for kind, rows in changes:
                if rows:
                    parts = self._choose_parts(kind, rows)
                    gain = sum(self._change(kind, part, parts[part]) for part in parts)
                    count = (kind.__name__, self._count(kind) + gain)
                    self._database.execute("REPLACE INTO counts VALUES (?, ?)", count)

    def _choose_parts(self, kind: type[msgspec.Struct], rows: Rows) -> dict[str, dict[str, Any]]:
        """The same rows by the part that each belongs to."""
        query = "SELECT part FROM parts WHERE kind = ? ORDER BY part"
        parts = ["", *(part for (part,) in self._database.execute(query, (kind.__name__,)) if part)]
        chosen: dict[str, dict[str, Any]] = {}
        for name, row in rows.items():
            chosen.setdefault(parts[bisect_right(parts, name) - 1], {})[name] = row
        return chosen

    def _change(self, kind: type[msgspec.Struct], part: str, rows: Rows) -> int:
        """By how many rows a part has grown; one that is too large by now is divided."""
        old = self._read_part(kind, part)
        new = sorted((name, row) for name, row in {**old, **rows}.items() if row is not None)
        size = _ROWS_A_PART if len(new) > 2 * _ROWS_A_PART else 2 * _ROWS_A_PART
        for start in range(0, max(1, len(new)), size):
            self._write_part(
                kind, new[start][0] if start else part, dict(new[start : start + size])
            )
        return len(new) - len(old)

    def _read_part(self, kind: type[msgspec.Struct], part: str) -> dict[str, msgspec.Raw]:
        """The rows of a part as they are kept."""
        query = "SELECT value, checksum FROM parts WHERE kind = ? AND part = ?"
        found = self._database.execute(query, (kind.__name__, part)).fetchone()
        if found is None:
            return {}
        return msgspec.msgpack.decode(checked(part, *found), type=dict[str, msgspec.Raw])

    def _write_part(self, kind: type[msgspec.Struct], part: str, rows: Rows) -> None:
        value = msgspec.msgpack.encode(rows)
        record = (kind.__name__, part, value, find_checksum(part.encode(), value))
        self._database.execute("REPLACE INTO parts VALUES (?, ?, ?, ?)", record)

    def add_blobs(self, blobs: Mapping[bytes, Blob]) -> None:
        """Keep some blobs by digest; it takes effect at once."""
        pack = self._pack
        self._add_blobs((digest, note, pack(value)) for digest, (note, value) in blobs.items())

    def add_packed(self, blobs: Mapping[bytes, bytes]) -> None:
        """The same with contents that are packed already, and nothing to note."""
        self._add_blobs((digest, b"", packed) for digest, packed in blobs.items())

    def _add_blobs(self, blobs: Iterable[tuple[bytes, bytes, bytes]]) -> None:
        rows = (
            (digest, seal(digest, note), seal(digest, packed), self.build)
            for digest, note, packed in blobs
        )
        with self._transaction():
            self._database.executemany("REPLACE INTO blobs VALUES (?, ?, ?, ?)", rows)

    def notes(self, digests: Iterable[bytes]) -> dict[bytes, bytes]:
        """The notes of those of these blobs that are there."""
        found: dict[bytes, bytes] = {}
        wanted = list(dict.fromkeys(digests))
        for start in range(0, len(wanted), _MOST_VARIABLES):
            chosen = wanted[start : start + _MOST_VARIABLES]
            marks = ",".join("?" * len(chosen))
            query = f"SELECT digest, note FROM blobs WHERE digest IN ({marks})"
            with damage_told():
                for digest, note in self._database.execute(query, chosen).fetchall():
                    found[digest] = unseal(digest, note)
        return found

    def contents(self, digests: Iterable[bytes]) -> dict[bytes, bytes]:
        """The contents of those of these blobs that are there."""
        query = "SELECT content FROM blobs WHERE digest = ?"
        found = {}
        for digest in dict.fromkeys(digests):
            with damage_told():
                row = self._database.execute(query, (digest,)).fetchone()
                if row:
                    found[digest] = unpack(unseal(digest, row[0]))
        return found

    def touch(self, digests: Iterable[bytes]) -> None:
        """Note that these blobs are in use."""
        rows = ((self.build, digest) for digest in digests)
        with self._transaction():
            self._database.executemany("UPDATE blobs SET used = ? WHERE digest = ?", rows)

    def compact(self, is_used: Collection[bytes]) -> int:
        """How many blobs were dropped: those longest unused beyond `spare_bytes` of unused ones."""
        spare = self.spare_bytes
        taken = "coalesce(length(content), 0) + 200"
        query = f"SELECT digest, {taken} FROM blobs ORDER BY used DESC, digest"
        dropped = []
        with damage_told():
            for digest, size in self._database.execute(query).fetchall():
                if digest not in is_used:
                    spare -= size
                    dropped += [(digest,)] if spare < 0 else []
        with self._transaction():
            self._database.executemany("DELETE FROM blobs WHERE digest = ?", dropped)
        if dropped:
            with damage_told():
                self._database.execute("VACUUM")
        self.compacted_bytes = self.size_bytes
        self.sign()
        return len(dropped)

    def sign(self) -> None:
        """Note whose work it holds."""
        self.identity = self.identity or os.urandom(16)
        header = Header(self.code, self.build, self.identity, self.compacted_bytes)
        self.save([(Header, {"": header})])

    @property
    def format(self) -> int:
        """Which tables it has: `FORMAT`, or that of another version."""
        with damage_told():
            return int(self._database.execute("PRAGMA user_version").fetchone()[0])

    @property
    def is_empty(self) -> bool:
        """Whether nothing has ever been saved in it."""
        with damage_told():
            return not self._database.execute("SELECT count(*) FROM counts").fetchone()[0]

    @property
    def has_no_blobs(self) -> bool:
        """Whether nothing that took time to make is here."""
        with damage_told():
            return not self._database.execute("SELECT EXISTS (SELECT 1 FROM blobs)").fetchone()[0]

    @property
    def has_grown(self) -> bool:
        """Whether it is time to make it smaller."""
        return self.size_bytes > self.compacted_bytes + self.spare_bytes

    @property
    def size_bytes(self) -> int:
        """What the database takes on disk, or in memory."""
        with damage_told():
            pages = self._database.execute("PRAGMA page_count").fetchone()[0]
            return int(pages * self._database.execute("PRAGMA page_size").fetchone()[0])

    def _count(self, kind: type[msgspec.Struct]) -> int:
        query = "SELECT count FROM counts WHERE kind = ?"
        found = self._database.execute(query, (kind.__name__,)).fetchone()
        if found and not isinstance(found[0], int):
            raise DamagedStoreError("a number is none")
        return found[0] if found else 0

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with damage_told():
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._database.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    self._database.execute("ROLLBACK")
                raise


class Header(msgspec.Struct, frozen=True):
    """Whose work a store holds."""

    code: str
    build: int
    identity: bytes
    compacted_bytes: int = 0
