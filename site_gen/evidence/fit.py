"""Observations → the calibration that predicts them best, by the estimator's own equations."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from site_gen.estimator.calibration import Calibration
from site_gen.estimator.prefill import estimate_prefill
from site_gen.estimator.step import time_step
from site_gen.evidence.decode_parameters import decode_parameters
from site_gen.evidence.least_squares import Row, minimize, robust
from site_gen.evidence.measurements import Kind
from site_gen.evidence.observations import Observation
from site_gen.evidence.parameters import Parameter, calibrate, expected_logarithms, set_values
from site_gen.evidence.prefill_parameters import prefill_parameters
from site_gen.evidence.pricing import Priced

_SCALE = 0.12
"""Error, as a logarithm, from which on it counts by its size and not by its square."""
_DIFFERENCE = 1e-4
"""Step of a logarithm by which derivatives are found."""


def parameters_of(kind: Kind) -> list[Parameter]:
    """What is fitted to rows of a kind; the two kinds have none in common."""
    return decode_parameters() if kind == "decode" else prefill_parameters()


def fit(
    table: Mapping[str, Any], kind: Kind, observations: Sequence[Observation]
) -> dict[str, Any]:
    """The table with the parameters of a kind fitted, from their priors on.

    What the table has for them is not looked at, so that nothing leaks from another fit.
    """
    problem = _Problem(table, parameters_of(kind), observations)
    start = expected_logarithms(problem.parameters)
    found = minimize(problem.linearize, problem.cost, start)
    return set_values(table, problem.parameters, found)


def predict_rate(priced: Priced, ceiling: float, calibration: Calibration) -> float:
    """The rate of a row in tokens/s."""
    if priced.kind == "prefill":
        workload, devices = priced.workload, priced.devices
        found = estimate_prefill(priced.device, priced.model, workload, calibration, devices)
        return found.middle_tokens_per_s
    step = time_step(priced.device, priced.model, priced.workload, calibration)
    return min(ceiling, priced.workload.batch / step.total_s)


class _Problem:
    """Residuals of observations and of priors."""

    def __init__(
        self,
        table: Mapping[str, Any],
        parameters: Sequence[Parameter],
        observations: Sequence[Observation],
    ) -> None:
        self.parameters = parameters
        self._table = table
        self._observations = observations
        mean = sum(each.weight for each in observations) / max(1, len(observations))
        self._roots = [math.sqrt(each.weight / mean) for each in observations]
        self._concerned = [
            [i for i, each in enumerate(observations) if parameter.concerns(each.priced)]
            for parameter in parameters
        ]
        index = {parameter.name: i for i, parameter in enumerate(parameters)}
        self._parents = [index[each.parent] if each.parent else None for each in parameters]

    def cost(self, point: Sequence[float]) -> float:
        """The sum of squared residuals."""
        residuals = [*self._data_residuals(point), *self._prior_residuals(point)]
        return sum(each * each for each in residuals)

    def linearize(self, point: Sequence[float]) -> tuple[list[float], list[Row]]:
        """Residuals with their derivatives."""
        residuals = self._data_residuals(point)
        rows: list[Row] = [{} for _ in residuals]
        for index, concerned in enumerate(self._concerned):
            if concerned:
                self._differentiate(point, index, residuals, rows)
        return residuals + self._prior_residuals(point), rows + self._prior_rows()

    def _differentiate(
        self, point: Sequence[float], index: int, residuals: Sequence[float], rows: list[Row]
    ) -> None:
        """Put the derivatives by one parameter into the rows that it concerns."""
        moved = list(point)
        moved[index] += _DIFFERENCE
        calibration = calibrate(self._table, self.parameters, moved)
        for i in self._concerned[index]:
            change = self._residual(i, calibration) - residuals[i]
            if change:
                rows[i][index] = change / _DIFFERENCE

    def _data_residuals(self, point: Sequence[float]) -> list[float]:
        calibration = calibrate(self._table, self.parameters, point)
        return [self._residual(i, calibration) for i in range(len(self._observations))]

    def _residual(self, index: int, calibration: Calibration) -> float:
        observation = self._observations[index]
        rate = predict_rate(observation.priced, observation.ceiling, calibration)
        return self._roots[index] * robust(math.log(rate / observation.observed), _SCALE)

    def _prior_residuals(self, point: Sequence[float]) -> list[float]:
        return [
            (value - math.log(each.expected) - (0.0 if parent is None else point[parent]))
            / each.spread
            for value, each, parent in zip(point, self.parameters, self._parents, strict=True)
        ]

    def _prior_rows(self) -> list[Row]:
        rows = []
        for index, (each, parent) in enumerate(zip(self.parameters, self._parents, strict=True)):
            row = {index: 1 / each.spread}
            if parent is not None:
                row[parent] = -1 / each.spread
            rows.append(row)
        return rows
