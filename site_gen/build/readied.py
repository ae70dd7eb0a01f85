"""Documents as outputs are planned from them, and the stylesheets of their formulas."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from site_gen.build.kept import Kept
from site_gen.build.math_shelves import Shelves, find_shelf, join_styles
from site_gen.build.ready import find_ready
from site_gen.build.work import Work
from site_gen.site.context import Ready
from site_gen.site.math_sheet import MathSheet, make_sheet
from site_gen.site.reader import Reader


class AllReadied:
    """The documents of a build, and sheets whose bytes are in the pool once they were asked for."""

    def __init__(self, work: Work, kept: Kept, shelves: Shelves) -> None:
        self._work = work
        self._documents, self._readies = kept.documents.rows, kept.readies.rows
        self._shelves = shelves
        self.fill_shelf = cache(self._fill_shelf)

    def find(self, path: str) -> Ready:
        """The document of a path."""
        row = self._documents[path]
        return find_ready(row, self._readies[path], self._work.documents.load(row.outline))

    def make_sheet(self, styles: Iterable[str]) -> MathSheet:
        """The stylesheet for these declarations."""
        sheet, rules = make_sheet(styles)
        self._work.world.pool.add(rules)
        return sheet

    def _fill_shelf(self, number: int) -> MathSheet:
        """The stylesheet for the formulas of all documents of a shelf."""
        return self.make_sheet(join_styles(map(self._readies.get, self._shelves[number])))


class NotedReadied:
    """The same for one task, which depends on what it asks for."""

    def __init__(self, readied: AllReadied, reader: Reader) -> None:
        self._readied, self._reads = readied, reader.reads

    def find(self, path: str) -> Ready:
        """The document of a path."""
        self._reads.add(f"ready:{path}")
        return self._readied.find(path)

    def share_sheet(self, ready: Ready) -> MathSheet | None:
        """The stylesheet that a document's own page has for its formulas; None where they need
        none.
        """
        if not ready.styles:
            return None
        shelf = find_shelf(ready.document.path)
        self._reads.add(f"math:{shelf}")
        return self._readied.fill_shelf(shelf)

    def make_sheet(self, readied: Iterable[Ready]) -> MathSheet | None:
        """One for the formulas of these documents alone; None where they need none."""
        styles = {style for ready in readied for style in ready.styles}
        return self._readied.make_sheet(sorted(styles)) if styles else None
