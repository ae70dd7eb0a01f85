"""What is left of a file without its metadata: the same picture, and nothing else."""

import pytest

from site_gen.pictures.stripping import strip
from tests.picturing import PLACE, coded, photo, png, png_part, read

XMP = b"<x:xmpmeta>a secret</x:xmpmeta>"


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("PNG", {}),
        ("JPEG", {"quality": 85, "comment": b"a secret"}),
        ("JPEG", {"quality": 85, "progressive": True}),
        ("WEBP", {"quality": 85}),
        ("WEBP", {"lossless": True}),
    ],
    ids=str,
)
@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA"])
def test_the_pixels_stay_and_all_else_goes(
    kind: str, options: dict[str, object], mode: str
) -> None:
    if (kind, mode) == ("JPEG", "RGBA"):
        mode = "CMYK"  # the one of four bands that a JPEG can hold
    whole = coded(
        photo(48, 32, mode), kind, exif=PLACE, **options, **({} if kind == "PNG" else {"xmp": XMP})
    )
    bare = strip(whole, kind)
    assert bare
    assert len(bare) < len(whole)
    before, after = read(whole), read(bare)
    assert (after.mode, after.tobytes()) == (before.mode, before.tobytes())
    assert not dict(after.getexif())
    assert not {"exif", "xmp", "comment", "icc_profile"} & after.info.keys()
    assert b"secret" not in bare


def test_what_is_behind_the_picture_goes_as_well() -> None:
    whole = coded(photo(48, 32))
    assert strip(whole + whole + b"a second picture", "JPEG") == strip(whole, "JPEG")
    assert strip(png(4, 4) + b"more", "PNG") == png(4, 4)


def test_words_in_a_png_go() -> None:
    plain = png(4, 4)
    told = plain[:33] + png_part(b"tEXt", b"Author\0me") + plain[33:]
    assert strip(told, "PNG") == plain


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_what_is_cut_off_is_not_stripped(kind: str) -> None:
    whole = coded(photo(48, 32), kind)
    for length in (0, 1, 8, 20, len(whole) // 2, len(whole) - 3):
        assert strip(whole[:length], kind) in (None, b"RIFF\4\0\0\0WEBP")


def test_other_formats_are_not_known() -> None:
    assert strip(coded(photo(48, 32), "AVIF"), "AVIF") is None
