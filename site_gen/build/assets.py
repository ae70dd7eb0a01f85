"""Files that pages show or offer: read, measured and given their URL."""

from __future__ import annotations

import io
import posixpath
from collections.abc import Collection, Iterable, Mapping
from functools import partial
from importlib import import_module

import msgspec

from site_gen import paths
from site_gen.build.inputs import Inputs
from site_gen.build.rows import DocumentRow, PictureRow
from site_gen.build.store import Store
from site_gen.build.theme import FINGERPRINTED, Copy, Static, static_url
from site_gen.model import Asset
from site_gen.site.outputs import Slot

_PICTURES = frozenset((".avif", ".gif", ".jpeg", ".jpg", ".png", ".svg", ".webp"))
"""Endings of files that browsers show as pictures."""
_FINGERPRINTED = f"static/{FINGERPRINTED}"
_NO_PICTURE = PictureRow(None, None)


class Offered(msgspec.Struct, frozen=True):
    """Files that pages show or offer, before they are read."""

    paths: tuple[str, ...]
    folders: Mapping[str, tuple[str, str]]
    """Folder of a document that has one to itself → path and URL of the document."""


def find_offered(
    documents: Mapping[str, DocumentRow], checked: Iterable[str], files: Collection[str]
) -> Offered:
    """Those of these files that the documents at the paths `checked` refer to."""
    wanted, folders = set[str](), {}
    for path in checked:
        row = documents[path]
        wanted.update(row.files)
        if row.summary and path.endswith("/index.md"):
            folders[posixpath.dirname(path)] = (path, row.summary.url)
    return Offered(tuple(sorted(path for path in wanted if path in files)), folders)


def look_at_offered(row: DocumentRow) -> object:
    """All of a document that decides which files are offered, and where."""
    return row.files, row.summary and row.summary.url


def read_assets(
    offered: Offered, inputs: Inputs, static: Static, old: Mapping[str, Asset], store: Store
) -> tuple[dict[str, Asset], dict[str, PictureRow]]:
    """These files by path, and what is known of pictures by their bytes; those that cannot be read
    are told by `inputs`. `static` are files that pages load; `old` are the assets of the last
    build.
    """
    assets, rows = {}, {}
    files = inputs.listing.static
    for path in offered.paths:
        at = files.get(path.removeprefix("static/"), "") if path.startswith("static/") else path
        sha256 = inputs.sha256(at) if at in inputs.stamps else ""
        if not sha256:
            continue
        size_bytes = inputs.size_bytes(at)
        if short := static.named.get(path.removeprefix(_FINGERPRINTED)):
            sha256, size_bytes, _ = short
        url = _find_url(path, sha256, offered.folders)
        before = old.get(path)
        if before and (before.sha256, before.url) == (sha256, url):
            assets[path] = before
            continue
        row = _NO_PICTURE
        if posixpath.splitext(path)[1].lower() in _PICTURES:
            row = store.get(PictureRow, sha256) or _measure(inputs.read_again(at))
            rows[sha256] = row
        assets[path] = Asset(path, url, size_bytes, sha256, row.width, row.height)
    return assets, rows


def copy_assets(assets: Mapping[str, Asset], inputs: Inputs) -> list[Copy]:
    """The outputs that files of `content/` are published as; those of `static/` always are."""
    return [
        Copy(
            Slot(paths.output_path(asset.url), "file", path),
            asset.sha256,
            asset.size_bytes,
            partial(inputs.read_again, path),
        )
        for path, asset in assets.items()
        if path.startswith("content/")
    ]


def _measure(content: bytes) -> PictureRow:
    """What is known of a picture from its bytes."""
    # With it comes all that could fetch a picture from elsewhere, and few builds measure any.
    width, height = import_module("imagesize").get(io.BytesIO(content))
    if width > 0 and height > 0:
        return PictureRow(int(width), int(height))
    return _NO_PICTURE


def _find_url(path: str, sha256: str, folders: Mapping[str, tuple[str, str]]) -> str:
    """Where a file is fetched: below the page whose folder it stands in, however deep."""
    if path.startswith("static/"):
        return static_url(path.removeprefix("static/"), sha256)
    folder = posixpath.dirname(path)
    while folder and folder not in folders:
        folder = posixpath.dirname(folder)
    return paths.asset_url(path, *folders[folder]) if folder else "/" + path[len("content/") :]
