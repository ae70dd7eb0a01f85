"""How wide the 80 % ranges must be: from errors of rows that a fit did not know.

The width of a range of decoding is `k · (0.15 + 1 − T / ceiling)` as a logarithm: a rate near the
bound is sure, and one that is far below it is not. `k` is a quantile of the errors of a class in
these units, drawn to that of all classes where few devices and sources are behind it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from site_gen.estimator.estimate import WIDTH_AT_CEILING
from site_gen.evidence.measurements import Kind
from site_gen.evidence.observations import Observation
from site_gen.evidence.scores import find_quantile

_QUANTILES: Mapping[Kind, float] = {"decode": 0.72, "prefill": 0.82}
"""Less than 0.8 of decoding, since classes with few devices and sources are made wider: such that
some 85 % of rows without their source are inside, and some 80 % of those in the small sources."""
_SHARED_CELLS = 4
"""Devices and sources that the width of all classes counts as much as."""
_CELL_EXPONENT = -0.5
_UNSEEN_FACTOR = 1.6
"""On the width of all classes, of a class without rows."""
_FEW_CELLS = 0.5
"""A class that is known from one device and source is wider by half, from two by a quarter."""
_UNKNOWN_FACTOR = 1.25
"""On the width where the model, its bits or the bandwidth is not known."""
_BATCHED_QUANTILE, _BATCHED_FACTOR = 0.8, 1.2
"""Batches were measured on few devices, so their errors are made larger."""


@dataclass(frozen=True, slots=True)
class Residual:
    """A row that was predicted by a fit that left its group out."""

    observation: Observation
    left_out: str
    """What was: "source", "device" or "model"."""
    rate: float

    @property
    def error(self) -> float:
        """Its size, as a logarithm."""
        return abs(math.log(self.rate / self.observation.observed))

    @property
    def relative_error(self) -> float:
        """The same in units of the width of a range."""
        if self.observation.priced.kind == "prefill":
            return self.error
        return self.error / (WIDTH_AT_CEILING + 1 - self.rate / self.observation.ceiling)

    @property
    def is_batched(self) -> bool:
        """Whether it is of decoding more than one sequence."""
        return self.observation.priced.workload.batch > 1


def set_widths(
    table: Mapping[str, Any], kind: Kind, residuals: Sequence[Residual]
) -> dict[str, Any]:
    """The table with the widths of a kind that these residuals ask for."""
    changed: dict[str, Any] = deepcopy(dict(table))
    field = f"{kind}_width"
    pool = [each for each in residuals if each.left_out != "model" and not each.is_batched]
    if not pool:
        return changed
    shared = _quantile(pool, _QUANTILES[kind])
    for name, class_ in changed["classes"].items():
        own = [each for each in pool if each.observation.priced.device.device_class == name]
        class_[field] = _width(own, shared, kind) if own else shared * _UNSEEN_FACTOR
    changed["classes"][""][field] *= _UNKNOWN_FACTOR
    if batched := [each.error for each in residuals if each.is_batched]:
        changed["batched_width"] = find_quantile(batched, _BATCHED_QUANTILE) * _BATCHED_FACTOR
    return changed


def _width(own: Sequence[Residual], shared: float, kind: Kind) -> float:
    """A class's own quantile, drawn to that of all."""
    cells = len({each.observation.cell for each in own})
    width = _quantile(own, _QUANTILES[kind])
    drawn = (cells * width + _SHARED_CELLS * shared) / (cells + _SHARED_CELLS)
    return drawn * (1 + _FEW_CELLS / cells)


def _quantile(residuals: Sequence[Residual], share: float) -> float:
    """The quantile of relative errors, in which a row of many alike counts less."""
    ordered = sorted(
        (each.relative_error, each.observation.cell_rows**_CELL_EXPONENT) for each in residuals
    )
    left = share * sum(weight for _, weight in ordered)
    for error, weight in ordered:
        left -= weight
        if left <= 0:
            return error
    return ordered[-1][0]
