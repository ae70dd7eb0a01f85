"""What all targets do, whatever they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Protocol

import msgspec

from site_gen.deploy.plan import Plan, Step
from site_gen.deploy.site import BuiltSite, Needs
from site_gen.diagnostics import SiteError

Tell = Callable[[Step], None]
"""Told of each file that has become what it is to be; from any thread."""


class Status(msgspec.Struct, frozen=True):
    """What a target serves."""

    place: str
    """What it is, for people, e.g. `s3://blog` or `branch gh-pages of origin`."""
    release: str
    """The release that is live; empty where there is none."""
    files: int = 0
    size_bytes: int = 0
    before: str = ""
    """The release that can be gone back to; empty where there is none."""
    changed: tuple[str, ...] = ()
    """Paths of files that are not as they were deployed."""
    going_on: str = ""
    """What is known of a deployment that goes on; empty where none does."""


class Target(Protocol):
    """Somewhere to put a site; each of these may raise SiteError."""

    place: str
    """What it is, for people, e.g. `s3://blog`."""
    needs: Needs
    """What it makes of a site."""

    def look(self) -> Status:
        """What is live."""

    def plan(self, site: BuiltSite, now: datetime) -> Plan:
        """How it comes from what is live to a site."""

    def carry_out(self, plan: Plan, site: BuiltSite, tell: Tell) -> None:
        """Do what was planned, or nothing where it is not as it was planned for."""

    def plan_back(self, now: datetime) -> Plan:
        """How to go back to the release before; SiteError where there is none."""

    def roll_back(self, plan: Plan, tell: Tell) -> None:
        """Do that."""


def refuse_moved() -> SiteError:
    """What is said where a target is not as it was planned for."""
    message = "the target has changed since the plan was made"
    return SiteError(message, "make the plan once more; nothing was changed")


def refuse_no_release() -> SiteError:
    """What is said where there is nothing to go back to."""
    hint = "it was gone back to already, or there never was one"
    return SiteError("no release is kept that could be gone back to", hint)


def describe_going_on(began: float, left_s: int) -> str:
    """What is said of a deployment that goes on, which was not heard of for a while; `began` is in
    seconds since 1970.
    """
    at = datetime.fromtimestamp(began, UTC)
    return f"it began at {at:%H:%M:%S} UTC, and counts as cut off if not heard of for {left_s} s"


def refuse_taken(going_on: str) -> SiteError:
    """What is said where another deployment goes on."""
    return SiteError(f"another deployment to it goes on: {going_on}", "wait until it is over")


def tell_all(steps: Iterable[Step], tell: Tell) -> None:
    """Tell of all that has changed, where it all does so at once."""
    for step in steps:
        if step.change != "kept":
            tell(step)
