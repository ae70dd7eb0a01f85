"""What a deployment would do: the difference between what is live and what was built.

Files go in an order in which no page that a reader can come to refers to one that is not there:

1. assets, pictures and other data that are new, which nothing loads yet;
2. those that have changed, which may name the new ones;
3. pages that are new, which nothing leads to yet;
4. pages that have changed, which may lead to the new ones, and the front page, which readers come
   to by themselves;
5. what tells others what there is: feeds, the sitemap, the index of a search and the like;
6. what is deleted, pages before what they loaded.

A form of a file, compressed, is sent in its place and goes with it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Literal

import msgspec

from site_gen.codings import find_plain
from site_gen.deploy.release import Release, Served, count_bytes
from site_gen.deploy.site import FRONT_PAGE

Change = Literal["new", "bytes", "headers", "kept", "deleted"]
SENT: tuple[Change, ...] = ("new", "bytes")
"""What a file's bytes are sent for."""
_PAGES = (".html", ".md")
"""What the names of pages end in, and of their transcripts, which lead on as well."""
_TELLING = (
    "feed.xml",
    "feed.json",
    "sitemap.xml",
    "robots.txt",
    "llms.txt",
    "search/pagefind/pagefind-entry.json",
)
_MOST_SHARE = 0.2
"""The share of what is live that may be deleted without being asked for."""


class Step(msgspec.Struct, frozen=True, gc=False):
    """What becomes of a file."""

    path: str
    change: Change
    file: Served
    """As it will be; as it was, for one that is deleted."""
    is_foreign: bool = False
    """Whether something is there already that no deployment has put there."""


class Plan(msgspec.Struct, frozen=True):
    """All that a deployment does, in order."""

    version: Literal[1]
    target: str
    """Its name in the configuration."""
    made: datetime
    base: str
    """What the target was at; no other state of it fits the plan. Empty where nothing was live."""
    release: Release
    """What is live afterwards."""
    steps: tuple[Step, ...]

    @property
    def is_empty(self) -> bool:
        """Whether all is there already."""
        return all(step.change == "kept" for step in self.steps)

    def find(self, *changes: Change) -> tuple[Step, ...]:
        """The steps with such a change, in their order."""
        return tuple(step for step in self.steps if step.change in changes)

    def count(self, *changes: Change) -> int:
        """How many files have such a change."""
        return len(self.find(*changes))

    def count_bytes(self, *changes: Change) -> int:
        """The size of the files with such a change."""
        return count_bytes(step.file for step in self.find(*changes))

    def deletes_more_than(self, count: int) -> bool:
        """Whether it deletes more than so many files, or than a fifth of what is there."""
        deleted = self.count("deleted")
        live = len(self.steps) - self.count("new")
        return deleted > count or deleted > _MOST_SHARE * live


def make_plan(
    target: str,
    base: str,
    live: Mapping[str, Served],
    release: Release,
    now: datetime,
    foreign: Collection[str] = (),
) -> Plan:
    """How a target comes from the files that it serves to a release; `foreign` are the paths of
    what else is there.
    """
    steps = [
        Step(path, "bytes", file, is_foreign=True)
        if path in foreign
        else Step(path, _compare(live.get(path), file), file)
        for path, file in release.files.items()
    ]
    steps += [
        Step(path, "deleted", file) for path, file in live.items() if path not in release.files
    ]
    return Plan(1, target, now, base, release, tuple(sorted(steps, key=_place)))


def rank(step: Step) -> int:
    """Where a file stands in the order above; those of a rank may go at once."""
    path = find_plain(step.path)
    is_page, is_new = path.endswith(_PAGES), step.change == "new"
    if step.change == "deleted":
        return 6 if is_page else 7
    if path in _TELLING:
        return 5
    if is_page:
        return 3 if is_new and path != FRONT_PAGE else 4
    return 1 if is_new else 2


def _compare(old: Served | None, new: Served) -> Change:
    if old is None:
        return "new"
    if (old.sha256, old.content_encoding) != (new.sha256, new.content_encoding):
        return "bytes"
    is_sent_alike = (old.content_type, old.cache_control) == (new.content_type, new.cache_control)
    return "kept" if is_sent_alike else "headers"


def _place(step: Step) -> tuple[int, str]:
    return rank(step), step.path
