"""The finished site that is deployed: its files, each as a target is to have it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from site_gen.build.compressed import may_shrink
from site_gen.codings import ENDINGS, Coding
from site_gen.diagnostics import SiteError
from site_gen.file_systems import printable
from site_gen.paths import LIVE_SCRIPT
from site_gen.publish.manifest import PublishedFile, read_journal, read_manifest
from site_gen.responses import CODING_NAMES

_RELOADS = re.compile(rb'<script\b[^>]*\bsrc="[^"]*' + re.escape(LIVE_SCRIPT.encode()) + rb'"')
FRONT_PAGE = "index.html"


class SiteFile(msgspec.Struct, frozen=True, gc=False):
    """A file as it is sent."""

    sha256: str
    """Of what a reader has at last, any coding undone."""
    size_bytes: int
    """As it is sent."""
    content_encoding: str = ""
    """E.g. `gzip`; empty for a file that is sent as it is."""
    form: str = ""
    """The path of what is sent in its place; empty for a file that is sent as it is."""
    form_sha256: str = ""
    """Of that."""


class Needs(msgspec.Struct, frozen=True):
    """What a target makes of a site."""

    forms: tuple[Coding, ...] = ()
    """The codings whose forms are files of their own there, for a web server that looks for it."""
    coding: Coding | None = None
    """The coding that a form is sent in in place of what it is a form of."""
    without: frozenset[str] = frozenset()
    """Paths of files that nothing reads there."""
    beside: Mapping[str, bytes] = {}
    """Files that are needed there beside those of the site, by path, unless it has them itself."""


class BuiltSite:
    """A finished site in a folder, whose files are read when they are sent."""

    def __init__(
        self, folder: Path, files: Mapping[str, SiteFile], beside: Mapping[str, bytes]
    ) -> None:
        """`beside` are those of the files that are not in the folder."""
        self.folder, self.files, self._beside = folder, files, beside

    def load(self, path: str) -> bytes:
        """The bytes that are sent of a file; SiteError where they are not those that were built."""
        if path in self._beside:
            return self._beside[path]
        file = self.files[path]
        content = self._read(file.form or path)
        if hashlib.sha256(content).hexdigest() != (file.form_sha256 or file.sha256):
            raise _changed(path)
        return content

    def check(self, paths: Iterable[str]) -> None:
        """Return where these files are what was built, and no page is one that the dev server has
        sent; else SiteError.
        """
        for path in paths:
            self.load(path)
            if path.endswith(".html") and _RELOADS.search(self._load_plain(path)):
                message = f"`{printable(path)}` loads the script that pages have while serving"
                hint = f"something has written it there: remove `{self.folder}`, and build again"
                raise SiteError(message, hint)

    def _load_plain(self, path: str) -> bytes:
        """What a reader has at last; SiteError where it is not what was built."""
        content = self._read(path)
        if hashlib.sha256(content).hexdigest() != self.files[path].sha256:
            raise _changed(path)
        return content

    def _read(self, path: str) -> bytes:
        try:
            return (self.folder / path).read_bytes()
        except OSError as error:
            raise _changed(path) from error


def open_site(folder: Path, codings: Iterable[Coding], needs: Needs) -> BuiltSite:
    """The site that a folder holds, as a target needs it; SiteError where it is no finished one.

    `codings` are those that the site was compressed in.
    """
    manifest = read_manifest(folder)
    if manifest is None or read_journal(folder):
        state = "is unfinished" if manifest else "holds no site"
        raise SiteError(f"`{folder.as_posix()}` {state}", "build it first")
    if FRONT_PAGE not in manifest.files:
        raise SiteError(f"the site in `{folder.as_posix()}` has no front page")
    files = choose_files(manifest.files, tuple(codings), needs)
    beside = {path: content for path, content in needs.beside.items() if path not in files}
    described = {path: _describe(content) for path, content in beside.items()}
    return BuiltSite(folder, dict(sorted({**files, **described}.items())), beside)


def choose_files(
    published: Mapping[str, PublishedFile], codings: tuple[Coding, ...], needs: Needs
) -> dict[str, SiteFile]:
    """The files of a site that a target is to have."""
    forms = {
        path + ENDINGS[coding]: (path, coding)
        for path in filter(may_shrink, published)
        for coding in codings
        if path + ENDINGS[coding] in published
    }
    files = {
        path: SiteFile(file.sha256, file.size_bytes)
        for path, file in published.items()
        if path not in needs.without and (path not in forms or forms[path][1] in needs.forms)
    }
    for form, (path, coding) in forms.items():
        if coding == needs.coding and path in files:
            sent, sha256 = published[form], published[path].sha256
            name = CODING_NAMES[coding]
            files[path] = SiteFile(sha256, sent.size_bytes, name, form, sent.sha256)
    return files


def _describe(content: bytes) -> SiteFile:
    return SiteFile(hashlib.sha256(content).hexdigest(), len(content))


def _changed(path: str) -> SiteError:
    return SiteError(f"`{printable(path)}` was changed since it was built", "deploy once more")
