"""What a host has: the release that is live, those before it, and who deploys."""

from __future__ import annotations

import re

import msgspec

from site_gen.deploy.release import Release, Served
from site_gen.deploy.target import describe_going_on
from site_gen.diagnostics import SiteError
from site_gen.file_systems import printable
from site_gen.publish.manifest import output_problem

LASTS_S = 60
"""For how long a claim holds whose owner is not heard of; `host.sh` has the same."""

_ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}")
_FOLDER = "releases/"
_UNKNOWN = Served("", 0, "")
"""Of a file that is not as it was deployed."""


class Record(msgspec.Struct, frozen=True):
    """What a host keeps of a release."""

    release: Release
    before: str
    """The id of the release that was live when it became so; empty for the first."""


class Found(msgspec.Struct, frozen=True):
    """What a host has."""

    record: Record | None = None
    """Of the release that is live; None where none is."""
    paths: frozenset[str] = frozenset()
    """Its files that nobody has touched since it was deployed."""
    releases: tuple[str, ...] = ()
    """The ids of all that are kept, the oldest first."""
    unfinished: tuple[str, ...] = ()
    """The ids of those that were begun."""
    going_on: str = ""
    """What is known of a deployment that goes on; empty where none does."""

    @property
    def live(self) -> str:
        """The id of the release that is live; empty where none is."""
        return self.record.release.id if self.record else ""

    @property
    def before(self) -> str:
        """The id of the release that can be gone back to; empty where there is none."""
        before = self.record.before if self.record else ""
        return before if before in self.releases else ""

    def find_files(self) -> dict[str, Served]:
        """The files of the release that is live; nothing is known of those that were touched."""
        files = self.record.release.files if self.record else {}
        return {path: file if path in self.paths else _UNKNOWN for path, file in files.items()}

    def find_changed(self) -> tuple[str, ...]:
        """The paths of the files that were touched, or that are gone."""
        files = self.record.release.files if self.record else {}
        return tuple(path for path in files if path not in self.paths)

    def find_oldest(self, count: int, live: str, before: str) -> tuple[str, ...]:
        """The ids of what is to go where no more than so many are kept, with these two."""
        others = [each for each in self.releases if each not in (live, before)]
        kept = count - 1 - (before in self.releases)
        return tuple(others[: max(0, len(others) - kept)])


def parse_found(said: bytes) -> Found:
    """What `look` of `host.sh` has printed; SiteError where no deployment has left that."""
    if not said:
        return Found()
    live, clock, releases, unfinished, record, *paths = said.decode(errors="replace").split("\n")
    release = live.removeprefix(_FOLDER)
    if live and not (live.startswith(_FOLDER) and _ID.fullmatch(release)):
        message = f"`current` leads to `{printable(live)}` there, where no deployment has put it"
        raise SiteError(message, "choose another `path`, or remove that link")
    return Found(
        record=parse_record(record.encode(), release) if live else None,
        paths=frozenset(path.removeprefix("./") for path in paths if path),
        releases=_find_ids(releases),
        unfinished=_find_ids(unfinished.replace(".part", "")),
        going_on=_describe(*map(int, clock.split())),
    )


def parse_record(content: bytes, release: str) -> Record:
    """The record of a release, whose paths may be trusted; SiteError where it is damaged."""
    try:
        record = msgspec.json.decode(content, type=Record)
    except msgspec.MsgspecError:
        raise _damaged(release) from None
    if record.release.id != release or any(map(output_problem, record.release.files)):
        raise _damaged(release)
    if record.before and not _ID.fullmatch(record.before):
        raise _damaged(release)
    return record


def _describe(now: int, began: int, heard: int) -> str:
    left_s = heard + LASTS_S - now
    return describe_going_on(began, left_s) if left_s > 0 else ""


def _find_ids(names: str) -> tuple[str, ...]:
    return tuple(sorted(filter(_ID.fullmatch, names.split())))


def _damaged(release: str) -> SiteError:
    message = f"the record `records/{release}.json` there is missing, or cannot be read"
    return SiteError(message, "was it written by another version? removing `current` begins anew")
