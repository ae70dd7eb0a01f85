"""Small fonts for tests, each letter of which is a box."""

from __future__ import annotations

from io import BytesIO

from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

LATIN = "".join(map(chr, range(0x20, 0x7F))) + "“”…·"


def make_font(
    letters: str = LATIN,
    family: str = "Boxes",
    advance: int = 500,
    weight: int = 400,
    features: str = "",
    others: tuple[str, ...] = (),
    flavor: str | None = None,
) -> bytes:
    """A font with these letters, all of one width in thousandths of an em, and glyphs besides that
    its features name.
    """
    named = {f"u{ord(letter):04X}": ord(letter) for letter in letters}
    names = [".notdef", *named, *others]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({code: name for name, code in named.items()})
    builder.setupGlyf(dict.fromkeys(names, _draw_box()))
    builder.setupHorizontalMetrics(dict.fromkeys(names, (advance, 50)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": family, "styleName": "Regular"})
    builder.setupOS2(usWeightClass=weight, sTypoAscender=800, sTypoDescender=-200)
    builder.setupPost()
    builder.setupHead(unitsPerEm=1000, created=0, modified=0)
    if features:
        addOpenTypeFeaturesFromString(builder.font, features)
    builder.font.flavor = flavor
    file = BytesIO()
    builder.font.save(file)
    return file.getvalue()


def _draw_box() -> object:
    pen = TTGlyphPen(None)
    pen.moveTo((50, 0))
    for point in ((50, 600), (350, 600), (350, 0)):
        pen.lineTo(point)
    pen.closePath()
    return pen.glyph()
