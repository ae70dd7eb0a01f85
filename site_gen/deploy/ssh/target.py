"""A folder of another machine as a target."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from itertools import count

import msgspec

from site_gen.deploy.patience import Patience
from site_gen.deploy.plan import SENT, Plan, make_plan
from site_gen.deploy.release import Release, count_bytes, forget_lost, make_id, make_release
from site_gen.deploy.site import BuiltSite, Needs
from site_gen.deploy.ssh.found import Found, Record
from site_gen.deploy.ssh.host import ClaimedHost, Host
from site_gen.deploy.ssh.programs import PATIENCE, persist
from site_gen.deploy.target import Status, Tell, refuse_moved, refuse_no_release, tell_all


class SshTarget:
    """A folder of another machine, where releases lie side by side."""

    def __init__(
        self,
        name: str,
        host: Host,
        needs: Needs,
        releases: int,
        *,
        decides_caching: bool,
        patience: Patience = PATIENCE,
    ) -> None:
        """`releases` is how many are kept."""
        self.place, self.needs = f"{host.name}:{host.path}", needs
        self._name, self._host, self._releases = name, host, releases
        self._decides_caching, self._patience = decides_caching, patience

    def look(self) -> Status:
        """What is live."""
        found = persist(self._host.look, self._patience)
        files = found.record.release.files if found.record else {}
        return Status(
            place=self.place,
            release=found.live,
            files=len(files),
            size_bytes=count_bytes(files.values()),
            before=found.before,
            changed=found.find_changed(),
            going_on=found.going_on,
        )

    def plan(self, site: BuiltSite, now: datetime) -> Plan:
        """How it comes from what is live to a site."""
        found = persist(self._host.look, self._patience)
        record = found.record
        live = forget_lost(record.release, found.find_changed()) if record else None
        release = make_release(site.files, live, now, decides_caching=self._decides_caching)
        if release is live and found.find_changed():
            # What was touched is repaired in a release of its own, since none is ever changed.
            release = Release(1, make_id(live.files, now), live.files)
        return self._plan(found, release, now)

    def carry_out(self, plan: Plan, site: BuiltSite, tell: Tell) -> None:
        """Do what was planned, or nothing where it is not as it was planned for."""
        told = _Told(plan, tell)

        def prepare(host: ClaimedHost, found: Found) -> None:
            release = plan.release
            host.begin(found.live, release.id, [s.path for s in plan.find("kept", "headers")])
            sent = [step.path for step in plan.find(*SENT)]
            if sent:
                host.send(site.folder, release.id, sent, found.unfinished, told.tell_of)
                site.check(sent)  # none has become another while it was sent
            host.keep_record(release.id, msgspec.json.encode(Record(release, found.live)))

        self._make_live(plan, prepare)
        told.tell_rest()

    def plan_back(self, now: datetime) -> Plan:
        """How to go back to the release before; SiteError where there is none."""

        def look() -> tuple[Found, Record]:
            found = self._host.look()
            if not found.before:
                raise refuse_no_release()
            return found, self._host.read_record(found.before)

        found, before = persist(look, self._patience)
        return self._plan(found, before.release, now)

    def roll_back(self, plan: Plan, tell: Tell) -> None:
        """Do that."""

        def prepare(_: ClaimedHost, found: Found) -> None:
            if found.before != plan.release.id:
                raise refuse_moved()

        self._make_live(plan, prepare)
        tell_all(plan.steps, tell)

    def _plan(self, found: Found, release: Release, now: datetime) -> Plan:
        return make_plan(self._name, found.live, found.find_files(), release, now)

    def _make_live(self, plan: Plan, prepare: Callable[[ClaimedHost, Found], None]) -> None:
        """Have the release of a plan live, as long as it is the plan that would be made now."""
        token, attempts = secrets.token_hex(8), count(1)
        is_begun = False

        def attempt() -> None:
            nonlocal is_begun
            with self._host.claimed(f"{token}.{next(attempts)}") as host:
                found = host.look()
                # Where all was done and only the answer was lost, there is nothing to prepare.
                if not (is_begun and found.live == plan.release.id):
                    if self._plan(found, plan.release, plan.made) != plan:
                        raise refuse_moved()
                    if not plan.is_empty:
                        prepare(host, found)
                        is_begun = True
                        host.switch(plan.base, plan.release.id, len(plan.release.files))
                before = found.before if plan.base == plan.release.id else plan.base
                host.remove(found.find_oldest(self._releases, plan.release.id, before))

        persist(attempt, self._patience)


class _Told:
    """Tells of each file once, however often it was sent."""

    def __init__(self, plan: Plan, tell: Tell) -> None:
        self._left = {step.path: step for step in plan.steps if step.change != "kept"}
        self._tell = tell

    def tell_of(self, path: str) -> None:
        """Tell of a file that was sent."""
        if path in self._left:
            self._tell(self._left.pop(path))

    def tell_rest(self) -> None:
        """Tell of all others."""
        for path in tuple(self._left):
            self.tell_of(path)
