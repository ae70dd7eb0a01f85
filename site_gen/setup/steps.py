"""The steps of a set-up: told as they run, one set-up at a time, vouched for when done.

A stamp is a small text file, a `name digest` a line, that says which locks a folder was filled
from. It is written last, and emptied before anything in the folder changes, so:

- no stamp: the folder is not ours;
- an empty stamp: a set-up began here and was cut off;
- a name with its digest: everything that lock asks for is installed.
"""

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from site_gen.file_systems import try_to_lock, wait_for_lock
from site_gen.setup.failures import SetupError, explain_output

Stamp = Mapping[str, str]

LOCK_NAME = ".setup.lock"


@contextmanager
def step(what: str) -> Iterator[None]:
    """Tell on standard error that a step began and, on the same line, how long it took."""
    print(f"site_gen: {what} … ", end="", file=sys.stderr, flush=True)
    started = time.perf_counter()
    try:
        yield
    except BaseException:
        print("failed", file=sys.stderr)
        raise
    print(f"{time.perf_counter() - started:.1f} s", file=sys.stderr)


def run_tool(
    command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None
) -> None:
    """Run a tool in a folder, in silence; raise SetupError with the line for its failure."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        # The tool inherits the set-up's lock: were we killed, the next set-up would wait for it.
        close_fds=False,
        check=False,
    )
    if done.returncode == 0:
        return
    known = explain_output(done.stdout)
    if known:
        raise SetupError(known)
    raise SetupError(f"{' '.join(command)} failed:\n{done.stdout.rstrip()}")


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the folder's set-up lock, after waiting for it; the system drops it with its holders."""
    with (folder / LOCK_NAME).open("ab") as file:
        os.set_inheritable(file.fileno(), True)
        if not try_to_lock(file.fileno()):
            with step("waiting for another set-up in this folder"):
                wait_for_lock(file.fileno())
        yield


def read_stamp(path: Path) -> Stamp | None:
    """Return a folder's stamp, or None where it has none."""
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    return dict(line.split(" ", 1) for line in text.splitlines() if " " in line)


def write_stamp(path: Path, stamp: Stamp) -> None:
    """Put a stamp in place whole: after a crash the old one is there or the new one."""
    whole = path.with_name(path.name + ".new")
    whole.write_text(
        "".join(f"{name} {digest}\n" for name, digest in stamp.items()),
        encoding="utf-8",
        newline="\n",
    )
    whole.replace(path)


def digest_of(*parts: bytes) -> str:
    """Return the SHA-256 of some parts, where they end included, as hexadecimal digits."""
    return hashlib.sha256(b"".join(b"%d:%b" % (len(part), part) for part in parts)).hexdigest()
