"""Pictures for tests: drawn here, so that none has to lie in the repository."""

from __future__ import annotations

import hashlib
import zlib
from io import BytesIO
from random import Random
from typing import Any

from PIL import Image, ImageDraw

from site_gen.build.forms import form_url
from site_gen.renditions import Form

PLACE = {0x8825: {1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 17.0)}}
"""What a camera writes into EXIF about where it is."""
TURNED = {0x0112: 6}
"""That the camera was held upright: to be turned by a quarter, clockwise."""


def png(width: int, height: int, grey: int = 200) -> bytes:
    """A PNG of one grey whose bytes depend on no library's version."""
    rows = (b"\0" + bytes([grey]) * width) * height
    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x00\x00\x00\x00"
    parts = ((b"IHDR", header), (b"IDAT", _store(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_part(*part) for part in parts)


def png_url(url: str, width: int, height: int) -> str:
    """Where a page shows the PNG of this size that lies at a URL."""
    content = png(width, height)
    form = Form("png", width, height, hashlib.sha256(content).hexdigest(), len(content))
    return form_url(url.rpartition("/")[2], url, form)


def png_part(kind: bytes, data: bytes) -> bytes:
    """A chunk of a PNG."""
    checksum = zlib.crc32(kind + data).to_bytes(4, "big")
    return len(data).to_bytes(4, "big") + kind + data + checksum


def _store(data: bytes) -> bytes:
    """A zlib stream that compresses nothing, so that every zlib writes the same."""
    parts = [data[start : start + 0xFFFF] for start in range(0, len(data), 0xFFFF)]
    blocks = (
        bytes([number == len(parts)])
        + len(part).to_bytes(2, "little")
        + (0xFFFF - len(part)).to_bytes(2, "little")
        + part
        for number, part in enumerate(parts, 1)
    )
    return b"\x78\x01" + b"".join(blocks) + zlib.adler32(data).to_bytes(4, "big")


def photo(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """A picture with as many colours and as much noise as a photo has, the same each time."""
    size = (width, height)
    soft = [Image.linear_gradient("L").rotate(90 * turn).resize(size) for turn in range(len(mode))]
    shapes = Image.effect_mandelbrot(size, (-2.0, -1.2, 0.7, 1.2), 60)
    noise = Image.frombytes("L", size, Random(0).randbytes(width * height))
    rough = Image.blend(shapes, noise, 0.2)
    bands = [Image.blend(band, rough, 0.3 + 0.05 * n) for n, band in enumerate(soft)]
    return Image.merge(mode, bands) if len(bands) > 1 else bands[0]


def drawing(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """A picture with a few colours and sharp edges, as of a window on a screen."""
    image = Image.new(mode, (width, height), "#fdfcfd" if mode == "RGB" else (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    draw.rectangle((10, 10, width - 10, 40), fill="#b3174f")
    for line in range(60, height - 10, 14):
        draw.text((14, line), "$ python3 build.py  # 7 articles, 1.2 s" * 3, fill="#221f26")
    return image


def coded(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    """A file of a picture; `exif` may be a mapping."""
    exif = options.pop("exif", None)
    if exif:
        found = Image.Exif()
        found[0x0131] = "a camera"
        for tag, value in exif.items():
            if isinstance(value, dict):
                found.get_ifd(tag).update(value)
            else:
                found[tag] = value
        options["exif"] = found
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def read(content: bytes) -> Image.Image:
    """The picture that a file holds, loaded."""
    image = Image.open(BytesIO(content))
    image.load()
    return image


def moving(kind: str, width: int = 40, height: int = 30) -> bytes:
    """A picture of two frames."""
    frames = [Image.new("RGB", (width, height), colour) for colour in ("red", "blue")]
    return coded(frames[0], kind, save_all=True, append_images=frames[1:], duration=200)


def swapped_profile() -> bytes:
    """An ICC profile under which red is seen as green, and green as red.

    ICC.1:2001-04: a header of 128 bytes, a table of tags, their data; colours by matrix and gamma.
    """
    red, green, blue = (0.4361, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7139)
    gamma = b"curv" + bytes(4) + (1).to_bytes(4, "big") + round(2.2 * 256).to_bytes(2, "big")
    tags = {
        b"desc": b"desc" + bytes(4) + (8).to_bytes(4, "big") + b"swapped\0" + bytes(78),
        b"cprt": b"text" + bytes(4) + b"nobody\0",
        b"wtpt": _xyz(0.9642, 1.0, 0.8249),
        b"rXYZ": _xyz(*green),
        b"gXYZ": _xyz(*red),
        b"bXYZ": _xyz(*blue),
        **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), gamma),
    }
    table, data = len(tags).to_bytes(4, "big"), b""
    for name, value in tags.items():
        start = 132 + 12 * len(tags) + len(data)
        table += name + start.to_bytes(4, "big") + len(value).to_bytes(4, "big")
        data += value + bytes(-len(value) % 4)
    size = (128 + len(table) + len(data)).to_bytes(4, "big")
    kinds = bytes(4) + bytes.fromhex("02100000") + b"mntrRGB XYZ " + bytes(12) + b"acsp"
    return size + kinds + bytes(28) + _xyz(0.9642, 1.0, 0.8249)[8:] + bytes(48) + table + data


def _xyz(*values: float) -> bytes:
    return b"XYZ " + bytes(4) + b"".join(round(65536 * each).to_bytes(4, "big") for each in values)
