"""The figures of a sweep → a chart, and what can be seen in it, in words."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from site_gen.charts import Axis, Band, Chart, Layer, Line, Points, Rule, Scale
from site_gen.directives.token_rate.sweep_range import Sweep
from site_gen.model import Calculation, ShownFigure

_NO_BREAK = "\N{NO-BREAK SPACE}"
_PARTS = ("low", "middle", "high", "ceiling")
_WIDE = 20
"""From this ratio on, rates are drawn on a logarithmic axis, if the values are as well."""


@dataclass(frozen=True, slots=True)
class Rates:
    """What is shown at one value."""

    value: float
    """Of what is swept."""

    low: ShownFigure
    middle: ShownFigure
    high: ShownFigure
    ceiling: ShownFigure


@dataclass(frozen=True, slots=True)
class Curve:
    """All that a chart of a sweep shows."""

    sweep: Sweep
    """Over what."""

    subject: str
    """E.g. "Llama-3.1-8B on RTX 4090"."""

    rates: tuple[Rates, ...]
    """By value, ascending."""

    observed: tuple[tuple[float, ShownFigure], ...]
    """Value and rate."""

    full_at: float | None = None
    """Value from which on the memory is too small; None where it never is."""

    @classmethod
    def of(
        cls,
        sweep: Sweep,
        subject: str,
        calculation: Calculation,
        values: Iterable[float],
        observed: Iterable[float],
    ) -> Curve:
        """The curve of what a calculation shows, which lacks what was not published."""
        shown = {each.name: each for each in calculation.figures if each.value > 0}
        rates = []
        for value in values:
            names = [f"{part}_{sweep.words(value)}" for part in _PARTS]
            if all(name in shown for name in names):
                rates.append(Rates(value, *(shown[name] for name in names)))
        seen = ((value, shown.get(f"observed_{sweep.words(value)}")) for value in observed)
        points = tuple((value, figure) for value, figure in seen if figure is not None)
        return cls(sweep, subject, tuple(rates), points)


def make_chart(curve: Curve, title: str) -> Chart:
    """The chart: what is possible, what is likely, and what was seen."""
    quantity = curve.sweep.quantity
    ends = (curve.sweep.low / quantity.factor, curve.sweep.high / quantity.factor)
    return Chart(
        title=title,
        description=_describe_all(curve),
        x=Axis(
            quantity.axis, quantity.unit, _across(curve), domain=ends, ticks=_ticks(curve, ends)
        ),
        y=Axis("token rate", "tokens/s", _up(curve)),
        layers=tuple(_make_layers(curve)),
    )


def describe(curve: Curve) -> str:
    """What can be seen, in a sentence without a full stop.

    E.g. "Llama-3.1-8B on RTX 4090 slows from 120 to 40 tokens/s as the context grows from 0 to
    32,000 tokens".
    """
    first, last = curve.rates[0], curve.rates[-1]
    change = _describe_change(first.middle, last.middle)
    quantity = curve.sweep.quantity
    values = f"from {_number(quantity.format(first.value))} to {quantity.format(last.value)}"
    subject = curve.subject[:1].upper() + curve.subject[1:]
    return f"{subject} {change} as {quantity.subject} grows {values}"


def _across(curve: Curve) -> Scale:
    return "log" if curve.sweep.is_wide else "linear"


def _ticks(curve: Curve, ends: tuple[float, float]) -> tuple[float, ...]:
    """1, 2, 5, 10 and so on along a logarithmic axis; a linear one has its own."""
    if not curve.sweep.is_wide:
        return ()
    low, high = ends
    exponents = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    ticks = (digit * 10.0**exponent for exponent in exponents for digit in (1, 2, 5))
    return tuple(tick for tick in ticks if low <= tick <= high)


def _up(curve: Curve) -> Scale:
    """Logarithmic only beside an axis that is, so that a curve's bend stays what it is."""
    highest = max(rates.ceiling.value for rates in curve.rates)
    is_wide = highest / min(rates.low.value for rates in curve.rates) > _WIDE
    return "log" if curve.sweep.is_wide and is_wide else "linear"


def _make_layers(curve: Curve) -> Iterator[Layer]:
    across = [rates.value / curve.sweep.quantity.factor for rates in curve.rates]
    lows, middles, highs, ceilings = (
        [getattr(rates, part).value for rates in curve.rates] for part in _PARTS
    )
    yield Line("likely", tuple(zip(across, middles, strict=True)))
    yield Line("ceiling", tuple(zip(across, ceilings, strict=True)))
    yield Band("80 % range", tuple(zip(across, lows, highs, strict=True)))
    if curve.observed:
        factor = curve.sweep.quantity.factor
        points = ((value / factor, figure.value) for value, figure in curve.observed)
        yield Points("observed", tuple(points))
    if curve.full_at is not None:
        yield Rule("the memory is full", x=curve.full_at / curve.sweep.quantity.factor)


def _describe_all(curve: Curve) -> str:
    return " ".join(f"{sentence}." for sentence in _sentences(curve))


def _sentences(curve: Curve) -> Iterator[str]:
    first, last, format_value = curve.rates[0], curve.rates[-1], curve.sweep.quantity.format
    yield describe(curve)
    yield (
        f"Eight of ten devices are between {_range(first)} at the beginning, and between "
        f"{_range(last)} at the end"
    )
    yield f"The ceiling {_describe_ceiling(first.ceiling, last.ceiling)}"
    for value, figure in curve.observed:
        yield f"Observed: {figure.text} at {format_value(value)}"
    if curve.full_at is not None:
        yield f"What is beyond {format_value(last.value)} does not fit into the memory"


def _range(rates: Rates) -> str:
    return f"{_number(rates.low.text)} and {rates.high.text}"


def _describe_change(first: ShownFigure, last: ShownFigure) -> str:
    if first.text == last.text:
        return f"stays at {last.text}"
    verb = "slows" if last.value < first.value else "speeds up"
    return f"{verb} from {_number(first.text)} to {last.text.replace(' ', _NO_BREAK)}"


def _describe_ceiling(first: ShownFigure, last: ShownFigure) -> str:
    if first.text == last.text:
        return f"stays at {last.text}"
    verb = "falls" if last.value < first.value else "rises"
    return f"{verb} from {_number(first.text)} to {last.text}"


def _number(text: str) -> str:
    """A text without its unit, which is its last word, e.g. "120" of "120 tokens/s"."""
    return text.rpartition(" ")[0] or text
