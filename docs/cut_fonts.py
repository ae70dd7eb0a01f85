"""Cuts the theme's fonts out of those that an npm package has: `python -m docs.cut_fonts`.

Its files are variable, and each has the letters of one script. The theme wants three instances of
each, and of the Latin letters only those of Western Europe, which nearly every page needs; all
others are fetched by readers of pages that have them, by the `unicode-range` in the stylesheet.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from fontTools.subset import Options, Subsetter, parse_unicodes
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

ROOT = Path(__file__).resolve().parent.parent
FONTS = ROOT / "static" / "fonts"
PACKAGE = ROOT / "node_modules" / "@fontsource-variable" / "vollkorn" / "files"


class Slice(NamedTuple):
    """Letters that are fetched together."""

    file: str
    """The package's word for the files that they are in."""
    characters: str
    """As in `unicode-range`."""


SLICES = {
    "": Slice(
        "latin",
        "U+20-7E,U+A0-A1,U+A3,U+A7,U+A9-AB,U+AE,U+B0-B3,U+B5-B7,U+B9-BB,U+BF-FF,U+152-153,U+2009,"
        "U+2013-2014,U+2018-201A,U+201C-201E,U+2020,U+2022,U+2026,U+202F,U+2032-2033,U+2039-203A,"
        "U+20AC,U+2212",
    ),
    "-cyrillic": Slice("cyrillic", "U+400-45F,U+490-491,U+4B0-4B1,U+2116"),
    "-greek": Slice("greek", "U+370-3FF"),
    "-vietnamese": Slice("vietnamese", "U+300-309,U+323,U+1EA0-1EF1"),
    "-latin-ext": Slice(
        "latin-ext", "U+100-151,U+154-24F,U+1E00-1E9F,U+1EF2-1EFF,U+20A0-20AB,U+20AD-20C0"
    ),
}
"""End of a file's name → what is in it, in the order of the stylesheet: of two that have a letter a
browser takes the later one."""
FACES = {"regular": ("normal", 400), "italic": ("italic", 400), "bold": ("normal", 650)}
"""Name → style and weight."""


def cut_all() -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each file of `static/fonts/`."""
    for end, (file, characters) in SLICES.items():
        for face, (style, weight) in FACES.items():
            source = PACKAGE / f"vollkorn-{file}-wght-{style}.woff2"
            yield f"vollkorn-{face}{end}.woff2", cut(source, weight, characters)


def cut(source: Path, weight: int, characters: str) -> bytes:
    """These characters of a font, as far as it has them, at one weight."""
    font = instantiateVariableFont(TTFont(source, recalcTimestamp=False), {"wght": weight})
    options = Options(
        flavor="woff2",
        hinting=False,
        layout_features=["kern", "liga", "lnum", "pnum", "tnum"],
        name_IDs=[0, 1, 2, 4, 13, 14],
    )
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=parse_unicodes(characters.replace("U+", "")))
    subsetter.subset(font)
    font.flavor = "woff2"
    made = BytesIO()
    font.save(made)
    return made.getvalue()


if __name__ == "__main__":
    for name, content in cut_all():
        (FONTS / name).write_bytes(content)
