"""The HTML of one calculation: what went in, the bound, the likely range, and where it is from.

Only figures are shown, never numbers of the estimate itself, so a pinned calculation shows what was
locked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

from site_gen.directives.token_rate.calculation import machine_value
from site_gen.directives.token_rate.origin import render_origin
from site_gen.directives.token_rate.reader import Reader
from site_gen.directives.token_rate.remembered import find_sensitivity
from site_gen.estimator.estimate import Estimate
from site_gen.estimator.figure import Figure
from site_gen.estimator.infer import Inference
from site_gen.estimator.show import ceiling_limit_text
from site_gen.estimator.show_range import limit_text, sensitivity_text
from site_gen.markdown.collector import Collector
from site_gen.model import Anchor, Calculation, ShownFigure, Styled

Shown = Mapping[str, ShownFigure]
"""Name → figure."""


def render(
    calculation: Calculation,
    figures: Iterable[Figure],
    computed: Estimate,
    inference: Inference | None,
    reader: Reader,
) -> str:
    """The whole figure."""
    collector = reader.collector
    anchor = collector.hole(Anchor(calculation.name))
    shown = {figure.name: figure for figure in calculation.figures}
    made = [figure for figure in figures if figure.name in shown]
    inputs = "".join(_render_input(shown[each.name]) for each in made if each.part == "input")
    steps = "".join(
        _render_step(each, shown[each.name], collector) for each in made if each.part == "step"
    )
    reading = _render_reading(shown, computed, inference, collector)
    sensitivity = "" if calculation.is_pinned else _describe_sensitivity(computed, reader)
    return (
        f'<figure class="token-rate" id="{anchor}">\n'
        f"<figcaption>{escape(calculation.title)}</figcaption>\n"
        f'<dl class="inputs">\n{inputs}</dl>\n<dl class="steps">\n{steps}</dl>\n'
        f'<div class="reading">\n{reading}</div>\n'
        f"{render_pin(calculation)}"
        f"{render_origin(calculation, made, inference, collector, sensitivity)}</figure>\n"
    )


def render_data(figure: ShownFigure) -> str:
    """A figure's text with its value for machines."""
    return f'<data value="{machine_value(figure.value)!r}">{escape(figure.text)}</data>'


def _describe_sensitivity(computed: Estimate, reader: Reader) -> str:
    """What the rate depends on today, in words."""
    sensitivity = find_sensitivity(computed, reader.data.calibration)
    return sensitivity_text(sensitivity, computed.workload.batch)


def _render_input(figure: ShownFigure) -> str:
    return f"<div><dt>{escape(figure.label)}</dt><dd>{render_data(figure)}</dd></div>\n"


def _render_step(made: Figure, shown: ShownFigure, collector: Collector) -> str:
    """An equation; of a figure that is kept from another day, only what it says."""
    if made.text != shown.text or made.equation_tex is None:
        return _render_input(shown)
    formula = collector.formula(f"{made.symbolic_tex} = {made.equation_tex}", False)
    return f"<div><dt>{escape(made.label)}</dt><dd>{formula}</dd></div>\n"


def _render_reading(
    shown: Shown, computed: Estimate, inference: Inference | None, collector: Collector
) -> str:
    """The ceiling, what is likely, and what was observed, with all three on one scale."""
    bound = shown.get("ceiling", shown["bound"])
    limit = ceiling_limit_text(computed)
    parts = [f'<p class="result">{render_data(bound)} at most; {limit} is the limit.</p>\n']
    if inference is not None and {"observed", "ratio"} <= shown.keys():
        parts.append(_render_observation(shown))
    if {"low", "middle", "high"} <= shown.keys():
        parts.append(collector.hole(Styled(_render_gauge(shown, bound))))
        parts.append(_render_likely(shown, computed))
    return "".join(parts)


def _render_observation(shown: Shown) -> str:
    words = f"observed; the bound is {render_data(shown['ratio'])} that."
    if shown["ratio"].value < 1:
        words = "observed, which is above the bound: one of the inputs is wrong."
    return f'<p class="observation">{render_data(shown["observed"])} {words}</p>\n'


def _render_likely(shown: Shown, computed: Estimate) -> str:
    low = shown["low"].text.removesuffix(" tokens/s").removesuffix(" token/s")
    return (
        f'<p class="likely"><data value="{machine_value(shown["low"].value)!r}">{escape(low)}'
        f"</data> to {render_data(shown['high'])} are likely, {render_data(shown['middle'])} in "
        f"the middle; most of the time goes into {limit_text(computed.limit)}.</p>\n"
    )


def _render_gauge(shown: Shown, bound: ShownFigure) -> str:
    """The bound as the whole scale, the likely range on it, and the observation filling it."""

    def share(name: str) -> float:
        return min(1.0, shown[name].value / bound.value)

    low, middle, high = share("low"), share("middle"), share("high")
    words = f"likely: {low:.0%} to {high:.0%} of the bound"
    observed = ""
    if "observed" in shown:
        words += f"; observed: {shown['observed'].value / bound.value:.0%}"
        observed = f'<rect class="observed" width="{100 * share("observed"):.2f}%" height="100%"/>'
    return (
        f'<svg class="gauge" role="img" aria-label="{words}">'
        f'<rect class="likely" x="{100 * low:.2f}%" width="{100 * (high - low):.2f}%" '
        f'height="100%"/>{observed}'
        f'<rect class="middle" x="{100 * middle:.2f}%" width="2" height="100%"/></svg>\n'
    )


def render_pin(calculation: Calculation) -> str:
    """What a reader is told of figures that are kept; nothing of others."""
    if not calculation.is_pinned:
        return ""
    return '<p class="pinned">These are the figures as they were published.</p>\n'
