"""Measurements → a new calibration, and what cross-validation says of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from site_gen.estimator.calibration import make_calibration
from site_gen.estimator.catalogue import Catalogue
from site_gen.evidence.fit import fit
from site_gen.evidence.folds import OnFold, OutOfFold, cross_validate
from site_gen.evidence.measurements import Kind, Measurement
from site_gen.evidence.observations import Observation, find_observations
from site_gen.evidence.ranges import set_widths
from site_gen.evidence.scores import Scored

_KINDS: tuple[Kind, ...] = ("decode", "prefill")


@dataclass(frozen=True, slots=True)
class Calibrated:
    """What a fit made."""

    table: dict[str, Any]
    """The calibration as plain values."""

    out_of_fold: list[OutOfFold]
    """Every row that was fitted to, predicted without its source, its device and its model."""


def calibrate(
    catalogue: Catalogue,
    table: Mapping[str, Any],
    measurements: Sequence[Measurement],
    workers: int,
    on_fold: OnFold,
) -> Calibrated:
    """Fit all parameters of a table anew; what is not fitted stays as it is."""
    start = make_calibration(table)
    observations: dict[Kind, list[Observation]] = {
        kind: find_observations(catalogue, start, measurements, kind) for kind in _KINDS
    }
    residuals, out_of_fold = cross_validate(table, observations, workers, on_fold)
    fitted = dict(table)
    for kind in _KINDS:
        fitted = fit(fitted, kind, observations[kind])
        fitted = set_widths(fitted, kind, residuals[kind])
    return Calibrated(_count_rows(fitted, observations), out_of_fold)


def to_scored(rows: Sequence[OutOfFold]) -> list[Scored]:
    """The rows for `scores`."""
    return [
        Scored(
            group=each.observation.priced.group,
            hardware_class=each.observation.hardware_class,
            prediction=each.prediction,
            observed=each.observation.observed,
        )
        for each in rows
    ]


def _count_rows(
    table: dict[str, Any], observations: Mapping[Kind, Sequence[Observation]]
) -> dict[str, Any]:
    """The table with how much is behind each class."""
    for name, class_ in table["classes"].items():
        own = {
            kind: [each for each in rows if each.priced.device.device_class == name]
            for kind, rows in observations.items()
        }
        both = [each for rows in own.values() for each in rows]
        class_["decode_rows"] = len(own["decode"])
        class_["prefill_rows"] = len(own["prefill"])
        class_["devices"] = len({each.device for each in both})
        class_["sources"] = len({each.source for each in both})
    return table
