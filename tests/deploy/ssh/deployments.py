"""Small sites that are deployed over ssh, and what readers find."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from itertools import count
from pathlib import Path

import msgspec

from site_gen.deploy.plan import Plan
from site_gen.deploy.site import BuiltSite, Needs
from site_gen.deploy.ssh.host import Host
from site_gen.deploy.ssh.programs import PATIENCE
from site_gen.deploy.ssh.target import SshTarget
from tests.deploy.sites import NOW, Site, build, new_site
from tests.deploy.ssh.server import HOST
from tests.files import read_tree

KEPT = {**new_site(), "assets/style.1.css": b"old style"}
"""What is there when the new site has followed the old one."""


class Deployments:
    """Deployments of small sites to a folder, each a day after the one before."""

    def __init__(self, folder: Path, www: str = 'a site\'s wéb "root"', keep: int = 3) -> None:
        self.www = folder / www
        self.pauses: list[float] = []
        self.target = SshTarget(
            "test",
            Host(HOST, str(self.www)),
            Needs(),
            keep,
            decides_caching=True,
            patience=msgspec.structs.replace(PATIENCE, wait=self.pauses.append),
        )
        self._folder = folder / "built"
        self._days = count()

    def build(self, site: Site) -> BuiltSite:
        return build(self._folder, site)

    def plan(self, site: Site) -> Plan:
        now = NOW + timedelta(days=next(self._days))
        return self.target.plan(self.build(site), now)

    def carry_out(self, plan: Plan, site: Site) -> list[str]:
        told: list[str] = []
        self.target.carry_out(plan, self.build(site), lambda step: told.append(step.path))
        return told

    def deploy(self, site: Site) -> Plan:
        plan = self.plan(site)
        self.carry_out(plan, site)
        return plan

    def go_back(self) -> Plan:
        plan = self.target.plan_back(NOW)
        self.target.roll_back(plan, lambda _: None)
        return plan

    def read(self) -> Site:
        """What a reader finds who comes now."""
        return read_tree((self.www / "current").resolve(strict=True))

    def list_releases(self) -> list[str]:
        return sorted(path.name for path in (self.www / "releases").iterdir())

    def wait_until_free(self) -> None:
        """Wait until the host has noticed that nobody deploys any more."""
        until = time.monotonic() + 20
        while os.path.lexists(self.www / "deploying"):
            assert time.monotonic() < until, "a claim has outlived its connection"
            os.sched_yield()
