"""The folder that a store lies in: opened and held alone, begun anew, or done without."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable
from contextlib import ExitStack, suppress
from functools import cached_property
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import IO

from site_gen.build.sealing import DamagedStoreError, damage_told
from site_gen.build.store import FORMAT, SCHEMA, Header, Store
from site_gen.diagnostics import SiteError
from site_gen.file_systems import is_link, try_to_lock

DATABASE = "store.sqlite"
_LOCK = "lock"
_PAUSE_S = 0.02
_DAMAGED = "the cache was damaged; everything is made anew"


def open_store(folder: Path, code: str, patience_s: float = 0) -> Store:
    """The store in a folder, made where there is none; one that ends with the build where that
    cannot be done, or another build holds it, which is waited for as long as `patience_s`. `notice`
    says what there is to say.

    `code` tells apart all that can change what a task makes: our code, libraries, Python.
    """
    try:
        lock = _wait_for_lock(folder, patience_s)
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
    """A store in place of one that turned out to be damaged, with nothing in it; one that ends with
    the build where the damaged one cannot be removed, or another build holds its folder by now.
    """
    store.close()
    if store.folder is None or store.is_temporary:
        return open_temporary(_DAMAGED)
    with ExitStack() as undoing:
        try:
            lock = _take_lock(store.folder)
            if lock is None:
                return open_temporary(_DAMAGED)
            undoing.callback(lock.close)
            anew = _begin(store.folder, store.code, lock, _DAMAGED)
        except (OSError, sqlite3.Error, DamagedStoreError) as error:
            return open_temporary(f"{_DAMAGED}, and nothing is kept: {_reason(error)}")
        undoing.pop_all()
    return anew


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
    database.executescript(SCHEMA)
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
    with damage_told():
        store._database.execute("BEGIN")
    header = store.get(Header, "") if store.format == FORMAT else None
    if header is None:
        store.close()
        return None
    store.code, store.build = header.code, header.build
    return store


def discard(folder: Path) -> None:
    """Remove a store's database, whatever is left of it."""
    for name in (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm"):
        (folder / name).unlink(missing_ok=True)


def _wait_for_lock(folder: Path, patience_s: float) -> IO[bytes] | None:
    end = time.monotonic() + patience_s
    while (lock := _take_lock(folder)) is None and time.monotonic() < end:
        time.sleep(_PAUSE_S)
    return lock


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
    with ExitStack() as undoing, damage_told():
        store = Store(_connect(folder / DATABASE), folder, lock)
        undoing.callback(store.close_database)
        store.begin()
        if store.format != FORMAT:
            return None
        header = store.get(Header, "")
        if header is None and not store.is_empty:
            raise DamagedStoreError("nobody's work")
        if header and header.code != code:
            return None
        store.code = code
        if header:
            store.build, store.identity = header.build + 1, header.identity
            store.compacted_bytes = header.compacted_bytes
        store.sign()
        undoing.pop_all()
    return store


def _connect(path: Path) -> sqlite3.Connection:
    """A connection that begins transactions when it is told to, and that threads may share."""
    return sqlite3.connect(path, timeout=5, isolation_level=None, check_same_thread=False)


def _reason(error: Exception) -> str:
    """Why, in lower case, e.g. `no space left on device`."""
    return (getattr(error, "strerror", None) or str(error)).lower()
