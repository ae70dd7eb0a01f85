"""One run of the Node worker: its pipes, the two threads that keep them moving, and its end."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import tempfile
from collections import deque
from collections.abc import Sequence
from queue import SimpleQueue
from threading import Thread

from site_gen.diagnostics import SiteError

Received = tuple[bytes, bytes]
"""A line of JSON, and the bytes that it says are behind it."""

_SIZED = re.compile(rb'\{"bytes":([0-9]+)[,}]')
_STDERR_BYTES = 1 << 16
_CHUNK_BYTES = 1 << 20
_PIPE_BYTES = 1 << 20
"""Where that can be chosen: with the usual 64 kB one side waits for the other all the time."""


class SidecarError(SiteError):
    """Node or one of its packages is missing or broken: nothing can be rendered at all."""


class Process:
    """One run of the worker, with the two threads that keep its pipes moving."""

    def __init__(self, command: Sequence[str]) -> None:
        self.ready: set[str] = set()
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115, closed by stop()
        try:
            self._popen = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._stderr,
                env=minimal_environment(),
                pipesize=_PIPE_BYTES,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            self._stderr.close()
            raise SidecarError(f"cannot start Node: `{command[0]}`: {error.strerror}") from error
        self.pid = self._popen.pid
        self._requests = SimpleQueue[bytes | None]()
        self._replies = SimpleQueue[list[Received] | None]()
        self._received = deque[Received]()
        self._threads = [Thread(target=run, daemon=True) for run in (self._write, self._read)]
        for thread in self._threads:
            thread.start()

    def is_running(self) -> bool:
        """Whether the process has not ended by itself, or been ended, since it was started."""
        return self._popen.poll() is None

    def send(self, line: bytes) -> None:
        """Returns at once: the line is written as fast as the process reads."""
        self._requests.put(line)

    def receive(self, seconds: float) -> Received | None:
        """The next line with what is behind it, None when the process has ended; raises
        `queue.Empty` after `seconds`.
        """
        while not self._received:
            lines = self._replies.get(timeout=seconds)
            if lines is None:
                return None
            self._received.extend(lines)
        return self._received.popleft()

    def stop(self) -> str:
        """What the process wrote to its standard error; it and its threads have ended."""
        self._popen.kill()  # it holds nothing that would need saving
        self._popen.wait()
        self._requests.put(None)
        for thread in self._threads:
            thread.join()
        with self._stderr as stderr:
            stderr.seek(0)
            return stderr.read(_STDERR_BYTES).decode("utf-8", "replace")

    def _write(self) -> None:
        assert self._popen.stdin
        with contextlib.suppress(OSError), self._popen.stdin as pipe:
            while (line := self._requests.get()) is not None:
                pipe.write(line)
                pipe.flush()

    def _read(self) -> None:
        assert self._popen.stdout
        rest = b""
        with self._popen.stdout as pipe:
            while chunk := os.read(pipe.fileno(), _CHUNK_BYTES):
                received, rest = _take_apart(rest + chunk)
                if received:
                    self._replies.put(received)
        self._replies.put(None)


def _take_apart(content: bytes) -> tuple[list[Received], bytes]:
    """The replies that are whole, and what is left of the content."""
    received, start = [], 0
    while (end := content.find(b"\n", start) + 1) > 0:
        sized = _SIZED.match(content, start)
        size = int(sized[1]) if sized else 0
        if end + size > len(content):
            break
        received.append((content[start:end], content[end : end + size]))
        start = end + size
    return received, content[start:]


def minimal_environment() -> dict[str, str]:
    """What Windows needs to start a program, and nothing else: no variable may show in a page."""
    return {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
