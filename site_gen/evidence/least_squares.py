"""Robust least squares with priors: Levenberg and Marquardt's method on sparse rows.

It minimizes `Σ wᵢ ρ(eᵢ / s) + Σ ((xⱼ − mⱼ) / σⱼ)²` over `x`, with errors `eᵢ` of weight `wᵢ` and
scale `s`, and `ρ(z) = 2 (√(1 + z²) − 1)`, which counts large errors by their size and not by its
square. Most parameters concern few rows, so the derivatives of a row are kept by parameter.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

Row = dict[int, float]
"""Derivatives of a residual by the index of a parameter; those that are 0 are left out."""

_MOST_STEPS = 60
_SMALLEST_GAIN = 1e-7
"""Share of the cost below which a step gains nothing worth another one."""
_FIRST_DAMPING = 1e-3
_MOST_DAMPING = 1e8


def minimize(
    linearize: Callable[[Sequence[float]], tuple[list[float], list[Row]]],
    cost_of: Callable[[Sequence[float]], float],
    start: Sequence[float],
) -> list[float]:
    """The point with the least sum of squared residuals that is reached from `start`.

    `linearize` gives the residuals at a point with their derivatives, and `cost_of` the sum of
    their squares alone.
    """
    point, damping = list(start), _FIRST_DAMPING
    cost = cost_of(point)
    for _ in range(_MOST_STEPS):
        matrix, gradient = _normal_equations(*linearize(point), len(point))
        while damping < _MOST_DAMPING:
            step = _solve(matrix, gradient, damping)
            candidate = [each - change for each, change in zip(point, step, strict=True)]
            reached = cost_of(candidate)
            if reached < cost:
                break
            damping *= 4
        else:
            return point
        gain, cost, point = cost - reached, reached, candidate
        damping /= 5
        if gain < _SMALLEST_GAIN * cost:
            return point
    return point


def robust(error: float, scale: float) -> float:
    """A residual whose square is `ρ(error / scale)`, with the sign of the error."""
    z = error / scale
    return math.copysign(math.sqrt(2 * (math.hypot(1, z) - 1)), z)


def _normal_equations(
    residuals: Sequence[float], rows: Sequence[Row], count: int
) -> tuple[list[list[float]], list[float]]:
    """`JᵀJ` and `Jᵀr`."""
    matrix = [[0.0] * count for _ in range(count)]
    gradient = [0.0] * count
    for residual, row in zip(residuals, rows, strict=True):
        for index, derivative in row.items():
            gradient[index] += derivative * residual
            line = matrix[index]
            for other, factor in row.items():
                line[other] += derivative * factor
    return matrix, gradient


def _solve(
    matrix: Sequence[Sequence[float]], right: Sequence[float], damping: float
) -> list[float]:
    """The solution of a symmetric, positive system whose diagonal is made larger, by Cholesky."""
    count = len(right)
    lower = [[0.0] * count for _ in range(count)]
    for i in range(count):
        for j in range(i + 1):
            rest = matrix[i][j] - sum(map(float.__mul__, lower[i][:j], lower[j][:j]))
            if i == j:
                lower[i][i] = math.sqrt(rest + damping * matrix[i][i])
            else:
                lower[i][j] = rest / lower[j][j]
    forward: list[float] = []
    for i in range(count):
        done = sum(map(float.__mul__, lower[i][:i], forward))
        forward.append((right[i] - done) / lower[i][i])
    solution = [0.0] * count
    for i in reversed(range(count)):
        done = sum(lower[k][i] * solution[k] for k in range(i + 1, count))
        solution[i] = (forward[i] - done) / lower[i][i]
    return solution
