"""A site that is as its sources are: built where anything has changed, and else left alone.

Nothing is imported here that a build with nothing to do does not need.
"""

from __future__ import annotations

import gc
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from site_gen.build.code import digest_code
from site_gen.build.inputs import Inputs
from site_gen.build.report import Report, ReportRow, digest_options, find_report
from site_gen.build.store_folder import open_store
from site_gen.commands.site import CACHE
from site_gen.effects import DiskTree
from site_gen.publish.intact import is_untouched, locate_stamps
from site_gen.setup import theme_root

if TYPE_CHECKING:
    from site_gen.commands.profile import Profiler

_COLLECT_AFTER = 100_000
"""Objects; Python's own is 700."""


def bring_up_to_date(
    root: Path,
    options: tuple[bool, bool, int | None, bool],
    now: datetime,
    output: Path,
    profiler: Profiler | None = None,
) -> Report:
    """What there is to say of a site whose output folder is up to date; where it has errors the
    folder is as it was. `options` are those of `build.work.Options`.
    """
    # Rows of 10,000 documents are no garbage: to look through them again and again took a tenth.
    gc.set_threshold(_COLLECT_AFTER)
    drafts, future, _, locked = options
    chosen = digest_options(drafts, future, locked)
    with open_store(root / CACHE, digest_code()) as store:
        inputs = Inputs(DiskTree(root), DiskTree(theme_root()))
        row = find_report(store, inputs, chosen, now)
        if row and _is_published(row, output, root):
            return row.report
        # What it takes to build is loaded only now.
        building = import_module("site_gen.commands.building")
        report: Report = building.build_site(
            root, store, inputs, options, chosen, now, output, profiler
        )
    return report


def _is_published(row: ReportRow, output: Path, root: Path) -> bool:
    """Whether a folder holds what the last build has published there, and nobody has touched it."""
    stamps = locate_stamps(root / CACHE, output)
    return not row.report.is_good or is_untouched(
        output, row.published.get(str(output), ""), stamps
    )
