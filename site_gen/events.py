"""What a build says of itself while it runs."""

from __future__ import annotations

from collections.abc import Callable

OnStage = Callable[[str], None]
"""Called when a stage of the build begins, with its name, e.g. `reading 10,000 sources`."""


def ignore_stage(name: str) -> None:
    """The listener of whoever does not want to know."""
