"""What worker processes do in tests; apart from them, so that importing it takes no time."""

from __future__ import annotations

import gc
import os
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path


def double(number: int) -> int:
    return 2 * number


def act(item: str) -> str:
    """The item in capitals, or what it asks for."""
    match item.split():
        case ["die", number]:
            os.kill(os.getpid(), int(number))
        case ["exit", number]:
            os._exit(int(number))
        case ["hang"]:
            while True:
                pass
        case ["hang", "in", "C"]:
            re.match("(a|a)*b", "a" * 60)
        case ["raise"]:
            raise ZeroDivisionError("on purpose")
        case ["raise", "what", "cannot", "be", "rebuilt"]:
            raise UnbuildableError("one", "two")
        case ["interrupt"]:
            os.kill(os.getpid(), signal.SIGINT)
    return item.upper()


class UnbuildableError(Exception):
    def __init__(self, one: str, two: str) -> None:
        super().__init__(one + two)


def die_once(mark: str) -> int:
    """Dies, but not again once there is a file of that name; which process did not."""
    path = Path(mark)
    if mark and not path.exists():
        path.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return os.getpid()


class Heavy:
    """A function that notes in a file each time that it is unpickled."""

    def __init__(self, log: str) -> None:
        self.log = log

    def __setstate__(self, state: dict[str, str]) -> None:
        self.__dict__.update(state)
        with Path(self.log).open("a") as log:
            log.write(f"{os.getpid()}\n")

    def __call__(self, number: int) -> int:
        return number + 1


def leak(megabytes: int) -> int:
    """Garbage that only the collector finds; how much memory this process has, in MB."""
    cycle: list[object] = [bytearray(megabytes << 20)]
    cycle.append(cycle)
    assert not gc.isenabled()
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE") >> 20


def sleep_then(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


def make_closure(number: int) -> Callable[[], int]:
    return lambda: number
