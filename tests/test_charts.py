"""What a chart must be."""

from __future__ import annotations

import math

import pytest

from site_gen.charts import Axis, Band, Bars, Chart, Layer, Line, Points, Rule

LINE = Line("rate", ((1, 2), (2, 3)))


def make(*layers: Layer, x: Axis | None = None, y: Axis | None = None, title: str = "t") -> Chart:
    return Chart(title, "", x or Axis("across"), y or Axis("up"), layers)


def test_equal_charts_are_equal_records() -> None:
    assert len({make(LINE), make(Line("rate", ((1, 2), (2, 3))))}) == 1


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ((), "the chart has no data"),
        ((Rule("r", y=1),), "the chart has no data"),
        ((Line("l", ()),), "`l` has no points"),
        ((Line("l", ((1, math.nan),)),), "`l` holds nan"),
        ((Line("l", ((math.inf, 1),)),), "`l` holds inf"),
        ((Band("b", ((1, -math.inf, 1),)),), "`b` holds -inf"),
        ((Points("p", ((1, math.nan),)),), "`p` holds nan"),
        ((Bars("b", (("one", math.nan),)),), "`b` holds nan"),
        ((LINE, Rule("r", y=math.nan)), "`r` holds nan"),
        ((LINE, Rule("r", slope=math.inf)), "`r` holds inf"),
        ((LINE, Rule("r", slope=-1)), "the rule `r` does not rise"),
        ((LINE, Rule("r")), "the rule `r` has 0 places"),
        ((LINE, Rule("r", x=1, y=1)), "the rule `r` has 2 places"),
        ((Line("l", ((2, 1), (1, 1))),), "the points of `l` are in no order"),
        ((Points("p", ((1, 1),), ("one", "two")),), "`p` lacks names"),
        ((Points("p", ((1, 1),), is_labelled=True),), "`p` lacks names"),
        ((Bars("b", (("one", 1), ("one", 2))),), "`b` has a category twice"),
        ((Bars("b", (("one", 1),)), LINE), "bars go with rules alone"),
    ],
)
def test_what_cannot_be_drawn_is_refused(layers: tuple[Layer, ...], message: str) -> None:
    with pytest.raises(AssertionError) as caught:
        make(*layers)
    assert str(caught.value).splitlines()[0] == message


@pytest.mark.parametrize(
    ("axis", "message"),
    [
        (Axis("a", domain=(2, 1)), "the axis `a` goes from 2 to 1"),
        (Axis("a", domain=(0, math.inf)), "`a` holds inf"),
        (Axis("a", ticks=(2, 1)), "the ticks of `a` are in no order"),
        (Axis("a", scale="log", ticks=(0, 1)), "`a` holds 0 on a logarithmic axis"),
    ],
)
def test_an_axis_that_cannot_be_drawn_is_refused(axis: Axis, message: str) -> None:
    with pytest.raises(AssertionError) as caught:
        make(LINE, x=axis)
    assert str(caught.value).splitlines()[0] == message


def test_a_logarithmic_axis_has_no_zero() -> None:
    with pytest.raises(AssertionError, match="`rate` holds 0 on a logarithmic axis"):
        make(Line("rate", ((1, 0), (2, 3))), y=Axis("up", scale="log"))


def test_a_slope_is_straight_only_where_both_axes_are_alike() -> None:
    with pytest.raises(AssertionError, match="the rule `r` would be bent"):
        make(LINE, Rule("r", slope=1), y=Axis("up", scale="log"))
