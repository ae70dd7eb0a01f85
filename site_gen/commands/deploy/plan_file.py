"""A plan in a file, to be looked at by people and carried out later."""

from __future__ import annotations

from pathlib import Path

import msgspec

from site_gen.deploy.plan import Plan
from site_gen.deploy.target import Target
from site_gen.diagnostics import SiteError
from site_gen.publish import write_file


class SavedPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A plan, and what it is for: a target of the same name may be elsewhere by now."""

    place: str
    plan: Plan


def write_plan(path: Path, plan: SavedPlan) -> None:
    """Save a plan, whole or not at all; SiteError where it cannot be."""
    content = msgspec.json.encode(plan, order="sorted")
    write_file(path, msgspec.json.format(content, indent=1) + b"\n")


def read_plan(path: Path) -> SavedPlan:
    """A plan as it was saved; SiteError where the file is none."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=SavedPlan)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise SiteError(f"`{path}` cannot be read: {reason}") from error
    except msgspec.MsgspecError as error:
        message = f"`{path}` is no plan of this version"
        raise SiteError(message, "make one with `--plan`") from error


def find_saved(saved: SavedPlan, target: Target) -> Plan:
    """The plan for a target; SiteError where it is for another place."""
    if saved.place != target.place:
        message = f"the plan is for `{saved.place}`, and the target is `{target.place}` now"
        raise SiteError(message, "make it once more with `--plan`")
    return saved.plan
