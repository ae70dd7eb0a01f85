"""The fonts that cards are set in: files of `static/`, read once and kept.

What there is to know of a font is the note of a blob that is named by the file's SHA-256, and its
content is the font without compression, which is all that draws can read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from site_gen.build.inputs import Inputs
from site_gen.build.listing import THEME
from site_gen.build.store import Store
from site_gen.cards.model import Face
from site_gen.diagnostics import Diagnostic, Span

if TYPE_CHECKING:
    from site_gen.cards.drawing import Draw

FONTS = "fonts"
"""The cell of what cards are set in: the SHA-256 of each font, in order."""
_ENDINGS = (".otf", ".ttf", ".woff", ".woff2")


class Fonts(NamedTuple):
    """The fonts that could be read, in the order in which they stand in for each other."""

    faces: tuple[Face, ...]
    digests: tuple[bytes, ...]
    """Names of their blobs."""
    problems: tuple[Diagnostic, ...]
    """What is wrong with the others."""


def list_fonts(inputs: Inputs) -> list[str]:
    """The fonts of `static/` by name, as inputs know them, those of the site before the theme's."""
    named = sorted(inputs.listing.static.items())
    found = [path for name, path in named if name.endswith(_ENDINGS)]
    return sorted(found, key=lambda path: path.startswith(THEME))


def name_font(sha256: str) -> bytes:
    """The name of the blob about the font in a file."""
    return hashlib.blake2b(sha256.encode(), digest_size=16, person=b"font").digest()


def load_fonts(store: Store, inputs: Inputs) -> Fonts:
    """All fonts; those that are new are read."""
    named = {path: name_font(inputs.sha256(path)) for path in list_fonts(inputs)}
    notes = store.notes(named.values())
    faces, digests, problems = list[Face](), list[bytes](), list[Diagnostic]()
    for path, digest in named.items():
        try:
            face = _decode(notes[digest]) if digest in notes else _read(store, inputs, path, digest)
        except ValueError as error:
            at = path.removeprefix(THEME)
            hint = "replace it; cards for link previews are set in what is in `static/`"
            problems.append(Diagnostic(Span(at), f"this is no font: {error}", hint))
        else:
            faces.append(face)
            digests.append(digest)
    return Fonts(tuple(faces), tuple(digests), tuple(problems))


@contextmanager
def unpack_fonts(store: Store, fonts: Fonts) -> Iterator[Draw]:
    """What draws with these fonts, which are files as long as the block lasts."""
    contents = store.contents(fonts.digests)
    with TemporaryDirectory(prefix="site_gen-") as folder:
        files = [Path(folder, f"{number}.ttf") for number in range(len(fonts.digests))]
        for file, digest in zip(files, fonts.digests, strict=True):
            file.write_bytes(contents[digest])
        letters = frozenset[int]().union(*(face.advances for face in fonts.faces))
        family = fonts.faces[0].family if fonts.faces else ""
        # With it comes all that draws, and few builds draw any.
        draw: Draw = import_module("site_gen.cards.drawing").Draw(
            tuple(map(str, files)), family, letters
        )
        yield draw


def _read(store: Store, inputs: Inputs, path: str, digest: bytes) -> Face:
    # The same, for what reads fonts.
    face, content = import_module("site_gen.cards.fonts").read_font(inputs.read_again(path))
    store.add_blobs({digest: (msgspec.msgpack.encode(face), content)})
    found: Face = face
    return found


_decode = msgspec.msgpack.Decoder(Face).decode
