"""How long deployments took, as a section of the page and as rows for the terminal."""

from __future__ import annotations

from benchmarks.deploys_results import ARTICLE, FIRST, NOTHING, STEPS, DeploysResults
from benchmarks.figures import format_machine, format_number, format_table
from benchmarks.results import OURS

HEAD = (
    "",
    "first",
    "files a second",
    "times ours",
    "no change",
    "times ours",
    "an article",
    "times ours",
)
_METHOD = """\
The same finished site goes to the same server on this machine, a new and empty one for each tool in
each round: all of it, then once more with nothing to do, then after a sentence was added to an
article. Times are those of the whole program, from its start on; site_gen's has no build in it, as
the others have none. All put 16 files at once. rclone compares checksums with `--checksum
--fast-list`; `aws s3 sync` compares sizes and times, which is all that it can.

The server is rclone's own, in memory, and the faster of two: moto, which the tests also run
against, does some 200 requests a second, whoever asks. Server and client share the processor.
site_gen alone goes in an order that breaks no page, keeps what it overwrites, and says how long
browsers may keep what.
"""


def format_deploys(results: DeploysResults) -> str:
    """The section in Markdown."""
    rows = [
        [f"**{name}**" if tool == OURS else name, *cells]
        for tool, (name, *cells) in zip(results.tools, make_rows(results), strict=True)
    ]
    about = (
        f"{results.files:,} files, {results.size_bytes / 1e6:.0f} MB, of which {results.changed}"
        f" change with the article; medians of {len(results.deploys[0].samples)} rounds, tools in"
        f" turn; {results.server}; {format_machine(results.machine)}; {results.date}.\n"
    )
    title = "## Deploying to an object store"
    return "\n".join([f"{title}\n", _METHOD, format_table(HEAD, rows), about])


def make_rows(results: DeploysResults) -> list[list[str]]:
    """The cells below `HEAD`, a row for each tool."""
    return [_make_row(results, tool) for tool in results.tools]


def _make_row(results: DeploysResults, tool: str) -> list[str]:
    cells = {step: [*_make_cells(results, tool, step)] for step in STEPS}
    rate = f"{results.files / results.find(tool, FIRST).seconds:,.0f}"
    first, ratio = cells[FIRST]
    name = f"{tool} {results.find(tool, FIRST).version}"
    return [name, first, rate, ratio, *cells[NOTHING], *cells[ARTICLE]]


def _make_cells(results: DeploysResults, tool: str, step: str) -> tuple[str, str]:
    seconds = f"{format_number(results.find(tool, step).seconds)} s"
    ratio = results.find_ratio(tool, step)
    return seconds, "" if tool == OURS else f"{format_number(ratio)} ×"
