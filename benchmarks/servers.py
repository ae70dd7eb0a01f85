"""A tool's server as a process of its own, from its start to its end."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from benchmarks.measuring import (
    CommandError,
    Tree,
    describe_end,
    read_cpu_seconds,
    start_command,
)

ADDRESS = "127.0.0.1"
_LONGEST_START_S = 1800
_PAUSE_S = 0.01
_SECONDS_TO_END = 5


@dataclass(frozen=True)
class Server:
    """A server that has answered."""

    command: Sequence[str]
    process: subprocess.Popen[bytes]
    log: Path
    """What it prints."""
    tree: Tree
    """Its processes."""
    port: int
    ready_seconds: float
    """From its start to its first response."""

    def read_cpu_seconds(self) -> float:
        """The processor time that all its processes have taken so far."""
        return sum(map(read_cpu_seconds, self.tree.find()))

    def require_running(self) -> None:
        """Raise where it has ended."""
        _require_running(self.command, self.process, self.log)


@contextmanager
def serving(
    make_command: Callable[[int], Sequence[str]], folder: Path, log: Path
) -> Iterator[Server]:
    """A server of a folder at a free port, ready; it and all it started end with the block."""
    port = find_free_port()
    command = make_command(port)
    started = time.perf_counter()
    with log.open("wb") as output:
        process = start_command(command, folder, output)
    try:
        wait_until_ready(command, process, port, log)
        ready_seconds = time.perf_counter() - started
        yield Server(command, process, log, Tree(process.pid), port, ready_seconds)
    finally:
        end_group(process)


def find_free_port() -> int:
    """A port that nobody has at the moment."""
    with socket.socket() as taken:
        taken.bind((ADDRESS, 0))
        port: int = taken.getsockname()[1]
        return port


def wait_until_ready(
    command: Sequence[str], process: subprocess.Popen[bytes], port: int, log: Path
) -> None:
    """Come back when the front page has been sent; raises where the process ends before it."""
    end = time.monotonic() + _LONGEST_START_S
    while not sends_front_page(port):
        _require_running(command, process, log)
        if time.monotonic() > end:
            raise CommandError(f"`{command[0]}` sent nothing in {_LONGEST_START_S} s")
        time.sleep(_PAUSE_S)


def sends_front_page(port: int) -> bool:
    """Whether a server answers with its front page, waited for where it takes the request."""
    connection = HTTPConnection(ADDRESS, port, timeout=_LONGEST_START_S)
    try:
        connection.request("GET", "/")
        response = connection.getresponse()
        return response.status == 200 and bool(response.read())
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def end_group(process: subprocess.Popen[bytes]) -> None:
    """End the first process of a session and those it started: asked to, then made to."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(_SECONDS_TO_END)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _require_running(command: Sequence[str], process: subprocess.Popen[bytes], log: Path) -> None:
    exit_code = process.poll()
    if exit_code is not None:
        raise CommandError(describe_end(command, exit_code, log))
