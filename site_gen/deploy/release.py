"""What a target serves, as data: the files of a release, and how each is sent.

A target keeps the record of the release that is live. Of releases before it, two at most, it keeps
the assets as well: whoever has a page open that is a day old can still load what it names.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Literal

import msgspec

from site_gen.deploy.site import SiteFile
from site_gen.paths import FINGERPRINTED
from site_gen.responses import find_cache_control, find_content_type

RELEASES_OF_ASSETS = 2
"""For how many releases an asset stays that no page names any more."""
_NAMED_BY_BYTES = re.compile(
    rf"{re.escape(FINGERPRINTED)}.*"
    r"|.*\.[0-9a-f]{10}\.(?:avif|gif|jpe?g|png|webp)"  # forms of pictures, and cards
    r"|search/pagefind/.*\.pf_\w+"
)
"""Paths of assets whose names hold a digest, so that other bytes are another file."""


class Served(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A file as a target serves it."""

    sha256: str
    """Of what a reader has at last, any coding undone."""
    size_bytes: int = msgspec.field(name="size")
    """As it is sent."""
    content_type: str
    """E.g. `text/html; charset=utf-8`."""
    cache_control: str = ""
    """E.g. `public, max-age=0, must-revalidate`; empty where the host decides."""
    content_encoding: str = ""
    """E.g. `gzip`; empty for a file that is sent as it is, or as the host likes."""
    age: int = 0
    """How many releases ago a page named it."""


class Release(msgspec.Struct, frozen=True):
    """A site as it was deployed at some moment."""

    version: Literal[1]
    id: str
    """When it was made and a digest of its files, e.g. `20250522T183000Z-1f2e3d4c`."""
    files: dict[str, Served]
    """By path, those of older releases included."""


def make_release(
    built: Mapping[str, SiteFile], live: Release | None, now: datetime, *, decides_caching: bool
) -> Release:
    """The release that a built site becomes where another one is live: that one, where it has the
    same files. `decides_caching` is whether the target sends what we say of caching.
    """
    files = {path: describe(path, file, decides_caching) for path, file in built.items()}
    if live and files == {path: file for path, file in live.files.items() if not file.age}:
        return live
    for path, file in live.files.items() if live else ():
        is_asset = _NAMED_BY_BYTES.fullmatch(path) and path not in files
        if is_asset and file.age < RELEASES_OF_ASSETS:
            files[path] = msgspec.structs.replace(file, age=file.age + 1)
    files = dict(sorted(files.items()))
    return Release(1, make_id(files, now), files)


def make_id(files: Mapping[str, Served], now: datetime) -> str:
    """The id of a release of these files that is made now."""
    return f"{now:%Y%m%dT%H%M%SZ}-{digest_files(files)[:8]}"


def forget_lost(release: Release, changed: Collection[str]) -> Release:
    """The release without assets of older ones that are not as they were: nobody has them."""
    lost = {path for path in changed if release.files[path].age}
    files = {path: file for path, file in release.files.items() if path not in lost}
    return msgspec.structs.replace(release, files=files)


def describe(path: str, file: SiteFile, decides_caching: bool, age: int = 0) -> Served:
    """A file as it is served at a path."""
    caching = find_cache_control(path) if decides_caching else ""
    kind = find_content_type(path)
    return Served(file.sha256, file.size_bytes, kind, caching, file.content_encoding, age)


def digest_files(files: Mapping[str, Served]) -> str:
    """Another text for other files, or files that are sent otherwise."""
    return hashlib.sha256(msgspec.json.encode(files, order="sorted")).hexdigest()


def digest_file(file: Served) -> str:
    """Another text for a file with other bytes, or one that is sent otherwise."""
    return digest_files({"": msgspec.structs.replace(file, age=0)})


def count_bytes(files: Iterable[Served]) -> int:
    """The size of these files together."""
    return sum(file.size_bytes for file in files)
