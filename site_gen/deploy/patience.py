"""Asking once more where a network or a server may be right again in a moment."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

import msgspec

T = TypeVar("T")


class Patience(msgspec.Struct, frozen=True):
    """How often something is tried, with longer and longer pauses, so that many who wait do not
    all come back at once: each is drawn at random up to a limit that doubles.
    """

    tries: int = 8
    """The first one included."""
    first_s: float = 0.2
    """The limit of the first pause."""
    longest_s: float = 10.0
    """What no pause is longer than."""
    wait: Callable[[float], None] = time.sleep
    """Lets so many seconds pass."""

    def insist(self, ask: Callable[[], T], may_pass: Callable[[Exception], bool]) -> T:
        """What is given at last; raises what the last try raised, or what will not pass."""
        for number in range(self.tries - 1):
            try:
                return ask()
            except Exception as error:
                if not may_pass(error):
                    raise
                self.wait(random.uniform(0, min(self.longest_s, self.first_s * 2**number)))
        return ask()
