"""Charts as data: what is drawn over which axes.

A chart says nothing of how it looks: `site_gen/node/plot.mjs` draws it, `static/assets/style.css`
gives it its colours. Equal charts are equal records, so one drawing serves them all.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Literal

import msgspec

Scale = Literal["linear", "log"]
Notation = Literal["plain", "short", "percent"]


class Axis(msgspec.Struct, frozen=True):
    """What one direction of a chart means."""

    label: str
    """E.g. `context`."""
    unit: str = ""
    """E.g. `token/s`; empty for a plain number or a category."""
    scale: Scale = "linear"
    notation: Notation = "plain"
    """How its numbers are written: `131,072`; `131k`; or, of a ratio, `25 %` for 0.25."""
    domain: tuple[float, float] | None = None
    """What is shown at least, smallest first; None to show what the data need.

    A linear vertical axis always has its zero on it.
    """
    ticks: tuple[float, ...] = ()
    """The values that are labelled, ascending, thinned out where they are too many; empty for round
    ones."""

    @property
    def text(self) -> str:
        """Label and unit, e.g. `context (token)`."""
        return f"{self.label} ({self.unit})" if self.unit else self.label


class Line(msgspec.Struct, frozen=True, tag=True):
    """Values that follow from the horizontal one, as a line."""

    label: str
    points: tuple[tuple[float, float], ...]
    """(x, y), x ascending."""


class Band(msgspec.Struct, frozen=True, tag=True):
    """Between what and what a value lies, as an area behind all else."""

    label: str
    """E.g. `80 % of all cases`."""
    points: tuple[tuple[float, float, float], ...]
    """(x, low, high), x ascending."""


class Points(msgspec.Struct, frozen=True, tag=True):
    """Values that were observed, each as a mark; every layer of them has a shape of its own."""

    label: str
    points: tuple[tuple[float, float], ...]
    """(x, y)."""
    names: tuple[str, ...] = ()
    """What each point is, for its tooltip; empty, or as many as there are points."""
    is_labelled: bool = False
    """Whether the names are written beside the points as well, where there is room."""


class Rule(msgspec.Struct, frozen=True, tag=True):
    """A straight line across the whole chart, for comparison: exactly one of the three is given."""

    label: str
    """Rules of one label look the same and share an entry of the key, e.g. twice `± 25 %`."""
    x: float | None = None
    y: float | None = None
    slope: float | None = None
    """Of y = slope · x, above 0; both axes must have the same scale."""


class Bars(msgspec.Struct, frozen=True, tag=True):
    """A value for each category, as horizontal bars from zero; with them go rules alone."""

    label: str
    points: tuple[tuple[str, float], ...]
    """(category, value), the first on top; every category once."""


Layer = Line | Band | Points | Rule | Bars


class Chart(msgspec.Struct, frozen=True):
    """One chart; with bars, `x` is the axis of their values and `y` says what categories are."""

    title: str
    """What is shown, in a few words; it need not be unique."""
    description: str
    """What can be seen, in a sentence or two, for those who cannot see it."""
    x: Axis
    y: Axis
    layers: tuple[Layer, ...]
    """In the order of the key; bands are drawn first, then lines, points, rules."""
    height: int = 380
    """Where the width is 640; on a phone it is drawn less flat. Bars take what they need."""

    @property
    def details(self) -> str:
        """What the description says that the title does not."""
        return self.description.removeprefix(f"{self.title}.").lstrip()

    def __post_init__(self) -> None:
        """Assert what every chart must be: whoever makes one checks what an author wrote."""
        assert self.title, "the chart has no title"
        assert any(not isinstance(layer, Rule) for layer in self.layers), "the chart has no data"
        assert 160 <= self.height <= 1280, f"the chart is {self.height} high"
        bars = [layer for layer in self.layers if isinstance(layer, Bars)]
        others = [layer for layer in self.layers if not isinstance(layer, Bars | Rule)]
        assert not bars or (len(bars) == 1 and not others), "bars go with rules alone"
        _check_axis(self.x)
        _check_axis(self.y)
        for layer in self.layers:
            _check_layer(layer, self)


class Drawing(msgspec.Struct, frozen=True):
    """A chart as SVG, twice, since text that fits a wide page cannot be read on a phone.

    Its ids begin with NUL, in whose stead whoever shows it puts what is unique on the page.
    """

    wide: str
    """An `<svg>`, made for 640 pixels, which needs no stylesheet."""
    narrow: str
    """An `<svg>`, made for 340 pixels."""
    key: str
    """A `<ul>` that says what each line and mark is; empty where there is nothing to tell apart."""


def _check_axis(axis: Axis) -> None:
    low, high = axis.domain or (1, 2)
    assert low < high, f"the axis `{axis.label}` goes from {low} to {high}"
    _check_numbers((*(axis.domain or ()), *axis.ticks), axis, axis.label)
    assert list(axis.ticks) == sorted(axis.ticks), f"the ticks of `{axis.label}` are in no order"


def _check_layer(layer: Layer, chart: Chart) -> None:
    match layer:
        case Rule():
            _check_rule(layer, chart)
        case Bars(label, points):
            assert points, f"`{label}` has no points"
            assert len(dict(points)) == len(points), f"`{label}` has a category twice"
            assert chart.x.scale == "linear", "bars have no logarithmic axis"
            _check_numbers((value for _, value in points), chart.x, label)
        case _:
            assert layer.points, f"`{layer.label}` has no points"
            _check_numbers((point[0] for point in layer.points), chart.x, layer.label)
            heights = (value for point in layer.points for value in point[1:])
            _check_numbers(heights, chart.y, layer.label)
            _check_order(layer)


def _check_order(layer: Line | Band | Points) -> None:
    if isinstance(layer, Points):
        assert len(layer.names) in (0, len(layer.points)), f"`{layer.label}` lacks names"
        assert layer.names or not layer.is_labelled, f"`{layer.label}` lacks names"
        return
    across = [point[0] for point in layer.points]
    assert across == sorted(across), f"the points of `{layer.label}` are in no order"


def _check_rule(rule: Rule, chart: Chart) -> None:
    given = [value for value in (rule.x, rule.y, rule.slope) if value is not None]
    assert len(given) == 1, f"the rule `{rule.label}` has {len(given)} places"
    _check_numbers([rule.x] if rule.x is not None else [], chart.x, rule.label)
    _check_numbers([rule.y] if rule.y is not None else [], chart.y, rule.label)
    if rule.slope is not None:
        assert math.isfinite(rule.slope), f"`{rule.label}` holds {rule.slope}"
        assert rule.slope > 0, f"the rule `{rule.label}` does not rise"
        assert chart.x.scale == chart.y.scale, f"the rule `{rule.label}` would be bent"


def _check_numbers(values: Iterable[float], axis: Axis, label: str) -> None:
    for value in values:
        assert math.isfinite(value), f"`{label}` holds {value}"
        assert axis.scale == "linear" or value > 0, f"`{label}` holds {value} on a logarithmic axis"
