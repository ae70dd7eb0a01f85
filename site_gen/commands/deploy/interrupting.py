"""Ctrl-C while a deployment goes on: once to end in order, twice to end at once."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import click

_INTERRUPTED = 130


@contextmanager
def interruptible(once: str) -> Iterator[None]:
    """Say this at the first interruption, which is a KeyboardInterrupt: what is being sent is ended
    then, and the target let go of. At the second one the process is gone.
    """

    def end(_: int, __: FrameType | None) -> None:
        os._exit(_INTERRUPTED)

    def begin_to_end(_: int, __: FrameType | None) -> None:
        signal.signal(signal.SIGINT, end)
        click.echo(once, err=True)
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, begin_to_end)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
