"""The programs that are run for a deployment over ssh, and in a line why they have failed."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from site_gen.deploy.patience import Patience
from site_gen.diagnostics import SiteError
from site_gen.file_systems import printable

PATIENCE = Patience(tries=4, first_s=2.0, longest_s=15.0)
"""With a connection that is lost."""

_CANNOT_CONNECT = 255
_RSYNC_CUT_OFF = (10, 12, 30, 35, _CANNOT_CONNECT)
_USAGE = 1
_UNCHANGED = "what is live is as it was"
# No second try makes any difference to these.
_REFUSED = re.compile(
    r"Permission denied|Host key verification failed"
    r"|Could not resolve hostname(?!.*Temporary failure)"
    r"|Too many authentication failures|Bad configuration|Bad owner or permissions"
)
_NOISE = re.compile(r"^(rsync error: .*|\s*|@+)$")

Outcome = TypeVar("Outcome")


class LostError(Exception):
    """The connection was lost, or could not be made; the text says what was heard of it last."""


class FailedError(Exception):
    """A program has ended with a number that means something to whoever has called it."""

    def __init__(self, number: int, output: bytes, said: str) -> None:
        """`said` is the line in which it has told why."""
        super().__init__(said)
        self.number, self.output, self.said = number, output, said


def persist(job: Callable[[], Outcome], patience: Patience) -> Outcome:
    """What a job gives, which is done once more where its connection was lost; SiteError where it
    is lost each time.
    """
    try:
        return patience.insist(job, lambda error: isinstance(error, LostError))
    except LostError as error:
        message = f"the connection was lost {patience.tries} times: {error}"
        raise SiteError(message, "what is live is whole; deploy once more") from None


def run_ssh(command: Sequence[str], feed: bytes) -> bytes:
    """What a command has printed; FailedError, LostError, or SiteError where it cannot be run."""
    try:
        done = subprocess.run(command, input=feed, capture_output=True, check=False)
    except FileNotFoundError:
        raise refuse_missing(command[0]) from None
    if done.returncode:
        raise explain_ssh(done.returncode, done.stdout, done.stderr)
    return done.stdout


def run_rsync(command: Sequence[str], tell: Callable[[str], None]) -> None:
    """Run it to its end; `tell` is told of each line that it prints."""
    with tempfile.TemporaryFile() as errors:
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                # Its messages are read, and names are told as they are by `--8-bit-output`.
                env={**os.environ, "LC_ALL": "C"},
            )
        except FileNotFoundError:
            raise refuse_missing(command[0]) from None
        with process:
            assert process.stdout
            for line in process.stdout:
                tell(line.decode(errors="replace").rstrip("\n"))
        errors.seek(0)
        said = _find_reason(errors.read(), first=True)
    if process.returncode in _RSYNC_CUT_OFF:
        raise _lost(said or "rsync was cut off")
    if process.returncode:
        hint = "rsync 3 or later is needed" if process.returncode == _USAGE else _UNCHANGED
        raise SiteError(f"rsync: {said or f'it ended with {process.returncode}'}", hint)


def explain_ssh(number: int, output: bytes, errors: bytes) -> Exception:
    """What is to be raised where ssh, or what it has run, has ended with a number but 0."""
    said = _find_reason(errors, first=False)
    if number == _CANNOT_CONNECT:
        return _lost(said or "ssh was cut off")
    return FailedError(number, output, said or f"it ended with {number}")


def refuse_missing(program: str) -> SiteError:
    """What is said where a program is not there."""
    return SiteError(f"`{program}` is not installed on this machine", f"install {program}")


def _lost(said: str) -> Exception:
    if _REFUSED.search(said):
        return SiteError(f"ssh: {said}", "does `ssh` get there, without asking anything?")
    return LostError(said)


def _find_reason(errors: bytes, *, first: bool) -> str:
    """The line of what a program has said that tells why it has failed; empty where none does."""
    lines: Iterable[str] = errors.decode(errors="replace").splitlines()
    reasons = [printable(line.strip()) for line in lines if not _NOISE.match(line)]
    return reasons[0 if first else -1].removeprefix("rsync: ") if reasons else ""
