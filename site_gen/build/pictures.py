"""Pictures that pages show, made where they are new, in workers where there are several."""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Iterator, Mapping
from importlib import import_module
from io import BytesIO
from typing import TYPE_CHECKING

import msgspec

from site_gen.build.forms import name_form, name_picture
from site_gen.build.inline import Lost
from site_gen.build.inputs import Inputs
from site_gen.build.store import Store
from site_gen.build.work import Work
from site_gen.diagnostics import SiteError
from site_gen.phrases import format_count
from site_gen.pictures.limits import NO_PICTURE, find_flaws_of_published
from site_gen.renditions import Pictured

if TYPE_CHECKING:
    from site_gen.pictures.making import Made

_DRAWN = ".svg"
_CODED = frozenset((".avif", ".gif", ".jpeg", ".jpg", ".png", ".webp"))
_TASKS_A_PICTURE = 100
"""What one is worth in other tasks: it takes a second, and a process starts in a fifth of one."""


def make_pictures(work: Work, wanted: Mapping[str, str]) -> dict[str, Pictured | Lost]:
    """What can be shown of each coded picture, by SHA-256; `wanted` has the path of a file that
    holds it. Their forms are in the store.
    """
    if not wanted:
        return {}
    work.world.on_stage(f"making {format_count(len(wanted), 'picture')}")
    crew = work.crew.choose(len(wanted) * _TASKS_A_PICTURE if len(wanted) > 1 else 1)
    batches = ([_read(work.inputs, path, sha256)] for sha256, path in wanted.items())
    found: dict[str, Pictured | Lost] = {}
    for sha256, (made,) in zip(wanted, crew.map_batches(_make, batches), strict=True):
        if isinstance(made, Lost):
            found[sha256] = made
        else:
            work.store.add_blobs(dict(_name_blobs(sha256, made)))
            found[sha256] = made.pictured
    return found


def is_coded(path: str) -> bool:
    """Whether a file is named as those are that forms are made of."""
    return posixpath.splitext(path)[1].lower() in _CODED


def measure(path: str, content: bytes) -> Pictured:
    """What can be shown of any other file: a drawing as it is, or nothing."""
    if posixpath.splitext(path)[1].lower() != _DRAWN:
        return Pictured(flaws=(NO_PICTURE,))
    # With it comes all that could fetch a picture from elsewhere, and few builds measure any.
    width, height = import_module("imagesize").get(BytesIO(content))
    if width <= 0 or height <= 0:
        return Pictured(flaws=(NO_PICTURE,))
    flaws = find_flaws_of_published(len(content), is_as_it_was=True)
    return Pictured(int(width), int(height), flaws=flaws)


def read_form(store: Store, inputs: Inputs, path: str, sha256: str) -> bytes:
    """The bytes of a form of the picture at a path, made once more where they are not kept."""
    digest = bytes.fromhex(sha256)
    kept = store.contents([digest])
    if digest in kept:
        return kept[digest]
    contents = _make(inputs.read_again(path)).contents
    if sha256 not in contents:
        raise _changed(path)
    return contents[sha256]


def _make(content: bytes) -> Made:
    # With it comes all that reads and writes pictures, and few builds make any.
    made: Made = import_module("site_gen.pictures.making").make_picture(content)
    return made


def _read(inputs: Inputs, path: str, sha256: str) -> bytes:
    """What a file holds, which has been read before."""
    content = inputs.read_again(path)
    if hashlib.sha256(content).hexdigest() != sha256:
        raise _changed(path)
    return content


def _changed(path: str) -> SiteError:
    return SiteError(f"`{path}` was changed while the site was built", "build once more")


def _name_blobs(sha256: str, made: Made) -> Iterator[tuple[bytes, tuple[bytes, bytes]]]:
    for form in made.pictured.forms:
        yield name_form(form), (b"", made.contents[form.sha256])
    yield name_picture(sha256), (msgspec.msgpack.encode(made.pictured), b"")
