"""Cross-validation: fits that leave a source, a device or a model out, each from the priors on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Any

from site_gen.estimator.calibration import make_calibration
from site_gen.evidence.cross_validation import LEFT_OUT
from site_gen.evidence.fit import fit, predict_rate
from site_gen.evidence.measurements import Kind
from site_gen.evidence.observations import Observation
from site_gen.evidence.prediction import Prediction, predict
from site_gen.evidence.ranges import Residual, set_widths

OnFold = Callable[[int, int], None]
"""Called after each fit with how many are done, and how many there are."""


@dataclass(frozen=True, slots=True)
class Fold:
    """What is left out of a fit."""

    kind: Kind
    left_out: str
    group: str

    def has(self, observation: Observation) -> bool:
        """Whether a row is left out."""
        return observation.group_of(self.left_out) == self.group


@dataclass(frozen=True, slots=True)
class OutOfFold:
    """A row with what a fit said that did not know its group, and a range from other groups."""

    observation: Observation
    left_out: str
    prediction: Prediction


def cross_validate(
    table: Mapping[str, Any],
    observations: Mapping[Kind, Sequence[Observation]],
    workers: int,
    on_fold: OnFold,
) -> tuple[dict[Kind, list[Residual]], list[OutOfFold]]:
    """Every row predicted without its source, its device and its model."""
    folds = [fold for kind, rows in observations.items() for fold in _find_folds(kind, rows)]
    tables: list[dict[str, Any]] = []
    with ProcessPoolExecutor(workers) as executor:
        jobs = ((table, fold, observations[fold.kind]) for fold in folds)
        for fitted in executor.map(_fit_without, *zip(*jobs, strict=True)):
            tables.append(fitted)
            on_fold(len(tables), len(folds))
    pairs = list(zip(folds, tables, strict=True))
    residuals = {
        kind: [each for pair in pairs if pair[0].kind == kind for each in _residuals(*pair, rows)]
        for kind, rows in observations.items()
    }
    predicted = [
        each
        for fold, fitted in pairs
        for each in _predict(fold, fitted, observations[fold.kind], residuals[fold.kind])
    ]
    return residuals, predicted


def _find_folds(kind: Kind, observations: Sequence[Observation]) -> Iterator[Fold]:
    for left_out in LEFT_OUT:
        for group in sorted({each.group_of(left_out) for each in observations}):
            yield Fold(kind, left_out, group)


def _fit_without(
    table: Mapping[str, Any], fold: Fold, observations: Iterable[Observation]
) -> dict[str, Any]:
    return fit(table, fold.kind, [each for each in observations if not fold.has(each)])


def _residuals(
    fold: Fold, table: Mapping[str, Any], observations: Iterable[Observation]
) -> Iterator[Residual]:
    calibration = make_calibration(table)
    for each in observations:
        if fold.has(each):
            rate = predict_rate(each.priced, each.ceiling, calibration)
            yield Residual(each, fold.left_out, rate)


def _predict(
    fold: Fold,
    table: Mapping[str, Any],
    observations: Iterable[Observation],
    residuals: Iterable[Residual],
) -> Iterator[OutOfFold]:
    """The rows that were left out, with ranges from the errors of all others."""
    others = [each for each in residuals if not fold.has(each.observation)]
    calibration = make_calibration(set_widths(table, fold.kind, others))
    for each in observations:
        if fold.has(each):
            yield OutOfFold(each, fold.left_out, predict(each.priced, calibration))
