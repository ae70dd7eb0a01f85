"""Files of pictures without all that is no picture: the pixels stay as they are coded.

A file is a row of parts. Those that decide how it looks are copied, and no other: so what nobody
has thought of (thumbnails, places, second pictures behind the first) is left out as well.

    PNG     signature, then: length (4 bytes), type (4), data, CRC (4); up to IEND
    JPEG    FF D8, then segments FF, type, length (2), data; behind SOS the scan, up to FF D9
    WebP    "RIFF", size (4, little-endian), "WEBP", then: type (4), size (4), data, even

PNG (Third Edition), section 5; ITU-T T.81, annex B; RFC 9649, section 2.
"""

from __future__ import annotations

from collections.abc import Iterator

_PNG_KEPT = frozenset((b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"))
_JPEG_KEPT_APPLICATIONS = frozenset((0xEE,))
"""Adobe's APP14, which says how colours are coded. JFIF's APP0 may hold a thumbnail."""
_JFIF = bytes.fromhex("ffe000104a46494600010100000100010000")
"""An APP0 that says nothing but that this is JFIF."""
_WEBP_KEPT = frozenset((b"VP8X", b"VP8 ", b"VP8L", b"ALPH"))
_ALPHA_FLAG = 0x10


def strip(content: bytes, kind: str) -> bytes | None:
    """A whole file of a still picture without metadata; None where that is not known how to do, or
    the file is not as it should be. `kind` is Pillow's name of the format.
    """
    strippers = {"PNG": _strip_png, "JPEG": _strip_jpeg, "MPO": _strip_jpeg, "WEBP": _strip_webp}
    if kind not in strippers:
        return None
    try:
        return strippers[kind](content)
    except (IndexError, ValueError):
        return None


def _strip_png(content: bytes) -> bytes:
    kept, start = [content[:8]], 8
    while True:
        end = start + 12 + int.from_bytes(content[start : start + 4], "big")
        kind = content[start + 4 : start + 8]
        if end > len(content):
            raise ValueError("a part that is longer than the file")
        if kind in _PNG_KEPT:
            kept.append(content[start:end])
        if kind == b"IEND":
            return b"".join(kept)
        start = end


def _strip_jpeg(content: bytes) -> bytes:
    kept = [content[:2]]
    is_adobe = False
    for kind, part in _split_jpeg(content):
        is_application = 0xE0 <= kind <= 0xEF or kind == 0xFE
        if not is_application or kind in _JPEG_KEPT_APPLICATIONS:
            kept.append(part)
            is_adobe |= is_application
    if not is_adobe:
        kept.insert(1, _JFIF)
    return b"".join(kept)


def _split_jpeg(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Type and bytes of each segment up to the end of the picture, scans with the one before."""
    start = 2
    while True:
        while content[start + 1] == 0xFF:  # padding
            start += 1
        kind = content[start + 1]
        if content[start] != 0xFF:
            raise ValueError("no segment where one should be")
        if kind == 0xD9:
            yield kind, content[start : start + 2]
            return
        end = start + 2 + int.from_bytes(content[start + 2 : start + 4], "big")
        if kind == 0xDA:
            end = _find_end_of_scan(content, end)
        yield kind, content[start:end]
        start = end


def _find_end_of_scan(content: bytes, start: int) -> int:
    """Where the next segment is: in a scan, FF is followed by 00 or a mark to begin anew at."""
    while True:
        start = content.index(0xFF, start)
        if content[start + 1] != 0 and not 0xD0 <= content[start + 1] <= 0xD7:
            return start
        start += 2


def _strip_webp(content: bytes) -> bytes:
    kept, start = [], 12
    while start < len(content):
        kind, length = content[start : start + 4], content[start + 4 : start + 8]
        end = start + 8 + int.from_bytes(length, "little")
        end += end % 2
        if end > len(content):
            raise ValueError("a part that is longer than the file")
        if kind == b"VP8X":
            flags = content[start + 8] & _ALPHA_FLAG
            kept.append(content[start : start + 8] + bytes([flags]) + content[start + 9 : end])
        elif kind in _WEBP_KEPT:
            kept.append(content[start:end])
        start = end
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + len(body).to_bytes(4, "little") + body
