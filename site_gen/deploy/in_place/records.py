"""What deployments leave in a bucket beside the site, and what is live by it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from site_gen.deploy.in_place.bucket import ABSENT, Bucket
from site_gen.deploy.plan import Step
from site_gen.deploy.release import Release, Served, digest_file
from site_gen.diagnostics import SiteError
from site_gen.file_systems import printable
from site_gen.publish.manifest import STATE, output_problem

LIVE = f"{STATE}/live.json"
NEXT = f"{STATE}/next.json"
BEFORE = f"{STATE}/before.json"
COPIES = f"{STATE}/before/"
_UNKNOWN = Served("", 0, "")
"""Of a file that is not as it was deployed."""


class Record(msgspec.Struct, frozen=True):
    """What a target keeps of a release."""

    release: Release
    tags: dict[str, str]
    """Of each of its files, by path."""
    leaving: dict[str, str] = {}
    """The tags of what may still be there and is to go, by path."""


class Live(msgspec.Struct, frozen=True):
    """What a target has."""

    record: Record | None
    """None where nothing was deployed to it."""
    tag: str
    """Of the record."""
    tags: Mapping[str, str]
    """Of all that is there, by name."""
    coming: Mapping[str, str]
    """The paths that a deployment was changing when it was cut off, each with a digest of the file
    as it was to be; empty where it may be there in another way."""

    @property
    def release(self) -> Release | None:
        """The release that is live."""
        return self.record.release if self.record else None

    def find_intact(self) -> dict[str, Served]:
        """The files that are as the record says, by path."""
        if self.record is None:
            return {}
        tags, files = self.record.tags, self.record.release.files
        return {path: file for path, file in files.items() if self.tags.get(path) == tags.get(path)}

    def find_files(self) -> dict[str, Served]:
        """All files that deployments have put there; nothing is known of those that are not what
        the record says, that were to go, or that were put by one that was cut off, nor of how that
        has had others sent.
        """
        ours, intact = set(self.coming), self.find_intact()
        if self.record:
            leaving = self.record.leaving.items()
            ours.update(path for path, tag in leaving if self.tags.get(path) == tag)
            ours.update(self.record.release.files)
        unsure = {path: _forget_headers(intact[path]) for path in self.coming if path in intact}
        return dict.fromkeys(ours & self.tags.keys(), _UNKNOWN) | intact | unsure

    def find_foreign(self) -> frozenset[str]:
        """The paths of what else is there."""
        ours = self.find_files()
        return frozenset(name for name in self.tags if name not in ours and not is_state(name))

    def find_changed(self) -> tuple[str, ...]:
        """The paths of files of the release that are not as it says."""
        intact = self.find_intact()
        return (
            tuple(path for path in self.release.files if path not in intact) if self.release else ()
        )


def look(bucket: Bucket) -> Live:
    """What is live; SiteError where a record is damaged."""
    held, coming = bucket.read(LIVE), bucket.read(NEXT)
    record = _decode(held.content, LIVE) if held else None
    return Live(
        record=record,
        tag=held.tag if held else ABSENT,
        tags=bucket.list_tags(record.tags if record else ()),
        coming=_decode_coming(coming.content) if coming else {},
    )


def read_before(bucket: Bucket) -> Release | None:
    """The release before the one that is live; None where none is kept."""
    held = bucket.read(BEFORE)
    return _decode(held.content, BEFORE).release if held else None


def write_journal(bucket: Bucket, live: Live, steps: Iterable[Step]) -> None:
    """Note what is about to be changed, beside what was to be before."""
    coming, intact = dict(live.coming), live.find_intact()
    for step in steps:
        path, digest = step.path, digest_file(step.file)
        # What something else has put there may have these bytes and be sent in another way.
        is_known = path not in live.tags or path in intact or live.coming.get(path) == digest
        is_one = live.coming.get(path, digest) == digest
        coming[path] = digest if is_known and is_one else ""
    bucket.put(NEXT, msgspec.json.encode(coming, order="sorted"), None)


def is_state(name: str) -> bool:
    """Whether this is the name of what deployments keep beside a site."""
    return name.startswith(f"{STATE}/")


def _forget_headers(file: Served) -> Served:
    """The same bytes, sent in no known way."""
    return msgspec.structs.replace(file, content_type="", cache_control="")


def _decode(content: bytes, name: str) -> Record:
    """A record whose paths may be trusted."""
    try:
        record = msgspec.json.decode(content, type=Record)
    except msgspec.MsgspecError:
        raise _damaged(name) from None
    if any(map(output_problem, (*record.release.files, *record.leaving))):
        raise _damaged(name)
    return record


def _decode_coming(content: bytes) -> dict[str, str]:
    try:
        coming = msgspec.json.decode(content, type=dict[str, str])
    except msgspec.MsgspecError:
        raise _damaged(NEXT) from None
    if any(map(output_problem, coming)):
        raise _damaged(NEXT)
    return coming


def _damaged(name: str) -> SiteError:
    message = f"the record `{printable(name)}` at the target cannot be read"
    return SiteError(message, "was it written by another version, or by somebody else?")
