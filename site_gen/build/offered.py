"""Which files the documents of a site show or offer, and how."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Mapping

import msgspec

from site_gen.build.rows import DocumentRow


class Offered(msgspec.Struct, frozen=True):
    """Files that pages show or offer, before they are read."""

    paths: tuple[str, ...]
    folders: Mapping[str, tuple[str, str]]
    """Folder of a document that has one to itself → path and URL of the document."""
    pictures: frozenset[str]
    """Paths of those that some page shows."""
    downloads: frozenset[str]
    """Paths of those that some page offers as they are."""


def find_offered(
    documents: Mapping[str, DocumentRow], checked: Iterable[str], files: Collection[str]
) -> Offered:
    """Those of these files that the documents at the paths `checked` refer to."""
    wanted, pictures, downloads, folders = set[str](), set[str](), set[str](), {}
    for path in checked:
        row = documents[path]
        wanted.update(row.files)
        pictures.update(row.pictures)
        downloads.update(row.downloads)
        if row.summary and path.endswith("/index.md"):
            folders[posixpath.dirname(path)] = (path, row.summary.url)
    there = tuple(sorted(path for path in wanted if path in files))
    return Offered(there, folders, frozenset(pictures), frozenset(downloads))


def look_at_offered(row: DocumentRow) -> object:
    """All of a document that decides which files are offered, how, and where."""
    return row.files, row.pictures, row.downloads, row.summary and row.summary.url
