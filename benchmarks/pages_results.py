"""What Lighthouse found on pages, as it is saved: every round."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from pathlib import Path

import msgspec

from benchmarks.lighthouse import Audit, Form
from benchmarks.results import Machine

RESULTS = Path(__file__).parent / "results" / "pages.json"


class PageAudits(msgspec.Struct, frozen=True):
    """The rounds on one page, by one kind of device."""

    site: str
    """`blog` or `corpus`."""
    kind: str
    """e.g. `article with math`."""
    form: Form
    audits: tuple[Audit, ...]
    """One for each round."""

    def median(self, value: Callable[[Audit], float]) -> float:
        """The median of a value over all rounds."""
        return statistics.median(map(value, self.audits))

    def median_score(self, category: str) -> float:
        """The median score in a category, of 100."""
        return self.median(lambda audit: audit.scores[category])


class PagesResults(msgspec.Struct, frozen=True):
    """All that was audited in one run."""

    machine: Machine
    date: str
    """When, as a day."""
    lighthouse: str
    """Its version, e.g. `13.5.0`."""
    browser: str
    """The version of Chromium, e.g. `153.0.8010.0`."""
    articles: int
    """How many the corpus has."""
    pages: tuple[PageAudits, ...]
    """In the order of tables."""


def read_pages_results(path: Path = RESULTS) -> PagesResults | None:
    """What was saved; None where nothing was."""
    if not path.is_file():
        return None
    return msgspec.json.decode(path.read_bytes(), type=PagesResults)


def save_pages_results(results: PagesResults, path: Path = RESULTS) -> None:
    """Write what was found."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(results), indent=1) + b"\n")
