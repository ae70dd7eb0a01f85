"""What a fit writes: the calibration, the scores of its cross-validation, and every row of that."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from site_gen.evidence.calibrate import to_scored
from site_gen.evidence.cross_validation import LEFT_OUT
from site_gen.evidence.folds import OutOfFold
from site_gen.evidence.scores import score_classes, score_groups

_DIGITS = 6
_ROW_COLUMNS = ("row", "group", "class", "left_out", "observed", "low", "middle", "high")

_CALIBRATION_HEADER = """\
# The parameters of the calibrated model. `site-gen estimate fit` makes this file: change the priors
# or the measurements, not what is here. `estimator/calibration.py` says what each of them is.
# From measured.csv with the SHA-256 {digest}
"""
_SCORES_HEADER = """\
# How far off predictions are whose source, device or model the fit did not know.
# `site-gen estimate fit` makes this file. Errors are fractions: |predicted / observed - 1|, and
# bias is the median of predicted / observed - 1.
"""


def format_calibration(table: Mapping[str, Any], version: str, digest: str) -> str:
    """The file of a calibration: what classes share first, then engines, then classes."""
    body = format_toml({**table, "version": version})
    return f"{_CALIBRATION_HEADER.format(digest=digest)}\n{body}"


def format_scores(out_of_fold: Sequence[OutOfFold], version: str, digest: str) -> str:
    """The file of scores: by what was left out, and with the source left out by class as well."""
    scores, by_class = {}, {}
    for left_out in LEFT_OUT:
        rows = to_scored([each for each in out_of_fold if each.left_out == left_out])
        scores[left_out] = {name: asdict(each) for name, each in score_groups(rows).items()}
        by_class[left_out] = {
            name: {group: asdict(each) for group, each in groups.items() if each.rows}
            for name, groups in score_classes(rows).items()
        }
    head = {"version": version, "data_sha256": digest}
    return f"{_SCORES_HEADER}\n{format_toml({**head, 'scores': scores, 'by_class': by_class})}"


def format_rows(out_of_fold: Iterable[OutOfFold]) -> str:
    """Every row three times, in tokens/s: without its source, its device and its model."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_ROW_COLUMNS)
    order = sorted(
        out_of_fold,
        key=lambda each: (each.observation.measurement.row, LEFT_OUT.index(each.left_out)),
    )
    for each in order:
        found, seen = each.prediction, each.observation
        rates = (found.low, found.middle, found.high)
        where = (seen.measurement.row, seen.priced.group, seen.hardware_class, each.left_out)
        writer.writerow((*where, seen.observed, *(f"{rate:.5g}" for rate in rates)))
    return text.getvalue()


def format_toml(table: Mapping[str, Any]) -> str:
    """Plain values and tables of them as TOML; None is left out."""
    return "\n".join(_lines(table, ())).lstrip("\n") + "\n"


def _lines(table: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    values = {name: each for name, each in table.items() if not isinstance(each, Mapping)}
    if path and values:
        yield f"\n[{'.'.join(map(_key, path))}]"
    for name, each in values.items():
        if each is not None:
            yield f"{name} = {_value(each)}"
    for name, each in table.items():
        if isinstance(each, Mapping):
            yield from _lines(each, (*path, name))


def _key(name: str) -> str:
    is_bare = name.replace("-", "").replace("_", "").isalnum()
    return name if is_bare else f'"{name}"'


def _value(value: float | str) -> str:
    """A value to a few digits that mean something, e.g. `1.27976e+12`."""
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, int):
        return str(value)
    assert math.isfinite(value)
    text = f"{value:.{_DIGITS}g}"
    return text if any(mark in text for mark in ".e") else f"{text}.0"
