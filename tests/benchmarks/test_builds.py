"""A small run of the builds, with site_gen alone."""

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import builds
from benchmarks.builds import Plan, make_results, measure_size
from benchmarks.peers import PEERS
from benchmarks.scenarios import SCENARIOS

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="memory is in /proc")


def test_each_scenario_is_measured_and_its_work_found_done(tmp_path: Path) -> None:
    plan = Plan(["site_gen"], [12], 1, 300, tmp_path)
    failed: dict[str, str] = {}
    runs = measure_size(plan, 12, failed)
    assert not failed
    assert list(runs) == [("site_gen", scenario) for scenario in SCENARIOS]
    results = make_results(plan, 12, runs, failed)
    assert [series.articles for series in results.series] == [12] * len(SCENARIOS)
    assert 3900 <= results.bytes_per_article <= 4400
    assert not list((tmp_path / "sites").glob("*/"))


def test_a_tool_that_fails_is_left_out_with_all_it_took(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = replace(PEERS["site_gen"], command=lambda *_: ("sh", "-c", "echo no; exit 3"))
    lazy = replace(broken, name="lazy", label="lazy", command=lambda *_: ("true",))
    monkeypatch.setattr(builds, "PEERS", {"broken": replace(broken, name="broken"), "lazy": lazy})
    failed: dict[str, str] = {}
    assert measure_size(Plan(["broken", "lazy"], [12], 1, 300, tmp_path), 12, failed) == {}
    assert failed == {"broken": "`sh` ended with 3", "lazy": "0 pages of 12 articles"}
    told = capsys.readouterr().err
    assert "site_gen is left out: `sh` ended with 3:\nno\n" in told
    assert "lazy is left out: 0 pages of 12 articles\n" in told


def test_a_tool_whose_round_takes_long_has_one_alone(tmp_path: Path) -> None:
    failed: dict[str, str] = {}
    runs = measure_size(Plan(["site_gen"], [2], 2, 0, tmp_path), 2, failed)
    assert [len(measured) for measured in runs.values()] == [1] * len(SCENARIOS)
    runs = measure_size(Plan(["site_gen"], [2], 2, 300, tmp_path), 2, failed)
    assert [len(measured) for measured in runs.values()] == [2] * len(SCENARIOS)
