"""What was measured, as a page, a chart and a table: `python -m benchmarks.report`.

Reads `benchmarks/results/`, writes `docs/benchmarks.md`, `docs/benchmarks.svg` and what stands in
README.md between two comments.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from benchmarks.chart import Bar, Panel, make_chart
from benchmarks.deploys_report import format_deploys
from benchmarks.deploys_results import DeploysResults, read_deploys_results
from benchmarks.figures import (
    format_bytes,
    format_machine,
    format_number,
    format_range,
    format_seconds,
    format_table,
)
from benchmarks.math_results import MathResults, read_math_results
from benchmarks.pages_report import format_pages
from benchmarks.pages_results import PagesResults, read_pages_results
from benchmarks.results import OURS, Results, Series, read_results
from benchmarks.saves_report import format_saves
from benchmarks.saves_results import SavesResults, read_saves_results
from benchmarks.scenarios import LABELS, SCENARIOS

DOCS = Path(__file__).parent.parent / "docs"
README = DOCS.parent / "README.md"
BEGIN, END = "<!-- written by benchmarks.report -->\n", "<!-- until here -->\n"

_HEAD = """\
# Benchmarks

Written by `python -m benchmarks.report` from the figures in `benchmarks/results/`; do not edit it.

![How long each tool takes, cold and after a change](benchmarks.svg)

"""
_METHOD = """\
## How it is measured

- **The articles** are made up, about 4 kB each, and the same for every tool but for its dialect:
  prose with links, a list, a table, three listings, four formulas in the text and two displayed
  ones. No listing and no displayed formula comes twice; short formulas do, as they do in blogs.
