"""A folder as a bucket: a mounted web root, or one that something else sends on.

Each file is written beside the site, in `.site_gen/tmp/`, and takes its place whole. That holds for
the death of the process. Against the loss of power only records are forced to the disk, as where a
build publishes; a file that was not is of another size then, and so not as its record says.
"""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from tempfile import NamedTemporaryFile

from site_gen.deploy.in_place.bucket import ABSENT, Held, TakenError
from site_gen.deploy.in_place.records import is_state
from site_gen.deploy.release import Served
from site_gen.diagnostics import SiteError
from site_gen.file_systems import is_link, wait_for_lock
from site_gen.publish.file import write_durably
from site_gen.publish.folder import LOCK, TEMPORARY, files_below, parents_of, refuse_links

_LEFT_BEHIND_S = 3600
"""What has not taken its place for so long never will."""


class FolderBucket:
    """A folder whose files are exchanged whole; it sends nothing, so it knows no headers."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def guarded(self, check: Callable[[], None]) -> FolderBucket:  # noqa: ARG002
        """The same: nothing is tried more than once."""
        return self

    def list_tags(self, known: Collection[str] = ()) -> dict[str, str]:  # noqa: ARG002
        """The tag of all that is there, by name."""
        with self._told():
            if not self._folder.exists():
                return {}
            names = (name.removeprefix("./") for name in files_below(self._folder, "."))
            return {name: self._find_tag(name) for name in names}

    def find_tag(self, content: bytes) -> str:  # noqa: ARG002
        """ABSENT: a tag is that of a file, whatever it holds."""
        return ABSENT

    def read(self, name: str) -> Held | None:
        """What is there under a name."""
        with self._told(name):
            refuse_links(self._folder, [name])
            try:
                file = (self._folder / name).open("rb")
            except FileNotFoundError:
                return None
            with file:  # it may not be the one of this name any more
                tag = _make_tag(name, os.fstat(file.fileno()))
                return Held(file.read(), tag)

    def put(self, name: str, content: bytes, file: Served | None) -> str:
        """Put bytes, whole or not at all; their tag."""
        with self._told(name):
            with self._writing(name) as temporary:
                if file:
                    temporary.write_bytes(content)
                else:
                    write_durably(temporary, content)
            return self._find_tag(name)

    def put_if(self, name: str, content: bytes, tag: str) -> str:
        """The same, where the name still has this tag; else TakenError."""
        with self._told(name), self._alone():
            if self._find_tag(name) != tag:
                raise TakenError
            return self.put(name, content, None)

    def copy(self, name: str, to: str) -> None:
        """Have the same bytes under another name."""
        with self._told(to), self._writing(to) as temporary:
            shutil.copyfile(self._folder / name, temporary, follow_symlinks=False)

    def change_headers(self, name: str, file: Served) -> str:  # noqa: ARG002
        """Its tag: whoever serves the folder sends what they like."""
        with self._told(name):
            return self._find_tag(name)

    def remove(self, names: Sequence[str]) -> None:
        """Remove these, and folders that are left empty by that."""
        with self._told():
            refuse_links(self._folder, names)
            for name in names:
                (self._folder / name).unlink(missing_ok=True)
            for parent in sorted(parents_of(names), reverse=True):
                with suppress(OSError):
                    (self._folder / parent).rmdir()

    def _find_tag(self, name: str) -> str:
        try:
            found = os.lstat(self._folder / name)
        except FileNotFoundError:
            return ABSENT
        return _make_tag(name, found)

    @contextmanager
    def _writing(self, name: str) -> Iterator[Path]:
        """A file beside the site that takes its place when it is written."""
        refuse_links(self._folder, [name])
        place = self._folder / name
        self._make_folders(place.parent)
        with NamedTemporaryFile(dir=self._temporary, delete=False) as file:
            pass
        written = Path(file.name)
        try:
            yield written
            written.chmod(0o644)
            written.replace(place)
        finally:
            written.unlink(missing_ok=True)

    @cached_property
    def _temporary(self) -> Path:
        """The folder for what is not whole, without what was left behind long ago."""
        folder = self._folder / TEMPORARY
        refuse_links(self._folder, [f"{TEMPORARY}/any"])
        self._make_folders(folder)
        oldest = time.time() - _LEFT_BEHIND_S
        for path in folder.iterdir():
            with suppress(FileNotFoundError):
                if path.lstat().st_mtime < oldest:
                    path.unlink()
        return folder

    def _make_folders(self, folder: Path) -> None:
        """Have a folder, and those that it lies in, that a web server can read."""
        missing = []
        while not folder.is_dir():
            missing.append(folder)
            folder = folder.parent
        for each in reversed(missing):
            each.mkdir(exist_ok=True)
            each.chmod(0o755)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the folder's records alone, as long as it takes to exchange one."""
        path = self._folder / LOCK
        refuse_links(self._folder, [LOCK, f"{LOCK}/any"])
        self._make_folders(path.parent)
        with path.open("ab") as file:
            wait_for_lock(file.fileno())
            yield

    @contextmanager
    def _told(self, name: str = "") -> Iterator[None]:
        """Turn what the system refuses into one line for the user."""
        shown = (self._folder / name).as_posix()
        try:
            if is_link(str(self._folder)):
                raise _refuse_link(self._folder)
            yield
        except (IsADirectoryError, NotADirectoryError, FileExistsError) as error:
            message = f"a folder is in the way of a file, or a file of a folder: `{shown}`"
            raise SiteError(message, "remove what is there, and deploy once more") from error
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise SiteError(f"`{shown}`: {reason}", _advise(error)) from error


def _refuse_link(folder: Path) -> SiteError:
    message = f"`{folder.as_posix()}` is a link, and nothing is written through links"
    return SiteError(message, "give the folder itself")


def _advise(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "free some space, and deploy once more; each file there is whole"
    return "make it writable, and deploy once more; each file there is whole"


def _make_tag(name: str, found: os.stat_result) -> str:
    """A record is never taken for another one of its size and time. A file of the site is, since
    some file systems give files other numbers each time that they are mounted.
    """
    number = f"-{found.st_ino}" if is_state(name) else ""
    return f"{found.st_size}-{found.st_mtime_ns}{number}"
