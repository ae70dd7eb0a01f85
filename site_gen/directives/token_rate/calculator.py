"""`:::{token-rate-calculator} name`: the reader chooses, and the figures and the chart follow.

What an author gives is the first choice. Its figures are computed here and published as those of
any calculation, so without script it is a calculation like others; `static/assets/calculator.js`
puts the controls into it, and computes with the data beside the page.
"""

from __future__ import annotations

from dataclasses import replace

from site_gen.directives.token_rate.calculation import Computed, check_name, publish
from site_gen.directives.token_rate.calculator_choices import Choices, read_choices
from site_gen.directives.token_rate.calculator_data import encode_data, make_chart
from site_gen.directives.token_rate.calculator_figures import calculator_figures
from site_gen.directives.token_rate.calculator_html import Parts, render_calculator
from site_gen.directives.token_rate.data import Data
from site_gen.directives.token_rate.origin import render_origin
from site_gen.directives.token_rate.reader import Reader
from site_gen.directives.token_rate.remembered import estimate
from site_gen.directives.token_rate.single import Asked, read_asked
from site_gen.directives.token_rate.transcript import write_calculation
from site_gen.estimator.estimate import Estimate
from site_gen.markdown.blocks import Call, Text, Written
from site_gen.markdown.chart_figure import render_chart, write_chart
from site_gen.markdown.collector import Collector
from site_gen.markdown.writing import escape_words, join_blocks

SCRIPTS = ("calculator.js",)
"""Assets that make it move."""

_CAPTION = "token rate of a model on a device of your choice"
_DEFAULTS = {
    "model": "Llama-3.1-8B",
    "quantization": "Q4_K_M",
    "context": "8192",
    "cache": "f16",
    "engine": "llama.cpp",
}
_DEVICE = "RTX 4090"


def run(call: Call, collector: Collector, data: Data) -> Written:
    """The calculator, the figures of its first choice published."""
    reader = Reader(_with_defaults(call), collector, data)
    is_named = check_name(reader)
    asked = _read_first(reader)
    choices = None if asked is None else read_choices(asked, reader)
    if asked is None or choices is None or not is_named or not reader.is_good:
        return Written()
    computed = estimate(asked.device, asked.model, asked.workload, data.calibration)
    return _write(asked, choices, computed, reader)


def _with_defaults(call: Call) -> Call:
    """The call with the first choice complete."""
    options = {name: Text(text, call.place) for name, text in _DEFAULTS.items()}
    if not {"device", "memory"} & call.options.keys():
        options["device"] = Text(_DEVICE, call.place)
    return replace(call, options={**options, **call.options})


def _read_first(reader: Reader) -> Asked | None:
    """The first choice; None after noting what a reader could not choose again."""
    device, memory = reader.text("device"), reader.text("memory")
    if device is not None and memory is not None:
        hint = "take one of them out; readers can choose memory of their own in any case"
        reader.error("a calculator begins with a device or with memory", memory.place, hint)
        return None
    asked = read_asked(reader)
    if asked is None:
        return None
    if asked.count > 1 and device is not None:
        hint = "`:::{token-rate}` knows several"
        reader.error("a calculator has one device", device.place, hint)
    if memory is not None and asked.device.memory_channels is None:
        hint = "write for example `12 x DDR5-6000`"
        reader.error("memory of a calculator has channels and a speed", memory.place, hint)
    return asked


def _write(asked: Asked, choices: Choices, computed: Estimate, reader: Reader) -> Written:
    collector = reader.collector
    figures = calculator_figures(computed)
    assumptions = (*reader.assumptions, *(each.text for each in computed.assumed))
    calculation = publish(reader, Computed(asked.title, figures, assumptions))
    chart = make_chart(asked, choices, reader.data.calibration)
    content = encode_data(asked, choices, chart, reader.data)
    for name in SCRIPTS:
        collector.script(name)
    caption = reader.text("caption")
    parts = Parts(
        caption=_CAPTION if caption is None else caption.text,
        source=collector.beside(_file_name(collector), content),
        chart=render_chart(chart, collector),
        # Without equations, which would need KaTeX on the page and hold for the first choice alone.
        origin=render_origin(calculation, (), None, collector),
    )
    html = render_calculator(calculation, computed, choices, parts, collector)
    written = (write_calculation(calculation, collector), write_chart(chart))
    return Written(html, markdown=join_blocks(f"**{escape_words(parts.caption)}**", *written))


def _file_name(collector: Collector) -> str:
    """A name that no other calculator of the document has, whatever the file system."""
    number = sum(file.name.startswith("calculator") for file in collector.files) + 1
    return "calculator.json" if number == 1 else f"calculator-{number}.json"
