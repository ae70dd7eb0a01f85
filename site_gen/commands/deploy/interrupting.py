"""Ctrl-C while a deployment goes on: once to end in order, twice to end at once.

What Python does at a signal waits until the main thread is in Python again, which may take minutes
while a library waits for the network. So a thread is told of each, through a socket.
"""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import click

_INTERRUPTED = 130
"""What a process ends with that was interrupted."""


@contextmanager
def interruptible(once: str) -> Iterator[None]:
    """Say this at the first interruption, which is a KeyboardInterrupt as ever: what is being sent
    is ended then, and the target let go of. At the second one the process is gone.
    """
    told, telling = socket.socketpair()
    telling.setblocking(False)
    thread = Thread(target=_listen, args=(told, once), daemon=True)
    before = signal.set_wakeup_fd(telling.fileno(), warn_on_full_buffer=False)
    thread.start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        telling.close()
        thread.join()
        told.close()


def _listen(told: socket.socket, once: str) -> None:
    """Do what has to be done at each signal, until nobody tells of any more."""
    is_first = True
    while number := told.recv(1):
        if number[0] != signal.SIGINT:
            continue
        if not is_first:
            os._exit(_INTERRUPTED)
        click.echo(once, err=True)
        is_first = False
