"""A folder as a bucket: a mounted web root, or one that something else sends on."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from site_gen.deploy.in_place.bucket import ABSENT, Held, TakenError
from site_gen.deploy.release import Served
from site_gen.diagnostics import SiteError
from site_gen.file_systems import is_link, try_to_lock
from site_gen.publish.folder import files_below, parents_of, refuse_links
from site_gen.publish.manifest import STATE

_TEMPORARY = f"{STATE}/tmp"
_LOCK = f"{STATE}/lock"


class FolderBucket:
    """A folder whose files are exchanged whole; it sends nothing, so it knows no headers."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def list_tags(self) -> dict[str, str]:
        """The tag of all that is there, by name."""
        with self._told():
            if not self._folder.exists():
                return {}
            names = (name.removeprefix("./") for name in files_below(self._folder, "."))
            return {name: self._find_tag(name) for name in names}

    def read(self, name: str) -> Held | None:
        """What is there under a name."""
        with self._told():
            try:
                content = (self._folder / name).read_bytes()
            except FileNotFoundError:
                return None
            return Held(content, self._find_tag(name))

    def put(self, name: str, content: bytes, file: Served | None) -> str:  # noqa: ARG002
        """Put bytes, whole or not at all; their tag."""
        with self._told(), self._writing(name) as temporary:
            temporary.write_bytes(content)
        return self._find_tag(name)

    def put_if(self, name: str, content: bytes, tag: str) -> str:
        """The same, where the name still has this tag; else TakenError."""
        with self._told(), self._alone():
            if self._find_tag(name) != tag:
                raise TakenError
            return self.put(name, content, None)

    def copy(self, name: str, to: str) -> None:
        """Have the same bytes under another name."""
        with self._told(), self._writing(to) as temporary:
            shutil.copyfile(self._folder / name, temporary)

    def change_headers(self, name: str, file: Served) -> str:  # noqa: ARG002
        """Its tag: whoever serves the folder sends what they like."""
        with self._told():
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
        return f"{found.st_size}-{found.st_mtime_ns}-{found.st_ino}"

    @contextmanager
    def _writing(self, name: str) -> Iterator[Path]:
        """A file beside the site that takes its place when it is written."""
        refuse_links(self._folder, [name])
        place, temporary = self._folder / name, self._folder / _TEMPORARY
        place.parent.mkdir(parents=True, exist_ok=True)
        temporary.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=temporary, delete=False) as file:
            pass
        written = Path(file.name)
        try:
            yield written
            written.chmod(0o644)
            written.replace(place)
        finally:
            written.unlink(missing_ok=True)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the folder's records alone."""
        path = self._folder / _LOCK
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            if not try_to_lock(file.fileno()):
                raise TakenError
            yield

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what the system refuses into one line for the user."""
        try:
            if is_link(str(self._folder)):
                message = (
                    f"`{self._folder.as_posix()}` is a link, and nothing is written through links"
                )
                raise SiteError(message, "give the folder itself")
            yield
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise SiteError(f"`{self._folder.as_posix()}`: {reason}") from error
