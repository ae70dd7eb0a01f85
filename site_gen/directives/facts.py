"""What directives may know beside the text that they stand in."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from site_gen.diagnostics import Source
from site_gen.lock.model import Lock


class Facts(msgspec.Struct, frozen=True):
    """The same for every document of a build, and small enough to send to worker processes."""

    data: tuple[Source, ...] = ()
    """The site's own `content/data/*.toml`, by path."""
    lock: Lock = msgspec.field(default_factory=Lock)
    """What was locked, for calculations that are pinned to it."""


Note = Callable[[str], None]
"""Told the name of each thing that a directive looks up, a cell: `catalogue:KIND/NAME` is one name
of the catalogue, `catalogue:KIND` all of that kind, `locked:PATH/NAME` a locked calculation."""


def note_nothing(cell: str) -> None:
    """The listener of whoever keeps nothing."""
