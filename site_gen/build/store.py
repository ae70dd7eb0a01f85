"""What a build leaves for the next one: rows about its tasks, and blobs of what took time to make.

It is right under these conditions.

- One build at a time holds the store, by a lock on a file beside it that the system drops with the
  process. A second build gets one of its own that ends with it.
- **Rows** are the state of one build that came to its end. They change in one transaction, so a
  build that is killed leaves those of the one before.
- **Blobs** are named by a digest of everything that they are made from, so one is right whenever it
  is there. They are added while the build runs, and none has to be there.
- Whatever was written by other code, other libraries or another Python is thrown away as a whole.
- Each row and each blob has a checksum over its name and value, and each kind of rows is counted:
  what the disk has changed or lost is found when it is read, and the store is begun anew.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from functools import cached_property
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import IO, Any, TypeVar
from zlib import crc32

import msgspec

from site_gen.diagnostics import SiteError
from site_gen.file_systems import is_link, try_to_lock

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

Row = TypeVar("Row", bound=msgspec.Struct)
Blob = tuple[bytes, bytes]
"""What is known of a blob without reading it, and its content."""

Rows = Mapping[str, Any]
"""Name → row; None for a row that is to go."""

DATABASE = "store.sqlite"
_LOCK = "lock"
_DAMAGED = "the cache was damaged; everything is made anew"
_FORMAT = 2
"""Goes up with every change of the tables below."""
_MOST_VARIABLES = 500
_LEVEL = 1
_OUTSIDE = frozenset(
    (
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_READONLY,
    )
)
"""Errors of SQLite that say nothing of what is in the file."""
_SCHEMA = """
BEGIN;
CREATE TABLE rows (kind TEXT, name TEXT, value BLOB, checksum INTEGER, PRIMARY KEY (kind, name))
    WITHOUT ROWID;
