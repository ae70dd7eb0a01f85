"""Reading the site's sources: from disk, or from memory in tests.

Paths are text with forward slashes, relative to the site's root, in Unicode's composed form (NFC)
whatever form the disk keeps. What cannot be listed is a Diagnostic and is never read. Links are
followed as long as they stay in the folder at the root that they stand in (`content/a.png` may lead
to `content/b.png` and to nothing outside of `content`).
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath
from typing import Protocol
from unicodedata import normalize

from site_gen.diagnostics import Diagnostic, Span
from site_gen.file_systems import (
    Stamp,
    is_junction,
    make_stamp,
    name_problem,
    path_problem,
    printable,
)

Listing = tuple[list[str], list[Diagnostic]]
"""Paths in order of code points, and what was not listed although it is there."""

Scan = tuple[dict[str, Stamp | None], list[Diagnostic]]
"""Stamp by path, in order of code points, and what was not listed; None where files have none."""

_Found = tuple[str, Stamp]

Trail = tuple[str, ...]
"""The real folders from the one that was asked for down to the one being listed."""

_SEEN_BY_HOSTS = frozenset((".nojekyll", ".well-known"))
"""Hidden names that mean something to hosts and are published."""

DEEPEST = 100
"""Folders in folders, links counted, before a tree is taken for a mistake."""


class SourceTree(Protocol):
    """Where sources come from."""

    def list_files(self, folder: str) -> Listing:
        """Every regular file below a folder; nothing where there is no such folder.

        Left out without a word: names that begin with a dot, `__pycache__`, and what editors leave
        behind (`a~`, `#a#`).
        """

    def scan(self, folder: str) -> Scan:
        """The same files as `list_files` with their stamps."""

    def stamp(self, path: str) -> Stamp | None:
        """The stamp of one file; None where there is none or it has no stamp."""

    def read_bytes(self, path: str) -> bytes:
        """What a file holds; ReadError where it cannot be read or leads out of its folder."""

    def is_file(self, path: str) -> bool:
        """Whether `read_bytes` would find a file; some disks take `A.md` for `a.md`."""


class ReadError(Exception):
    """A source that cannot be read, for the caller to make part of its diagnostics."""

    def __init__(self, path: str, message: str, is_missing: bool = False) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path
        self.message = message
        self.is_missing = is_missing
        """Whether nothing is there at all, not even what cannot be read."""

    @property
    def diagnostic(self) -> Diagnostic:
        """The same as a Diagnostic about the whole file."""
        return Diagnostic(Span(self.path), self.message)


class MemoryTree:
    """Sources held in memory: content by path."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = {normalize("NFC", path): content for path, content in files.items()}
        self._spelled = sorted(files)

    def list_files(self, folder: str) -> Listing:
        """The paths below a folder, under the same rules as on disk."""
        paths, diagnostics = self.scan(folder)
        return list(paths), diagnostics

    def stamp(self, path: str) -> Stamp | None:  # noqa: ARG002, memory has no stamps
        """None: what is in memory is always read."""
        return None

    def scan(self, folder: str) -> Scan:
        """The paths below a folder, without stamps."""
        paths: dict[str, str] = {}
        diagnostics: set[Diagnostic] = set()
        prefix = f"{folder}/" if folder else ""
        for spelled in self._spelled:
            path = normalize("NFC", spelled)
            names = path.removeprefix(prefix).split("/")
            if not path.startswith(prefix) or any(map(is_left_out, names)):
                continue
            if bad := next((name for name in names if name_problem(name)), None):
                diagnostics.add(_bad_name(prefix + "/".join(names[: names.index(bad)]), bad))
            elif path in paths:
                diagnostics.add(_two_spellings(path, paths[path], spelled))
            else:
                paths[path] = spelled
        return dict.fromkeys(sorted(paths)), sorted(diagnostics)

    def read_bytes(self, path: str) -> bytes:
        """What was given for this path."""
        if path not in self.files:
            raise ReadError(path, "cannot be read: no such file", is_missing=True)
        return self.files[path]

    def is_file(self, path: str) -> bool:
        """Whether something was given for this path."""
        return path in self.files


