"""Fonts as cards are set in them."""

from io import BytesIO

import pytest
from fontTools.ttLib import TTFont

from site_gen.cards.fonts import FontError, read_font
from site_gen.setup import theme_root
from tests.lettering import make_font


@pytest.mark.parametrize("flavor", [None, "woff", "woff2"])
def test_a_font_is_unpacked_whatever_it_came_in(flavor: str | None) -> None:
    face, content = read_font(make_font("ab", "Boxes", 640, weight=650, flavor=flavor))
    assert (face.family, face.weight, face.is_italic) == ("Boxes", 650, False)
    assert (face.units_per_em, face.advances) == (1000, {ord("a"): 640, ord("b"): 640})
    assert content.startswith(b"\0\1\0\0")
    assert TTFont(BytesIO(content))["name"].getDebugName(6)


def test_the_same_font_gives_the_same_bytes() -> None:
    font = (theme_root() / "static" / "fonts" / "vollkorn-regular.woff2").read_bytes()
    assert read_font(font) == read_font(font)


def test_digits_stand_on_the_line_as_on_a_page() -> None:
    rule = "feature lnum { sub u0031 by one.lining; } lnum;"
    _, content = read_font(make_font("12", features=rule, others=("one.lining",)))
    shown = TTFont(BytesIO(content)).getBestCmap()
    assert shown == {ord("1"): "one.lining", ord("2"): "u0032"}


@pytest.mark.parametrize(
    "content", [b"", b"no font", make_font()[:400], make_font(flavor="woff2")[:-60]]
)
def test_what_is_no_font_is_told(content: bytes) -> None:
    with pytest.raises(FontError):
        read_font(content)
