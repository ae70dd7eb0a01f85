"""The folder of the finished site: whether it may be written, by whom, and how it is emptied.

Only what site_gen made is ever removed, and nothing is written or removed through a link.
"""

from __future__ import annotations

import errno
import os
import posixpath
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import rmtree

import msgspec

from site_gen.diagnostics import SiteError
from site_gen.file_systems import is_link, try_to_lock
from site_gen.publish.manifest import (
    JOURNAL,
    MANIFEST,
    STATE,
    owned_files,
    read_journal,
    read_manifest,
)

LOCK = f"{STATE}/lock"
TEMPORARY = f"{STATE}/tmp"

OTHER_FOLDER = "choose another folder with `--output`"


class Cleaned(msgspec.Struct, frozen=True):
    """What `clean` did."""

    removed: tuple[str, ...]
    """Paths of the site's files that were there, in order."""
    kept: int
    """How many files are left in the folder that site_gen did not make."""


def clean(folder: Path) -> Cleaned:
    """What was removed: the site's files and site_gen's own, and folders left empty by that."""
    check_fitness(folder, ())
    if not folder.exists():
        return Cleaned((), 0)
    with told_as_site_error(folder), exclusive(folder):
        removed = remove_files(folder, owned_files(read_manifest(folder), read_journal(folder)))
        for name in (JOURNAL, MANIFEST):
            (folder / name).unlink(missing_ok=True)
        remove_temporary(folder)
        if sys.platform != "win32":
            # While it is still held, so that nobody locks a file that is about to go.
            (folder / LOCK).unlink()
    with suppress(OSError):
        (folder / LOCK).unlink(missing_ok=True)
        (folder / STATE).rmdir()
        folder.rmdir()
    kept = sum(1 for _ in files_below(folder, ".")) if folder.exists() else 0
    return Cleaned(removed, kept)


def check_fitness(folder: Path, protected: Sequence[Path]) -> None:
    """Return where a site may be published into a folder; SiteError says why it may not.

    `protected` are the folders of the sources. The site's root need not be among them, since it
    holds them; a folder inside the root is the usual place.
    """
    shown = folder.as_posix()
    for source in protected:
        with told_as_site_error(folder):
            relation = find_relation(folder, source)
        if relation:
            raise SiteError(
                f"the site cannot be written to `{shown}`: it {relation} `{source.as_posix()}`",
                hint=OTHER_FOLDER,
            )
    if is_link(str(folder)):
        raise SiteError(
            f"`{shown}` is a link, and nothing is written through links",
            hint=f"give the folder itself: `--output {Path(os.path.realpath(folder)).as_posix()}`",
        )
    if not os.path.lexists(folder):
        return
    if not folder.is_dir():
        raise SiteError(f"`{shown}` is not a folder", hint=OTHER_FOLDER)
    for name in (STATE, TEMPORARY, LOCK):
        if is_link(str(folder / name)):
            raise _leads_elsewhere(folder, name)
    with told_as_site_error(folder):
        made_here = any((folder / name).exists() for name in (MANIFEST, JOURNAL))
        if not made_here and any(entry.name != STATE for entry in folder.iterdir()):
            raise SiteError(
                f"`{shown}` holds files and was not made by site_gen",
                hint="choose another folder with `--output`, or empty this one",
            )


def find_relation(folder: Path, source: Path) -> str:
    """How a folder that is written to lies to one of sources; empty where they are apart."""
    if _is_within(folder, source):
        return "is" if _is_within(source, folder) else "is inside"
    return "holds" if _is_within(source, folder) else ""


@contextmanager
def exclusive(folder: Path) -> Iterator[None]:
    """Hold an output folder alone; the system lets go of it when the process ends, however."""
    path = folder / LOCK
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        if not try_to_lock(file.fileno()) or not _is_same_file(path, file.fileno()):
            raise SiteError(
                f"another build is writing to `{folder.as_posix()}`",
                hint="wait until it is done, or choose another folder with `--output`",
            )
        yield


@contextmanager
def told_as_site_error(folder: Path) -> Iterator[None]:
    """Turn what the system refuses into one line for the user."""
    try:
        yield
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise SiteError(
            f"`{folder.as_posix()}` cannot be written: {reason}", hint=_advice(folder, error)
        ) from error


def remove_files(folder: Path, paths: Iterable[str]) -> tuple[str, ...]:
    """The paths that were files here and are gone now, as are the folders that this left empty."""
    paths = sorted(paths)
    removed = tuple(path for path in paths if _is_file_here(folder, path))
    for path in removed:
        (folder / path).unlink()
    for parent in sorted(parents_of(paths), reverse=True):
        if _is_folder_here(folder, parent):
            # One that is not empty, or that somebody holds, stays: that harms nobody.
            with suppress(OSError):
                (folder / parent).rmdir()
    return removed


def remove_temporary(folder: Path) -> None:
    """Remove what a publication that was cut off left unfinished."""
    if os.path.lexists(folder / TEMPORARY):
        rmtree(folder / TEMPORARY)


def parents_of(paths: Iterable[str]) -> set[str]:
    """Every folder that these paths lie in, at any depth, the output folder itself left out."""
    found: set[str] = set()
    for path in paths:
        parent = posixpath.dirname(path)
        while parent and parent not in found:
            found.add(parent)
            parent = posixpath.dirname(parent)
    return found


def files_below(folder: Path, path: str) -> Iterator[str]:
    """The path of everything below `path` that is no folder, links not followed."""
    for entry in (folder / path).iterdir():
        if entry.is_dir() and not is_link(str(entry)):
            yield from files_below(folder, f"{path}/{entry.name}")
        else:
            yield f"{path}/{entry.name}"


def refuse_links(folder: Path, paths: Iterable[str]) -> None:
    """Return where no folder that these paths lie in is a link; SiteError names the first."""
    for parent in sorted(parents_of(paths)):
        if is_link(str(folder / parent)):
            raise _leads_elsewhere(folder, parent)


def _is_file_here(folder: Path, path: str) -> bool:
    """Whether there is something other than a folder at a path, and no link on the way to it."""
    parent = posixpath.dirname(path)
    if not os.path.lexists(folder / path) or not _is_folder_here(folder, parent):
        return False
    return is_link(str(folder / path)) or not (folder / path).is_dir()


def _is_folder_here(folder: Path, path: str) -> bool:
    """Whether a path is a folder, and neither it nor anything on the way to it is a link."""
    way = parents_of([f"{path}/any"]) if path else set()
    return (folder / path).is_dir() and not any(is_link(str(folder / part)) for part in way)


def _is_same_file(path: Path, descriptor: int) -> bool:
    """Whether an open file is still the one at this path; `clean` removes the lock."""
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _is_within(inner: Path, outer: Path) -> bool:
    """Whether a folder is another or lies in it, by whatever names the disk knows them."""
    real = Path(os.path.realpath(inner))
    if real.is_relative_to(os.path.realpath(outer)):
        return True
    ways = (real, *real.parents)
    return outer.exists() and any(way.exists() and way.samefile(outer) for way in ways)


def _leads_elsewhere(folder: Path, path: str) -> SiteError:
    return SiteError(
        f"`{(folder / path).as_posix()}` is a link, and nothing is written through links",
        hint="remove the link",
    )


def _advice(folder: Path, error: OSError) -> str:
    """What to do, and what is left of the site that was there."""
    unfinished = os.path.lexists(folder / JOURNAL)
    state = "is unfinished until a build succeeds" if unfinished else "is as it was"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"free some space; the site there {state}"
    return f"make it writable or choose another folder; the site there {state}"
