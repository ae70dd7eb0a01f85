"""Commits as they are read, and as `git fast-import` takes them.

The message of a commit names the release, what that still has of older ones, and which commit was
gone back to, where one was:

    Release: 20250522T183000Z-1f2e3d4c
    Kept-asset: assets/style.1f2e3d4c.css 1
    Back-to: 5d41402abc4b2a76b9719d911017c592ae4f1c0d
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import IO

import msgspec

_RELEASE = re.compile(
    r"^Release: (\d{8}T\d{6}Z-[0-9a-f]{8}|[0-9a-f]{40}|[0-9a-f]{64})$", re.MULTILINE
)
"""A release of ours, or the commit that was gone back to; others write `Release: 2.0`."""
_KEPT = re.compile(r"^Kept-asset: (.+) (\d+)$", re.MULTILINE)
_BACK = re.compile(r"^Back-to: ([0-9a-f]+)$", re.MULTILINE)
_TREE = re.compile(r"^tree ([0-9a-f]+)$", re.MULTILINE)
_PARENT = re.compile(r"^parent ([0-9a-f]+)$", re.MULTILINE)
_PLAIN_FILES = ("100644", "100755")
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n"})


class Commit(msgspec.Struct, frozen=True):
    """What a branch has, or had."""

    id: str
    """Empty where there is no such branch."""
    release: str = ""
    """The release that it is; empty where something else has made it."""
    tree: str = ""
    """The name of all its files together."""
    blobs: Mapping[str, str] = {}
    """Path of each file → the name of its bytes; empty for a link, or another repository."""
    ages: Mapping[str, int] = {}
    """Path of an asset that no page names any more → how many releases ago one did."""
    parent: str = ""
    """The commit before it; empty where it is the first."""
    back_to: str = ""
    """The commit whose files it has once more; empty where they are of its own."""

    @property
    def name(self) -> str:
        """What it is called as a release."""
        return self.release or self.id


def parse_commit(name: str, raw: str, listed: str) -> Commit:
    """A commit, from what `cat-file commit` and `ls-tree -rz` print of it."""
    head, _, message = raw.partition("\n\n")
    trees, parents = _TREE.findall(head), _PARENT.findall(head)
    release, back = _RELEASE.search(message), _BACK.search(message)
    return Commit(
        id=name,
        release=release[1] if release else "",
        tree=trees[0],
        blobs=dict(_parse_entry(entry) for entry in listed.split("\0") if entry),
        ages={path: int(age) for path, age in _KEPT.findall(message)},
        parent=parents[0] if parents else "",
        back_to=back[1] if back else "",
    )


def _parse_entry(entry: str) -> tuple[str, str]:
    described, _, path = entry.partition("\t")
    mode, _, blob = described.split()
    return path, blob if mode in _PLAIN_FILES else ""


def write_message(
    summary: str, release: str, ages: Mapping[str, int] = {}, back_to: str = ""
) -> str:
    """The message of a commit."""
    kept = [f"Kept-asset: {path} {age}" for path, age in sorted(ages.items())]
    back = [f"Back-to: {back_to}"] if back_to else []
    return "\n".join([summary, "", f"Release: {release}", *kept, *back]) + "\n"


def write_head(stream: IO[bytes], ref: str, committer: str, message: str, base: str) -> None:
    """Begin a commit that follows upon another, or upon none."""
    stream.write(f"feature done\ncommit {ref}\nmark :1\ncommitter {committer}\n".encode())
    _write_data(stream, message.encode())
    if base:
        stream.write(f"from {base}\n".encode())


def write_files(stream: IO[bytes], files: Iterable[tuple[str, str | bytes]]) -> None:
    """Give a commit these files and no others: path and bytes of each, or git's name for them."""
    stream.write(b"deleteall\n")
    for path, content in files:
        name = f'"{path.translate(_ESCAPES)}"'
        if isinstance(content, str):
            stream.write(f"M 100644 {content} {name}\n".encode())
        else:
            stream.write(f"M 100644 inline {name}\n".encode())
            _write_data(stream, content)


def write_tree(stream: IO[bytes], tree: str) -> None:
    """Give a commit the files that another one has."""
    stream.write(f'M 040000 {tree} ""\n'.encode())


def write_end(stream: IO[bytes]) -> None:
    """End a commit, and have git say its name."""
    stream.write(b"get-mark :1\ndone\n")


def _write_data(stream: IO[bytes], content: bytes) -> None:
    stream.write(f"data {len(content)}\n".encode())
    stream.write(content)
    stream.write(b"\n")
