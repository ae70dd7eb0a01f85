"""The forms of a picture: which there are, that they show the same, and that they say no more."""

import re
from collections.abc import Sequence
from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageStat

from site_gen.pictures import limits
from site_gen.pictures.making import Made, make_picture
from site_gen.pictures.stripping import strip
from tests.picturing import (
    PLACE,
    TURNED,
    coded,
    drawing,
    moving,
    photo,
    png,
    read,
    swapped_profile,
)

SECRETS = {**PLACE, 0x010F: "a secret maker"}


def forms_of(made: Made) -> list[tuple[str, int]]:
    return [(form.ending, form.width) for form in made.pictured.forms]


def images_of(made: Made) -> list[Image.Image]:
    return [read(made.contents[form.sha256]) for form in made.pictured.forms]


def alpha_of(image: Image.Image) -> bytes:
    return image.convert("RGBA").getchannel("A").tobytes()


def difference(one: Image.Image, other: Image.Image) -> float:
    """How far two pictures are apart, in per cent of all that can be."""
    apart = ImageChops.difference(one.convert("RGBA"), other.convert("RGBA").resize(one.size))
    return 100 * sum(ImageStat.Stat(apart).mean) / 255 / 4


def test_a_profile_that_cannot_be_used_is_told_and_any_other_is_not() -> None:
    odd = make_picture(coded(photo(16, 16), "PNG", icc_profile=b"nothing"))
    assert odd.pictured.flaws == (limits.ODD_PROFILE,)
    assert odd.pictured.forms
    assert not make_picture(coded(photo(16, 16), "PNG")).pictured.flaws
    assert not make_picture(coded(photo(16, 16), icc_profile=swapped_profile())).pictured.flaws


def test_a_photo_has_each_width_in_two_formats_and_one_for_all() -> None:
    made = make_picture(coded(photo(1600, 1200), quality=95))
    widths = (320, 640, 960, 1280)
    expected = [(ending, width) for ending in ("avif", "webp") for width in widths]
    assert forms_of(made) == [*expected, ("jpg", 1280)]
    assert (made.pictured.width, made.pictured.height) == (1280, 960)
    assert made.pictured.flaws == ()
    assert made.contents.keys() == {form.sha256 for form in made.pictured.forms}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize("width", [20, 300, 500])
def test_nothing_is_made_wider_and_no_form_is_larger_than_its_stand_in(
    kind: str, width: int
) -> None:
    made = make_picture(coded(photo(width, width // 2), kind))
    for ending in ("avif", "webp"):
        own = [form for form in made.pictured.forms if form.ending == ending]
        sizes = [form.size_bytes for form in own]
        assert sizes == sorted(set(sizes))
        assert [form.width for form in own] == sorted({form.width for form in own})
        assert all(form.width <= width for form in own)
    best = {form.ending: form.size_bytes for form in made.pictured.forms}
    ordered = [best[ending] for ending in ("avif", "webp", "jpg", "png") if ending in best]
    assert ordered == sorted(ordered)


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF"])
def test_what_is_drawn_stays_as_it_is_to_the_last_pixel(kind: str, mode: str) -> None:
    options = {"lossless": True} if kind == "WEBP" else {}
    content = coded(drawing(600, 400, mode), kind, **options)
    made, image = make_picture(content), read(content)
    assert {form.ending for form in made.pictured.forms} <= {"webp", "png"}
    for form, shown in zip(made.pictured.forms, images_of(made), strict=True):
        if form.width == 600:
            assert difference(image, shown) == 0
            assert alpha_of(shown) == alpha_of(image)


def test_what_is_small_is_not_blurred_either() -> None:
    content = coded(photo(24, 24), "PNG")
    made = make_picture(content)
    assert forms_of(made)[-1] == ("png", 24)
    assert all(difference(read(content), shown) == 0 for shown in images_of(made))


def test_a_photo_that_was_saved_as_png_is_one_again() -> None:
    made = make_picture(coded(photo(400, 300), "PNG"))
    assert forms_of(made)[:2] == [("avif", 320), ("avif", 400)]
    assert forms_of(made)[-1] == ("jpg", 400)


def test_a_photo_with_transparency_keeps_it() -> None:
    image = photo(400, 300)
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    made = make_picture(coded(image, "PNG"))
    assert {form.ending for form in made.pictured.forms} == {"avif", "webp"}
    for shown in images_of(made):
        assert shown.mode == "RGBA"
        assert difference(image.resize(shown.size), shown) < 2


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize("size", [(100, 60), (500, 200)])
def test_every_form_shows_the_same_upright_and_says_nothing(
    kind: str, size: tuple[int, int]
) -> None:
    image = photo(*size)
    made = make_picture(coded(image, kind, exif={**SECRETS, **TURNED}))
    upright = image.rotate(-90, expand=True)
    assert made.pictured.tells_place
    for form, shown in zip(made.pictured.forms, images_of(made), strict=True):
        assert shown.size == (form.width, form.height)
        assert difference(upright.resize(shown.size), shown) < 2
        assert not dict(shown.getexif())
        assert not {"exif", "xmp", "icc_profile", "comment", "photoshop"} & shown.info.keys()
        assert b"secret" not in made.contents[form.sha256]


def test_a_file_that_is_coded_well_is_taken_for_what_it_is() -> None:
    jpeg = coded(photo(600, 400), quality=30, optimize=True, progressive=True)
    made = make_picture(jpeg)
    assert made.contents[made.pictured.forms[-1].sha256] == strip(jpeg, "JPEG")
    dot = png(2, 1)
    made = make_picture(dot + b"more")
    assert list(made.contents.values()) == [dot]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
def test_the_same_input_gives_the_same_bytes(kind: str) -> None:
    content = coded(photo(400, 300), kind)
    assert make_picture(content) == make_picture(content)


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_what_moves_stays_as_it_is(kind: str) -> None:
    made = make_picture(moving(kind))
    assert (made.pictured.width, made.pictured.forms, made.contents) == (40, (), {})


def flaws_of(content: bytes) -> Sequence[tuple[str, str]]:
    return [(flaw.severity, flaw.message) for flaw in make_picture(content).pictured.flaws]


def test_too_large_a_file_is_told() -> None:
    content = png(4, 4) + bytes(limits.LARGEST_SOURCE_BYTES)
    assert flaws_of(content) == [("error", "has 25.0 MB, and the limit is 25.0 MB")]


def test_too_much_to_publish_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LARGEST_PUBLISHED_BYTES", 10_000)
    ((severity, message),) = flaws_of(coded(photo(400, 300)))
    assert severity == "warning"
    assert re.fullmatch(r"is published with up to 0\.\d MB", message)
    monkeypatch.undo()
    file = BytesIO(moving("GIF"))
    file.seek(0, 2)
    file.write(bytes(1_500_000))
    assert flaws_of(file.getvalue()) == [("warning", "is published as it is, with 1.5 MB")]


def test_what_is_no_picture_is_told() -> None:
    assert make_picture(b"no").pictured.flaws == (limits.NO_PICTURE,)
