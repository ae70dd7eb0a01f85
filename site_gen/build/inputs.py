"""Everything that a build reads, and whether it is what it was.

A file whose stamp is what it was at the last build holds what it held then; every other one is read
and hashed, and its content alone decides whether it has changed. Some disks give two changes within
two seconds one time, so the stamp of a file that was just written is not kept.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Mapping
from functools import cached_property

import msgspec

from site_gen import paths
from site_gen.build.listing import THEME, Listing
from site_gen.diagnostics import Diagnostic, SiteError, Source, Span
from site_gen.effects import ReadError, SourceTree
from site_gen.file_systems import Stamp
from site_gen.paths import CONFIG_PATH, LOCK_PATH, URLS_PATH

FOLDERS = ("content", "templates", "static")
"""Of a site's sources; a theme has all but the first."""
_GRAIN_NS = 2_000_000_000


class FileRow(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A file as it was read."""

    sha256: str
    """Hexadecimal; empty where it could not be read."""
    size_bytes: int
    stamp: Stamp | None
    """None where another look is needed: it had just been written."""


class Inputs:
    """The files of a site and its theme, as they are now."""

    touched: frozenset[str] | None = None
    """The files that may be otherwise than when the last build looked; None where any may."""

    def __init__(
        self, site: SourceTree, theme: SourceTree, stamps: dict[str, Stamp | None] | None = None
    ) -> None:
        """`stamps` are those of all files, where they are known and all can be listed."""
        self._trees = {"": site, THEME: theme}
        self._started_ns = time.time_ns()
        self.diagnostics: list[Diagnostic] = []
        """What cannot be read."""
        self.stamps: dict[str, Stamp | None] = {}
        """By path, that of a file of the theme with `theme:` before it."""
        if stamps is None:
            self._look(site)
        else:
            self.stamps = stamps
        self._unlisted = sorted(self.diagnostics)
        self._rows: Mapping[str, FileRow] = {}
        self.is_remembering = False
        """Whether it knows the files as the last build left them."""
        self._hashed: dict[str, FileRow] = {}
        self._sources: dict[str, Source | None] = {}

    def after(self, changed: Iterable[str]) -> Inputs:
        """The files as they are once something has happened to these, which are named as in
        `stamps`. Where one of them has come or gone, all are looked at.
        """
        site, theme = self._trees[""], self._trees[THEME]
        new = {path: self._stamp(path) if path in self.stamps else None for path in changed}
        if self._unlisted or None in new.values():
            return Inputs(site, theme)
        after = Inputs(site, theme, {**self.stamps, **new})
        after.listing, after.touched = self.listing, frozenset(new)
        return after

    def remember(self, rows: Mapping[str, FileRow]) -> None:
        """Know the files as the last build left them."""
        self._rows, self.is_remembering = rows, True

    @cached_property
    def listing(self) -> Listing:
        """Which files there are."""
        return Listing(self.stamps)

    @cached_property
    def listing_digest(self) -> str:
        """What changes whenever a file comes or goes."""
        return _digest((self.listing.paths, self._unlisted))

    @cached_property
    def stamps_digest(self) -> str:
        """What changes whenever a file gets another stamp."""
        return _digest(self.stamps)

    def has_same_content(self) -> bool:
        """Whether every file that the last build read holds what it held."""
        return all(
            self.sha256(path) == row.sha256
            for path, row in self._rows.items()
            if not self.known_sha256(path)
        )

    @property
    def is_settled(self) -> bool:
        """Whether every stamp can be trusted."""
        return all(_is_settled(stamp, self._started_ns) for stamp in self.stamps.values())

    def known_sha256(self, path: str) -> str:
        """The digest of a file that has not been touched since the last build; else empty."""
        row, stamp = self._rows.get(path), self.stamps.get(path)
        return row.sha256 if row and stamp and row.stamp == stamp else ""

    def sha256(self, path: str) -> str:
        """The digest of a file; empty where it cannot be read, which is told."""
        if path not in self._hashed:
            if known := self.known_sha256(path):
                return known
            read_ns, content = time.time_ns(), self._read(path)
            digest = "" if content is None else hashlib.sha256(content).hexdigest()
            self.note(path, digest, len(content or b""), read_ns)
        return self._hashed[path].sha256

    def size_bytes(self, path: str) -> int:
        """The size of a file whose digest is known."""
        return (self._hashed.get(path) or self._rows[path]).size_bytes

    def read_again(self, path: str) -> bytes:
        """What a file holds that was read before; SiteError where it has just gone."""
        content = self._read(path)
        if content is None:
            raise SiteError(f"`{path}` has gone while the site was built", "build once more")
        return content

    def note(self, path: str, sha256: str, size_bytes: int, read_ns: int) -> None:
        """Take the digest of a file that was read elsewhere, as it was read first: should it be
        changed meanwhile, the next build finds that it is not what this one was made from.

        It was read after `read_ns`, in nanoseconds since 1970.
        """
        if path in self._hashed:
            return
        stamp = self.stamps.get(path)
        settled = stamp if _is_settled(stamp, read_ns) else None
        self._hashed[path] = FileRow(sha256, size_bytes, settled)

    def source(self, path: str) -> Source | None:
        """The text of a file; None where it cannot be read or is no text, which is told."""
        if path not in self._sources:
            read_ns, content = time.time_ns(), self._read(path)
            self._sources[path] = None if content is None else self._decode(path, content)
            if content is not None:
                self.note(path, hashlib.sha256(content).hexdigest(), len(content), read_ns)
        return self._sources[path]

    def changed_rows(self) -> dict[str, FileRow | None]:
        """What the store has to learn about files."""
        rows: dict[str, FileRow | None] = dict.fromkeys(self._rows.keys() - self.stamps.keys())
        news = {path: row for path, row in self._hashed.items() if row != self._rows.get(path)}
        return rows | news

    def _look(self, site: SourceTree) -> None:
        for folder in FOLDERS:
            self._scan("", folder)
        for folder in FOLDERS[1:]:
            self._scan(THEME, folder)
        for path in (CONFIG_PATH, LOCK_PATH, URLS_PATH):
            self._look_for(site, path)

    def _scan(self, label: str, folder: str) -> None:
        stamps, problems = self._trees[label].scan(folder)
        self.stamps.update((label + path, stamp) for path, stamp in stamps.items())
        self.diagnostics += problems

    def _look_for(self, site: SourceTree, path: str) -> None:
        """Take in a file that a site may do without."""
        if site.is_file(path):
            self.stamps[path] = site.stamp(path)
            return
        try:
            site.read_bytes(path)
        except ReadError as error:
            self.diagnostics += [] if error.is_missing else [error.diagnostic]

    def _stamp(self, path: str) -> Stamp | None:
        label = THEME if path.startswith(THEME) else ""
        return self._trees[label].stamp(path.removeprefix(label))

    def _read(self, path: str) -> bytes | None:
        label = THEME if path.startswith(THEME) else ""
        try:
            return self._trees[label].read_bytes(path.removeprefix(label))
        except ReadError as error:
            self.diagnostics.append(error.diagnostic)
            return None

    def _decode(self, path: str, content: bytes) -> Source | None:
        source, problem = decode(path, content)
        self.diagnostics += [problem] if problem else []
        return source


def _is_settled(stamp: Stamp | None, looked_ns: int) -> bool:
    """Whether a file with this stamp has another one if it was changed after it was looked at."""
    return stamp is not None and max(stamp[1], stamp[2]) < looked_ns - _GRAIN_NS


def _digest(value: object) -> str:
    return hashlib.sha256(msgspec.msgpack.encode(value)).hexdigest()


def decode(path: str, content: bytes) -> tuple[Source | None, Diagnostic | None]:
    """A text, or why it is none."""
    try:
        return Source(path, content.decode("utf-8-sig")), None
    except UnicodeDecodeError as error:
        before = Source(path, content[: error.start].decode("utf-8", "replace"))
        line, column = before.position(len(before.text))
        message = f"not UTF-8: byte 0x{content[error.start]:02x}"
        span = Span(path, line, column)
        return None, Diagnostic(span, message, "save the file as UTF-8")


def read_data(site: SourceTree) -> tuple[tuple[Source, ...], list[Diagnostic]]:
    """A site's own part of the catalogue, `content/data/*.toml`, and what of it cannot be read."""
    listed, diagnostics = site.list_files(paths.DATA)
    data = []
    for path in filter(paths.is_data, listed):
        try:
            source, problem = decode(path, site.read_bytes(path))
        except ReadError as error:
            source, problem = None, error.diagnostic
        data += [source] if source else []
        diagnostics += [problem] if problem else []
    return tuple(data), diagnostics
