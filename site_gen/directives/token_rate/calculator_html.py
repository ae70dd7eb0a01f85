"""The HTML of a calculator: the figures of the first choice, the controls as a template, the chart.

What the script writes anew has a `data-` attribute; without script nothing of it is a control,
since what is in a `<template>` is not there for readers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from site_gen.directives.token_rate.calculation import machine_value
from site_gen.directives.token_rate.calculator_choices import ENGINES, Choices, Steps
from site_gen.directives.token_rate.calculator_figures import describe_fit
from site_gen.estimator.estimate import Estimate
from site_gen.estimator.inputs import Engine
from site_gen.estimator.show import ceiling_limit_text
from site_gen.estimator.show_range import limit_text
from site_gen.markdown.collector import Collector
from site_gen.model import Anchor, Calculation, ShownFigure, Styled

_OWN = "memory of your own"
_SLIDERS = ("channels", "speed", "threads", "context", "batch")
_LABELS = {"channels": "memory channels", "speed": "memory speed", "cache": "cache type"}
"""Of controls that are called otherwise than by their name."""
_ENGINE_LABELS: dict[Engine, str] = {
    "llama.cpp": "llama.cpp",
    "ik_llama.cpp": "ik_llama.cpp",
    "compiled": "TensorRT-LLM, ExLlama",
    "server": "vLLM, SGLang",
    "eager": "Transformers",
}
"""What readers know each kind of engine by."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What is made elsewhere, with marks."""

    caption: str
    source: str
    """The mark of the address of the data."""
    chart: str
    origin: str


def render_calculator(
    calculation: Calculation,
    computed: Estimate,
    choices: Choices,
    parts: Parts,
    collector: Collector,
) -> str:
    """The whole figure."""
    anchor = collector.hole(Anchor(calculation.name))
    shown = {figure.name: figure for figure in calculation.figures}
    controls = f"<template>\n{_render_controls(computed, choices)}</template>\n"
    reading = _render_reading(shown, computed, collector)
    return (
        f'<figure class="token-rate calculator" id="{anchor}" data-source="{parts.source}">\n'
        f"<figcaption>{escape(parts.caption)}</figcaption>\n"
        f'<div class="reading" role="status">\n{reading}</div>\n'
        f'<dl class="needs">\n{_render_needs(shown, computed)}</dl>\n'
        f'<dl class="inputs">\n{_render_inputs(computed, choices, collector)}</dl>\n'
        f"{collector.hole(Styled(controls))}"
        f"{parts.chart}{parts.origin}</figure>\n"
    )


def _render_reading(shown: dict[str, ShownFigure], computed: Estimate, collector: Collector) -> str:
    """What is likely and the ceiling, with both on one scale."""
    ceiling = shown.get("ceiling") or shown["bound"]
    return (
        f'<p class="expected">{_render_data("middle", shown["middle"])} in the middle of what is '
        f"likely, {_render_data('low', shown['low'], has_unit=False)} to "
        f"{_render_data('high', shown['high'], has_unit=False)}; most of the time goes into "
        f'<span data-text="limit">{limit_text(computed.limit)}</span>.</p>\n'
        f'<p class="result">{_render_data("ceiling", ceiling)} at most; '
        f'<span data-text="ceilingLimit">{ceiling_limit_text(computed)}</span> is the limit.</p>\n'
        f"{collector.hole(Styled(_render_gauge(shown, ceiling)))}"
    )


def _render_gauge(shown: dict[str, ShownFigure], ceiling: ShownFigure) -> str:
    """The likely range as a part of the scale that the ceiling is."""
    low, middle, high = (
        min(1.0, shown[name].value / ceiling.value) for name in ("low", "middle", "high")
    )
    return (
        f'<svg class="gauge" role="img" aria-label="likely: {low:.0%} to {high:.0%} of the bound">'
        f'<rect class="likely" x="{100 * low:.2f}%" width="{100 * (high - low):.2f}%" '
        f'height="100%"/><rect class="middle" x="{100 * middle:.2f}%" width="2" height="100%"/>'
        "</svg>\n"
    )


def _render_data(name: str, figure: ShownFigure, has_unit: bool = True) -> str:
    """A figure that the script knows by `name`."""
    text = figure.text if has_unit else figure.text.rsplit(" ", 1)[0]
    value = machine_value(figure.value)
    return f'<data data-figure="{name}" value="{value!r}">{escape(text)}</data>'


