"""What the watcher's process tells, for whoever builds."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread

import msgspec

from site_gen.diagnostics import SiteError
from site_gen.setup import own_environment

Changes = frozenset[str] | None
"""Absolute paths of files that something has happened to; None where all have to be looked at."""

_START_S = 30.0


class _Told(msgspec.Struct, frozen=True):
    """A line of the watcher's."""

    polls: str = ""
    is_ready: bool = False
    changed: frozenset[str] | None = None


class Watching:
    """The watcher's process."""

    def __init__(self, root: Path, folders: Sequence[Path]) -> None:
        """It starts, and goes on to start: see `wait_until_ready`."""
        python = [sys.executable, "-P", "-m", "site_gen.serve.watcher"]
        command = [*python, str(root), *map(str, folders)]
        self.polls = ""
        """Why it has to look for itself, e.g. `no space left on device`; empty where it is told."""
        self._is_closed = False
        self._told = SimpleQueue[_Told | None]()
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=own_environment(),
            start_new_session=True,  # Ctrl-C is for this process, which ends that one
        )
        self._thread = Thread(target=self._listen, daemon=True)
        self._thread.start()

    def wait_until_ready(self) -> None:
        """Return when nothing that happens from now on is missed; EOFError where it was closed
        before, SiteError where the files cannot be watched.
        """
        try:
            while not (told := self._take(_START_S)).is_ready:
                self.polls = told.polls or self.polls
        except (Empty, EOFError):
            if self._is_closed:
                raise EOFError("the watcher was closed") from None
            self.close()
            raise SiteError("the files cannot be watched", "build without `--watch`") from None

    def wait(self) -> Changes:
        """What has happened since the last time, once something has; EOFError where it was closed,
        SiteError where the watcher has ended by itself.
        """
        try:
            told = [self._take(None)]
        except EOFError:
            if self._is_closed:
                raise
            hint = "start the server again"
            raise SiteError("files are watched no longer: the watcher has ended", hint) from None
        with suppress(Empty, EOFError):  # while a build ran, there may have been several bursts
            while True:
                told.append(self._take(0))
        self.polls = next((each.polls for each in told if each.polls), self.polls)
        changes = [each.changed for each in told]
        known = [each for each in changes if each is not None]
        return frozenset().union(*known) if len(known) == len(changes) else None

    def wake(self) -> None:
        """Let whoever waits go on, from any thread; nothing has happened to any file."""
        self._told.put(_Told(changed=frozenset()))

    def close(self) -> None:
        """End the process; who waits is told."""
        self._is_closed = True
        self._process.kill()
        self._process.wait()
        assert self._process.stdin
        self._process.stdin.close()

    def _take(self, seconds: float | None) -> _Told:
        told = self._told.get(timeout=seconds) if seconds != 0 else self._told.get_nowait()
        if told is None:
            self._told.put(None)
            raise EOFError("the watcher has ended")
        return told

    def _listen(self) -> None:
        assert self._process.stdout
        with self._process.stdout as lines:
            for line in lines:
                self._told.put(msgspec.json.decode(line, type=_Told))
        self._told.put(None)
