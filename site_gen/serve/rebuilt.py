"""What came of a change of a site that is being written."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from site_gen.diagnostics import Diagnostic
from site_gen.model import Output
from site_gen.paths import output_path
from site_gen.site.index import SiteIndex


class Rebuilt(msgspec.Struct, frozen=True):
    """What came of a change."""

    changed: tuple[str, ...]
    """Paths of outputs that are new or other than before."""
    removed: tuple[str, ...]
    moved: Mapping[str, str]
    """Path of a page that has gone → path of the one that its source is now at."""
    early: Mapping[str, str]
    """URL of each page that will not be published as things are → why."""
    diagnostics: tuple[Diagnostic, ...]
    """Where one is an error, the site stays as it was."""
    seconds: float


def find_moved(
    before: Mapping[str, Output], after: Mapping[str, Output], index: SiteIndex
) -> dict[str, str]:
    """Where pages that have gone went: to what their source makes now. Where one page has gone and
    one has come, its source was renamed.
    """
    gone = [path for path in before.keys() - after.keys() if path.endswith("index.html")]
    come = [path for path in after.keys() - before.keys() if path.endswith("index.html")]
    moved = {
        path: output_path(page.url)
        for path in gone
        if (page := index.by_path.get(before[path].origin))
    }
    return moved or (dict(zip(gone, come, strict=True)) if len(gone) == len(come) == 1 else {})
