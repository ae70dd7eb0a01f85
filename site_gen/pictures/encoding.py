"""A picture made into the forms that browsers choose from.

The same input gives the same bytes: settings are fixed, and one thread codes, since a second one
would have AVIF cut into tiles. What is drawn (screenshots, pixel art) is kept to the last pixel
where that takes no more bytes than to come close; a photo is never.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from io import BytesIO
from typing import NamedTuple

from PIL import Image

from site_gen.pictures.decoding import Decoded
from site_gen.pictures.stripping import strip
from site_gen.renditions import Form

_WIDTHS = (320, 640, 960, 1280)
"""Pixels: a column of 620 CSS pixels at most, on screens with one or two of their own for each, and
what phones need."""
_WIDEST_DRAWN = 2560
"""What is drawn is seldom made better by making it smaller."""
_APART = 0.85
"""A narrower form has no more than this share of the next one's width."""
_FAR_MORE = 2.5
"""What is coded without loss in a hurry takes up to half as much again as with care: so many times
what it has to stay below, and there is no need to take care.
"""
_SMALL_BYTES = 4_000
"""What takes no more is kept without loss in any case, as icons are."""
_WORTH_BYTES = 300
"""What another format has to save, since to offer it takes about as much of the page; and what
coding anew has to save of a file that was coded well.
"""


class Coded(NamedTuple):
    """A form and its bytes."""

    form: Form
    content: bytes


class _Quality(NamedTuple):
    """From 0 to 100, as each coder counts."""

    avif: int
    webp: int
    jpeg: int
    subsampling: str
    """How much of the colour AVIF and JPEG keep: a part or all."""


_PHOTO = _Quality(avif=55, webp=80, jpeg=82, subsampling="4:2:0")
_DRAWN = _Quality(avif=70, webp=90, jpeg=90, subsampling="4:4:4")


def encode(picture: Decoded, content: bytes) -> tuple[Coded, ...]:
    """The forms of a picture, which was read from these bytes; the last one is for every browser,
    and none takes more than the one that stands for it where its format is not known.
    """
    is_photo = picture.kind in ("JPEG", "MPO")
    quality = _PHOTO if is_photo else _DRAWN
    if not is_photo and (exact := _encode_exactly(picture, content, quality)):
        return exact
    sizes = _resize(picture.image, _WIDTHS[-1])
    has_alpha = picture.image.mode == "RGBA"
    webp = [_code(each, "webp", quality) for each in sizes]
    webp[-1] = _choose_own(picture, content, webp[-1])
    plain = webp[-1] if has_alpha else _code(sizes[-1], "jpg", quality)
    avif = [_code(each, "avif", quality) for each in sizes]
    return _offer(avif, webp, _choose_own(picture, content, plain))


def _encode_exactly(
    picture: Decoded, content: bytes, quality: _Quality
) -> tuple[Coded, ...] | None:
    """The forms without any loss; None where to come close takes less."""
    sizes = _resize(picture.image, _WIDEST_DRAWN)
    close = max(len(_code(sizes[-1], "webp", quality).content), _SMALL_BYTES)
    if len(_save(sizes[-1], "WEBP", lossless=True, quality=0, method=0)) > _FAR_MORE * close:
        return None
    exact = _code_exactly(sizes[-1], "webp")
    if len(exact.content) > close:
        return None
    plain = _choose_own(picture, content, _code_exactly(sizes[-1], "png"))
    webp = [*(_code_exactly(each, "webp") for each in sizes[:-1]), exact]
    webp[-1] = _choose_own(picture, content, exact)
    return _offer([], webp, plain)


def _offer(avif: Sequence[Coded], webp: Sequence[Coded], plain: Coded) -> tuple[Coded, ...]:
    """Those that are worth a choice."""
    offered = [plain]
    least = len(plain.content)
    for forms in (webp, avif):
        if forms and len(forms[-1].content) + _WORTH_BYTES <= least:
            least = len(forms[-1].content)
            offered[:0] = _drop_larger(forms)
    return tuple(offered)


def _drop_larger(forms: Sequence[Coded]) -> list[Coded]:
    """The same, by width, without what takes as much as a wider one."""
    kept = [forms[-1]]
    for each in reversed(forms[:-1]):
        if len(each.content) < len(kept[0].content):
            kept.insert(0, each)
    return kept


def _choose_own(picture: Decoded, content: bytes, coded: Coded) -> Coded:
    """The picture as its own file codes it, where that is of this form and takes little more."""
    form = coded.form
    kind = {"jpg": ("JPEG", "MPO"), "png": ("PNG",), "webp": ("WEBP",)}[form.ending]
    if not picture.is_as_coded or picture.kind not in kind or form.width != picture.image.width:
        return coded
    own = strip(content, picture.kind)
    if own is None or len(own) > len(coded.content) + _WORTH_BYTES:
        return coded
    return _describe(own, form.ending, picture.image)


def _resize(image: Image.Image, widest: int) -> list[Image.Image]:
    """The picture at each width that it is worth having at, its own or the widest last."""
    top = min(image.width, widest)
    widths = [*(width for width in _WIDTHS if width <= _APART * top), top]
    return [image if width == image.width else _shrink(image, width) for width in widths]


def _shrink(image: Image.Image, width: int) -> Image.Image:
    height = max(1, round(image.height * width / image.width))
    return image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)


def _code(image: Image.Image, ending: str, quality: _Quality) -> Coded:
    match ending:
        case "avif":
            content = _save(
                image,
                "AVIF",
                quality=quality.avif,
                subsampling=quality.subsampling,
                speed=7,
                codec="aom",
                max_threads=1,
                autotiling=False,
            )
        case "webp":
            content = _save(image, "WEBP", quality=quality.webp, method=5)
        case _:
            content = _save(
                image,
                "JPEG",
                quality=quality.jpeg,
                subsampling=quality.subsampling,
                optimize=True,
                progressive=True,
            )
    return _describe(content, ending, image)


def _code_exactly(image: Image.Image, ending: str) -> Coded:
    if ending == "webp":
        content = _save(image, "WEBP", lossless=True, quality=100, method=4)
    else:
        content = _save(image, "PNG", optimize=True)
    return _describe(content, ending, image)


def _save(image: Image.Image, kind: str, **options: object) -> bytes:
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def _describe(content: bytes, ending: str, image: Image.Image) -> Coded:
    sha256 = hashlib.sha256(content).hexdigest()
    return Coded(Form(ending, image.width, image.height, sha256, len(content)), content)
