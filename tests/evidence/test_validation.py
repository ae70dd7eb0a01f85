"""Validation: every row is predicted or has its reason, whatever is in the file."""

from __future__ import annotations

import json
import math
import tomllib
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from site_gen.diagnostics import Source
from site_gen.estimator.calibration import Calibration, make_calibration
from site_gen.evidence.cross_validation import load_cross_validation
from site_gen.evidence.measurements import Measurement, read_measurements
from site_gen.evidence.report import to_csv, to_json
from site_gen.evidence.scores import GROUPS
from site_gen.evidence.validation import Outcome, validate
from tests.evidence.rows import COLUMNS, DATA, USUAL, catalogue, read_text, write_rows

CALIBRATION: Calibration = make_calibration(
    tomllib.loads((DATA / "calibration.toml").read_text(encoding="utf-8"))
)
ODD_CELLS = st.one_of(
    st.sampled_from(
        ["", "0", "-1", "nan", "inf", "1e300", "1e-300", "max", "hybrid", "x + y", "2x"]
    ),
    st.sampled_from(["cpu-server", "apple-cpu", "EPYC 9654", "0x0B", "-A0B", "ISL0/OSL0", "pp0"]),
    st.text(max_size=12).filter(lambda text: "\r" not in text),
)


def validate_text(text: str) -> list[Outcome]:
    measurements, _ = read_text(text)
    return validate(catalogue(), CALIBRATION, measurements)


@cache
def published() -> tuple[list[str], list[Measurement]]:
    """The lines of the built-in measurements, and what they say."""
    text = (DATA / "measured.csv").read_text(encoding="utf-8")
    return text.splitlines(), read_measurements(Source("measured.csv", text))[0]


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from(COLUMNS), ODD_CELLS, max_size=6))
def test_no_row_is_lost_and_nothing_is_raised(cells: dict[str, str]) -> None:
    outcomes = validate_text(write_rows(USUAL, {**USUAL, **cells}))
    found = to_json(outcomes)
    priced = sum(found[group]["rows"] for group in GROUPS)
    assert priced + len(found["not_priced"]) == len(outcomes) >= 2
    for outcome in outcomes:
        assert bool(outcome.reason) != bool(outcome.prediction)
        if outcome.prediction:
            rates = outcome.prediction
            assert 0 < rates.low <= rates.middle <= rates.high < math.inf


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 1227), st.sets(st.sampled_from(COLUMNS), max_size=12))
def test_published_rows_may_lose_any_cell(index: int, blanked: set[str]) -> None:
    lines, measurements = published()
    line = lines[measurements[index].line - 1]
    names = next(line for line in lines if not line.startswith("#")).split(",")
    kept = ",".join(name if name not in blanked else f"{name} (lost)" for name in names)
    if not blanked & {"hardware", "model", "tokens_per_second"}:
        (outcome,) = validate_text(f"{kept}\n{line}\n")
        assert bool(outcome.reason) != bool(outcome.prediction)


def test_predictions_do_not_look_at_the_rate() -> None:
    _, rows = published()
    others = [replace(each, tokens_per_s=17.0) for each in rows]
    before, after = (validate(catalogue(), CALIBRATION, each) for each in (rows, others))
    assert [each.prediction for each in before] == [each.prediction for each in after]
    assert [each.reason for each in before] == [each.reason for each in after]


def test_json_has_groups_classes_and_what_was_not_priced() -> None:
    text = write_rows(USUAL, {**USUAL, "model": "Mystery"}, {**USUAL, "hw_class": "my-GPU"})
    found = json.loads(json.dumps(to_json(validate_text(text))))
    assert set(found) == {*GROUPS, "by_class", "not_priced"}
    assert found["prefill"] == {
        "rows": 0,
        "median_absolute_error": None,
        "p90_absolute_error": None,
        "bias": None,
        "inside_range": None,
    }
    assert found["decode_batch_1"]["rows"] == 2
    assert list(found["by_class"]) == ["my-GPU", "nvidia-consumer"]
    reason = "parameters of the model are not known"
    assert found["not_priced"] == [{"row": 2, "line": 3, "reason": reason}]


def test_rows_are_written_with_their_predictions_or_reasons() -> None:
    text = to_csv(validate_text(write_rows(USUAL, {**USUAL, "model": "Mystery"})))
    header, first, second = text.splitlines()
    assert header == "row,line,hardware,model,quant,kind,low,middle,high,reason"
    assert first.startswith("1,2,RTX 4090,Llama-3.1-8B,Q4_K_M,decode,")
    assert second == ("2,3,RTX 4090,Mystery,Q4_K_M,decode,,,,parameters of the model are not known")


def test_the_published_calibration_is_as_good_as_it_says() -> None:
    found = to_json(validate(catalogue(), CALIBRATION, published()[1]))
    crossed = load_cross_validation()["scores"]["source"]
    for group in GROUPS:
        assert found[group]["median_absolute_error"] < crossed[group]["median_absolute_error"]
    assert found["decode_batch_1"]["median_absolute_error"] == pytest.approx(0.05, abs=0.01)
    assert len(found["not_priced"]) == 1
