"""Outputs that were made and not published yet, each a file named by its SHA-256.

Workers put them here and the publisher takes them, so that no process holds the site in its memory.
What a build with errors has made stays, and the next one publishes it.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from shutil import rmtree
from typing import IO, Protocol


class Pool(Protocol):
    """Where made outputs wait."""

    def add(self, content: bytes) -> str:
        """The hexadecimal SHA-256 of an output that is in the pool from now on."""

    def holds(self, sha256: str) -> bool:
        """Whether an output is here."""

    def read(self, sha256: str) -> bytes:
        """What an output holds."""

    def clear(self) -> None:
        """Drop everything."""

    @property
    def folder(self) -> Path | None:
        """Where each output is a file by its digest, for other processes too; None in memory."""


class MemoryPool:
    """Outputs held in memory, for small sites and for tests."""

    def __init__(self) -> None:
        self._contents: dict[str, bytes] = {}

    def add(self, content: bytes) -> str:
        """Hold an output."""
        sha256 = hashlib.sha256(content).hexdigest()
        self._contents[sha256] = content
        return sha256

    def holds(self, sha256: str) -> bool:
        """Whether an output is held."""
        return sha256 in self._contents

    def read(self, sha256: str) -> bytes:
        """What it holds."""
        return self._contents[sha256]

    def clear(self) -> None:
        """Forget all of them."""
        self._contents.clear()

    @property
    def folder(self) -> Path | None:
        """None: nothing here is a file."""
        return None


class DiskPool:
    """Outputs in a folder that several processes share; each is there whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self.folder: Path | None = folder
        self._folder = folder
        self._root = str(folder)
        self._names = {entry.name for entry in os.scandir(folder)} if folder.is_dir() else set()

    def __len__(self) -> int:
        return len(self._names)

    def add(self, content: bytes) -> str:
        """Write an output, unless it is there."""
        sha256 = hashlib.sha256(content).hexdigest()
        if sha256 in self._names:
            return sha256
        # As texts, since it is done for each of 20,000 files.
        place = f"{self._root}/{sha256}"
        unfinished = f"{place}.{os.getpid()}"
        try:
            with self._create(unfinished) as file:
                if file.write(content) < len(content):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.replace(unfinished, place)
        except BaseException:
            with suppress(OSError):
                os.unlink(unfinished)
            raise
        self._names.add(sha256)
        return sha256

    def _create(self, place: str) -> IO[bytes]:
        try:
            return open(place, "wb", buffering=0)
        except FileNotFoundError:
            self._folder.mkdir(parents=True, exist_ok=True)
            return open(place, "wb", buffering=0)

    def holds(self, sha256: str) -> bool:
        """Whether an output's file is there, as far as this process knows."""
        return sha256 in self._names or (self._folder / sha256).is_file()

    def read(self, sha256: str) -> bytes:
        """What its file holds."""
        return (self._folder / sha256).read_bytes()

    def keep(self, wanted: Collection[str]) -> None:
        """Drop all others."""
        for sha256 in self._names - set(wanted):
            with suppress(OSError):
                os.unlink(f"{self._root}/{sha256}")
            self._names.discard(sha256)

    def clear(self) -> None:
        """Remove the folder."""
        self._names.clear()
        if self._folder.is_dir():
            rmtree(self._folder)
