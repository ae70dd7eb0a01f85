"""The page and the chart that are made of saved results, and how newer results join older ones."""

from pathlib import Path
from xml.etree import ElementTree

import msgspec
import pytest

from benchmarks.deploys_results import read_deploys_results
from benchmarks.math_results import MathResults, read_math_results
from benchmarks.pages_results import read_pages_results
from benchmarks.report import BEGIN, DOCS, END, README, draw_report, format_report, format_summary
from benchmarks.results import Failure, Results, merge, read_results, save_results
from benchmarks.saves_results import read_saves_results

SVG = "{http://www.w3.org/2000/svg}"
MACHINE = {"cpu": "Kettle 9", "cores": 2, "memory_gib": 24.0, "system": "Debian"}


def series(tool: str, articles: int, scenario: str, *seconds: float) -> dict[str, object]:
    """Runs that took so long and so many bytes as there are articles."""
    samples = [
        {"seconds": each, "cpu_seconds": 1.0, "peak_bytes": articles << 16} for each in seconds
    ]
    names = {"tool": tool, "articles": articles, "scenario": scenario, "date": "2026-01-01"}
    return names | {"samples": samples}


def results(*found: dict[str, object], version: str = "1.0") -> Results:
    """Results of two tools as they are read from a file."""
    saved = {
        "machine": MACHINE,
        "memory": "PSS",
        "seed": "seed",
        "bytes_per_article": 4000,
        "tools": {
            "site_gen": {"label": "site_gen", "version": version, "math": "while building"},
            "hugo": {"label": "Hugo & Co", "version": "2.0", "math": "in the browser"},
        },
        "series": found,
    }
    return msgspec.convert(saved, Results)


MEASURED = results(
    series("site_gen", 1000, "cold", 9.0, 8.0, 12.0),
    series("hugo", 1000, "cold", 4.0, 2.0, 3.0),
    series("site_gen", 1000, "no change", 0.41),
    series("site_gen", 10000, "cold", 99.0, 100.0, 101.0),
)
MATH = msgspec.convert(
    {
        "machine": MACHINE,
        "date": "2026-01-01",
        "katex": "0.19.1",
        "formulas": 4000,
        "sidecar_seconds": 1.5,
        "bare_seconds": 1.0,
        "sidecar_with_start_seconds": 1.8,
        "bare_with_start_seconds": 1.2,
    },
    MathResults,
)


def test_the_page_has_a_table_for_each_size_and_only_what_was_measured() -> None:
    page = format_report(MEASURED, MATH)
    assert page.count("\n## ") == 7
    assert "2 cores of Kettle 9, 24 GiB, Debian; 2026-01-01." in page
    assert "| **site_gen** | 9.00 s (8.00–12.0) | 0.41 s | 62 MiB | 62 MiB |\n" in page
    assert "| Hugo & Co | 3.00 s (2.00–4.00) |  | 62 MiB |  |\n" in page
    assert "## 10,000 articles\n\n|  | cold |" in page
    assert "| site_gen | 9.00 ms | 10.00 ms | 11.1 × | 10.0 × |\n" in page
    assert "| with start-up | 1.80 s | 1.20 s | 1.50 |\n" in page


def test_the_summary_has_the_tools_that_did_all_of_it() -> None:
    both = results(
        *(series("site_gen", 1000, name, 1.0) for name in ("cold", "no change")),
        *(series("hugo", 1000, name, 2.0) for name in ("cold", "no change")),
    )
    assert format_summary(both) == (
        "\n| 1,000 articles | cold | no change | memory | math set |\n"
        "| --- | ---: | ---: | ---: | ---: |\n"
        "| site_gen 1.0 | 1.00 s | 1.00 s | 62 MiB | while building |\n"
        "| Hugo & Co 2.0 | 2.00 s | 2.00 s | 62 MiB | in the browser |\n"
        "\n2 cores of Kettle 9, 24 GiB, Debian.\n"
    )
    assert "Hugo" not in format_summary(MEASURED)  # not run again without a change


def test_readme_and_docs_show_what_is_saved() -> None:
    saved = read_results()
    assert saved
    shown = README.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    assert shown == format_summary(saved)
    page = (DOCS / "benchmarks.md").read_text(encoding="utf-8")
    rest = read_math_results(), read_saves_results(), read_pages_results(), read_deploys_results()
    assert page == format_report(saved, *rest)
    assert (DOCS / "benchmarks.svg").read_text(encoding="utf-8") == draw_report(saved)


def test_the_chart_is_of_the_largest_size_that_several_tools_were_measured_on() -> None:
    chart = ElementTree.fromstring(draw_report(MEASURED))
    texts = ["".join(element.itertext()) for element in chart.iter(f"{SVG}text")]
    assert texts[0] == "Seconds to build a blog of 1,000 articles, on a logarithmic scale"
    assert texts[-5:] == ["Hugo & Co", "3.00 s", "no change", "site_gen", "0.41 s"]
    bars = list(chart.iter(f"{SVG}rect"))[3:]  # behind those of the key
    assert [bar.get("class") for bar in bars] == ["ours", "rest", "ours"]


def test_a_bar_is_the_longer_the_more_seconds_and_a_decade_is_always_as_long() -> None:
    measured = results(
        series("site_gen", 10, "cold", 1.0),
        series("hugo", 10, "cold", 10.0),
        series("site_gen", 10, "body", 100.0),
    )
    chart = ElementTree.fromstring(draw_report(measured))
    widths = [float(rect.get("width", "")) for rect in chart.iter(f"{SVG}rect")][3:]
    assert widths[0] > 0
    assert widths[1] - widths[0] == pytest.approx(widths[2] - widths[1], abs=0.2)


def test_what_is_saved_is_read_again(tmp_path: Path) -> None:
    save_results(MEASURED, tmp_path / "deep" / "builds.json")
    assert read_results(tmp_path / "deep" / "builds.json") == MEASURED
    assert read_results(tmp_path / "none.json") is None


def test_newer_series_take_the_place_of_older_ones_and_the_rest_stays() -> None:
    newer = results(series("site_gen", 1000, "cold", 1.0))
    merged = merge(MEASURED, newer, ["site_gen", "hugo"])
    assert sorted(each.articles for each in merged.series) == [1000, 1000, 10000]
    found = merged.find("site_gen", 1000, "cold")
    assert found is not None
    assert found.seconds == 1.0


def test_a_tool_that_failed_says_why_and_its_older_figures_are_gone() -> None:
    failure = Failure("hugo", 1000, "took more than 16.4 GiB")
    newer = msgspec.structs.replace(results(), failures=(failure,))
    merged = merge(MEASURED, newer, ["site_gen", "hugo"])
    assert "| Hugo & Co | took more than 16.4 GiB |  |  |  |\n" in format_report(merged)
    assert merged.find("hugo", 1000, "cold") is None
    again = merge(merged, results(series("hugo", 1000, "cold", 4.0)), ["site_gen", "hugo"])
    assert again.failures == ()


def test_nothing_is_kept_of_another_version_or_another_machine() -> None:
    newer = results(series("site_gen", 1000, "cold", 1.0), version="1.1")
    merged = merge(MEASURED, newer, ["site_gen", "hugo"])
    assert [each.key for each in merged.series] == [
        ("hugo", 1000, "cold"),
        ("site_gen", 1000, "cold"),
    ]
    machine = msgspec.structs.replace(newer.machine, cores=4)
    elsewhere = msgspec.structs.replace(newer, machine=machine)
    assert merge(MEASURED, elsewhere, ["site_gen", "hugo"]) == elsewhere
