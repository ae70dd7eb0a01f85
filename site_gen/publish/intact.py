"""Which files of a published site are as they were published.

A stamps file has what the system said of each when it was published, so that one that nobody has
touched need not be read. It is about one machine and lies in the cache, not in the site.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

import msgspec

from site_gen.diagnostics import SiteError
from site_gen.file_systems import Stamp, is_link, make_stamp
from site_gen.publish.manifest import JOURNAL, MANIFEST, owned_files, read_journal, read_manifest

_Stamps = dict[str, Stamp]


def find_intact(folder: Path, stamps_file: Path | None) -> dict[str, str]:
    """SHA-256 of each file of the site that is there, by path.

    A file with the stamp that it was published with holds what the manifest says; every other one
    is read.
    """
    try:
        manifest, journal = read_manifest(folder), read_journal(folder)
    except SiteError:
        return {}  # publishing says what is wrong with it
    described = manifest.files if manifest else {}
    stamps = _read_stamps(stamps_file)
    intact = {}
    for path in owned_files(manifest, journal):
        place = f"{folder}/{path}"
        try:
            stamp = make_stamp(os.lstat(place))
        except OSError:
            continue
        if path in described and stamps.get(path) == stamp:
            intact[path] = described[path].sha256
        elif (digest := _hash(Path(place))) is not None:
            intact[path] = digest
    return intact


def remember_stamps(folder: Path, paths: Iterable[str], stamps_file: Path) -> None:
    """Note what the system says of the files of a site that has just been published.

    Where that cannot be written, they are read when it is asked for.
    """
    stamps = {path: make_stamp(os.lstat(f"{folder}/{path}")) for path in paths}
    if stamps != _read_stamps(stamps_file):
        try:
            stamps_file.write_bytes(msgspec.msgpack.encode(stamps))
        except OSError:
            with suppress(OSError):
                stamps_file.unlink(missing_ok=True)


def locate_stamps(cache: Path, folder: Path) -> Path:
    """Where the stamps of a site that is published into a folder are kept."""
    name = hashlib.sha256(os.fsencode(folder.absolute())).hexdigest()
    return cache / f"published-{name[:16]}"


def is_untouched(folder: Path, manifest_sha256: str, stamps_file: Path) -> bool:
    """Whether a folder holds a whole site with this manifest, and nobody has touched any of it."""
    try:
        if (folder / JOURNAL).exists() or digest_manifest(folder) != manifest_sha256:
            return False
        stamps = _read_stamps(stamps_file)
        return bool(stamps) and all(
            make_stamp(os.lstat(f"{folder}/{path}")) == stamps[path] for path in stamps
        )
    except OSError:
        return False


def digest_manifest(folder: Path) -> str:
    """SHA-256 of a folder's manifest; empty where it has none."""
    try:
        return hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()
    except OSError:
        return ""


def _read_stamps(stamps_file: Path | None) -> Mapping[str, Stamp]:
    try:
        content = stamps_file.read_bytes() if stamps_file else b""
        return msgspec.msgpack.decode(content, type=_Stamps)
    except (OSError, msgspec.MsgspecError):
        return {}  # every file is read then


def _hash(path: Path) -> str | None:
    try:
        if is_link(str(path)) or not path.is_file():
            return None
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None
