"""What was measured, as it is saved: every sample, so that any figure can be computed from it."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from pathlib import Path

import msgspec

RESULTS = Path(__file__).parent / "results" / "builds.json"
OURS = "site_gen"
"""The name of what the others are compared with."""


class Machine(msgspec.Struct, frozen=True):
    """What it was measured on."""

    cpu: str
    cores: int
    memory_gib: float
    system: str
    disk: str = ""
    """The kind of file system that the sites are on, e.g. `ext4`; empty where it cannot be told."""


class Sample(msgspec.Struct, frozen=True):
    """One run of a command."""

    seconds: float
    """Wall time."""
    cpu_seconds: float
    peak_bytes: int
    """Of all its processes together."""


class Series(msgspec.Struct, frozen=True):
    """The runs of one tool on one corpus in one scenario."""

    tool: str
    """Its name on the command line."""
    articles: int
    scenario: str
    """e.g. `cold`; see `benchmarks.scenarios`."""
    date: str
    """When, as a day."""
    samples: tuple[Sample, ...]
    """One for each round; what takes long is run in the first alone."""

    @property
    def key(self) -> tuple[str, int, str]:
        """What it is found by."""
        return self.tool, self.articles, self.scenario

    @property
    def seconds(self) -> float:
        """The median of the wall times."""
        return statistics.median(sample.seconds for sample in self.samples)

    @property
    def fastest(self) -> float:
        """The shortest wall time, in seconds."""
        return min(sample.seconds for sample in self.samples)

    @property
    def slowest(self) -> float:
        """The longest wall time, in seconds."""
        return max(sample.seconds for sample in self.samples)

    @property
    def peak_bytes(self) -> int:
        """The median of the peaks."""
        return round(statistics.median(sample.peak_bytes for sample in self.samples))


class Failure(msgspec.Struct, frozen=True):
    """Why there are no figures of a tool for a size."""

    tool: str
    articles: int
    reason: str
    """e.g. `took more than 16.4 GiB`."""


class Tool(msgspec.Struct, frozen=True):
    """What was measured."""

    label: str
    version: str
    math: str
    """Where formulas are set: `while building` or `in the browser`."""
    notes: tuple[str, ...] = ()


class Results(msgspec.Struct, frozen=True):
    """All series from one machine."""

    machine: Machine
    memory: str
    """What peaks are sums of: `PSS` or `RSS`."""
    seed: str
    """Of the corpus."""
    bytes_per_article: int
    """Of site_gen's sources, the mean."""
    tools: dict[str, Tool]
    """By name, in the order of tables."""
    series: tuple[Series, ...]
    failures: tuple[Failure, ...] = ()

    def find(self, tool: str, articles: int, scenario: str) -> Series | None:
        """The series of a tool, None where it was not measured."""
        key = tool, articles, scenario
        return next((each for each in self.series if each.key == key), None)

    def find_failure(self, tool: str, articles: int) -> Failure | None:
        """Why a tool has no figures; None where it has, or was not measured."""
        key = tool, articles
        return next((each for each in self.failures if (each.tool, each.articles) == key), None)

    @property
    def sizes(self) -> list[int]:
        """How many articles the corpora had, upwards."""
        return sorted({series.articles for series in self.series})

    def tools_of(self, articles: int) -> list[str]:
        """The names of the tools that were run on a corpus of this size, in order."""
        measured = {each.tool for each in self.series if each.articles == articles}
        measured |= {each.tool for each in self.failures if each.articles == articles}
        return [name for name in self.tools if name in measured]


def read_results(path: Path = RESULTS) -> Results | None:
    """What was saved; None where nothing was."""
    if not path.is_file():
        return None
    return msgspec.json.decode(path.read_bytes(), type=Results)


def save_results(results: Results, path: Path = RESULTS) -> None:
    """Write what was measured, in a form that shows in a difference what has changed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(results), indent=1) + b"\n")


def merge(older: Results | None, newer: Results, order: Iterable[str]) -> Results:
    """Both together; the newer alone where it comes from another machine.

    What is newer takes the place of all there was of the same tool on the same corpus. Where a
    tool's version has changed, what the older one took is left out.
    """
    if older is None or not _are_comparable(older, newer):
        return newer
    replaced = {(each.tool, each.articles) for each in newer.series}
    replaced |= {(each.tool, each.articles) for each in newer.failures}
    stale = {
        name
        for name, tool in newer.tools.items()
        if name in older.tools and older.tools[name].version != tool.version
    }

    def is_kept(each: Series | Failure) -> bool:
        return each.tool not in stale and (each.tool, each.articles) not in replaced

    tools = older.tools | newer.tools
    series = (*filter(is_kept, older.series), *newer.series)
    return msgspec.structs.replace(
        newer,
        tools={name: tools[name] for name in order if name in tools},
        series=tuple(sorted(series, key=lambda each: (each.articles, each.tool, each.scenario))),
        failures=(*filter(is_kept, older.failures), *newer.failures),
    )


def _are_comparable(older: Results, newer: Results) -> bool:
    return (older.machine, older.memory, older.seed) == (newer.machine, newer.memory, newer.seed)
