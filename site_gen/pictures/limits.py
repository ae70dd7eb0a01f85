"""How large a picture may be, and what is said of one that is larger, or none."""

from __future__ import annotations

from site_gen.renditions import Flaw

MOST_PIXELS = 80_000_000
"""Some 240 MB while it is worked on. Pillow objects by itself a little above that."""
LARGEST_SOURCE_BYTES = 25_000_000
LARGEST_PUBLISHED_BYTES = 1_000_000
"""What a reader should not have to fetch for one picture."""

_SMALLER = "export it smaller: of its width no more than 1280 pixels are shown"
NO_PICTURE = Flaw("is not a picture that can be read", "known: PNG, JPEG, GIF, WebP, AVIF, SVG")
DAMAGED = Flaw("is damaged: not all of the picture can be read", "export or copy it once more")
TOO_MANY_PIXELS = Flaw(
    f"has more than {MOST_PIXELS // 1_000_000} million pixels, which is too large a picture",
    _SMALLER,
)
ODD_PROFILE = Flaw(
    "has a colour profile that cannot be used, so its colours are taken for those of sRGB",
    "export it in sRGB",
    "warning",
)
TELLS_PLACE = Flaw(
    "says where it was taken, and is published as it is",
    "show it from beside the article, and offer a copy without that for download",
    "warning",
)


def find_flaws_of_source(size_bytes: int) -> tuple[Flaw, ...]:
    """What is wrong with a file of this size."""
    if size_bytes <= LARGEST_SOURCE_BYTES:
        return ()
    limit = f"the limit is {_format_mb(LARGEST_SOURCE_BYTES)}"
    return (Flaw(f"has {_format_mb(size_bytes)}, and {limit}", _SMALLER),)


def find_flaws_of_published(size_bytes: int, is_as_it_was: bool) -> tuple[Flaw, ...]:
    """What is wrong with publishing so much for one picture."""
    if size_bytes <= LARGEST_PUBLISHED_BYTES:
        return ()
    hint = "make it smaller: readers pay for every byte, on a phone too"
    how = "as it is, with" if is_as_it_was else "with up to"
    return (Flaw(f"is published {how} {_format_mb(size_bytes)}", hint, "warning"),)


def _format_mb(size_bytes: int) -> str:
    return f"{size_bytes / 1e6:.1f} MB"
