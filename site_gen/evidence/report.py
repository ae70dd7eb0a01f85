"""What a validation found, as JSON, as comma-separated values and as text."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from site_gen.evidence.scores import Score, score_classes, score_groups
from site_gen.evidence.validation import Outcome, to_scored

_COLUMNS = ("row", "line", "hardware", "model", "quant", "kind", "low", "middle", "high", "reason")


def to_json(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Groups with their figures, the same by class, and the rows that were not priced."""
    scored = to_scored(outcomes)
    by_class = {name: _plain(groups) for name, groups in score_classes(scored).items()}
    return {
        **_plain(score_groups(scored)),
        "by_class": by_class,
        "not_priced": [
            {
                "row": outcome.measurement.row,
                "line": outcome.measurement.line,
                "reason": outcome.reason,
            }
            for outcome in outcomes
            if outcome.reason
        ],
    }


def to_csv(outcomes: Sequence[Outcome]) -> str:
    """Each row with its prediction in tokens/s, or with its reason."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows(_cells(outcome) for outcome in outcomes)
    return text.getvalue()


def _plain(groups: Mapping[str, Score]) -> dict[str, dict[str, Any]]:
    return {name: asdict(score) for name, score in groups.items()}


def _cells(outcome: Outcome) -> list[str]:
    measurement, prediction = outcome.measurement, outcome.prediction
    setting = measurement.setting
    rates = ["", "", ""]
    if prediction:
        rates = [f"{each:.6g}" for each in (prediction.low, prediction.middle, prediction.high)]
    where = [str(measurement.row), str(measurement.line)]
    what = [setting.hardware, setting.model, setting.quantization, setting.kind]
    return [*where, *what, *rates, outcome.reason]
