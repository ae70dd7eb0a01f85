"""Where files are put one by one, and nothing switches from one site to another at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Protocol

import msgspec

from site_gen.deploy.release import Served

ABSENT = ""
"""The tag of what is not there."""


class TakenError(Exception):
    """Somebody else has changed what was to be changed."""


class Held(msgspec.Struct, frozen=True):
    """What a bucket has under a name."""

    content: bytes
    tag: str
    """Another one for other bytes."""


class Bucket(Protocol):
    """A bucket of an object store, a part of one, or a folder.

    Any of this may raise SiteError, with what the store said.
    """

    def guarded(self, check: Callable[[], None]) -> Bucket:
        """The same bucket, which is changed only while a check does not raise: it is asked before
        each try, however often one is made.
        """

    def list_tags(self, known: Collection[str] = ()) -> Mapping[str, str]:
        """The tag of all that is there, by name; `known` are names that are there as far as is
        known, which may help to find the rest sooner.
        """

    def find_tag(self, content: bytes) -> str:
        """The tag of these bytes wherever they are; ABSENT where that is not known."""

    def read(self, name: str) -> Held | None:
        """What is there under a name."""

    def put(self, name: str, content: bytes, file: Served | None) -> str:
        """Put bytes, whole or not at all, to be sent as the file says; their tag."""

    def put_if(self, name: str, content: bytes, tag: str) -> str:
        """The same, where the name still has this tag; else TakenError."""

    def copy(self, name: str, to: str) -> None:
        """Have the same bytes under another name, to be sent as they were."""

    def change_headers(self, name: str, file: Served) -> str:
        """Have what is there sent as the file says; its tag."""

    def remove(self, names: Sequence[str]) -> None:
        """Remove these, those that are gone already included."""


def claim(bucket: Bucket, name: str, content: bytes, tag: str) -> str:
    """Put bytes where the name still has this tag, and else raise TakenError; their tag.

    A store may have done it and its answer been lost, so that it refuses when asked once more.
    """
    try:
        return bucket.put_if(name, content, tag)
    except TakenError:
        found = bucket.read(name)
        if found and found.content == content:
            return found.tag
        raise
