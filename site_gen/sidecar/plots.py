"""Charts as requests: none depends on another, and equal ones go once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from site_gen.charts import Chart, Rule
from site_gen.sidecar.protocol import Limits, PlotError, PlotResult, Reply, Request

_CHARTS_PER_REQUEST = 16


def check_chart_size(chart: Chart, limits: Limits) -> PlotError | None:
    """What is too large about a chart; None where nothing is."""
    count = sum(len(layer.points) for layer in chart.layers if not isinstance(layer, Rule))
    if count <= limits.points:
        return None
    return PlotError(f"{count:,} points, more than {limits.points:,}", "show fewer of them")


def make_plot_requests(charts: Sequence[Chart]) -> Iterator[Request]:
    """Requests in handy portions; a chart's place is the one it has in `charts`."""
    for start in range(0, len(charts), _CHARTS_PER_REQUEST):
        chosen = charts[start : start + _CHARTS_PER_REQUEST]
        items = tuple(msgspec.to_builtins(chart) for chart in chosen)
        yield Request("plot", tuple(range(start, start + len(chosen))), items, {})


def to_plot_result(reply: Reply) -> PlotResult:
    """The worker's reply as what a caller of `render_plots` sees."""
    if reply.drawing is not None:
        return reply.drawing
    assert reply.error, "the worker's reply holds nothing"
    return PlotError(reply.error.message, reply.error.hint)
