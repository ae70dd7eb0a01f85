"""How what is kept is known to be what was written: by a checksum over its name and its bytes."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from zlib import crc32

import msgspec

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

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


class DamagedStoreError(Exception):
    """The store does not hold what was written into it."""


def make_packer() -> Callable[[bytes], bytes]:
    """What makes of a blob's content what is kept: compressed. For one thread.

    To begin anew with each content would take four times as long.
    """
    compressor = zstd.ZstdCompressor(level=_LEVEL)
    return lambda content: compressor.compress(content, compressor.FLUSH_FRAME)


@contextmanager
def damage_told() -> Iterator[None]:
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


def unpack(content: bytes) -> bytes:
    """What was packed."""
    return zstd.decompress(content)


def seal(name: bytes, value: bytes) -> bytes:
    """A value with a checksum behind it, over its name as well."""
    return value + find_checksum(name, value).to_bytes(4, "big")


def unseal(name: object, sealed: object) -> bytes:
    if not isinstance(name, bytes) or not isinstance(sealed, bytes):
        raise DamagedStoreError("a blob is none")
    value = sealed[:-4]
    if find_checksum(name, value).to_bytes(4, "big") != sealed[-4:]:
        raise DamagedStoreError(f"blob {name.hex()}")
    return value


def checked(name: object, value: object, checksum: object) -> bytes:
    if not isinstance(name, str) or not isinstance(value, bytes):
        raise DamagedStoreError("a row is none")
    if find_checksum(name.encode(), value) != checksum:
        raise DamagedStoreError(f"row {name!r}")
    return value


def find_checksum(name: bytes, value: bytes) -> int:
    return crc32(value, crc32(name))
