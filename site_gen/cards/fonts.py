"""A font as cards need it: widths to fit text by, and a TrueType file to draw with.

No font of the machine is ever asked: a card holds the same letters wherever it is drawn.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from io import BytesIO

from fontTools.ttLib import TTFont

from site_gen.cards.model import Face

# What it finds odd in a font that it can read is nothing that an author could mend.
logging.getLogger("fontTools").addHandler(logging.NullHandler())

_DIGITS = range(ord("0"), ord("9") + 1)
_POSTSCRIPT_NAME = 6


class FontError(ValueError):
    """The file is no font."""


def read_font(content: bytes) -> tuple[Face, bytes]:
    """A font and the same without compression, as TrueType or OpenType; FontError where it is none.

    Digits stand on the line, as they do in the text of a page: what draws cards knows no
    `font-variant-numeric`.
    """
    try:
        # As it was written, and not with the time of today in it.
        font = TTFont(BytesIO(content), recalcTimestamp=False)
        face = _describe(font)
        return face, _save(font, face.family)
    # It raises whatever its parts do: what they meet in a damaged file has no type of its own.
    except Exception as error:
        raise FontError(str(error) or type(error).__name__) from error


def _describe(font: TTFont) -> Face:
    _raise_digits(font)
    widths, style = font["hmtx"].metrics, font["OS/2"]
    advances = {code: widths[name][0] for code, name in font.getBestCmap().items()}
    return Face(
        family=font["name"].getBestFamilyName() or "",
        weight=style.usWeightClass,
        is_italic=bool(style.fsSelection & 1),
        units_per_em=font["head"].unitsPerEm,
        advances=advances,
    )


def _raise_digits(font: TTFont) -> None:
    """Let the font's digits be those of its feature `lnum`, where it has that."""
    others = dict(_find_substitutes(font, "lnum"))
    for table in font["cmap"].tables:
        for code in _DIGITS:
            if (name := table.cmap.get(code)) in others:
                table.cmap[code] = others[name]


def _find_substitutes(font: TTFont, feature: str) -> Iterator[tuple[str, str]]:
    """Each glyph that a feature has another for, and that."""
    if "GSUB" not in font or font["GSUB"].table.FeatureList is None:
        return
    table = font["GSUB"].table
    records = table.FeatureList.FeatureRecord
    numbers = {
        number
        for record in records
        if record.FeatureTag == feature
        for number in record.Feature.LookupListIndex
    }
    for number in sorted(numbers):
        for part in table.LookupList.Lookup[number].SubTable:
            yield from getattr(getattr(part, "ExtSubTable", part), "mapping", {}).items()


def _save(font: TTFont, family: str) -> bytes:
    names = font["name"]
    if not names.getDebugName(_POSTSCRIPT_NAME):
        # Cut fonts often lack it, and what draws takes a font without it for a broken one.
        names.setName(family.replace(" ", ""), _POSTSCRIPT_NAME, 3, 1, 0x409)
    font.flavor = None
    file = BytesIO()
    font.save(file)
    return file.getvalue()
