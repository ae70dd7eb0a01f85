"""Saves that are seen in a browser: what is told of their times, and a small run of our own."""

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Browser

from benchmarks.corpus.article import SEED
from benchmarks.edited import copy_blog, write_corpus
from benchmarks.peers import PEERS
from benchmarks.report import format_report
from benchmarks.results import OURS, read_results
from benchmarks.saves import Plan, measure_safely, measure_saves
from benchmarks.saves_report import HEAD, format_saves, make_rows
from benchmarks.saves_results import (
    SavesResults,
    find_percentile,
    read_saves_results,
    save_saves_results,
)
from benchmarks.scenarios import Site, sentence_of

needs_proc = pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="processor time is in /proc"
)


def saves(tool: str, site: str, *samples_ms: float, lost: int = 0) -> dict[str, object]:
    """Saves that took so long, of a server that was ready after 1.5 s."""
    names = {"tool": tool, "label": tool.title(), "version": "1.0", "site": site}
    times = {"ready_seconds": 1.5, "samples_ms": samples_ms, "lost": lost}
    return names | times | {"articles": 1000 if site == "corpus" else 6}


MEASURED = msgspec.convert(
    {
        "machine": {"cpu": "Kettle 9", "cores": 2, "memory_gib": 24.0, "system": "Debian"},
        "date": "2026-01-01",
        "browser": "1.2.3",
        "saves": [
            saves("site_gen", "corpus", 40, 60, 50),
            saves("site_gen", "blog", 30),
            saves("hugo", "corpus", *range(100, 2100, 100), lost=1),
        ],
    },
    SavesResults,
)


@pytest.mark.parametrize(
    ("count", "percent", "expected"),
    [(1, 95, 1), (5, 95, 5), (20, 95, 19), (50, 95, 48), (100, 95, 95), (100, 100, 100), (3, 0, 1)],
)
def test_a_percentile_is_a_sample_that_so_many_do_not_exceed(
    count: int, percent: int, expected: int
) -> None:
    assert find_percentile(range(count, 0, -1), percent) == expected


def test_each_tool_and_site_has_a_row_and_a_ratio_where_ours_has_the_same_site() -> None:
    assert [dict(zip(HEAD, row, strict=True)) for row in make_rows(MEASURED)] == [
        {
            "": "Site_Gen",
            "articles": "1,000",
            "saves": "3",
            "median": "50.0 ms",
            "95th percentile": "60.0 ms",
            "fastest": "40.0 ms",
            "slowest": "60.0 ms",
            "times ours": "",
            "ready after": "1.50 s",
        },
        {
            "": "Site_Gen, the blog",
            "articles": "6",
            "saves": "1",
            "median": "30.0 ms",
            "95th percentile": "30.0 ms",
            "fastest": "30.0 ms",
            "slowest": "30.0 ms",
            "times ours": "",
            "ready after": "1.50 s",
        },
        {
            "": "Hugo",
            "articles": "1,000",
            "saves": "20, 1 lost",
            "median": "1.05 s",
            "95th percentile": "1.90 s",
            "fastest": "100 ms",
            "slowest": "2.00 s",
            "times ours": "21.0 ×",
            "ready after": "1.50 s",
        },
    ]


def test_the_page_has_a_section_where_saves_were_measured() -> None:
    section = format_saves(MEASURED)
    assert section.startswith("## A save, seen in the browser\n\n")
    assert "| **Site_Gen** | 1,000 | 3 | 50.0 ms |" in section
    assert "| Hugo | 1,000 | 20, 1 lost |" in section
    assert section.endswith(
        "\n\n2 cores of Kettle 9, 24 GiB, Debian; Chromium 1.2.3; 2026-01-01.\n"
    )
    builds = read_results()
    assert builds
    assert f"\n\n{section}\n## " in format_report(builds, None, MEASURED)
    assert "seen in the browser" not in format_report(builds, None, None)


def test_what_is_saved_is_read_again(tmp_path: Path) -> None:
    save_saves_results(MEASURED, tmp_path / "deep" / "saves.json")
    assert read_saves_results(tmp_path / "deep" / "saves.json") == MEASURED
    assert read_saves_results(tmp_path / "none.json") is None


@needs_proc
def test_a_save_of_ours_is_seen(tmp_path: Path, browser: Browser) -> None:
    plan = Plan([OURS], 12, 1, 60, tmp_path)
    edited = write_corpus(Site(PEERS[OURS], tmp_path / "tools", tmp_path / "site", SEED, 12))
    found = measure_saves(plan, browser, edited)
    assert (found.tool, found.site, found.articles, found.lost) == (OURS, "corpus", 12, 0)
    assert len(found.samples_ms) == 1
    assert found.samples_ms[0] > 0


@needs_proc
def test_a_tool_that_fails_is_left_out_and_its_site_removed(
    tmp_path: Path, browser: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = replace(PEERS[OURS], command=lambda *_: ("sh", "-c", "echo no; exit 3"))
    site = Site(broken, tmp_path / "tools", tmp_path / "site", SEED, 2)
    plan = Plan([OURS], 2, 1, 60, tmp_path)
    assert measure_safely(plan, browser, lambda: write_corpus(site)) is None
    assert "site_gen, corpus, is left out: `sh` ended with 3:\nno\n" in capsys.readouterr().err
    assert not site.folder.exists()


def test_an_edition_of_an_article_of_the_blog_ends_with_its_sentence(tmp_path: Path) -> None:
    edited = copy_blog(tmp_path / "blog")
    text = edited.source.read_text(encoding="utf-8")
    assert edited.format_edition(7) == f"{text}\n{sentence_of(7)}\n"
    assert edited.articles == len(list((edited.folder / "content/articles").glob("*/index.md")))
