"""Content codings (RFC 9110, 8.4.1): what hosts send in place of a file to readers who accept it.

What a file becomes follows from its bytes and the library alone: no time, no name, no system stands
in it.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Literal

Coding = Literal["gzip", "brotli"]
ENDINGS: Mapping[Coding, str] = {"brotli": ".br", "gzip": ".gz"}
"""What the name of a file so coded ends in beside its own; the smallest first."""
SMALLEST_BYTES = 1_000
"""What is smaller saves no packet."""
LARGEST_BYTES = 10_000_000
"""Brotli takes 20 s for as much."""

_BROTLI_QUALITY = 11
"""Takes four times as long as 9, for 11 % less."""
_GZIP_LEVEL = 9
"""Zopfli takes 200 times as long, for 4 % less."""
_GZIP_WINDOW = 16 + zlib.MAX_WBITS
_GZIP_SYSTEM, _UNKNOWN_SYSTEM = 9, 255
"""Where a gzip file says which system made it (RFC 1952, 2.3), and what says of none."""
_WORDS = ("json", "xml", "wasm", "toml")


def sort_codings(codings: Iterable[Coding]) -> tuple[Coding, ...]:
    """Each once, in the order of `ENDINGS`."""
    chosen = set(codings)
    return tuple(coding for coding in ENDINGS if coding in chosen)


def find_plain(path: str) -> str:
    """The path of what a file may be a coded form of, by its name; else its own.

    >>> find_plain("style.css.br"), find_plain("style.css")
    ('style.css', 'style.css')
    """
    return next((path.removesuffix(end) for end in ENDINGS.values() if path.endswith(end)), path)


def is_compressible(media_type: str) -> bool:
    """Whether what is of this type becomes smaller.

    >>> is_compressible("image/svg+xml"), is_compressible("text/html"), is_compressible("image/png")
    (True, True, False)
    """
    return media_type.startswith("text/") or media_type.endswith(_WORDS)


def has_size_for(size_bytes: int) -> bool:
    """Whether a file is neither too small nor too large to be compressed while a site is built."""
    return SMALLEST_BYTES <= size_bytes <= LARGEST_BYTES


def compress(content: bytes, coding: Coding) -> bytes:
    """The content so coded, as small as it gets."""
    if coding == "brotli":
        # Few sites ask for it.
        return bytes(import_module("brotli").compress(content, quality=_BROTLI_QUALITY))
    made = bytearray(zlib.compress(content, _GZIP_LEVEL, _GZIP_WINDOW))
    made[_GZIP_SYSTEM] = _UNKNOWN_SYSTEM
    return bytes(made)
