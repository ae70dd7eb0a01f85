"""A command's wall time, processor time and peak memory, that of all processes it starts included.

Memory is sampled from `/proc` while the command runs: every 20 ms, or as much more seldom as keeps
sampling below a twentieth of a core, since reading a large process's share of memory holds it up. A
peak that lasts shorter can be missed. It is the sum of PSS, which counts memory that processes
share once, or of RSS where the system does not tell PSS.
"""

from __future__ import annotations

import math
import os
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import BinaryIO

_PROC = Path("/proc")
_PAUSE_S = 0.02
_LARGEST_SHARE = 0.05
"""Of a core, for sampling."""
_ENVIRONMENT = {
    name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
}
"""Python tools keep what they compile of themselves, as they do where nobody told them not to."""
_LOG_CHARACTERS = 2000


class CommandError(Exception):
    """A command that is measured failed."""


@dataclass(frozen=True)
class Measured:
    """What a command took."""

    seconds: float
    """Wall time, from start to end."""
    cpu_seconds: float
    """User and system time of all its processes that it waited for."""
    peak_bytes: int
    """Of all its processes together, at the sample where that was largest."""


def measure(
    command: Sequence[str], folder: Path, log: Path, limit_bytes: float = math.inf
) -> Measured:
    """Run a command in a folder, with what it prints in a file; raises where it fails.

    Where all its processes together take more than `limit_bytes`, they are ended.
    """
    with log.open("wb") as output:
        started = time.perf_counter()
        process = start_command(command, folder, output)
        with _Sampler(process.pid, limit_bytes) as sampler:
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if sampler.peak_bytes > limit_bytes:
        raise CommandError(f"took more than {limit_bytes / 2**30:.1f} GiB")
    if process.returncode:
        raise CommandError(describe_end(command, process.returncode, log))
    cpu_seconds = usage.ru_utime + usage.ru_stime
    return Measured(seconds, cpu_seconds, sampler.peak_bytes)


def start_command(
    command: Sequence[str], folder: Path, output: BinaryIO
) -> subprocess.Popen[bytes]:
    """A process that runs a command in a folder and is the first of a session of its own."""
    return subprocess.Popen(
        command,
        cwd=folder,
        env=_ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def describe_end(command: Sequence[str], exit_code: int, log: Path) -> str:
    """That a command ended, and the last that it printed."""
    end = log.read_text(encoding="utf-8", errors="replace")[-_LOG_CHARACTERS:]
    return f"`{command[0]}` ended with {exit_code}:\n{end}"


def memory_kind() -> str:
    """What peaks are sums of on this system: `PSS` or `RSS`."""
    return "PSS" if (_PROC / "self" / "smaps_rollup").exists() else "RSS"


class _Sampler:
    """Looks at a process and its descendants from a thread until the `with` block ends."""

    def __init__(self, pid: int, limit_bytes: float) -> None:
        self.peak_bytes = 0
        self._pid = pid
        self._limit_bytes = limit_bytes
        self._done = Event()
        self._thread = Thread(target=self._run, daemon=True)

    def __enter__(self) -> _Sampler:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._done.set()
        self._thread.join()

    def _run(self) -> None:
        tree, read = Tree(self._pid), read_pss if memory_kind() == "PSS" else read_rss
        pause_s = 0.0
        while not self._done.wait(pause_s):
            started = time.thread_time()
            found = tree.find()
            self.peak_bytes = max(self.peak_bytes, sum(map(read, found)))
            if self.peak_bytes > self._limit_bytes:
                _end(found)
            took_s = time.thread_time() - started
            pause_s = max(_PAUSE_S, took_s * (1 / _LARGEST_SHARE - 1))


def _end(pids: Sequence[int]) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


class Tree:
    """A process and its descendants; it reads of each process on the system only once.

    What has turned out to be one of them stays one, also when it starts a session of its own; so
    does what has turned out to be none, unless its number is given out again within one pause.
    """

    def __init__(self, root: int) -> None:
        self._root = root
        self._members = {root}
        self._strangers: set[int] = set()

    def find(self) -> list[int]:
        """The numbers of those that run now."""
        running = {int(name) for name in os.listdir(_PROC) if name.isdigit()}  # noqa: PTH208
        self._members &= running
        self._strangers &= running
        for pid in sorted(running - self._members - self._strangers):
            parent, session = read_origin(pid)
            is_member = parent in self._members or session == self._root
            (self._members if is_member else self._strangers).add(pid)
        return sorted(self._members)


def read_origin(pid: int) -> tuple[int, int]:
    """A process's parent and session; zeros where it has ended."""
    try:
        stat = (_PROC / str(pid) / "stat").read_bytes()
    except OSError:
        return 0, 0
    # The name in parentheses may hold anything, parentheses too.
    fields = stat[stat.rindex(b")") + 2 :].split()
    return int(fields[1]), int(fields[3])


def read_cpu_seconds(pid: int) -> float:
    """A process's user and system time so far, in seconds; 0 where it has ended."""
    try:
        stat = (_PROC / str(pid) / "stat").read_bytes()
    except OSError:
        return 0
    fields = stat[stat.rindex(b")") + 2 :].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def read_pss(pid: int) -> int:
    """A process's proportional share of memory in bytes; 0 where it has ended."""
    try:
        rollup = (_PROC / str(pid) / "smaps_rollup").read_bytes()
    except OSError:
        return 0
    lines = (line.split() for line in rollup.splitlines())
    return next((1024 * int(line[1]) for line in lines if line[0] == b"Pss:"), 0)


def read_rss(pid: int) -> int:
    """A process's resident memory in bytes; 0 where it has ended."""
    try:
        fields = (_PROC / str(pid) / "statm").read_bytes().split()
    except OSError:
        return 0
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE")
