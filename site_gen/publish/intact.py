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

from site_gen.file_systems import Stamp, is_link, make_stamp
from site_gen.publish.manifest import (
    JOURNAL,
    MANIFEST,
    Journal,
    Manifest,
    owned_files,
    read_journal,
    read_manifest,
)

_Stamps = dict[str, Stamp]


class Held(msgspec.Struct, frozen=True):
    """What an output folder holds."""

    manifest_sha256: str
    """Empty where there is no manifest."""
    manifest: Manifest | None
    journal: Journal | None
    intact: Mapping[str, str]
    """SHA-256 of each file of the site that is there, by path."""
    stamps: Mapping[str, Stamp]
    """The stamps of the same files."""


def look_at(folder: Path, stamps_file: Path | None) -> Held:
    """What a folder holds; SiteError where its records are damaged.

    A file with the stamp that it was published with holds what the manifest says; every other one
    is read.
    """
    digest = digest_manifest(folder)
    manifest, journal = read_manifest(folder), read_journal(folder)
    described = manifest.files if manifest else {}
    published, root = _read_stamps(stamps_file), str(folder)
    intact, stamps = {}, {}
    for path in owned_files(manifest, journal):
        place = f"{root}/{path}"
        try:
            stamp = make_stamp(os.lstat(place))
        except OSError:
            continue
        if path in described and published.get(path) == stamp:
            intact[path], stamps[path] = described[path].sha256, stamp
        elif (sha256 := _hash(Path(place))) is not None:
            intact[path], stamps[path] = sha256, stamp
    return Held(digest, manifest, journal, intact, stamps)


def is_as_seen(folder: Path, held: Held) -> bool:
    """Whether no other build has published into a folder, or begun to, since it was looked at."""
    has_journal = (folder / JOURNAL).exists()
    is_same = held.manifest_sha256 == digest_manifest(folder)
    return is_same and not has_journal and held.journal is None


def remember_stamps(
    folder: Path, held: Held, paths: Iterable[str], written: Iterable[str], stamps_file: Path
) -> None:
    """Note what the system says of the files of a site that has just been published; `written` are
    those of them that are new.

    Where that cannot be kept, the files are read when it is asked for.
    """
    root = str(folder)
    new = {path: make_stamp(os.lstat(f"{root}/{path}")) for path in written}
    stamps = {path: new.get(path) or held.stamps[path] for path in paths}
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
        stamps, root = _read_stamps(stamps_file), str(folder)
        return bool(stamps) and all(
            make_stamp(os.lstat(f"{root}/{path}")) == stamp for path, stamp in stamps.items()
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
