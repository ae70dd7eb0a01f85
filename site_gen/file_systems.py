"""Where systems differ about files: names that one of them refuses, other names for links, locks.

Standard library only: the set-up needs it before anything else is there.
"""

from __future__ import annotations

import os
import re
import stat
import sys
import time
from pathlib import Path

LONGEST_NAME_BYTES = 255
"""What ext4, APFS and NTFS all take as one component of a path."""

Stamp = tuple[int, int, int, int]
"""Size in bytes, time of the last change of content and of status (both in ns), number on its disk:
a file whose stamp is what it was holds what it held, unless it was changed within a moment."""

# A lone surrogate is how Python shows a byte that is no UTF-8.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_REFUSED_BY_WINDOWS = re.compile(r'[\\/:*?"<>|]')
# Most names are of this kind, and a site has 20,000 of them to look at.
_PLAIN = r"(?!(?i:con|prn|aux|nul|com\d|lpt\d)(?:[./]|$))[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*"
_PLAIN_NAME = re.compile(_PLAIN)
_PLAIN_PATH = re.compile(f"{_PLAIN}(?:/{_PLAIN})*")
_RESERVED_ON_WINDOWS = re.compile(r"(?i)^(con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³])(\..*)?$")


def make_stamp(status: os.stat_result) -> Stamp:
    """The stamp of a file of which the system says this."""
    return (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


def name_problem(name: str) -> str:
    """What makes this text unfit as a file's name on some system, or empty when nothing does."""
    if len(name) <= LONGEST_NAME_BYTES and _PLAIN_NAME.fullmatch(name):
        return ""
    if name in ("", ".", ".."):
        return "is no name"
    if _SURROGATE.search(name):
        return "is not valid UTF-8"
    if _UNPRINTABLE.search(name):
        return "holds a control character"
    if found := _REFUSED_BY_WINDOWS.search(name):
        return f"holds `{found[0]}`, which some systems refuse"
    if name.endswith((".", " ")):
        return "ends with a dot or a blank, which Windows drops"
    if _RESERVED_ON_WINDOWS.match(name):
        return "is a reserved file name on Windows"
    if len(name.encode()) > LONGEST_NAME_BYTES:
        return f"is longer than {LONGEST_NAME_BYTES} bytes"
    return ""


def path_problem(path: str) -> str:
    """What makes this text unfit as a relative path with forward slashes, or empty."""
    if len(path) <= LONGEST_NAME_BYTES and _PLAIN_PATH.fullmatch(path):
        return ""
    for name in path.split("/"):
        if problem := name_problem(name):
            return f"`{printable(name)}` {problem}"
    return ""


def printable(name: str) -> str:
    """A name with what cannot be shown written as escapes, e.g. `a\\x07b`."""
    return _UNPRINTABLE.sub(lambda found: ascii(found[0])[1:-1], name)


if sys.platform == "win32":

    def is_junction(path: str) -> bool:
        """Whether this is a folder that leads elsewhere without being called a link."""
        try:
            return os.lstat(path).st_reparse_tag == stat.IO_REPARSE_TAG_MOUNT_POINT
        except OSError:
            return False

else:

    def is_junction(path: str) -> bool:  # noqa: ARG001
        """Whether this is a folder that leads elsewhere without being called a link."""
        return False


def is_link(path: str) -> bool:
    """Whether a path is itself a link or a junction; False where nothing is there."""
    return Path(path).is_symlink() or is_junction(path)


if sys.platform == "win32":
    import msvcrt

    def try_to_lock(descriptor: int) -> bool:
        """Whether the lock on an open file is ours now."""
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def wait_for_lock(descriptor: int) -> None:
        """Wait until the lock on an open file is ours."""
        while not try_to_lock(descriptor):
            time.sleep(0.2)

else:
    import fcntl

    def try_to_lock(descriptor: int) -> bool:
        """Whether the lock on an open file is ours now."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def wait_for_lock(descriptor: int) -> None:
        """Wait until the lock on an open file is ours."""
        fcntl.flock(descriptor, fcntl.LOCK_EX)
