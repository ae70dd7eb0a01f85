"""A bucket as a target."""

from __future__ import annotations

from datetime import datetime

from site_gen.deploy.in_place.bucket import Bucket
from site_gen.deploy.in_place.deployment import (
    carry_out,
    plan_release,
    refuse_lost_copies,
    roll_back,
)
from site_gen.deploy.in_place.lease import LEASE, describe_lease
from site_gen.deploy.in_place.records import look, read_before
from site_gen.deploy.plan import Plan
from site_gen.deploy.release import count_bytes, forget_lost, make_release
from site_gen.deploy.site import BuiltSite, Needs
from site_gen.deploy.target import Status, Tell, refuse_no_release


class BucketTarget:
    """A bucket whose files change one by one."""

    def __init__(
        self, name: str, place: str, bucket: Bucket, needs: Needs, *, decides_caching: bool
    ) -> None:
        self.place, self.needs = place, needs
        self._name, self._bucket, self._decides_caching = name, bucket, decides_caching

    def look(self) -> Status:
        """What is live."""
        live, before = look(self._bucket), read_before(self._bucket)
        going_on = describe_lease(self._bucket.read(LEASE))
        if live.release is None:
            return Status(self.place, "", going_on=going_on)
        return Status(
            place=self.place,
            release=live.release.id,
            files=len(live.release.files),
            size_bytes=count_bytes(live.release.files.values()),
            before=before.id if before and before.id != live.release.id else "",
            changed=live.find_changed(),
            going_on=going_on,
        )

    def plan(self, site: BuiltSite, now: datetime) -> Plan:
        """How it comes from what is live to a site."""
        live = look(self._bucket)
        known = forget_lost(live.release, live.find_changed()) if live.release else None
        release = make_release(site.files, known, now, decides_caching=self._decides_caching)
        return plan_release(self._name, live, release, now)

    def carry_out(self, plan: Plan, site: BuiltSite, tell: Tell) -> None:
        """Do what was planned, or nothing where it is not as it was planned for."""
        carry_out(self._bucket, plan, site.load, tell)

    def plan_back(self, now: datetime) -> Plan:
        """How to go back to the release before; SiteError where there is none."""
        live, before = look(self._bucket), read_before(self._bucket)
        if before is None:
            raise refuse_no_release()
        plan = plan_release(self._name, live, before, now)
        refuse_lost_copies(live, plan)
        return plan

    def roll_back(self, plan: Plan, tell: Tell) -> None:
        """Do that."""
        roll_back(self._bucket, plan, tell)