CREATE TABLE counts (kind TEXT PRIMARY KEY, count INTEGER) WITHOUT ROWID;
CREATE TABLE blobs (digest BLOB PRIMARY KEY, note BLOB, content BLOB, used INTEGER);
COMMIT;
"""


class DamagedStoreError(Exception):
    """The store does not hold what was written into it."""


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
        if not self._database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            self._database.executescript(_SCHEMA)

    def load(self, kind: type[Row]) -> dict[str, Row]:
        """All rows of a kind by name."""
        query = "SELECT name, value, checksum FROM rows WHERE kind = ? ORDER BY name"
        with _damage_told():
            found = self._database.execute(query, (kind.__name__,)).fetchall()
            count = self._count(kind)
        if len(found) != count:
            raise DamagedStoreError(f"{len(found)} rows of {count} that are a {kind.__name__}")
        decode = msgspec.msgpack.Decoder(kind).decode
        with _damage_told():
            return {name: decode(_checked(name, value, check)) for name, value, check in found}

    def get(self, kind: type[Row], name: str) -> Row | None:
        """One row; None where there is none."""
        query = "SELECT value, checksum FROM rows WHERE kind = ? AND name = ?"
        with _damage_told():
            found = self._database.execute(query, (kind.__name__, name)).fetchone()
            return msgspec.msgpack.decode(_checked(name, *found), type=kind) if found else None

    def save(self, changes: Iterable[tuple[type[msgspec.Struct], Rows]]) -> None:
        """Change rows, all or none of them; None stands for a row that is to go."""
        encode, execute = msgspec.msgpack.Encoder().encode, self._database.executemany
        with self._transaction():
            for kind, rows in changes:
                if not rows:
                    continue
                old = [(kind.__name__, name) for name in rows]
                put = [
                    (kind.__name__, name, value, _checksum(name.encode(), value))
                    for name, row in rows.items()
                    if row is not None
                    for value in (encode(row),)
                ]
                gone = execute("DELETE FROM rows WHERE kind = ? AND name = ?", old).rowcount
                execute("INSERT INTO rows VALUES (?, ?, ?, ?)", put)
                count = self._count(kind) + len(put) - gone
                self._database.execute("REPLACE INTO counts VALUES (?, ?)", (kind.__name__, count))

    def add_blobs(self, blobs: Mapping[bytes, Blob]) -> None:
        """Keep some blobs by digest; it takes effect at once."""
        pack = self._pack
        self._add_blobs((digest, note, pack(value)) for digest, (note, value) in blobs.items())

    def add_packed(self, blobs: Mapping[bytes, bytes]) -> None:
        """The same with contents that are packed already, and nothing to note."""
        self._add_blobs((digest, b"", packed) for digest, packed in blobs.items())

    def _add_blobs(self, blobs: Iterable[tuple[bytes, bytes, bytes]]) -> None:
        rows = (
            (digest, _seal(digest, note), _seal(digest, packed), self.build)
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
            with _damage_told():
                for digest, note in self._database.execute(query, chosen).fetchall():
                    found[digest] = _unseal(digest, note)
        return found

    def contents(self, digests: Iterable[bytes]) -> dict[bytes, bytes]:
        """The contents of those of these blobs that are there."""
        query = "SELECT content FROM blobs WHERE digest = ?"
        found = {}
        for digest in dict.fromkeys(digests):
            with _damage_told():
                row = self._database.execute(query, (digest,)).fetchone()
                if row:
                    found[digest] = zstd.decompress(_unseal(digest, row[0]))
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
        with _damage_told():
            for digest, size in self._database.execute(query).fetchall():
                if digest not in is_used:
                    spare -= size
                    dropped += [(digest,)] if spare < 0 else []
        with self._transaction():
            self._database.executemany("DELETE FROM blobs WHERE digest = ?", dropped)
        if dropped:
            with _damage_told():
                self._database.execute("VACUUM")
        self.compacted_bytes = self.size_bytes
        self.sign()
        return len(dropped)

    def sign(self) -> None:
        """Note whose work it holds."""
        header = _Header(_FORMAT, self.code, self.build, self.compacted_bytes)
        self.save([(_Header, {"": header})])

    @property
    def is_empty(self) -> bool:
        """Whether nothing has ever been saved in it."""
        with _damage_told():
            return not self._database.execute("SELECT count(*) FROM counts").fetchone()[0]

    @property
    def has_grown(self) -> bool:
        """Whether it is time to make it smaller."""
        return self.size_bytes > self.compacted_bytes + self.spare_bytes

    @property
    def size_bytes(self) -> int:
        """What the database takes on disk, or in memory."""
        with _damage_told():
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
        with _damage_told():
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._database.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    self._database.execute("ROLLBACK")
                raise


class _Header(msgspec.Struct, frozen=True):
    """Whose work a store holds."""

    format: int
    code: str
    build: int
    compacted_bytes: int = 0


def open_store(folder: Path, code: str) -> Store:
    """The store in a folder, made where there is none; one that ends with the build where that
    cannot be done, or another build holds it. `notice` says what there is to say.

    `code` tells apart all that can change what a task makes: our code, libraries, Python.
    """
    try:
        lock = _take_lock(folder)
    except OSError as error:
        reason = _reason(error)
        return open_temporary(f"`{folder.name}` cannot be used: {reason}; nothing is kept")
    if lock is None:
        return open_temporary("another build is using the cache, so this one starts from nothing")
    try:
        return _open_or_begin(folder, code, lock)
    except (OSError, sqlite3.Error, DamagedStoreError) as error:
        lock.close()
        reason = _reason(error)
        return open_temporary(f"`{folder.name}` cannot be used: {reason}; nothing is kept")


def reopen(store: Store) -> Store:
    """A store in place of one that turned out to be damaged, with nothing in it."""
    store.close()
    if store.folder is None or store.is_temporary:
        return open_temporary(_DAMAGED)
    try:
        if lock := _take_lock(store.folder):
            return _begin(store.folder, store.code, lock, _DAMAGED)
    except (OSError, sqlite3.Error, DamagedStoreError):
        pass  # it cannot even be removed, so this build does without
    return open_temporary(_DAMAGED)


def open_temporary(notice: str) -> Store:
    """A store that ends with the build, in a folder of the system's for such things.

    SiteError where there is no room for one.
    """
    with ExitStack() as undoing:
        try:
            folder = Path(mkdtemp(prefix="site_gen-"))
            undoing.callback(rmtree, folder, ignore_errors=True)
            lock = _take_lock(folder)
            assert lock, "nobody else knows of this folder"
            undoing.callback(lock.close)
            store = _begin(folder, "", lock, notice)
        except (OSError, sqlite3.Error) as error:
            raise no_store(error) from error
        undoing.pop_all()
    store.is_temporary = True
    return store


def no_store(error: Exception) -> SiteError:
    """What there is to say where a build cannot even have a store that ends with it."""
    message = f"no cache can be kept, not even for this build: {_reason(error)}"
    return SiteError(message, "free some space; the site is as it was")


def open_in_memory() -> Store:
    """A store that ends with the build, and that no other process can read."""
    database = _connect(Path(":memory:"))
    database.executescript(_SCHEMA)
    return Store(database, None, None)


class BlobReader:
    """Reads blobs from a store that a build holds, in whatever process it was sent to.

    In the build's own process it needs no connection beside the store's, which would keep SQLite
    from putting its log away when the store is closed.
    """

    def __init__(self, folder: Path, held: Store | None = None) -> None:
        """`held` is the store where it is open already."""
        self._folder = folder
        self._held = held

    def __getstate__(self) -> dict[str, object]:
        return {"_folder": self._folder, "_held": None}

    def contents(self, digests: Iterable[bytes]) -> dict[bytes, bytes]:
        """The contents of those of these blobs that are there."""
        return self._store.contents(digests)

    @cached_property
    def _store(self) -> Store:
        return self._held or read_only(self._folder)


def read_only(folder: Path) -> Store:
    """The store as it is, for looking at; the state of the last build that came to its end."""
    uri = f"{(folder / DATABASE).resolve().as_uri()}?mode=ro"
    return Store(sqlite3.connect(uri, uri=True, check_same_thread=False), folder, None)


def look_into(folder: Path) -> Store | None:
    """The same with the `code` whose work it holds and the number of the last `build`, as it was at
    this moment whatever a build that runs beside does to it; None where there is none.
    """
    if not (folder / DATABASE).is_file():
        return None
    store = read_only(folder)
    with _damage_told():
        store._database.execute("BEGIN")
    header = store.get(_Header, "")
    if header is None or header.format != _FORMAT:
        store.close()
        return None
    store.code, store.build = header.code, header.build
    return store


def make_packer() -> Callable[[bytes], bytes]:
    """What makes of a blob's content what is kept: compressed. For one thread.

    To begin anew with each content would take four times as long.
    """
    compressor = zstd.ZstdCompressor(level=_LEVEL)
    return lambda content: compressor.compress(content, compressor.FLUSH_FRAME)


def discard(folder: Path) -> None:
    """Remove a store's database, whatever is left of it."""
    for name in (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm"):
        (folder / name).unlink(missing_ok=True)


def _take_lock(folder: Path) -> IO[bytes] | None:
    """The lock of a store; None while another process has it."""
    if is_link(str(folder)):
        raise OSError(f"{folder.name} is a link")
    folder.mkdir(parents=True, exist_ok=True)
    # Whoever copies the folder, or commits all that is there, leaves the cache out.
    ignored = folder / ".gitignore"
    if not ignored.exists():
        ignored.write_text("*\n", encoding="utf-8")
    file = (folder / _LOCK).open("ab")
    if try_to_lock(file.fileno()):
        return file
    file.close()
    return None


def _open_or_begin(folder: Path, code: str, lock: IO[bytes]) -> Store:
    """The store in a folder that is held, begun anew where it is damaged or other code's."""
    notice = _DAMAGED
    with suppress(DamagedStoreError):
        if store := _open(folder, code, lock):
            return store
        notice = "site_gen is another than that of the last build; everything is made anew"
    return _begin(folder, code, lock, notice)


def _begin(folder: Path, code: str, lock: IO[bytes], notice: str) -> Store:
    """A store in place of whatever there is."""
    discard(folder)
    store = _open(folder, code, lock)
    assert store, "it is nobody else's work"
    store.notice = notice
    return store


def _open(folder: Path, code: str, lock: IO[bytes]) -> Store | None:
    """The store in a folder, signed as this build's; None where it is other code's."""
    with ExitStack() as undoing, _damage_told():
        store = Store(_connect(folder / DATABASE), folder, lock)
        undoing.callback(store.close_database)
        store.begin()
        header = store.get(_Header, "")
        if header is None and not store.is_empty:
            raise DamagedStoreError("nobody's work")
        if header and (header.format, header.code) != (_FORMAT, code):
            return None
        store.code = code
        if header:
            store.build, store.compacted_bytes = header.build + 1, header.compacted_bytes
        store.sign()
        undoing.pop_all()
    return store


def _connect(path: Path) -> sqlite3.Connection:
    """A connection that begins transactions when it is told to, and that threads may share."""
    return sqlite3.connect(path, timeout=5, isolation_level=None, check_same_thread=False)


@contextmanager
def _damage_told() -> Iterator[None]:
    """Turn what shows that the file is not what was written into one exception."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
        if code & 0xFF in _OUTSIDE and code != sqlite3.SQLITE_IOERR_SHORT_READ:
            raise
        raise DamagedStoreError(str(error)) from error
    # A name of SQLite's own that is no text is told in Python's words.
    except (msgspec.MsgspecError, zstd.ZstdError, UnicodeDecodeError) as error:
        raise DamagedStoreError(str(error)) from error


def _seal(name: bytes, value: bytes) -> bytes:
    """A value with a checksum behind it, over its name as well."""
    return value + _checksum(name, value).to_bytes(4, "big")


def _unseal(name: object, sealed: object) -> bytes:
    if not isinstance(name, bytes) or not isinstance(sealed, bytes):
        raise DamagedStoreError("a blob is none")
    value = sealed[:-4]
    if _checksum(name, value).to_bytes(4, "big") != sealed[-4:]:
        raise DamagedStoreError(f"blob {name.hex()}")
    return value


def _checked(name: object, value: object, checksum: object) -> bytes:
    if not isinstance(name, str) or not isinstance(value, bytes):
        raise DamagedStoreError("a row is none")
    if _checksum(name.encode(), value) != checksum:
        raise DamagedStoreError(f"row {name!r}")
    return value


def _checksum(name: bytes, value: bytes) -> int:
    return crc32(value, crc32(name))


def _reason(error: Exception) -> str:
    """Why, in lower case, e.g. `no space left on device`."""
    return (getattr(error, "strerror", None) or str(error)).lower()
