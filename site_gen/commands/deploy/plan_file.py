"""A plan in a file, to be looked at by people and carried out later."""

from __future__ import annotations

from pathlib import Path

import msgspec

from site_gen.deploy.plan import Plan
from site_gen.diagnostics import SiteError
from site_gen.publish import write_file


def write_plan(path: Path, plan: Plan) -> None:
    """Save a plan, whole or not at all; SiteError where it cannot be."""
    content = msgspec.json.encode(plan, order="sorted")
    write_file(path, msgspec.json.format(content, indent=1) + b"\n")


def read_plan(path: Path) -> Plan:
    """A plan as it was saved; SiteError where the file is none."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Plan)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise SiteError(f"`{path}` cannot be read: {reason}") from error
    except msgspec.MsgspecError as error:
        message = f"`{path}` is no plan of this version"
        raise SiteError(message, "make one with `--plan`") from error