def _render_needs(shown: dict[str, ShownFigure], computed: Estimate) -> str:
    read = shown["read"]
    explanation = f': <span data-text="read">{_keep_together(read.explanation)}</span>'
    rows = [(read.label, _render_data("read", read) + explanation)]
    if memory := shown.get("memory"):
        fit = f'<span data-text="fit">{escape(describe_fit(computed))}</span>'
        rows.append((memory.label, _render_data("memory", memory) + fit))
    return "".join(f"<div><dt>{label}</dt><dd>{text}</dd></div>\n" for label, text in rows)


def _keep_together(sum_text: str) -> str:
    """A sum in which lines break between its parts alone."""
    parts = escape(sum_text).split(" + ")
    return " + ".join(part.replace(" ", "\N{NO-BREAK SPACE}") for part in parts)


def _render_inputs(computed: Estimate, choices: Choices, collector: Collector) -> str:
    """The first choice, for reading; the script keeps it up to date for who prints the page."""
    texts = {
        "model": computed.model.name,
        "quantization": choices.quantizations[_first_quantization(computed, choices)].label,
        "device": computed.device.name,
        "engine": _ENGINE_LABELS[computed.workload.engine],
        **{name: _text_of(choices.steps[name]) for name in ("threads", "context", "batch")},
        "cache": choices.cache_types[_first_cache(computed, choices)][0],
    }
    unused = () if computed.device.is_processor else ("threads",)
    return "".join(
        collector.hole(Styled(_render_input(name, text, " hidden")))
        if name in unused
        else _render_input(name, text)
        for name, text in texts.items()
    )


def _render_input(name: str, text: str, attributes: str = "") -> str:
    return (
        f"<div{attributes}><dt>{_label(name)}</dt>"
        f'<dd data-input="{name}">{escape(text)}</dd></div>\n'
    )


def _label(name: str) -> str:
    return _LABELS.get(name, name)


def _text_of(steps: Steps) -> str:
    return steps.texts[steps.first]


def _render_controls(computed: Estimate, choices: Choices) -> str:
    """The form, with the first choice selected."""
    devices = [device.name for device in choices.devices]
    is_own = computed.device.name not in devices
    device = len(devices) if is_own else devices.index(computed.device.name)
    models = [model.name for model in choices.models]
    quantizations = [each.label for each in choices.quantizations]
    first = _first_quantization(computed, choices)
    engine = ENGINES.index(computed.workload.engine)
    caches = [name for name, _ in choices.cache_types]
    sliders = "".join(_render_slider(name, choices.steps[name]) for name in _SLIDERS)
    return (
        '<form class="controls" aria-label="what to compute">\n'
        f"{_render_select('model', models, models.index(computed.model.name))}"
        f"{_render_select('quantization', quantizations, first)}"
        f"{_render_select('device', [*devices, _OWN], device)}"
        f"{_render_select('engine', _ENGINE_LABELS.values(), engine)}"
        f"{sliders}"
        f"{_render_select('cache', caches, _first_cache(computed, choices))}"
        '<button type="reset">back to the first choice</button>\n'
        "</form>\n"
    )


def _render_select(name: str, texts: Iterable[str], first: int) -> str:
    options = "".join(
        f'<option value="{index}"{" selected" if index == first else ""}>{escape(text)}</option>\n'
        for index, text in enumerate(texts)
    )
    return (
        f'<div class="control" data-control="{name}"><label><span>{_label(name)}</span>\n'
        f'<select name="{name}">\n{options}</select></label></div>\n'
    )


def _render_slider(name: str, steps: Steps) -> str:
    """A slider over the steps; its text is said by the slider itself, so it is not heard twice."""
    text = escape(_text_of(steps))
    return (
        f'<div class="control" data-control="{name}"><label><span>{_label(name)}</span>\n'
        f'<input type="range" name="{name}" min="0" max="{len(steps.values) - 1}" '
        f'value="{steps.first}" aria-valuetext="{text}"></label>\n'
        f'<span class="value" aria-hidden="true">{text}</span></div>\n'
    )


def _first_quantization(computed: Estimate, choices: Choices) -> int:
    names = [each.name for each in choices.quantizations]
    return names.index(computed.workload.quantization)


def _first_cache(computed: Estimate, choices: Choices) -> int:
    sizes = [bits for _, bits in choices.cache_types]
    return sizes.index(computed.workload.cache_bits_per_element)
