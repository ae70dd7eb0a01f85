"""Saves of an article, seen in a browser, ours against peers: `python -m benchmarks.saves`.

Each tool serves the same corpus in turn, and ours also the blog of this repository. An article is
saved again and again while its page is open; what counts is when the page shows what was written.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import Random

from playwright.sync_api import Browser
from playwright.sync_api import Error as BrowserError

from benchmarks.builds import WORK
from benchmarks.corpus.article import SEED
from benchmarks.edited import Edited, copy_blog, write_corpus
from benchmarks.figures import format_machine
from benchmarks.machine import describe_machine
from benchmarks.measuring import CommandError, measure
from benchmarks.open_page import OpenPage
from benchmarks.peers import PEERS
from benchmarks.results import OURS
from benchmarks.rows import print_rows
from benchmarks.saves_report import HEAD, format_milliseconds, make_rows
from benchmarks.saves_results import RESULTS, Saves, SavesResults, save_saves_results
from benchmarks.scenarios import Site
from benchmarks.servers import ADDRESS, Server, serving
from tests.browser import running_chromium

TOOLS = [name for name, peer in PEERS.items() if peer.serve]
_PAUSE_S = (0.3, 0.8)
"""Before a save, at random; some servers look every half second."""
_LOOK_S = 0.2
_REST = 0.1
"""Of a core: a server that takes no more is at rest."""
_LONGEST_UNREST_S = 60


@dataclass(frozen=True)
class Plan:
    """What is to be measured."""

    tools: Sequence[str]
    articles: int
    saves: int
    longest_s: float
    """After so long a tool has no other save, and so long one is waited for."""
    work: Path


def main() -> None:
    """Measure, save and print; ends with 1 where a tool failed."""
    plan, path = read_arguments()
    for name in plan.tools:
        PEERS[name].set_up(plan.work / "tools")
    with running_chromium() as browser:
        found = [measure_safely(plan, browser, write) for write in list_writers(plan)]
        results = SavesResults(
            machine=describe_machine(plan.work),
            date=f"{datetime.now(UTC):%Y-%m-%d}",
            browser=browser.version,
            saves=tuple(filter(None, found)),
        )
    if results.saves:
        save_saves_results(results, path)
        print_results(results)
    sys.exit(0 if all(found) else 1)


def read_arguments() -> tuple[Plan, Path]:
    """What the command line asks for, and where the figures go."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--saves", type=int, default=50)
    parser.add_argument(
        "--longest",
        type=float,
        default=120,
        metavar="SECONDS",
        help="after so long a tool has no other save (default: 120)",
    )
    parser.add_argument("--only", nargs="+", choices=TOOLS, default=TOOLS)
    parser.add_argument("--work", type=Path, default=WORK, metavar="DIR")
    parser.add_argument("--results", type=Path, default=RESULTS, metavar="FILE")
    chosen = parser.parse_args()
    work = chosen.work.resolve()
    return Plan(chosen.only, chosen.articles, chosen.saves, chosen.longest, work), chosen.results


def list_writers(plan: Plan) -> Iterator[Callable[[], Edited]]:
    """What writes each site when its turn comes."""
    tools, sites = plan.work / "tools", plan.work / "sites"
    for name in plan.tools:
        site = Site(PEERS[name], tools, sites / name, SEED, plan.articles)
        yield partial(write_corpus, site)
        if name == OURS:
            yield partial(copy_blog, sites / "blog")


def measure_safely(plan: Plan, browser: Browser, write: Callable[[], Edited]) -> Saves | None:
    """The saves in a site, which is gone afterwards; None where its tool failed, which is told."""
    edited = write()
    try:
        return measure_saves(plan, browser, edited)
    except (CommandError, BrowserError) as error:
        print(f"{edited.peer.label}, {edited.site}, is left out: {error}", file=sys.stderr)
        return None
    finally:
        shutil.rmtree(edited.folder)


def measure_saves(plan: Plan, browser: Browser, edited: Edited) -> Saves:
    """Build once, so that caches are filled; then serve, open the article, and save it."""
    peer, folder, tools = edited.peer, edited.folder, plan.work / "tools"
    assert peer.serve
    measure(peer.command(tools, folder), folder, folder.with_suffix(".log"))
    log = folder.with_suffix(".serve.log")
    with serving(partial(peer.serve, tools, folder), folder, log) as server:
        address = f"http://{ADDRESS}:{server.port}{edited.page}"
        with closing(OpenPage(browser, address)) as page:
            samples_ms, lost = take_samples(plan, edited, server, page)
    saves = Saves(
        tool=peer.name,
        label=peer.label,
        version=peer.find_version(tools),
        site=edited.site,
        articles=edited.articles,
        ready_seconds=round(server.ready_seconds, 3),
        samples_ms=tuple(samples_ms),
        lost=lost,
    )
    median = format_milliseconds(saves.median_ms)
    print(f"{peer.label}, {edited.site}: {len(samples_ms)} saves, {median}", file=sys.stderr)
    return saves


def take_samples(
    plan: Plan, edited: Edited, server: Server, page: OpenPage
) -> tuple[list[float], int]:
    """Milliseconds of each save, and how many were never seen; raises where none was."""
    random, samples_ms = Random(SEED), list[float]()
    end = time.monotonic() + plan.longest_s
    for edition in range(1, plan.saves + 1):
        wait_for_rest(server, page)
        page.pause(random.uniform(*_PAUSE_S))
        saved_ms = write_edition(edited, edition)
        shown_ms = page.wait_for_edition(edition, plan.longest_s)
        server.require_running()
        if shown_ms is None and samples_ms:
            return samples_ms, 1
        if shown_ms is None:
            raise CommandError(f"the page showed no save in {plan.longest_s:g} s")
        samples_ms.append(round(shown_ms - saved_ms, 2))
        if time.monotonic() > end:
            break
    return samples_ms, 0


def wait_for_rest(server: Server, page: OpenPage) -> None:
    """Come back when the server has nothing to do, and the page is connected to it."""
    page.wait_until_connected()
    end, before = time.monotonic() + _LONGEST_UNREST_S, server.read_cpu_seconds()
    while time.monotonic() < end:
        page.pause(_LOOK_S)
        after = server.read_cpu_seconds()
        if after - before <= _REST * _LOOK_S:
            break
        before = after
    page.wait_until_connected()


def write_edition(edited: Edited, edition: int) -> float:
    """Write the article's file in place; when that began, in milliseconds since 1970."""
    content = edited.format_edition(edition).encode()
    began_ms = 1000 * time.time()
    edited.source.write_bytes(content)
    return began_ms


def print_results(results: SavesResults) -> None:
    """A row for each tool and site."""
    measured_on = f"{format_machine(results.machine)}; Chromium {results.browser}"
    title = "from a save until the page shows it"
    print_rows(measured_on, title, HEAD, make_rows(results))


if __name__ == "__main__":
    main()
