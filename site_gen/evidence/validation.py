"""A file of measurements → what the estimator would have said, and how far off that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from site_gen.estimator.calibration import Calibration
from site_gen.estimator.catalogue import Catalogue
from site_gen.evidence.measurements import Measurement, Setting
from site_gen.evidence.prediction import Prediction, predict
from site_gen.evidence.pricing import NotPriced, Priced, find_row_class, price
from site_gen.evidence.scores import Scored


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A row with its prediction, or with the reason why there is none."""

    measurement: Measurement
    priced: Priced | None
    prediction: Prediction | None
    reason: str
    """Lower case, no full stop; "" of a row that was predicted."""


def validate(
    catalogue: Catalogue, calibration: Calibration, measurements: Sequence[Measurement]
) -> list[Outcome]:
    """Every row with what the estimator says of it: each is predicted or has its reason."""
    return [_validate_row(catalogue, calibration, each) for each in measurements]


def predict_setting(
    catalogue: Catalogue, calibration: Calibration, setting: Setting
) -> tuple[Priced, Prediction] | NotPriced:
    """What the estimator says of a row; its rate is nowhere near."""
    try:
        priced = price(catalogue, setting)
        if isinstance(priced, NotPriced):
            return priced
        return priced, predict(priced, calibration)
    except (ArithmeticError, AssertionError, ValueError) as error:
        # A file of others' making can hold numbers that no equation is made for, such as 1e300
        # parameters; the records refuse them, or the arithmetic does.
        return NotPriced(f"its numbers are out of range ({type(error).__name__})")


def to_scored(outcomes: Sequence[Outcome]) -> list[Scored]:
    """The rows that were predicted, for `scores`."""
    return [
        Scored(
            group=outcome.priced.group,
            hardware_class=find_row_class(outcome.measurement.setting),
            prediction=outcome.prediction,
            observed=outcome.measurement.tokens_per_s,
        )
        for outcome in outcomes
        if outcome.priced and outcome.prediction
    ]


def _validate_row(
    catalogue: Catalogue, calibration: Calibration, measurement: Measurement
) -> Outcome:
    if measurement.problem:
        return _without(measurement, measurement.problem)
    found = predict_setting(catalogue, calibration, measurement.setting)
    if isinstance(found, NotPriced):
        return _without(measurement, found.reason)
    priced, prediction = found
    return Outcome(measurement=measurement, priced=priced, prediction=prediction, reason="")


def _without(measurement: Measurement, reason: str) -> Outcome:
    return Outcome(measurement=measurement, priced=None, prediction=None, reason=reason)
