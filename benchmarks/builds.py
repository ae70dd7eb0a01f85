"""Whole-site builds, ours against peers: `python -m benchmarks.builds`.

Tools take turns, round by round, on the same articles. Peers are installed from their locks, which
needs a package registry the first time. Everything goes into one folder, `_bench/` by default.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.corpus.article import SEED, make_article
from benchmarks.corpus.site import format_source
from benchmarks.machine import describe_machine
from benchmarks.measuring import Measured, measure
from benchmarks.peers import PEERS
from benchmarks.results import (
    RESULTS,
    Results,
    Sample,
    Series,
    Tool,
    merge,
    read_results,
    save_results,
)
from benchmarks.scenarios import SCENARIOS, Site, check, prepare, write_site
from benchmarks.table import print_table

LARGE = 10_000
"""Above so many articles only two scenarios are measured: a full build and an idle one."""
SCENARIOS_OF_LARGE = ("cold", "no change")
_FOR_WARMTH = 30
_WORK = Path(__file__).parent.parent / "_bench"


@dataclass(frozen=True)
class Plan:
    """What is to be measured."""

    tools: Sequence[str]
    sizes: Sequence[int]
    rounds: int
    work: Path


def main() -> None:
    """Measure, save and print."""
    plan, path = read_arguments()
    for name in plan.tools:
        PEERS[name].set_up(plan.work / "tools")
    warm_up(plan)
    measured = {
        (name, size, scenario): runs
        for size in plan.sizes
        for (name, scenario), runs in measure_size(plan, size).items()
    }
    results = merge(read_results(path), make_results(plan, measured), PEERS)
    save_results(results, path)
    print_table(results)


def read_arguments() -> tuple[Plan, Path]:
    """What the command line asks for, and where the figures go."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="+", choices=list(PEERS), default=list(PEERS))
    parser.add_argument("--work", type=Path, default=_WORK, metavar="DIR")
    parser.add_argument("--results", type=Path, default=RESULTS, metavar="FILE")
    chosen = parser.parse_args()
    work = chosen.work.resolve()
    return Plan(chosen.only, chosen.articles, chosen.rounds, work), chosen.results


def warm_up(plan: Plan) -> None:
    """Run every tool once, so that what it compiles of itself is there: byte code, say."""
    for site in make_sites(plan, _FOR_WARMTH):
        write_site(site)
        measure_scenario(site, "cold", 1)
        remove_site(site)


def make_sites(plan: Plan, articles: int) -> list[Site]:
    """A site for each tool; nothing is written yet."""
    tools, sites = plan.work / "tools", plan.work / "sites"
    return [Site(PEERS[name], tools, sites / name, SEED, articles) for name in plan.tools]


def measure_size(plan: Plan, articles: int) -> dict[tuple[str, str], list[Measured]]:
    """All runs on a corpus of one size, by tool and scenario; the sites are gone afterwards."""
    sites = make_sites(plan, articles)
    for site in sites:
        write_site(site)
    runs: dict[tuple[str, str], list[Measured]] = {}
    for edition in range(1, plan.rounds + 1):
        for site in sites:
            for scenario in SCENARIOS if articles <= LARGE else SCENARIOS_OF_LARGE:
                measured = measure_scenario(site, scenario, edition)
                runs.setdefault((site.peer.name, scenario), []).append(measured)
    for site in sites:
        remove_site(site)
    return runs


def measure_scenario(site: Site, scenario: str, edition: int) -> Measured:
    """One run, checked the first time."""
    prepare(site, scenario, edition)
    command = site.peer.command(site.tools, site.folder)
    log = site.folder.with_suffix(".log")
    measured = measure(command, site.folder, log)
    if edition == 1:
        check(site, scenario, edition)
    print(
        f"{site.articles:,} articles, {site.peer.label}, {scenario}: {measured.seconds:.2f} s, "
        f"{measured.peak_bytes / 2**20:.0f} MiB",
        file=sys.stderr,
    )
    return measured


def remove_site(site: Site) -> None:
    """Free the space that a site takes."""
    shutil.rmtree(site.folder)


def make_results(plan: Plan, measured: dict[tuple[str, int, str], list[Measured]]) -> Results:
    """The runs with all that must be known about them."""
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    sizes = [len(format_source(make_article(SEED, number)).encode()) for number in range(200)]
    return Results(
        machine=describe_machine(),
        memory=next(iter(measured.values()))[0].memory,
        seed=SEED,
        bytes_per_article=round(sum(sizes) / len(sizes)),
        tools={name: describe_tool(plan, name) for name in plan.tools},
        series=tuple(
            Series(name, size, scenario, day, tuple(map(make_sample, runs)))
            for (name, size, scenario), runs in measured.items()
        ),
    )


def describe_tool(plan: Plan, name: str) -> Tool:
    """What is told about a tool beside its figures."""
    peer = PEERS[name]
    return Tool(peer.label, peer.find_version(plan.work / "tools"), peer.math, peer.notes)


def make_sample(measured: Measured) -> Sample:
    """A run as it is saved: milliseconds are enough."""
    return Sample(round(measured.seconds, 3), round(measured.cpu_seconds, 3), measured.peak_bytes)


if __name__ == "__main__":
    main()
