"""How long saves took to be seen, as a section of the page and as rows for the terminal."""

from __future__ import annotations

from benchmarks.figures import format_machine, format_number, format_table
from benchmarks.results import OURS
from benchmarks.saves_results import Saves, SavesResults, find_percentile

HEAD = (
    "",
    "articles",
    "saves",
    "median",
    "95th percentile",
    "fastest",
    "slowest",
    "times ours",
    "ready after",
)
_METHOD = """\
An article's page is open in a headless Chromium. A sentence is written into the article's file, in
place, and the time is that from just before the write until the page holds the sentence. Tools
serve one after another, each as its users start it, with the live reload that it comes with.
Before each save its server is at rest and its page connected; then 0.3 to 0.8 s pass, by chance.
What takes long is saved less often. Every site was built once before; a server is ready when its
front page has been sent. The 95th percentile is the least that 95 of 100 saves did not exceed.
"""


def format_saves(results: SavesResults) -> str:
    """The section in Markdown."""
    rows = [
        [f"**{name}**" if each.tool == OURS else name, *cells]
        for each, (name, *cells) in zip(results.saves, make_rows(results), strict=True)
    ]
    machine = format_machine(results.machine)
    about = f"{machine}; Chromium {results.browser}; {results.date}.\n"
    title = "## A save, seen in the browser"
    return "\n".join([f"{title}\n", _METHOD, format_table(HEAD, rows), about])


def make_rows(results: SavesResults) -> list[list[str]]:
    """The cells below `HEAD`, a row for each tool and site."""
    return [_make_row(each, results.find_ours(each.site)) for each in results.saves]


def _make_row(saves: Saves, ours: Saves | None) -> list[str]:
    """Where there is nothing to be compared with, there is no ratio."""
    samples = saves.samples_ms
    percentile_ms = find_percentile(samples, 95)
    times = saves.median_ms, percentile_ms, saves.fastest_ms, saves.slowest_ms
    is_compared = ours is not None and ours is not saves
    return [
        f"{saves.label}, the blog" if saves.site == "blog" else saves.label,
        f"{saves.articles:,}",
        f"{len(samples)}, {saves.lost} lost" if saves.lost else f"{len(samples)}",
        *map(format_milliseconds, times),
        f"{saves.median_ms / ours.median_ms:.1f} ×" if ours and is_compared else "",
        f"{format_number(saves.ready_seconds)} s",
    ]


def format_milliseconds(milliseconds: float) -> str:
    """E.g. "52.3 ms", or "1.23 s" from a second on."""
    if milliseconds >= 1000:
        return f"{format_number(milliseconds / 1000)} s"
    return f"{format_number(milliseconds)} ms"
