"""Scores, on numbers that can be checked by hand."""

from __future__ import annotations

import pytest

from site_gen.evidence.prediction import Prediction
from site_gen.evidence.scores import (
    GROUPS,
    Scored,
    find_quantile,
    score,
    score_classes,
    score_groups,
)


def scored(predicted: float, observed: float, class_: str = "apple") -> Scored:
    """A row of decode at batch 1 with a range of 10 % around its prediction."""
    prediction = Prediction(0.9 * predicted, predicted, 1.1 * predicted)
    return Scored(
        group="decode_batch_1", hardware_class=class_, prediction=prediction, observed=observed
    )


def test_scores_are_of_predicted_over_observed() -> None:
    found = score([scored(110, 100), scored(80, 100), scored(105, 100), scored(100, 100)])
    assert found.rows == 4
    assert found.median_absolute_error == pytest.approx(0.075)
    assert found.p90_absolute_error == pytest.approx(0.17)
    assert found.bias == pytest.approx(0.025)
    assert found.inside_range == pytest.approx(0.75)


def test_no_rows_have_no_figures() -> None:
    found = score([])
    assert found.rows == 0
    assert (found.median_absolute_error, found.bias, found.inside_range) == (None, None, None)


def test_groups_and_classes_are_all_there() -> None:
    rows = [scored(1, 1), scored(1, 1, "cpu-server")]
    assert list(score_groups(rows)) == list(GROUPS)
    classes = score_classes(rows)
    assert list(classes) == ["apple", "cpu-server"]
    assert [classes["apple"][group].rows for group in GROUPS] == [1, 0, 0]


def test_quantiles_lie_between_neighbours() -> None:
    assert find_quantile([1.0], 0.9) == 1.0
    assert find_quantile([0.0, 10.0], 0.9) == pytest.approx(9.0)
    assert find_quantile([3.0, 1.0, 2.0], 0.5) == 2.0
