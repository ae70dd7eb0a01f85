"""Observations → the calibration that predicts them best, by the estimator's own equations.

SciPy minimizes `Σ wᵢ ρ(eᵢ / s) + Σ ((xⱼ − mⱼ) / σⱼ)²` over the logarithms `x` of the parameters,
with errors `eᵢ` of weight `wᵢ` and scale `s`, and `ρ(z) = 2 (√(1 + z²) − 1)`, which counts large
errors by their size and not by their square. The second sum are the priors. Most parameters concern
few rows, so derivatives are found for those alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from site_gen.estimator.calibration import Calibration
from site_gen.estimator.prefill import estimate_prefill
from site_gen.estimator.step import time_step
from site_gen.evidence.decode_parameters import decode_parameters
from site_gen.evidence.measurements import Kind
from site_gen.evidence.observations import Observation
from site_gen.evidence.parameters import Parameter, calibrate, expected_logarithms, set_values
from site_gen.evidence.prefill_parameters import prefill_parameters
from site_gen.evidence.pricing import Priced

_SCALE = 0.12
"""Error, as a logarithm, from which on it counts by its size and not by its square."""
_DIFFERENCE = 1e-4
"""Step of a logarithm by which derivatives are found."""
_COST_TOLERANCE, _STEP_TOLERANCE = 1e-8, 1e-5
"""Shares of the cost and of the point below which a step is not worth another one; derivatives by
differences allow no smaller steps."""

Numbers = NDArray[np.float64]


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
    found = least_squares(
        problem.residuals,
        start,
        problem.derivatives,
        method="lm",
        ftol=_COST_TOLERANCE,
        xtol=_STEP_TOLERANCE,
    )
    return set_values(table, problem.parameters, [float(value) for value in found.x])


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
        self._prior_derivatives = _prior_derivatives(parameters)
        self._expected = np.array(
            [math.log(each.expected) / each.spread for each in parameters], dtype=float
        )

    def residuals(self, point: Numbers) -> Numbers:
        """Those of the observations, then those of the priors."""
        priors = self._prior_derivatives @ point - self._expected
        return np.concatenate([self._data_residuals(point), priors])

    def derivatives(self, point: Numbers) -> Numbers:
        """Of each residual by each parameter; zero where a parameter does not concern a row."""
        here = self._data_residuals(point)
        data = np.zeros((len(self._observations), len(point)))
        for index, concerned in enumerate(self._concerned):
            moved = point.copy()
            moved[index] += _DIFFERENCE
            calibration = calibrate(self._table, self.parameters, moved.tolist())
            for i in concerned:
                data[i, index] = (self._residual(i, calibration) - here[i]) / _DIFFERENCE
        return np.concatenate([data, self._prior_derivatives])

    def _data_residuals(self, point: Numbers) -> list[float]:
        calibration = calibrate(self._table, self.parameters, point.tolist())
        return [self._residual(i, calibration) for i in range(len(self._observations))]

    def _residual(self, index: int, calibration: Calibration) -> float:
        observation = self._observations[index]
        rate = predict_rate(observation.priced, observation.ceiling, calibration)
        return self._roots[index] * robust(math.log(rate / observation.observed), _SCALE)


def robust(error: float, scale: float) -> float:
    """A residual whose square is `ρ(error / scale)`, with the sign of the error."""
    z = error / scale
    return math.copysign(math.sqrt(2 * (math.hypot(1, z) - 1)), z)


def _prior_derivatives(parameters: Sequence[Parameter]) -> Numbers:
    """Of `(x − parent − m) / σ` by each parameter; the parent is what classes share."""
    index = {parameter.name: i for i, parameter in enumerate(parameters)}
    matrix = np.zeros((len(parameters), len(parameters)))
    for i, each in enumerate(parameters):
        matrix[i, i] = 1 / each.spread
        if each.parent:
            matrix[i, index[each.parent]] = -1 / each.spread
    return matrix