class DiskTree:
    """Sources below a folder on disk. It holds no state, so threads and processes can share it."""

    def __init__(self, root: Path) -> None:
        self.root = Path(os.path.realpath(root))

    def list_files(self, folder: str) -> Listing:
        """The paths below a folder and what could not be listed: bad links, names and folders."""
        stamps, diagnostics = self.scan(folder)
        return list(stamps), diagnostics

    def scan(self, folder: str) -> Scan:
        """The files below a folder with their stamps; a link has that of the file it leads to."""
        found: list[_Found | Diagnostic] = []
        try:
            real = self._locate(folder)
            found.extend(self._walk(real, folder, (real,)))
        except OSError as error:
            if os.path.lexists(self.root / folder):
                found.append(_unreadable(folder, error))
        stamps = [item for item in found if not isinstance(item, Diagnostic)]
        return dict(sorted(stamps)), sorted(each for each in found if isinstance(each, Diagnostic))

    def stamp(self, path: str) -> Stamp | None:
        """The stamp of the file that a path leads to; None where it cannot be reached."""
        try:
            return make_stamp(Path(self._locate(path)).stat())
        except OSError:
            return None

    def read_bytes(self, path: str) -> bytes:
        """What the file holds, after looking once more at where it leads."""
        try:
            real = Path(self._locate(path))
            if not real.is_file():
                raise OSError(errno.EINVAL, "not a file")
            return real.read_bytes()
        except OSError as error:
            is_missing = not os.path.lexists(self.root / path)
            raise ReadError(path, f"cannot be read: {_reason(error)}", is_missing) from error

    def is_file(self, path: str) -> bool:
        """Whether a file is there and does not lead out of its folder."""
        try:
            return Path(self._locate(path)).is_file()
        except OSError:
            return False

    def _walk(self, folder: str, path: str, trail: Trail) -> Iterator[_Found | Diagnostic]:
        """What is below `folder`, which the site calls `path`."""
        if len(trail) > DEEPEST:
            raise OSError(errno.EINVAL, f"nested deeper than {DEEPEST} folders")
        with os.scandir(folder) as scan:
            entries = sorted(scan, key=lambda entry: entry.name)
        spelled: dict[str, str] = {}
        for entry in entries:
            child = _join(path, normalize("NFC", entry.name))
            if is_left_out(entry.name):
                continue
            if name_problem(entry.name):
                yield _bad_name(path, entry.name)
            elif child in spelled:
                yield _two_spellings(child, spelled[child], entry.name)
            else:
                spelled[child] = entry.name
                yield from self._visit(entry, child, trail)

    def _visit(
        self, entry: os.DirEntry[str], path: str, trail: Trail
    ) -> Iterator[_Found | Diagnostic]:
        """An entry that is a file, what is below it where it is a folder, or why neither."""
        try:
            real = self._follow(entry, path, trail)
            if entry.is_dir():
                yield from self._walk(real, path, (*trail, real))
            elif entry.is_file():
                yield path, make_stamp(entry.stat())
            else:
                raise OSError(errno.EINVAL, "neither a file nor a folder")
        except OSError as error:
            yield _unreadable(path, error)

    def _follow(self, entry: os.DirEntry[str], path: str, trail: Trail) -> str:
        """Where an entry really is; OSError for a link that must not or cannot be followed."""
        if not entry.is_symlink() and not is_junction(entry.path):
            return entry.path
        try:
            real = os.path.realpath(entry.path, strict=True)
        except FileNotFoundError as error:
            raise OSError(errno.EINVAL, "a link that leads nowhere") from error
        if real in trail:
            raise OSError(errno.ELOOP, "a loop")
        self._check_bound(path, real)
        return real

    def _locate(self, path: str) -> str:
        """The real path of what the site calls `path`; OSError where it must not be read."""
        if path and path_problem(path):
            raise OSError(errno.EINVAL, "not a path of a source")
        if self._is_free_of_links(path):
            return f"{self.root}/{path}"
        try:
            real = os.path.realpath(self.root / path, strict=True)
        except FileNotFoundError:
            if path.isascii():
                raise
            real = os.path.realpath(self._respell(path), strict=True)
        self._check_bound(path, real)
        return real

    def _is_free_of_links(self, path: str) -> bool:
        """Whether a path is there and leads nowhere else, which is sooner asked than resolved."""
        place = str(self.root)
        try:
            for name in path.split("/"):
                place = f"{place}/{name}"
                if stat.S_ISLNK(os.lstat(place).st_mode) or is_junction(place):
                    return False
        except OSError:
            return False
        return True

    def _respell(self, path: str) -> Path:
        """The path with each name as the disk spells it, which may be another Unicode form."""
        current = self.root
        for name in path.split("/"):
            if not os.path.lexists(current / name):
                self._check_bound(path, os.path.realpath(current, strict=True))
                names = sorted(entry.name for entry in current.iterdir())
                current /= next((n for n in names if normalize("NFC", n) == name), name)
            else:
                current /= name
        return current

    def _check_bound(self, path: str, real: str) -> None:
        """OSError where a source is really outside of the folder that it is named in."""
        top, slash, _ = path.partition("/")
        bounds = [self.root]
        if slash:
            bounds.append(Path(os.path.realpath(self.root / top)))
        if not all(PurePath(real).is_relative_to(bound) for bound in bounds):
            where = f"`{top}`" if slash else "the site"
            raise OSError(errno.EPERM, f"a link that leads outside of {where}")


def is_left_out(name: str) -> bool:
    """Whether a file or folder of this name is no source: hidden, a cache, or an editor's."""
    return (
        (name.startswith(".") and name not in _SEEN_BY_HOSTS)
        or name == "__pycache__"
        or name.endswith("~")
        or (name.startswith("#") and name.endswith("#"))
    )


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _bad_name(folder: str, name: str) -> Diagnostic:
    shown = printable(name)
    return Diagnostic(
        Span(_join(folder.rstrip("/"), shown)),
        f"the name `{shown}` {name_problem(name)}",
        hint="rename it, so that every system can hold it",
    )


def _two_spellings(path: str, first: str, second: str) -> Diagnostic:
    names = " and ".join(f"`{ascii(PurePath(name).name)[1:-1]}`" for name in (first, second))
    return Diagnostic(
        Span(path),
        f"two names differ only in how Unicode spells them: {names}",
        hint="rename or remove one of them",
    )


def _unreadable(path: str, error: OSError) -> Diagnostic:
    reason = _reason(error)
    hint = "put a copy in its place" if "link" in reason else ""
    return Diagnostic(Span(path), f"cannot be read: {reason}", hint)


def _reason(error: OSError) -> str:
    """Why, in lower case, e.g. `permission denied`."""
    if error.errno == errno.ELOOP:
        return "a link that leads back to itself"
    return (error.strerror or str(error)).lower()
