"""How long tools took to deploy a site to an object store, as it is saved: every sample."""

from __future__ import annotations

import statistics
from pathlib import Path

import msgspec

from benchmarks.results import OURS, Machine

RESULTS = Path(__file__).parent / "results" / "deploys.json"
FIRST, NOTHING, ARTICLE = "first", "nothing", "article"
STEPS = (FIRST, NOTHING, ARTICLE)
"""What is deployed: all of a site, the same once more, and the site with another article text."""


class Deploys(msgspec.Struct, frozen=True):
    """What one tool took for one step."""

    tool: str
    """`site_gen`, or the command as its users know it, e.g. `rclone sync`."""
    version: str
    step: str
    """One of STEPS."""
    samples: tuple[float, ...]
    """Seconds of each round, from the start of the program to its end."""

    @property
    def seconds(self) -> float:
        """Their median."""
        return statistics.median(self.samples)


class DeploysResults(msgspec.Struct, frozen=True):
    """All that was measured in one run."""

    machine: Machine
    date: str
    """When, as a day."""
    server: str
    """What was deployed to, with its version."""
    files: int
    """How many the site has."""
    size_bytes: int
    """Of all of them."""
    changed: int
    """How many files are others once an article is."""
    deploys: tuple[Deploys, ...]
    """One for each tool and step, in the order of tables."""

    @property
    def tools(self) -> tuple[str, ...]:
        """Those that were measured, in the order of tables."""
        return tuple(dict.fromkeys(each.tool for each in self.deploys))

    def find(self, tool: str, step: str) -> Deploys:
        """What a tool took for a step."""
        return next(each for each in self.deploys if (each.tool, each.step) == (tool, step))

    def find_ratio(self, tool: str, step: str) -> float:
        """How many times as long as ours it took."""
        return self.find(tool, step).seconds / self.find(OURS, step).seconds


def read_deploys_results(path: Path = RESULTS) -> DeploysResults | None:
    """What was saved; None where nothing was."""
    if not path.is_file():
        return None
    return msgspec.json.decode(path.read_bytes(), type=DeploysResults)


def save_deploys_results(results: DeploysResults, path: Path = RESULTS) -> None:
    """Write what was measured."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(results), indent=1) + b"\n")
