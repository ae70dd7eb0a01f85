"""Where the system does not tell what happens to files: on disks that other machines write to."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

_MOUNTS = Path("/proc/self/mounts")
_UNTOLD = frozenset(
    (
        "9p",
        "afs",
        "cifs",
        "davfs",
        "fuse.s3fs",
        "fuse.sshfs",
        "nfs",
        "nfs4",
        "prl_fs",
        "smb3",
        "smbfs",
        "vboxsf",
        "virtiofs",
    )
)
"""File systems that are written to from elsewhere: over a network, from outside a container."""


def find_untold(folders: Iterable[str]) -> str:
    """Why changes in these folders may not be told, e.g. `nfs`; empty where they are."""
    if sys.platform != "linux":
        return ""
    try:
        mounts = parse_mounts(_MOUNTS.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return ""
    kinds = (find_kind(str(Path(folder).resolve()), mounts) for folder in folders)
    return next((f"{kind} tells of no changes" for kind in kinds if kind in _UNTOLD), "")


def parse_mounts(table: str) -> dict[str, str]:
    """Folder → kind of file system, of a table as Linux has it; the last one mounted there counts.

    >>> parse_mounts("server:/x /home/me\\\\040too nfs4 rw 0 0")
    {'/home/me too': 'nfs4'}
    """
    rows = (line.split(" ") for line in table.splitlines())
    return {_unescape(row[1]): row[2] for row in rows if len(row) > 2}


def find_kind(path: str, mounts: dict[str, str]) -> str:
    """The kind of file system that an absolute path is on.

    >>> find_kind("/home/me/blog", {"/": "ext4", "/home": "nfs", "/home/m": "9p"})
    'nfs'
    """
    inside = [at for at in mounts if f"{path}/".startswith(at.rstrip("/") + "/")]
    return mounts[max(inside, key=len)] if inside else ""


def _unescape(path: str) -> str:
    """Blanks and the like stand there as octal numbers."""
    for code, character in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        path = path.replace(code, character)
    return path
