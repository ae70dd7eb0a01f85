"""Whole-site builds, ours against peers: `python -m benchmarks.builds`.

Tools take turns, round by round, on the same articles. Peers are installed from their locks, which
needs a package registry the first time. Everything goes into one folder, `_bench/` by default.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.checks import WorkError
from benchmarks.corpus.article import SEED, make_article
from benchmarks.corpus.site import format_source
from benchmarks.machine import describe_machine, total_memory_bytes
from benchmarks.measuring import CommandError, Measured, measure, memory_kind
from benchmarks.peers import PEERS
from benchmarks.results import (
    RESULTS,
    Failure,
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
_LARGEST_SHARE = 0.7
"""Of the machine's memory, for one tool."""
WORK = Path(__file__).parent.parent / "_bench"


Runs = dict[tuple[str, str], list[Measured]]
"""What each tool took in each scenario, round by round."""


Failed = dict[str, str]
"""Tool → why it failed."""


@dataclass(frozen=True)
class Plan:
    """What is to be measured."""

    tools: Sequence[str]
    sizes: Sequence[int]
    rounds: int
    longest: float
    """Seconds; a tool whose round takes longer has no other."""
    work: Path


def main() -> None:
    """Measure, save after each size, and print; ends with 1 where a tool failed."""
    plan, path = read_arguments()
    for name in plan.tools:
        PEERS[name].set_up(plan.work / "tools")
    warm_up(plan)
    failed: Failed = {}
    for size in plan.sizes:
        results = make_results(plan, size, measure_size(plan, size, failed), failed)
        save_results(merge(read_results(path), results, PEERS), path)
    if saved := read_results(path):
        print_table(saved)
    sys.exit(1 if failed else 0)


def read_arguments() -> tuple[Plan, Path]:
    """What the command line asks for, and where the figures go."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--longest",
        type=float,
        default=300,
        metavar="SECONDS",
        help="a tool whose round takes longer is run in the first alone (default: 300)",
    )
    parser.add_argument("--only", nargs="+", choices=list(PEERS), default=list(PEERS))
    parser.add_argument("--work", type=Path, default=WORK, metavar="DIR")
    parser.add_argument("--results", type=Path, default=RESULTS, metavar="FILE")
    chosen = parser.parse_args()
    work = chosen.work.resolve()
    return Plan(chosen.only, chosen.articles, chosen.rounds, chosen.longest, work), chosen.results


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


def measure_size(plan: Plan, articles: int, failed: Failed) -> Runs:
    """All runs on a corpus of one size; the sites are gone afterwards.

    A tool that fails is left out from then on, and `failed` is told why.
    """
    sites = make_sites(plan, articles)
    for site in sites:
        write_site(site)
    runs: Runs = {}
    for edition in range(1, plan.rounds + 1):
        for site in sites:
            if site.peer.name not in failed and first_round(site, runs) <= plan.longest:
                measure_round(site, edition, runs, failed)
    for site in sites:
        remove_site(site)
    return {key: measured for key, measured in runs.items() if key[0] not in failed}


def first_round(site: Site, runs: Runs) -> float:
    """The seconds that a tool's first round took; 0 before it."""
    return sum(taken[0].seconds for (name, _), taken in runs.items() if name == site.peer.name)


def measure_round(site: Site, edition: int, runs: Runs, failed: Failed) -> None:
    """One run of each scenario, added to `runs`."""
    try:
        for scenario in SCENARIOS if site.articles <= LARGE else SCENARIOS_OF_LARGE:
            measured = measure_scenario(site, scenario, edition)
            runs.setdefault((site.peer.name, scenario), []).append(measured)
    except (CommandError, WorkError) as error:
        print(f"{site.peer.label} is left out: {error}", file=sys.stderr)
        failed[site.peer.name] = str(error).splitlines()[0].rstrip(":")


def measure_scenario(site: Site, scenario: str, edition: int) -> Measured:
    """One run, checked the first time."""
    prepare(site, scenario, edition)
    # What the run before has left to be written would be waited for in this one.
    os.sync()
    command = site.peer.command(site.tools, site.folder)
    log = site.folder.with_suffix(".log")
    measured = measure(command, site.folder, log, _LARGEST_SHARE * total_memory_bytes())
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


def make_results(plan: Plan, articles: int, runs: Runs, failed: Failed) -> Results:
    """The runs on a corpus of one size with all that must be known about them."""
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    bytes_of = [len(format_source(make_article(SEED, number)).encode()) for number in range(200)]
    return Results(
        machine=describe_machine(plan.work),
        memory=memory_kind(),
        seed=SEED,
        bytes_per_article=round(sum(bytes_of) / len(bytes_of)),
        tools={name: describe_tool(plan, name) for name in plan.tools},
        series=tuple(
            Series(name, articles, scenario, day, tuple(map(make_sample, measured)))
            for (name, scenario), measured in runs.items()
        ),
        failures=tuple(Failure(name, articles, reason) for name, reason in failed.items()),
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
