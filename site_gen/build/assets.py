"""Files that pages show or offer: read, measured and given their URL."""

from __future__ import annotations

import hashlib
import io
import posixpath
from collections.abc import Iterable, Mapping

import imagesize
import msgspec

from site_gen import paths
from site_gen.diagnostics import Diagnostic
from site_gen.effects import ReadError, SourceTree
from site_gen.model import Asset, Document, Output

_PICTURES = frozenset((".avif", ".gif", ".jpeg", ".jpg", ".png", ".svg", ".webp"))
"""Endings of files that browsers show as pictures."""


class Assets(msgspec.Struct, frozen=True):
    """Assets by the path of their source, and the outputs that they are published as."""

    by_path: Mapping[str, Asset]
    outputs: tuple[Output, ...]


def read_assets(
    wanted: Iterable[str], tree: SourceTree, documents: Iterable[Document]
) -> tuple[Assets, list[Diagnostic]]:
    """The files of `content/` that pages refer to."""
    owners = {
        posixpath.dirname(document.path): document
        for document in documents
        if posixpath.basename(document.path) == "index.md"
    }
    by_path, outputs, diagnostics = {}, [], []
    for path in sorted(wanted):
        try:
            content = tree.read_bytes(path)
        except ReadError as error:
            diagnostics.append(error.diagnostic)
            continue
        owner = _find_owner(path, owners)
        url = (
            paths.asset_url(path, owner.path, owner.url) if owner else "/" + path[len("content/") :]
        )
        by_path[path] = make_asset(path, url, content)
        outputs.append(Output(paths.output_path(url), content, path))
    return Assets(by_path, tuple(outputs)), diagnostics


def make_asset(path: str, url: str, content: bytes) -> Asset:
    """What is known of a file from its bytes."""
    width = height = None
    if posixpath.splitext(path)[1].lower() in _PICTURES:
        found = imagesize.get(io.BytesIO(content))
        if found[0] > 0 and found[1] > 0:
            width, height = int(found[0]), int(found[1])
    digest = hashlib.sha256(content).hexdigest()
    return Asset(path, url, len(content), digest, width, height)


def _find_owner(path: str, owners: Mapping[str, Document]) -> Document | None:
    """The document whose folder a file stands in, however deep."""
    folder = posixpath.dirname(path)
    while folder and folder not in owners:
        folder = posixpath.dirname(folder)
    return owners.get(folder)
