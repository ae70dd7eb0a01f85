"""A bucket in memory that can be cut off, and what readers find there."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable, Collection, Mapping, Sequence

from site_gen.deploy.in_place.bucket import ABSENT, Held, TakenError
from site_gen.deploy.release import Served

_LINK = re.compile(r'(?:href|src)="/([^"#]*)"')


class CutOffError(Exception):
    """The process that deployed is gone."""


class MemoryBucket:
    """A bucket that is gone after so many changes."""

    def __init__(self, changes_left: float = float("inf")) -> None:
        self.files: dict[str, bytes] = {}
        self.sent_as: dict[str, Served | None] = {}
        self.changes_left = changes_left
        self.changes = 0
        self._lock = threading.RLock()

    def guarded(self, check: Callable[[], None]) -> MemoryBucket:  # noqa: ARG002
        return self

    def list_tags(self, known: Collection[str] = ()) -> Mapping[str, str]:  # noqa: ARG002
        with self._lock:
            return {name: _tag(content) for name, content in self.files.items()}

    def find_tag(self, content: bytes) -> str:
        return _tag(content)

    def read(self, name: str) -> Held | None:
        with self._lock:
            found = self.files.get(name)
            return None if found is None else Held(found, _tag(found))

    def put(self, name: str, content: bytes, file: Served | None) -> str:
        with self._lock:
            self._count()
            self.files[name], self.sent_as[name] = content, file
        assert file is None or hashlib.sha256(content).hexdigest() == file.sha256
        return _tag(content)

    def put_if(self, name: str, content: bytes, tag: str) -> str:
        with self._lock:
            held = self.read(name)
            if (held.tag if held else ABSENT) != tag:
                raise TakenError
            return self.put(name, content, None)

    def copy(self, name: str, to: str) -> None:
        with self._lock:
            self.put(to, self.files[name], self.sent_as[name])

    def change_headers(self, name: str, file: Served) -> str:
        with self._lock:
            return self.put(name, self.files[name], file)

    def remove(self, names: Sequence[str]) -> None:
        with self._lock:
            for name in names:
                self._count()
                self.files.pop(name, None)
                self.sent_as.pop(name, None)

    def _count(self) -> None:
        if self.changes >= self.changes_left:
            raise CutOffError
        self.changes += 1


def _tag(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def find_dead(files: Mapping[str, bytes], start: str = "index.html") -> list[str]:
    """What a reader who starts at a page comes to and does not find."""
    dead, seen, waiting = [], set[str](), [start]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        if path not in files:
            dead.append(path)
        elif path.endswith(".html"):
            found = _LINK.findall(files[path].decode())
            waiting += [
                url + "index.html" if url == "" or url.endswith("/") else url for url in found
            ]
    return dead
