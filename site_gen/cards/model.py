"""What is known of a font and of a card that was drawn, as it is kept."""

from __future__ import annotations

import msgspec

WIDTH, HEIGHT = 1200, 630
"""Pixels of a card."""


class Face(msgspec.Struct, frozen=True, gc=False):
    """What there is to know of a font before it is drawn with."""

    family: str
    """What a template calls it, e.g. `Vollkorn`."""
    weight: int
    """From 1 to 1000; 400 is regular."""
    is_italic: bool
    units_per_em: int
    advances: dict[int, int]
    """Code point of each letter that it has → how wide that is, in units."""


class Drawn(msgspec.Struct, frozen=True):
    """What came of a drawing; of several mistakes the first."""

    alt: str = ""
    """What can be seen, in words: the drawing's `<title>`."""
    missing: str = ""
    """Letters that no font has, each once, as they come."""
    message: str = ""
    """What is wrong with the drawing itself."""
    hint: str = ""
