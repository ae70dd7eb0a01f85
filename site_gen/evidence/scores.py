"""How far predictions are from what was observed."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from site_gen.evidence.prediction import Prediction

GROUPS: Mapping[str, str] = {
    "decode_batch_1": "decode, batch 1",
    "decode_batched": "decode, batched",
    "prefill": "prefill",
}
"""What is scored apart, with the words for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A prediction beside what was observed."""

    group: str
    """A key of `GROUPS`."""

    hardware_class: str
    prediction: Prediction
    observed: float
    """In tokens/s, positive."""

    @property
    def error(self) -> float:
        """Predicted / observed − 1, e.g. −0.1 where the prediction is a tenth too slow."""
        return self.prediction.middle / self.observed - 1

    @property
    def is_inside(self) -> bool:
        """Whether the observed rate is in the range."""
        return self.prediction.low <= self.observed <= self.prediction.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What predictions are worth. Errors are fractions, and None where there are no rows."""

    rows: int

    median_absolute_error: float | None
    """Half of the rows have a smaller |predicted / observed − 1|."""

    p90_absolute_error: float | None
    """Nine of ten rows have a smaller one."""

    bias: float | None
    """Median of predicted / observed − 1: above 0 where predictions are too fast."""

    inside_range: float | None
    """Share of rows whose observed rate is in the 80 % range."""


def score(rows: Sequence[Scored]) -> Score:
    """The figures of some rows together."""
    if not rows:
        return Score(
            rows=0,
            median_absolute_error=None,
            p90_absolute_error=None,
            bias=None,
            inside_range=None,
        )
    errors = [row.error for row in rows]
    sizes = [abs(error) for error in errors]
    return Score(
        rows=len(rows),
        median_absolute_error=statistics.median(sizes),
        p90_absolute_error=find_quantile(sizes, 0.9),
        bias=statistics.median(errors),
        inside_range=sum(row.is_inside for row in rows) / len(rows),
    )


def score_groups(rows: Sequence[Scored]) -> dict[str, Score]:
    """The figures of each group of `GROUPS`."""
    return {group: score([row for row in rows if row.group == group]) for group in GROUPS}


def score_classes(rows: Sequence[Scored]) -> dict[str, dict[str, Score]]:
    """The figures of each group by class, classes by their names."""
    classes = sorted({row.hardware_class for row in rows})
    return {
        name: score_groups([row for row in rows if row.hardware_class == name]) for name in classes
    }


def find_quantile(values: Sequence[float], share: float) -> float:
    """The value below which that share of them is, between two neighbours by a straight line."""
    ordered = sorted(values)
    position = share * (len(ordered) - 1)
    lower = math.floor(position)
    upper = min(lower + 1, len(ordered) - 1)
    return ordered[lower] + (position - lower) * (ordered[upper] - ordered[lower])
