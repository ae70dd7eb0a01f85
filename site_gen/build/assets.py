"""Files that pages show or offer: read, measured and given their URL."""

from __future__ import annotations

import io
import posixpath
from collections.abc import Iterable, Mapping
from functools import partial
from importlib import import_module

from site_gen import paths
from site_gen.build.inputs import Inputs
from site_gen.build.rows import PictureRow
from site_gen.build.store import Store
from site_gen.build.theme import Copy, static_url
from site_gen.model import Asset
from site_gen.site.outputs import Slot

_PICTURES = frozenset((".avif", ".gif", ".jpeg", ".jpg", ".png", ".svg", ".webp"))
"""Endings of files that browsers show as pictures."""
_NO_PICTURE = PictureRow(None, None)


def read_assets(
    wanted: Iterable[str], inputs: Inputs, owners: Mapping[str, str], store: Store
) -> tuple[dict[str, Asset], dict[str, PictureRow]]:
    """The files of `content/` and `static/` that pages refer to, by path; those that cannot be read
    are told by `inputs`. `owners` has the URL of each document by its path.

    How large a picture is, is remembered by its bytes.
    """
    folders = {
        posixpath.dirname(path): (path, url)
        for path, url in owners.items()
        if posixpath.basename(path) == "index.md"
    }
    assets, rows = {}, {}
    static = inputs.static
    for path in sorted(wanted):
        at = static.get(path.removeprefix("static/"), "") if path.startswith("static/") else path
        sha256 = inputs.sha256(at) if at in inputs.stamps else ""
        if not sha256:
            continue
        row = _NO_PICTURE
        if posixpath.splitext(path)[1].lower() in _PICTURES:
            row = store.get(PictureRow, sha256) or _measure(inputs.read_again(at))
            rows[sha256] = row
        url = _find_url(path, sha256, folders)
        size_bytes = inputs.size_bytes(at)
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
