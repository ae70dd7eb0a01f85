"""The system's watches, of which all processes of a user together have so many."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import gettempdir


@contextmanager
def sharing_watches(alone: bool = False) -> Iterator[None]:
    """While the block runs nobody takes all of them; with `alone` nobody else has any."""
    path = Path(gettempdir()) / f"site-gen-tests-{os.getuid()}.lock"
    with path.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        yield
