"""`:::{token-rate-chart} name`: a quantity swept (`sweep`), or what binds where (`roofline`)."""

from __future__ import annotations

from site_gen.charts import Chart
from site_gen.directives.token_rate.calculation import check_name
from site_gen.directives.token_rate.data import Data
from site_gen.directives.token_rate.origin import render_origin
from site_gen.directives.token_rate.reader import Reader
from site_gen.directives.token_rate.render import render_pin
from site_gen.directives.token_rate.roofline import chart_roofline, read_roofline
from site_gen.directives.token_rate.sweep import chart_sweep, read_swept
from site_gen.directives.token_rate.sweep_range import read_sweep
from site_gen.directives.token_rate.transcript import write_origin
from site_gen.markdown.blocks import Call, Written
from site_gen.markdown.chart_figure import render_chart, write_chart
from site_gen.markdown.collector import Collector
from site_gen.markdown.writing import join_blocks
from site_gen.model import Anchor, Calculation

Made = tuple[Chart, Calculation]


def run(call: Call, collector: Collector, data: Data) -> Written:
    """The chart, its figures published."""
    reader = Reader(call, collector, data)
    is_named = check_name(reader)
    made = _make_roofline(reader, is_named) if _is_roofline(reader) else _make(reader, is_named)
    if made is None:
        return Written()
    chart, calculation = made
    about = render_pin(calculation) + render_origin(calculation, (), None, collector)
    html = render_chart(chart, collector, collector.hole(Anchor(calculation.name)), about)
    return Written(
        html, markdown=join_blocks(write_chart(chart), write_origin(calculation, collector))
    )


def _make(reader: Reader, is_named: bool) -> Made | None:
    """The chart of a sweep."""
    text = reader.text("sweep")
    if text is None:
        hint = "add `sweep: context from 0 to 32K` or `roofline: true`"
        reader.error("neither `sweep` nor `roofline` is given", reader.call.place, hint)
        return None
    _refuse("prompt", "a sweep is of decoding, which has no prompt", reader)
    sweep = read_sweep(text, reader)
    swept = read_swept(sweep, reader) if sweep else None
    return chart_sweep(swept, reader) if swept and is_named and reader.is_good else None


def _make_roofline(reader: Reader, is_named: bool) -> Made | None:
    _refuse("sweep", "a roofline sweeps nothing", reader)
    _refuse("observed", "a roofline shows nothing that was observed", reader)
    asked = read_roofline(reader)
    return chart_roofline(asked, reader) if asked and is_named and reader.is_good else None


def _is_roofline(reader: Reader) -> bool:
    """What `roofline` says; what is neither true nor false is an error, and means yes."""
    text = reader.text("roofline")
    if text is None or text.text == "false":
        return False
    if text.text != "true":
        reader.error("`roofline` is true or false", text.place, "`roofline: true`")
    return True


def _refuse(option: str, reason: str, reader: Reader) -> None:
    """Note an option that goes with the other kind of chart."""
    if (text := reader.text(option)) is not None:
        reader.error(reason, text.place, f"leave `{option}` out, or make a chart of its own")
