"""The numbers of a chart as a table, for those who cannot see it and those who want to know."""

from __future__ import annotations

import math
from collections.abc import Iterable

from site_gen.charts import Band, Bars, Chart, Line, Notation, Points, Rule

Table = tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]
"""A header and rows of as many cells."""

_SIGNIFICANT = 4
_PREFIXES = ((1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))


def table_of(chart: Chart) -> Table:
    """The chart's numbers to read: a header and rows, with 4 significant digits at most.

    Where there are lines or bands, there is a column for each layer and a row for each x; points
    have rows of their own, by name. Otherwise each point or bar is a row.
    """
    bars = [layer for layer in chart.layers if isinstance(layer, Bars)]
    if bars:
        return _tabulate_bars(chart, bars[0])
    if any(isinstance(layer, Line | Band) for layer in chart.layers):
        return _tabulate_curves(chart)
    return _tabulate_points(chart)


def format_value(value: float, notation: Notation = "plain") -> str:
    """A number of a chart for people, with 4 significant digits at most, but for a whole part,
    which is never shortened.

    >>> [format_value(value) for value in (131_072, 0.012346, -2.5, 0)]
    ['131,072', '0.01235', '−2.5', '0']
    >>> [format_value(7e9, "short"), format_value(0.25, "percent")]
    ['7G', '25\\xa0%']
    """
    if notation == "percent":
        return _round(100 * value) + "\N{NO-BREAK SPACE}%"
    if notation == "short":
        for factor, prefix in _PREFIXES:
            if abs(value) >= factor:
                return _round(value / factor) + prefix
    return _round(value)


def _round(value: float) -> str:
    """Thousands by commas, no exponent, no zeros behind the last digit, and a true minus."""
    if value == 0:
        return "0"
    digits = max(0, _SIGNIFICANT - 1 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{digits}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", "−")


def _tabulate_bars(chart: Chart, bars: Bars) -> Table:
    header = (chart.y.text, chart.x.text)
    rules = [(rule.label, rule.x) for rule in _rules(chart) if rule.x is not None]
    rows = [*bars.points, *rules]
    return header, tuple((name, format_value(value, chart.x.notation)) for name, value in rows)


def _tabulate_points(chart: Chart) -> Table:
    layers = [layer for layer in chart.layers if isinstance(layer, Points)]
    rows = [
        (layer.label, name, _at(x, chart), _up(y, chart))
        for layer in layers
        for (x, y), name in zip(layer.points, _names(layer), strict=True)
    ]
    for rule in _rules(chart):
        if rule.x is not None or rule.y is not None:
            across = "" if rule.x is None else _at(rule.x, chart)
            up = "" if rule.y is None else _up(rule.y, chart)
            rows.append((rule.label, "", across, up))
    header = ("series", "name", chart.x.text, chart.y.text)
    return _drop_empty_columns(header, rows)


def _tabulate_curves(chart: Chart) -> Table:
    curves = [layer for layer in chart.layers if isinstance(layer, Line | Band)]
    points = [layer for layer in chart.layers if isinstance(layer, Points)]
    levels = [rule for rule in _rules(chart) if rule.y is not None]
    columns = [_column(curve, chart.y.notation) for curve in curves]
    across = sorted({x for column in columns for x in column})
    columns += [dict.fromkeys(across, _up(rule.y or 0, chart)) for rule in levels]
    rows = [
        (x, (_at(x, chart), "", *(column.get(x, "") for column in columns), *[""] * len(points)))
        for x in across
    ]
    for place, layer in enumerate(points):
        for (x, y), name in zip(layer.points, _names(layer), strict=True):
            cells = [""] * len(points)
            cells[place] = _up(y, chart)
            rows.append((x, (_at(x, chart), name, *[""] * len(columns), *cells)))
    labels = (_with_unit(layer.label, chart.y.unit) for layer in (*curves, *levels, *points))
    # The sort is stable, so what was observed at an x follows what was computed for it.
    ordered = [cells for _, cells in sorted(rows, key=lambda row: row[0])]
    return _drop_empty_columns((chart.x.text, "name", *labels), ordered)


def _column(curve: Line | Band, notation: Notation) -> dict[float, str]:
    """What a curve has in its column, by x; a band both ends."""
    if isinstance(curve, Line):
        return {x: format_value(y, notation) for x, y in curve.points}
    return {
        x: f"{format_value(low, notation)} – {format_value(high, notation)}"
        for x, low, high in curve.points
    }


def _drop_empty_columns(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Table:
    kept = list(rows)
    used = [place for place in range(len(header)) if any(row[place] for row in kept)]
    cut = tuple(tuple(row[place] for place in used) for row in kept)
    return tuple(header[place] for place in used), cut


def _at(x: float, chart: Chart) -> str:
    return format_value(x, chart.x.notation)


def _up(y: float, chart: Chart) -> str:
    return format_value(y, chart.y.notation)


def _names(layer: Points) -> tuple[str, ...]:
    return layer.names or ("",) * len(layer.points)


def _rules(chart: Chart) -> list[Rule]:
    return [layer for layer in chart.layers if isinstance(layer, Rule)]


def _with_unit(label: str, unit: str) -> str:
    return f"{label} ({unit})" if unit else label