- **The site** is the same as far as a tool can: a page an article, ten full articles a page on the
  front, a list of all, tags, a feed of the newest twenty in full, a sitemap, code highlighted by
  classes, and formulas set while building. What is different is under [the tools](#the-tools).
- **Cold** finds neither caches nor output. The other builds follow it: once more without a change,
  then with a sentence added to an article, with a new title for it, and with a line added to the
  template of all articles. After each, the first time, the site is checked to have it all.
- **Time** is that of the whole command, from start to end. Tools take turns, round by round.
- **Memory** is the largest sum over all processes of the command at one moment.

Every tool has built a small site before, so what it compiles of itself is there. Sources are in the
system's file cache, output goes to the same disk for all, and what is still to be written of one
run is written before the next one starts. Nothing is compressed.
"""
_AGAIN = """\
## Measure it yourself

    python -m benchmarks.builds                              # 1,000 and 10,000 articles, all tools
    python -m benchmarks.builds --articles 200 --rounds 1    # a quick look
    python -m benchmarks.builds --articles 100000 --only site_gen --rounds 1
    python -m benchmarks.math
    python -m benchmarks.saves
    python -m benchmarks.pages                               # some twenty minutes
    python -m benchmarks.deploys
    python -m benchmarks.report

The tools are installed from locked versions into `_bench/`; the first time, that needs a package
registry. Figures from one machine are kept together, newer in the place of older ones.
"""


def main() -> None:
    """Write all three."""
    results = read_results()
    if results is None:
        raise SystemExit("nothing was measured yet: run `python -m benchmarks.builds`")
    page = format_report(
        results,
        read_math_results(),
        read_saves_results(),
        read_pages_results(),
        read_deploys_results(),
    )
    (DOCS / "benchmarks.md").write_text(page, encoding="utf-8")
    (DOCS / "benchmarks.svg").write_text(draw_report(results), encoding="utf-8")
    before, _, rest = README.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    README.write_text(before + BEGIN + format_summary(results) + END + after, encoding="utf-8")


def format_report(
    results: Results,
    math: MathResults | None = None,
    saves: SavesResults | None = None,
    pages: PagesResults | None = None,
    deploys: DeploysResults | None = None,
) -> str:
    """The page in Markdown."""
    tables = [format_size(results, size) for size in results.sizes]
    parts = [_HEAD + format_conditions(results), *tables, format_growth(results)]
    parts += [format_saves(saves) if saves else "", format_pages(pages) if pages else ""]
    parts += [format_deploys(deploys) if deploys else ""]
    parts += [format_math(math) if math else ""]
    parts += [format_tools(results), _METHOD, _AGAIN]
    return "\n".join(filter(None, parts))


def format_conditions(results: Results) -> str:
    """What it was measured on and when."""
    machine, days = results.machine, sorted({series.date for series in results.series})
    when = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"
    return (
        f"{format_machine(machine)}; {when}. Figures are medians, with the fastest and the slowest "
        "round behind them; what takes minutes was run less often. Memory is "
        f"{results.memory} at its peak.\n"
    )


def format_summary(results: Results) -> str:
    """A short table of the largest corpus that several tools were measured on, and on what."""
    articles = _largest_shared(results)
    scenarios = [name for name in SCENARIOS if results.find(OURS, articles, name)]
    head = [f"{articles:,} articles", *(LABELS[name] for name in scenarios), "memory", "math set"]
    rows = []
    for name in results.tools_of(articles):
        tool, found = results.tools[name], [results.find(name, articles, s) for s in scenarios]
        if all(found):
            times = [format_seconds(series) if series else "" for series in found]
            peak = format_bytes(found[0].peak_bytes) if found[0] else ""
            rows.append([f"{tool.label} {tool.version}", *times, peak, tool.math])
    machine = format_machine(results.machine)
    return f"\n{format_table(head, rows)}\n{machine}.\n"


def format_size(results: Results, articles: int) -> str:
    """A table for one size of corpus."""
    scenarios = [
        scenario
        for scenario in SCENARIOS
        if any(results.find(name, articles, scenario) for name in results.tools)
    ]
    head = ["", *(LABELS[scenario] for scenario in scenarios), "peak, cold", "peak, no change"]
    rows = [_row(results, name, articles, scenarios) for name in results.tools_of(articles)]
    return f"## {articles:,} articles\n\n" + format_table(head, rows)


def _row(results: Results, name: str, articles: int, scenarios: Sequence[str]) -> list[str]:
    label = results.tools[name].label
    first = f"**{label}**" if name == OURS else label
    if failure := results.find_failure(name, articles):
        return [first, failure.reason, *[""] * (len(scenarios) + 1)]
    found = [results.find(name, articles, scenario) for scenario in scenarios]
    peaks = [results.find(name, articles, scenario) for scenario in ("cold", "no change")]
    memory = [format_bytes(peak.peak_bytes) if peak else "" for peak in peaks]
    return [first, *map(_cell, found), *memory]


def _cell(series: Series | None) -> str:
    if series is None:
        return ""
    span = format_range(series)
    return f"{format_seconds(series)} ({span})" if span else format_seconds(series)


def format_growth(results: Results) -> str:
    """How cold builds grow from each size to the next, and what an article takes at each."""
    if len(results.sizes) == 1:
        return ""
    head = [
        "",
        *(f"each of {size:,}" for size in results.sizes),
        "time grows",
        "memory grows",
    ]
    rows = []
    for name, tool in results.tools.items():
        colds = [results.find(name, size, "cold") for size in results.sizes]
        each = [f"{1000 * cold.seconds / cold.articles:.2f} ms" if cold else "" for cold in colds]
        measured = [cold for cold in colds if cold]
        times = " and ".join(_ratios([cold.seconds for cold in measured]))
        memory = " and ".join(_ratios([float(cold.peak_bytes) for cold in measured]))
        rows.append([tool.label, *each, times, memory])
    about = "Time for an article, and growth from one size to the next, of cold builds.\n\n"
    return "## Growth\n\n" + about + format_table(head, rows)


def _ratios(values: Sequence[float]) -> Iterator[str]:
    return (f"{large / small:.1f} ×" for small, large in pairwise(values))


def format_math(math: MathResults) -> str:
    """What the sidecar costs beside a bare loop."""
    head = ["", "through site_gen's sidecar", "a bare loop in Node that counts its bytes", "ratio"]
    pairs = {
        "without start-up": (math.sidecar_seconds, math.bare_seconds),
        "with start-up": (math.sidecar_with_start_seconds, math.bare_with_start_seconds),
    }
    rows = [
        [name, f"{format_number(ours)} s", f"{format_number(bare)} s", f"{ours / bare:.2f}"]
        for name, (ours, bare) in pairs.items()
    ]
    about = f"{math.formulas:,} distinct formulas, KaTeX {math.katex}, the same options.\n\n"
    return "## Formulas alone\n\n" + about + format_table(head, rows)


def format_tools(results: Results) -> str:
    """Versions, and what each does or does not do."""
    lines = [
        f"- **{tool.label}** {tool.version}, formulas set {tool.math}: {'; '.join(tool.notes)}.\n"
        for tool in results.tools.values()
    ]
    return "## The tools\n\n" + "".join(lines)


def draw_report(results: Results) -> str:
    """The chart, of the largest corpus that several tools were measured on."""
    articles = _largest_shared(results)
    panels = [
        Panel(LABELS[scenario], [_bar(results, series) for series in found])
        for scenario in SCENARIOS
        if (found := list(_find_all(results, articles, scenario)))
    ]
    title = f"Seconds to build a blog of {articles:,} articles, on a logarithmic scale"
    key = (
        ("ours", "site_gen"),
        ("math", "sets formulas while building"),
        ("rest", "leaves them to the browser"),
    )
    return make_chart(title, key, panels)


def _largest_shared(results: Results) -> int:
    """The size of the largest corpus that several tools were measured on."""
    shared = [size for size in results.sizes if len(results.tools_of(size)) > 1]
    return max(shared or results.sizes)


def _find_all(results: Results, articles: int, scenario: str) -> Iterator[Series]:
    for name in results.tools:
        if series := results.find(name, articles, scenario):
            yield series


def _bar(results: Results, series: Series) -> Bar:
    tool = results.tools[series.tool]
    kind = "math" if tool.math == "while building" else "rest"
    return Bar(
        label=tool.label,
        kind="ours" if series.tool == OURS else kind,
        value=series.seconds,
        low=series.fastest,
        high=series.slowest,
        text=format_seconds(series),
    )


if __name__ == "__main__":
    main()
