"""Formulas through the sidecar against a bare loop in Node: `python -m benchmarks.math`.

Both get the distinct formulas of the corpus and give KaTeX the same options. Start-up is Node's and
that of loading KaTeX; without it, both have rendered one formula before. They take turns.

This folder must not become a package with an `__init__.py`: beside `benchmarks/estimate.py`, which
is run as a script, that would hide Python's own `math`.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.corpus import find_formulas, make_articles
from benchmarks.corpus.article import SEED
from benchmarks.figures import format_number
from benchmarks.machine import describe_machine
from benchmarks.math_results import RESULTS, MathResults, save_math_results
from site_gen.setup import node_executable, node_root
from site_gen.sidecar import Formula, RenderedMath, Sidecar

_BARE = Path(__file__).parent / "bare.mjs"
_WARM_UP = [Formula("x", display=False)]


def main() -> None:
    """Measure, save and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--results", type=Path, default=RESULTS, metavar="FILE")
    chosen = parser.parse_args()
    results = measure_math(collect_formulas(chosen.articles), chosen.rounds)
    save_math_results(results, chosen.results)
    print_results(results)


def collect_formulas(articles: int) -> list[Formula]:
    """Every distinct formula of so many articles, in order."""
    found = (
        Formula(tex, display)
        for article in make_articles(SEED, articles)
        for tex, display in find_formulas(article.body)
    )
    return list(dict.fromkeys(found))


def measure_math(formulas: Sequence[Formula], rounds: int) -> MathResults:
    """Medians of some rounds."""
    measured: dict[str, list[float]] = {
        "ours": [],
        "bare": [],
        "ours, whole": [],
        "bare, whole": [],
    }
    for _ in range(rounds):
        for name, (seconds, whole_s) in {
            "ours": time_sidecar(formulas),
            "bare": time_bare_loop(formulas),
        }.items():
            measured[name].append(seconds)
            measured[f"{name}, whole"].append(whole_s)
    medians = {name: round(statistics.median(times), 4) for name, times in measured.items()}
    return MathResults(
        machine=describe_machine(Path(__file__).parent),
        date=f"{datetime.now(UTC):%Y-%m-%d}",
        katex=read_katex_version(),
        formulas=len(formulas),
        sidecar_seconds=medians["ours"],
        bare_seconds=medians["bare"],
        sidecar_with_start_seconds=medians["ours, whole"],
        bare_with_start_seconds=medians["bare, whole"],
    )


def time_sidecar(formulas: Sequence[Formula]) -> tuple[float, float]:
    """Seconds of rendering all, without and with start-up."""
    with Sidecar(node_executable, node_root()) as sidecar:
        start_s = time_call(lambda: sidecar.render_math(_WARM_UP))
        started = time.perf_counter()
        results = sidecar.render_math(formulas)
        seconds = time.perf_counter() - started
    assert all(isinstance(result, RenderedMath) for result in results)
    return seconds, start_s + seconds


def time_bare_loop(formulas: Sequence[Formula]) -> tuple[float, float]:
    """Seconds of the loop, and of the whole process."""
    asked = json.dumps([{"tex": each.tex, "display": each.display} for each in formulas])
    command = [str(node_executable()), str(_BARE), str(node_root())]
    started = time.perf_counter()
    done = subprocess.run(command, input=asked, capture_output=True, encoding="utf-8", check=True)
    whole_s = time.perf_counter() - started
    return float(json.loads(done.stdout)["seconds"]), whole_s


def time_call(call: Callable[[], object]) -> float:
    """Seconds of a call."""
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def read_katex_version() -> str:
    """The version of KaTeX that both use."""
    about = node_root() / "node_modules" / "katex" / "package.json"
    return str(json.loads(about.read_text(encoding="utf-8"))["version"])


def print_results(results: MathResults) -> None:
    """Both ways with and without start-up, and how much longer ours takes."""
    table = Table(title=f"{results.formulas:,} distinct formulas, KaTeX {results.katex}")
    for column in ("", "sidecar", "bare loop", "ratio"):
        table.add_column(column, justify="right")
    for name, ours, bare in (
        ("without start-up", results.sidecar_seconds, results.bare_seconds),
        ("with start-up", results.sidecar_with_start_seconds, results.bare_with_start_seconds),
    ):
        cells = f"{format_number(ours)} s", f"{format_number(bare)} s", f"{ours / bare:.2f}"
        table.add_row(name, *cells)
    Console().print(table)


if __name__ == "__main__":
    main()
