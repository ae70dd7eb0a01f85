"""How long saves took to be seen in the browser, as it is saved: every sample."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from pathlib import Path

import msgspec

from benchmarks.results import OURS, Machine

RESULTS = Path(__file__).parent / "results" / "saves.json"


class Saves(msgspec.Struct, frozen=True):
    """The saves of an article in a site that one tool served."""

    tool: str
    """Its name on the command line."""
    label: str
    version: str
    site: str
    """`corpus`, or `blog` for that of this repository."""
    articles: int
    """How many the site has."""
    ready_seconds: float
    """From the server's start to its first response."""
    samples_ms: tuple[float, ...]
    """Of each save that was seen, in order, from just before the write."""
    lost: int = 0
    """How many saves were never seen; after one there is no other."""

    @property
    def median_ms(self) -> float:
        """What half of the saves took at most."""
        return statistics.median(self.samples_ms)

    @property
    def fastest_ms(self) -> float:
        """The least that a save took."""
        return min(self.samples_ms)

    @property
    def slowest_ms(self) -> float:
        """The most that a save took."""
        return max(self.samples_ms)


class SavesResults(msgspec.Struct, frozen=True):
    """All that was measured in one run."""

    machine: Machine
    date: str
    """When, as a day."""
    browser: str
    """The version of Chromium, e.g. `153.0.8010.0`."""
    saves: tuple[Saves, ...]
    """One for each tool and site, in the order of tables."""

    def find_ours(self, site: str) -> Saves | None:
        """Our own tool's saves in a site, None where there are none."""
        return next((each for each in self.saves if (each.tool, each.site) == (OURS, site)), None)


def find_percentile(samples: Sequence[float], percent: int) -> float:
    """The smallest sample that so many percent of them do not exceed: the nearest rank."""
    rank = -(-percent * len(samples) // 100)
    return sorted(samples)[max(rank, 1) - 1]


def read_saves_results(path: Path = RESULTS) -> SavesResults | None:
    """What was saved; None where nothing was."""
    if not path.is_file():
        return None
    return msgspec.json.decode(path.read_bytes(), type=SavesResults)


def save_saves_results(results: SavesResults, path: Path = RESULTS) -> None:
    """Write what was measured."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(results), indent=1) + b"\n")
