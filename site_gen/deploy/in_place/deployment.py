"""Deploying where files change one by one: an object store, a folder.

Beside the site lies what only deployments read:

    .site_gen/live.json      the release that is live, and the tag of each of its files
    .site_gen/lease.json     who deploys now (`lease.py`)
    .site_gen/next.json      what is being changed, or was when a deployment was cut off
    .site_gen/before.json    the release before it
    .site_gen/before/PATH    what that had at a path that has other bytes now, or none

It is right at every moment because of three orders. Files go in the order of the plan, a rank at a
time, so no page leads to what is not there. What is overwritten or deleted is copied first, and
only where it still is what the record says, so a deployment that goes on after one was cut off
never takes new bytes for old ones. `live.json` is exchanged for the new one after the last file was
put and before the first is deleted, and only where it is the one that was planned for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from itertools import groupby

import msgspec

from site_gen.deploy.in_place.bucket import Bucket, TakenError, claim
from site_gen.deploy.in_place.lease import HeldLease, leased
from site_gen.deploy.in_place.records import (
    BEFORE,
    COPIES,
    LIVE,
    NEXT,
    Live,
    Record,
    look,
    read_before,
    write_journal,
)
from site_gen.deploy.plan import SENT, Plan, Step, make_plan, rank
from site_gen.deploy.release import Release, digest_file
from site_gen.deploy.target import Tell, refuse_moved
from site_gen.diagnostics import SiteError
from site_gen.phrases import format_count

_REQUESTS_AT_ONCE = 16

Load = Callable[[str], bytes]
"""The bytes of a file of the new release, by path."""


def carry_out(bucket: Bucket, plan: Plan, load: Load, tell: Tell) -> None:
    """Make a release live; SiteError where the target is not as it was planned for, and then it is
    as it was.
    """
    with leased(bucket) as lease:
        bucket = bucket.guarded(lease.check)
        live = _look_for(bucket, plan)
        _keep_copies(bucket, live, plan, lease)
        _change_files(bucket, live, plan, load, lease, tell)


def roll_back(bucket: Bucket, plan: Plan, tell: Tell) -> None:
    """Make the release before live, by a plan that goes back to it."""

    def load(path: str) -> bytes:
        held = bucket.read(COPIES + path)
        if held is None:
            raise SiteError(f"`{path}` of the release before is not kept any more")
        return held.content

    with leased(bucket) as lease:
        bucket = bucket.guarded(lease.check)
        live = _look_for(bucket, plan)
        refuse_lost_copies(live, plan)
        _change_files(bucket, live, plan, load, lease, tell)
        lease.check()
        _forget_copies(bucket)


def refuse_lost_copies(live: Live, plan: Plan) -> None:
    """Return where all that is needed to go back is kept; else SiteError."""
    lost = [step.path for step in plan.find(*SENT) if COPIES + step.path not in live.tags]
    if lost:
        count = format_count(len(lost), "file")
        verb = "is" if len(lost) == 1 else "are"
        message = f"{count} of the release before {verb} not kept any more, e.g. `{lost[0]}`"
        raise SiteError(message, "deploy what is to be live; nothing was changed")


def plan_release(target: str, live: Live, release: Release, now: datetime) -> Plan:
    """How a bucket comes from what is live to a release."""
    files, foreign = live.find_files(), live.find_foreign()
    return make_plan(target, live.tag, files, release, now, foreign)


def _look_for(bucket: Bucket, plan: Plan) -> Live:
    """What is live, where the plan would be made of it once more."""
    live = look(bucket)
    if plan_release(plan.target, live, plan.release, plan.made) != plan:
        raise refuse_moved()
    return live


def _change_files(
    bucket: Bucket, live: Live, plan: Plan, load: Load, lease: HeldLease, tell: Tell
) -> None:
    tags = dict(live.record.tags) if live.record else {}
    write_journal(bucket, live, plan.find(*SENT, "headers"))
    tags |= _put_files(bucket, live, plan, load, lease, tell)
    _switch(bucket, live, plan, tags)
    _remove_files(bucket, plan, lease, tell)
    lease.check()
    bucket.remove([NEXT])


def _keep_copies(bucket: Bucket, live: Live, plan: Plan, lease: HeldLease) -> None:
    """Keep what is overwritten or deleted, so that the release that is live can be gone back to."""
    if live.record is None or live.record.release.id == plan.release.id:
        return  # one that was cut off is completed
    kept = read_before(bucket)
    if kept is None or kept.id != live.record.release.id:
        _forget_copies(bucket)
    intact = live.find_intact()
    losing = [step.path for step in plan.find("bytes", "deleted") if step.path in intact]
    _do_all([partial(bucket.copy, path, COPIES + path) for path in losing], lease)
    bucket.put(BEFORE, msgspec.json.encode(live.record), None)


def _forget_copies(bucket: Bucket) -> None:
    bucket.remove([BEFORE])
    bucket.remove([name for name in bucket.list_tags() if name.startswith(COPIES)])


def _put_files(
    bucket: Bucket, live: Live, plan: Plan, load: Load, lease: HeldLease, tell: Tell
) -> dict[str, str]:
    """The tags of the files that were put, by path."""
    tags: dict[str, str] = {}

    def put(step: Step) -> None:
        if step.change == "headers":
            tags[step.path] = bucket.change_headers(step.path, step.file)
        else:
            content = load(step.path)
            tag = _find_put(bucket, live, step, content)
            tags[step.path] = tag or bucket.put(step.path, content, step.file)
        tell(step)

    for _, steps in groupby(plan.find(*SENT, "headers"), key=rank):
        _do_all([partial(put, step) for step in steps], lease)
    return tags


def _find_put(bucket: Bucket, live: Live, step: Step, content: bytes) -> str:
    """The tag of a file that one that was cut off has put as it is to be; empty where none has."""
    tag = bucket.find_tag(content)
    is_put = tag and tag == live.tags.get(step.path)
    return tag if is_put and live.coming.get(step.path) == digest_file(step.file) else ""


def _switch(bucket: Bucket, live: Live, plan: Plan, tags: Mapping[str, str]) -> None:
    """Say that the new release is live."""
    leaving = {step.path: live.tags[step.path] for step in plan.find("deleted")}
    record = Record(plan.release, {path: tags[path] for path in plan.release.files}, leaving)
    try:
        claim(bucket, LIVE, msgspec.json.encode(record), live.tag)
    except TakenError:
        message = "another deployment was done at the same time"
        raise SiteError(message, "deploy once more, so that one of the two is whole") from None


def _remove_files(bucket: Bucket, plan: Plan, lease: HeldLease, tell: Tell) -> None:
    for _, steps in groupby(plan.find("deleted"), key=rank):
        leaving = list(steps)
        lease.check()
        bucket.remove([step.path for step in leaving])
        for step in leaving:
            tell(step)


def _do_all(jobs: Iterable[Callable[[], object]], lease: HeldLease) -> None:
    """Do all of this, so many at once; the first that fails ends it, with nothing more begun."""
    with ThreadPoolExecutor(_REQUESTS_AT_ONCE) as threads:
        futures = [threads.submit(_do, job, lease) for job in jobs]
        try:
            for future in futures:
                future.result()
        finally:
            for future in futures:
                future.cancel()


def _do(job: Callable[[], object], lease: HeldLease) -> None:
    lease.check()
    job()
