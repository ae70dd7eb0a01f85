"""The files of a site as a server asks for them: those that it is made of, and no others."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from site_gen.diagnostics import SiteError
from site_gen.file_systems import Stamp, is_link, make_stamp
from site_gen.publish.manifest import MANIFEST, PublishedFile, read_journal, read_manifest


class Files(Protocol):
    """A site by the paths of its files, e.g. `articles/crop/index.html`."""

    def find(self, path: str) -> PublishedFile | None:
        """What is known of a file; None where the site has none of this path."""

    def read(self, path: str) -> bytes | None:
        """What a file holds; None where that is not what `find` says, and may be again soon."""


class PublishedFiles:
    """The site in an output folder, as its manifest has it at the moment of asking."""

    def __init__(self, folder: Path) -> None:
        """SiteError where there is no finished site."""
        self._folder = folder
        self._seen: Stamp | None = None
        self._files: Mapping[str, PublishedFile] = {}
        shown = folder.as_posix()
        if read_journal(folder):
            raise SiteError(f"the site in `{shown}` is unfinished", "build once more")
        if read_manifest(folder) is None:
            hint = "run `python build.py` first"
            raise SiteError(f"there is no finished site in `{shown}`", hint)

    def find(self, path: str) -> PublishedFile | None:
        """As the manifest says; another build may have replaced it since the last time."""
        self._look()
        return self._files.get(path)

    def read(self, path: str) -> bytes | None:
        """The bytes, where they are those that were published."""
        described, place = self._files.get(path), self._folder / path
        try:
            content = b"" if is_link(str(place)) else place.read_bytes()
        except OSError:
            return None
        is_whole = described and hashlib.sha256(content).hexdigest() == described.sha256
        return content if is_whole else None

    def _look(self) -> None:
        try:
            stamp = make_stamp((self._folder / MANIFEST).stat())
        except OSError:
            self._seen, self._files = None, {}
            return
        if stamp != self._seen:
            manifest = read_manifest(self._folder)
            self._seen, self._files = stamp, manifest.files if manifest else {}
