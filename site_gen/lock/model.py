"""What `values.lock` says: the figures of each calculation, as they were accepted."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

VERSION = 1
"""Of the format."""


class LockedFigure(msgspec.Struct, frozen=True):
    """One number as it was shown."""

    text: str
    """With its unit, for people, e.g. `51.46 tokens/s`."""
    value: float
    """In the base unit, with 12 significant digits, finite, e.g. 51.4630332812."""
    unit: str = ""
    """The base unit, e.g. `token/s`; empty for a plain number."""


class LockedCalculation(msgspec.Struct, frozen=True):
    """All numbers of one calculation, by name, and what they were made with."""

    inputs: Mapping[str, LockedFigure] = msgspec.field(default_factory=dict)
    """What was given."""
    figures: Mapping[str, LockedFigure] = msgspec.field(default_factory=dict)
    """What was computed."""
    equations: str = ""
    """Version of the equations."""
    data: str = ""
    """Version of the catalogue and of the calibration."""

    @property
    def numbers(self) -> dict[str, LockedFigure]:
        """What was given and what was computed, by name."""
        return {**self.inputs, **self.figures}


class Lock(msgspec.Struct, frozen=True):
    """A whole lock; one without posts stands for a site that has none."""

    posts: Mapping[str, Mapping[str, LockedCalculation]] = msgspec.field(default_factory=dict)
    """Path of a source → name of a calculation → what was locked."""
    is_whole: bool = True
    """Whether all of the file could be read; else what is not here may have been locked."""

    def find(self, post: str, calculation: str) -> LockedCalculation | None:
        """What a calculation of a post was; None where it is not locked."""
        return self.posts.get(post, {}).get(calculation)

    @property
    def count(self) -> int:
        """How many figures it holds."""
        return sum(len(each.numbers) for post in self.posts.values() for each in post.values())
