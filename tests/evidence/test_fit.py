"""The fit: that it finds what made the data, and that nothing leaks into a fold."""

from __future__ import annotations

import tomllib
from dataclasses import replace

import pytest

from site_gen.diagnostics import Source
from site_gen.estimator.calibration import make_calibration
from site_gen.evidence.fit import fit, parameters_of, predict_rate, robust
from site_gen.evidence.measurements import Kind, read_measurements
from site_gen.evidence.observations import Observation, find_observations
from site_gen.evidence.parameters import calibrate, expected_logarithms
from tests.evidence.rows import DATA, catalogue

TABLE = tomllib.loads((DATA / "calibration.toml").read_text(encoding="utf-8"))


def observe(kind: Kind) -> list[Observation]:
    """Every sixth published row: enough for all that is tested here."""
    text = (DATA / "measured.csv").read_text(encoding="utf-8")
    measurements, _ = read_measurements(Source("measured.csv", text))
    return find_observations(catalogue(), make_calibration(TABLE), measurements[::6], kind)


def test_robust_residuals_grow_slowly() -> None:
    assert robust(0.001, 0.1) == pytest.approx(0.01, rel=1e-3)
    assert robust(-0.001, 0.1) == pytest.approx(-0.01, rel=1e-3)
    assert robust(10, 0.1) ** 2 == pytest.approx(198, rel=1e-3)


@pytest.mark.parametrize("kind", ["decode", "prefill"])
def test_parameters_change_only_the_rows_that_they_concern(kind: Kind) -> None:
    parameters, observations = parameters_of(kind), observe(kind)
    start = expected_logarithms(parameters)
    usual = calibrate(TABLE, parameters, start)
    for index, parameter in enumerate(parameters):
        moved = [value + 0.3 * (i == index) for i, value in enumerate(start)]
        changed = calibrate(TABLE, parameters, moved)
        for each in observations:
            if not parameter.concerns(each.priced):
                rates = [predict_rate(each.priced, each.ceiling, one) for one in (usual, changed)]
                assert rates[0] == rates[1], (parameter.name, each.measurement.line)


def test_a_fit_does_not_look_at_the_calibration_that_is_there() -> None:
    observations = observe("prefill")
    other = {**TABLE, "prefill_peak_share": 0.9, "prefill_expert_factor": 0.1}
    assert fit(TABLE, "prefill", observations) == fit(other, "prefill", observations)


def test_a_fit_finds_what_made_the_rates() -> None:
    made_by = make_calibration({**TABLE, "prefill_expert_factor": 0.8})
    observations = [
        replace(
            each,
            measurement=replace(
                each.measurement, tokens_per_s=predict_rate(each.priced, each.ceiling, made_by)
            ),
        )
        for each in observe("prefill")
    ]
    found = fit(TABLE, "prefill", observations)
    assert found["prefill_expert_factor"] == pytest.approx(0.8, rel=0.1)
