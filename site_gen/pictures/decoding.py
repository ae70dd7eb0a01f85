"""Files of pictures read: upright, in sRGB, as RGB or RGBA, or what is wrong with them."""

from __future__ import annotations

import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import NamedTuple

from PIL import (
    AvifImagePlugin,
    ExifTags,
    GifImagePlugin,
    Image,
    ImageCms,
    ImageOps,
    JpegImagePlugin,
    PngImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

from site_gen.pictures.limits import DAMAGED, MOST_PIXELS, NO_PICTURE, TOO_MANY_PIXELS
from site_gen.renditions import Flaw

_PLUGINS = (
    AvifImagePlugin.AvifImageFile,
    GifImagePlugin.GifImageFile,
    JpegImagePlugin.JpegImageFile,
    PngImagePlugin.PngImageFile,
    WebPImagePlugin.WebPImageFile,
)
"""What is known; Pillow loads dozens of others where it is not told."""
_OWN_SRGB = "sRGB"
"""What is in the name of every profile that is sRGB's own."""


class Decoded(NamedTuple):
    """A picture as it is seen."""

    image: Image.Image
    """Mode RGB or RGBA, and nothing beside the pixels."""
    kind: str
    """Pillow's name of the format that it was in."""
    is_as_coded: bool
    """Whether the file shows the same without its metadata: it was upright and in sRGB."""
    tells_place: bool
    has_odd_profile: bool
    """Whether its colour profile is one that cannot be used."""


class Moving(NamedTuple):
    """A picture of which there is more than one frame."""

    width: int
    height: int


def decode(content: bytes) -> Decoded | Moving | Flaw:
    """The picture that a file holds, or what is wrong with it."""
    try:
        with _without_warnings(), _open(content) as image:
            if image.width * image.height > MOST_PIXELS:
                return TOO_MANY_PIXELS
            if image.format != "MPO" and getattr(image, "is_animated", False):
                return Moving(*image.size)
            return _decode(image)
    except UnidentifiedImageError:
        return NO_PICTURE
    except Image.DecompressionBombError:
        return TOO_MANY_PIXELS
    # What Pillow raises for a damaged file is whatever its reader of the format comes upon.
    except Exception:
        return DAMAGED


@contextmanager
def _without_warnings() -> Iterator[None]:
    """What Pillow has to say of a file is either wrong with it, and found, or does no harm."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _open(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content), formats=[plugin.format for plugin in _PLUGINS])


def _decode(image: Image.Image) -> Decoded:
    kind, profile = image.format or "", image.info.get("icc_profile")
    image.load()
    orientation, tells_place = _read_exif(image)
    upright = image if orientation == 1 else ImageOps.exif_transpose(image)
    coloured = _drop_opaque_alpha(_to_rgb(upright))
    in_srgb, has_odd_profile = _to_srgb(coloured, profile)
    in_srgb.info.clear()
    is_as_coded = upright is image and in_srgb is coloured
    return Decoded(in_srgb, kind, is_as_coded, tells_place, has_odd_profile)


def _read_exif(image: Image.Image) -> tuple[int, bool]:
    """How a picture is turned, and whether it says where it was taken; as if it had none where
    what it has cannot be read, which is how browsers take it.
    """
    try:
        exif = image.getexif()
        orientation = int(exif.get(ExifTags.Base.Orientation, 1))
        return orientation, bool(exif.get_ifd(ExifTags.IFD.GPSInfo))
    except (KeyError, OSError, SyntaxError, TypeError, ValueError, struct.error):
        return 1, False


def _to_rgb(image: Image.Image) -> Image.Image:
    """The same in RGB or RGBA, with what is known beside the pixels."""
    if image.mode.startswith("I"):  # 16 bits of grey
        image = _to_eight_bits(image)
    if image.mode == "CMYK":
        return image  # its profile, if it has one, knows better
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _to_eight_bits(image: Image.Image) -> Image.Image:
    wide = image.convert("I")
    narrow = wide.point(lambda grey: grey * (1 / 257)).convert("L")
    narrow.info = {key: value for key, value in image.info.items() if key != "transparency"}
    return narrow


def _drop_opaque_alpha(image: Image.Image) -> Image.Image:
    if image.mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255):
        return image.convert("RGB")
    return image


def _to_srgb(image: Image.Image, profile: bytes | None) -> tuple[Image.Image, bool]:
    """The picture in sRGB, itself where it has no other profile; and whether it has one that cannot
    be used, which browsers pass over as well.
    """
    has_odd_profile = False
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            if _OWN_SRGB not in ImageCms.getProfileDescription(source):
                found = ImageCms.profileToProfile(
                    image,
                    source,
                    ImageCms.createProfile("sRGB"),
                    renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
                    outputMode=mode,
                    flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
                )
                assert found
                return found, False
        except (ImageCms.PyCMSError, OSError, ValueError):
            has_odd_profile = True
    return image if image.mode == mode else image.convert(mode), has_odd_profile
