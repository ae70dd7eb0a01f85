"""What is seen of a file: upright, in sRGB, or what is wrong with it."""

import pytest
from PIL import Image

from site_gen.pictures import limits
from site_gen.pictures.decoding import Decoded, Moving, decode
from tests.picturing import (
    PLACE,
    TURNED,
    coded,
    drawing,
    moving,
    photo,
    png,
    png_part,
    swapped_profile,
)

STILL = ("PNG", "JPEG", "WEBP", "AVIF", "GIF")


def decoded(content: bytes) -> Decoded:
    found = decode(content)
    assert isinstance(found, Decoded)
    return found


def colour_of(content: bytes, x: int = 5, y: int = 5) -> tuple[int, ...]:
    pixel = decoded(content).image.getpixel((x, y))
    assert isinstance(pixel, tuple)
    return pixel


@pytest.mark.parametrize("kind", STILL)
def test_every_format_is_read(kind: str) -> None:
    found = decoded(coded(photo(48, 32), kind))
    assert (found.image.size, found.image.mode, found.kind) == ((48, 32), "RGB", kind)
    assert (found.is_as_coded, found.tells_place) == (True, False)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "AVIF"])
def test_a_picture_is_turned_as_its_camera_was(kind: str) -> None:
    image = Image.new("RGB", (40, 20), "black")
    image.paste("white", (0, 0, 20, 20))
    found = decoded(coded(image, kind, exif=TURNED))
    assert found.image.size == (20, 40)
    assert min(found.image.getpixel((10, 10))) > 200  # type: ignore[arg-type]
    assert max(found.image.getpixel((10, 30))) < 50  # type: ignore[arg-type]
    assert not found.is_as_coded
    assert not found.image.info


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "AVIF"])
def test_colours_are_those_of_the_profile(kind: str) -> None:
    red = Image.new("RGB", (16, 16), (250, 10, 10))
    found = decoded(coded(red, kind, icc_profile=swapped_profile()))
    r, g, b = found.image.getpixel((5, 5))  # type: ignore[misc]
    assert g > 230 > 60 > max(r, b)
    assert not found.is_as_coded
    assert not found.image.info


def test_transparency_outlives_a_profile() -> None:
    red = Image.new("RGBA", (16, 16), (250, 10, 10, 99))
    r, g, b, alpha = colour_of(coded(red, "PNG", icc_profile=swapped_profile()))
    assert g > 230 > 60 > max(r, b)
    assert alpha == 99


def test_a_profile_that_cannot_be_used_is_passed_over() -> None:
    red = Image.new("RGB", (16, 16), (250, 10, 10))
    for profile in (b"nothing", swapped_profile()[:200]):
        assert colour_of(coded(red, "PNG", icc_profile=profile)) == (250, 10, 10)
    grey = Image.new("L", (16, 16), 99)
    assert colour_of(coded(grey, "PNG", icc_profile=swapped_profile())) == (99, 99, 99)


def test_every_way_to_hold_colours_is_read() -> None:
    image = photo(16, 16)
    for other in ("1", "L", "P", "CMYK", "I;16"):
        kind = "JPEG" if other == "CMYK" else "PNG"
        assert decoded(coded(image.convert("L").convert(other), kind)).image.mode == "RGB"
    for other in ("LA", "RGBA"):
        half = image.convert(other[:-1])
        half.putalpha(128)
        assert decoded(coded(half, "PNG")).image.mode == "RGBA"
    few = image.quantize(8)
    assert decoded(coded(few, "PNG", transparency=3)).image.mode == "RGBA"


def test_sixteen_bits_of_grey_are_the_same_grey() -> None:
    image = Image.new("I;16", (8, 8), 0x8080)
    assert colour_of(coded(image, "PNG")) == (0x80, 0x80, 0x80)


def test_what_hides_nothing_has_no_transparency() -> None:
    image = photo(16, 16)
    image.putalpha(255)
    assert decoded(coded(image, "PNG")).image.mode == "RGB"
    assert decoded(coded(drawing(60, 60, "RGBA"), "PNG")).image.mode == "RGBA"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "AVIF"])
def test_it_is_known_whether_a_picture_says_where_it_was_taken(kind: str) -> None:
    assert decoded(coded(photo(48, 32), kind, exif=PLACE)).tells_place
    assert not decoded(coded(photo(48, 32), kind, exif={0x0110: "a camera"})).tells_place


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "AVIF"])
def test_a_picture_that_moves_is_not_one_to_code(kind: str) -> None:
    assert decode(moving(kind)) == Moving(40, 30)


@pytest.mark.parametrize("kind", STILL)
def test_what_is_cut_off_is_damaged(kind: str) -> None:
    whole = coded(photo(480, 320), kind)
    for share in (0.4, 0.8):
        found = decode(whole[: int(share * len(whole))])
        assert found in (limits.DAMAGED, limits.NO_PICTURE)


@pytest.mark.parametrize("content", [b"", b"no picture", b"BM" + bytes(60), b"%PDF-1.7", b"<svg/>"])
def test_what_is_none_is_told(content: bytes) -> None:
    assert decode(content) == limits.NO_PICTURE


@pytest.mark.parametrize("pixels", [(9_000, 9_000), (20_000, 20_000), (60_000, 60_000)])
def test_a_bomb_is_not_unpacked(pixels: tuple[int, int]) -> None:
    small = png(4, 4)
    header = b"".join(side.to_bytes(4, "big") for side in pixels) + small[24:29]
    bomb = small[:8] + png_part(b"IHDR", header) + small[33:]
    assert decode(bomb) == limits.TOO_MANY_PIXELS


def test_a_picture_may_have_80_million_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    assert limits.MOST_PIXELS == 80_000_000
    monkeypatch.setattr("site_gen.pictures.decoding.MOST_PIXELS", 48 * 32)
    assert isinstance(decode(coded(photo(48, 32))), Decoded)
    assert decode(coded(photo(48, 33))) == limits.TOO_MANY_PIXELS
