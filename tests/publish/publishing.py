"""What tests of publishing share: small sites, compared with a clean publication; full disks."""

from __future__ import annotations

import builtins
import errno
import io
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from site_gen.model import Output
from site_gen.publish import DiskPublisher, MemoryPool, Pool, Published
from site_gen.publish.manifest import read_manifest
from tests.files import read_tree

Site = Mapping[str, bytes]
"""Content by path."""


def as_outputs(site: Site, pool: Pool) -> list[Output]:
    """The site as a build hands it over, its bytes in the pool."""
    return [
        Output(path, pool.add(content), len(content), "a test") for path, content in site.items()
    ]


def publish(folder: Path, site: Site) -> Published:
    """What a publication to this folder did."""
    pool = MemoryPool()
    return DiskPublisher(folder, ()).publish(as_outputs(site, pool), pool)


def read_site(folder: Path) -> dict[str, bytes]:
    """All that a folder holds but the publisher's own records."""
    return {
        path: content
        for path, content in read_tree(folder).items()
        if not path.startswith(".site_gen/")
    }


def check_published(folder: Path, site: Site) -> None:
    """Assert that the folder is what a clean publication gives, to the last byte and folder."""
    with tempfile.TemporaryDirectory() as other:
        publish(Path(other) / "fresh", site)
        assert read_tree(folder) == read_tree(Path(other) / "fresh")


def check_whole(folder: Path, sites: Sequence[Site]) -> None:
    """Every file is what one of the sites says it is, and the manifest names no other."""
    found = {path: each for path, each in read_site(folder).items() if not path.endswith("/")}
    torn = {path for path, each in found.items() if all(site.get(path) != each for site in sites)}
    assert not torn
    manifest = read_manifest(folder)
    assert set(manifest.files if manifest else ()) <= found.keys()


class FullDisk:
    """A disk on which so many bytes are free; a new folder takes 100 of them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, free_bytes: int) -> None:
        self.free_bytes = free_bytes
        open_file, make_folder = io.open, os.mkdir

        def open_limited(path: Any, mode: str = "r", *args: Any, **options: Any) -> Any:
            if mode == "wb":
                return LimitedFile(path, self)
            return open_file(path, mode, *args, **options)

        def make_limited(path: Any, *args: Any, **options: Any) -> None:
            self.take(0 if Path(path).exists() else 100)
            make_folder(path, *args, **options)

        monkeypatch.setattr(io, "open", open_limited)
        monkeypatch.setattr(builtins, "open", open_limited)
        monkeypatch.setattr(os, "mkdir", make_limited)

    def take(self, size_bytes: int) -> None:
        if size_bytes > self.free_bytes:
            raise OSError(errno.ENOSPC, "No space left on device")
        self.free_bytes -= size_bytes


class LimitedFile(io.FileIO):
    """A file on such a disk: it takes what still fits, and only then fails."""

    def __init__(self, path: Path, disk: FullDisk) -> None:
        super().__init__(path, "wb")
        self.disk = disk

    def write(self, content: Any) -> int:
        written = super().write(bytes(content)[: self.disk.free_bytes])
        self.disk.take(len(content))
        return written
