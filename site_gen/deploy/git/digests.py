"""What git's names for bytes stand for: SHA-256 and size, by which plans compare files.

A name follows from the bytes, so what was once found out holds for ever and is kept in our
repository; what was never seen is read from there. No file of the site is read for a plan.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from tempfile import TemporaryFile
from typing import IO

import msgspec

from site_gen.deploy.git.failures import DamagedError
from site_gen.deploy.git.program import Git
from site_gen.publish.file import write_file

_KEPT = "site_gen-digests.json"
_CHUNK_BYTES = 1 << 20


class Digest(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What is known of the bytes that git has a name for."""

    sha256: str
    size_bytes: int


def find_digests(git: Git, blobs: Iterable[str]) -> Mapping[str, Digest]:
    """The digest of each of these blobs of our repository, by the name that git has for it."""
    wanted, path = set(blobs), git.folder / _KEPT
    kept = {name: digest for name, digest in _read(git).items() if name in wanted}
    if missing := sorted(wanted - kept.keys()):
        kept |= _compute(git, missing)
        write_file(path, msgspec.json.encode(kept, order="sorted"))
    return kept


def _read(git: Git) -> dict[str, Digest]:
    try:
        return msgspec.json.decode((git.folder / _KEPT).read_bytes(), type=dict[str, Digest])
    except (FileNotFoundError, msgspec.MsgspecError):
        return {}  # all of it can be found out once more


def _compute(git: Git, names: list[str]) -> dict[str, Digest]:
    with TemporaryFile() as asked:
        asked.write("".join(f"{name}\n" for name in names).encode())
        asked.seek(0)
        with git.reading("cat-file", "--batch", "--buffer", stdin=asked) as stream:
            return {name: _take(name, stream) for name in names}


def _take(name: str, stream: IO[bytes]) -> Digest:
    """The digest of the next object in what `cat-file --batch` prints."""
    described = stream.readline().split()
    if described[1:2] != [b"blob"]:
        raise DamagedError(f"git cat-file: `{name}` is not in our repository any more")
    size_bytes = left = int(described[2])
    digest = hashlib.sha256()
    while left:
        chunk = stream.read(min(left, _CHUNK_BYTES))
        if not chunk:
            raise DamagedError(f"git cat-file: `{name}` was cut off")
        digest.update(chunk)
        left -= len(chunk)
    stream.readline()
    return Digest(digest.hexdigest(), size_bytes)
