"""Cards drawn, and drawings that are refused."""

from base64 import b64encode
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from site_gen.cards.drawing import Draw
from site_gen.cards.fonts import read_font
from site_gen.cards.model import HEIGHT, WIDTH, Drawn
from tests.lettering import LATIN, make_font
from tests.picturing import png

SIZE = f'width="{WIDTH}" height="{HEIGHT}"'
PNG = f"data:image/png;base64,{b64encode(png(2, 2, 0)).decode()}"


@pytest.fixture
def draw(tmp_path: Path) -> Draw:
    _, content = read_font(make_font())
    file = tmp_path / "boxes.ttf"
    file.write_bytes(content)
    return Draw((str(file),), "Boxes", frozenset(map(ord, LATIN)))


def svg(body: str, title: str = "<title>a card</title>", root: str = SIZE) -> bytes:
    space = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f"<svg {space} {root}>{title}{body}</svg>".encode()


def text(words: str, family: str = "Boxes") -> str:
    return f'<text x="99" y="300" font-size="200" font-family="{family}">{words}</text>'


def dark(png: bytes) -> int:
    """How many pixels are darker than paper."""
    with Image.open(BytesIO(png)) as image:
        assert (image.size, image.mode) == ((WIDTH, HEIGHT), "P")
        return sum(image.convert("L").histogram()[:200])


def test_a_card_is_a_small_picture_that_says_what_can_be_seen(draw: Draw) -> None:
    drawn, png = draw(svg(text("two words"), "<title> a \n card </title>"))
    assert drawn == Drawn(alt="a card")
    assert dark(png) > 50_000
    assert len(png) < 4_000


def test_the_same_drawing_gives_the_same_bytes(draw: Draw) -> None:
    assert draw(svg(text("a"))) == draw(svg(text("a")))


def test_no_font_of_the_machine_is_taken(draw: Draw) -> None:
    assert draw(svg(text("abc", "DejaVu Sans"))) == draw(svg(text("abc", "Boxes")))
    nobody = Draw((), "", frozenset(map(ord, "abc")))
    assert dark(nobody(svg(text("abc", "DejaVu Sans, serif")))[1]) == 0


def test_letters_that_no_font_has_are_named_and_nothing_is_drawn(draw: Draw) -> None:
    body = text("a日b<tspan>本日</tspan>") + "<desc>é</desc>"
    assert draw(svg(body, "<title>日</title>")) == (Drawn(alt="日", missing="日本"), b"")
    unseen = text("a\N{NO-BREAK SPACE}\u2067b\u2069\N{SOFT HYPHEN}")
    assert draw(svg(unseen))[0] == Drawn(alt="a card")


def test_what_is_in_the_drawing_may_be_referred_to(draw: Draw) -> None:
    body = '<rect id="r" width="9" height="9"/><use href="#r"/><use xlink:href="#r"/>'
    picture = f'<image href="{PNG}" width="400" height="400"/>'
    assert draw(svg(body))[0] == Drawn(alt="a card")
    assert dark(draw(svg(picture))[1]) > 100_000


@pytest.mark.parametrize("attribute", ["href", "xlink:href"])
@pytest.mark.parametrize(
    "target",
    [
        "https://example.org/a.png",
        "a.png",
        "/etc/hostname",
        "file:///etc/hostname",
        "data:image/svg+xml;base64,PHN2Zy8+",
    ],
)
def test_what_is_outside_of_the_drawing_is_never_fetched(
    draw: Draw, attribute: str, target: str
) -> None:
    drawn, png = draw(svg(f'<image {attribute}="{target}" width="9" height="9"/>'))
    assert drawn.message == f"the card refers to `{target}`, which is outside of it"
    assert "data:image/png" in drawn.hint
    assert png == b""


def test_a_file_is_not_read_for_a_style(draw: Draw, tmp_path: Path) -> None:
    there, gone = tmp_path / "there.svg", tmp_path / "gone.svg"
    there.write_bytes(svg('<linearGradient id="g"><stop stop-color="red"/></linearGradient>'))
    for form in (
        '<rect width="400" height="400" fill="url(FILE#g)"/>',
        "<style>@import url(FILE); rect { fill: url(FILE#g) }</style><rect width='4' height='4'/>",
    ):
        drawn, other = (draw(svg(form.replace("FILE", file.as_uri()))) for file in (there, gone))
        assert drawn == other
        assert drawn[0] == Drawn(alt="a card")


@pytest.mark.parametrize(
    ("drawing", "message"),
    [
        (b"", "the card is no XML: no element found in line 1 of what it makes"),
        (b"<svg", "the card is no XML: unclosed token in line 1 of what it makes"),
        (b"<svg/>", f"a card is an `<svg>` that is {WIDTH} wide and {HEIGHT} high"),
        (svg("", root='width="9" height="9"'), f"a card is an `<svg>` that is {WIDTH} wide and "),
        (b"<p/>", f"a card is an `<svg>` that is {WIDTH} wide and {HEIGHT} high"),
        (svg("", title=""), "the card does not say what can be seen"),
        (svg("<g>\n<rect></g>"), "the card is no XML: mismatched tag in line 2 of what it makes"),
        (b'<!DOCTYPE svg [<!ENTITY a "a">]>' + svg("&a;"), "a card has no document type"),
        (
            f'<svg xmlns="http://example.org/" {SIZE}><title>a</title></svg>'.encode(),
            "the card cannot be drawn: ",
        ),
    ],
)
def test_what_is_no_card_is_told(draw: Draw, drawing: bytes, message: str) -> None:
    drawn, png = draw(drawing)
    assert drawn.message.startswith(message)
    assert png == b""
