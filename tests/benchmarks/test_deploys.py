"""Deployments that are measured: what is told of their times, and a small run of our own."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec
import pytest

from benchmarks.deploys import Built, Plan, measure_tool, read_files
from benchmarks.deploys_report import HEAD, format_deploys, make_rows
from benchmarks.deploys_results import (
    STEPS,
    DeploysResults,
    read_deploys_results,
    save_deploys_results,
)
from benchmarks.measuring import CommandError
from benchmarks.report import format_report
from benchmarks.results import read_results
from tests.deploy.in_place.stores import BUCKET, KEY, SECRET

needs_proc = pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="processor time is in /proc"
)


def deploys(tool: str, *seconds: float) -> list[dict[str, object]]:
    """What a tool took for each step, in one round of three."""
    return [
        {"tool": tool, "version": "1.0", "step": step, "samples": [9.0, taken, 0.1]}
        for step, taken in zip(STEPS, seconds, strict=True)
    ]


MEASURED = msgspec.convert(
    {
        "machine": {"cpu": "Kettle 9", "cores": 2, "memory_gib": 24.0, "system": "Debian"},
        "date": "2026-01-01",
        "server": "a server 1.0",
        "files": 1000,
        "size_bytes": 5_000_000,
        "changed": 4,
        "deploys": [*deploys("site_gen", 2, 0.5, 1), *deploys("other sync", 4, 1, 0.5)],
    },
    DeploysResults,
)


def test_rows_have_medians_and_how_they_compare_with_ours() -> None:
    assert [dict(zip(HEAD, row, strict=False))["first"] for row in make_rows(MEASURED)] == [
        "2.00 s",
        "4.00 s",
    ]
    assert make_rows(MEASURED) == [
        ["site_gen 1.0", "2.00 s", "500", "", "0.50 s", "", "1.00 s", ""],
        ["other sync 1.0", "4.00 s", "250", "2.00 ×", "1.00 s", "2.00 ×", "0.50 s", "0.50 ×"],
    ]


def test_the_page_has_a_section_where_deployments_were_measured() -> None:
    section = format_deploys(MEASURED)
    assert section.startswith("## Deploying to an object store\n")
    assert "| **site_gen 1.0** | 2.00 s | 500 |  | 0.50 s |" in section
    assert "1,000 files, 5 MB, of which 4 change with the article; medians of 3 rounds" in section
    builds = read_results()
    assert builds
    assert section in format_report(builds, deploys=MEASURED)
    assert "object store" not in format_report(builds)


def test_what_is_saved_is_read_again(tmp_path: Path) -> None:
    save_deploys_results(MEASURED, tmp_path / "deep" / "deploys.json")
    assert read_deploys_results(tmp_path / "deep" / "deploys.json") == MEASURED
    assert read_deploys_results(tmp_path / "none.json") is None


@needs_proc
def test_a_tool_is_measured_and_what_it_left_out_is_told(tmp_path: Path) -> None:
    site = tmp_path / "site"
    (site / ".site_gen").mkdir(parents=True)
    for name in ("index.html", "_headers", ".site_gen/manifest.json"):
        (site / name).write_text(name)
    files = read_files(site)
    assert files == {"index.html": b"index.html"}
    plan = Plan(1, 1, tmp_path)
    plan.site.parent.mkdir()
    put = f"""
import sys
from obstore.store import S3Store
store = S3Store({BUCKET!r}, endpoint=sys.argv[1], region="us-east-1", access_key_id={KEY!r},
                secret_access_key={SECRET!r}, client_options={{"allow_http": True}})
store.put("index.html", b"1")
"""

    def command(_: Path, endpoint: str) -> list[str]:
        return [sys.executable, "-c", put, endpoint]

    seconds = measure_tool(plan, Built(site, site, files, 0), command)
    assert set(seconds) == set(STEPS)
    assert all(taken > 0 for taken in seconds.values())
    with pytest.raises(CommandError, match="1 files are missing after"):
        measure_tool(plan, Built(site, site, files | {"none": b""}, 0), command)
