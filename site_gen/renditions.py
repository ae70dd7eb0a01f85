"""A picture as it is published, as data: its forms, and what is wrong with it."""

from __future__ import annotations

import msgspec

from site_gen.diagnostics import Severity


class Form(msgspec.Struct, frozen=True):
    """A picture in one format and one size."""

    ending: str
    """Of its name, which tells the format: `avif`, `gif`, `jpg`, `png` or `webp`."""
    width: int
    """Pixels."""
    height: int
    sha256: str
    """Hexadecimal."""
    size_bytes: int


class Rendition(msgspec.Struct, frozen=True):
    """A form of a picture, and where it is fetched."""

    url: str
    form: Form


class Flaw(msgspec.Struct, frozen=True):
    """What is wrong with showing a file, to be told wherever that is done."""

    message: str
    """What follows the file's name, e.g. `is damaged`."""
    hint: str
    severity: Severity = "error"


class Pictured(msgspec.Struct, frozen=True):
    """What can be shown of a file."""

    width: int | None = None
    """Pixels, upright; None where it cannot be shown at all."""
    height: int | None = None
    forms: tuple[Form, ...] = ()
    """What browsers choose from, the format that takes least first and the narrowest of each first;
    the last is for all that know no other. Empty where the file is published as it is.
    """
    flaws: tuple[Flaw, ...] = ()
    tells_place: bool = False
    """Whether the file says where it was taken."""
