"""What a calculator's script computes with: a JSON file beside the page, and the chart it redraws.

    {"devices": [Device, …], "own": Device, "models": [Model, …],
     "quantizations": [Quantization, …], "cacheTypes": [[name, bits], …], "engines": […],
     "steps": {"context": [values, texts], …}, "workload": Workload,
     "limits": {"bandwidth": "reading from memory", …}, "calibration": {…},
     "chart": {"contexts": […], "ticks": […], "x": label, "y": label}}

Fields of records are those of `estimator/inputs.py` and `estimator/calibration.py`.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any, get_args

import msgspec

from site_gen.charts import Axis, Band, Chart, Line, Rule
from site_gen.directives.token_rate.calculator_choices import ENGINES, Choices
from site_gen.directives.token_rate.data import Data
from site_gen.directives.token_rate.remembered import estimate
from site_gen.directives.token_rate.single import Asked
from site_gen.estimator.calibration import Calibration, to_table
from site_gen.estimator.estimate import Limit
from site_gen.estimator.inputs import Device
from site_gen.estimator.show_range import limit_text

_OWN = Device(name="", bandwidth_bytes_per_s=1.0)
"""Memory of a reader's own, before its channels and speed are known."""


def make_chart(asked: Asked, choices: Choices, calibration: Calibration) -> Chart:
    """The likely range over the context, and the context that was chosen."""
    contexts = choices.contexts
    points = []
    for context in _sample(contexts):
        workload = replace(asked.workload, context_tokens=context)
        made = estimate(asked.device, asked.model, workload, calibration)
        points.append((float(context), made))
    band = [(x, made.low_tokens_per_s, made.high_tokens_per_s) for x, made in points]
    middle = [(x, made.middle_tokens_per_s) for x, made in points]
    return Chart(
        title="token rate over context",
        description="The longer the context, the more is read for each token, and the lower the "
        "token rate.",
        x=Axis("context", "token", scale="log", ticks=tuple(map(float, contexts))),
        y=Axis("token rate", "token/s"),
        layers=(
            Line("middle", tuple(middle)),
            Band("80 % range", tuple(band)),
            Rule("chosen context", x=max(contexts[0], asked.workload.context_tokens)),
        ),
        height=320,
    )


def encode_data(asked: Asked, choices: Choices, chart: Chart, data: Data) -> bytes:
    """The file's bytes."""
    record = {
        "devices": [asdict(device) for device in choices.devices],
        "own": asdict(_OWN),
        "models": [asdict(model) for model in choices.models],
        "quantizations": choices.quantizations,
        "cacheTypes": choices.cache_types,
        "engines": ENGINES,
        "steps": {name: [steps.values, steps.texts] for name, steps in choices.steps.items()},
        "workload": asdict(asked.workload),
        "limits": {limit: limit_text(limit) for limit in get_args(Limit)},
        "chart": _describe_chart(chart),
        "calibration": for_decoding(data.calibration),
    }
    return msgspec.json.encode(record) + b"\n"


def for_decoding(calibration: Calibration) -> dict[str, Any]:
    """The parameters without those of prefill and without how many measurements are behind them."""
    return _without_prefill(to_table(calibration))


def _without_prefill(table: dict[str, Any]) -> dict[str, Any]:
    return {
        name: _without_prefill(value) if isinstance(value, dict) else value
        for name, value in table.items()
        if "prefill" not in name and name not in ("decode_rows", "devices", "sources", "version")
    }


def _sample(contexts: tuple[int, ...]) -> list[int]:
    """Each context and one between each two, so that a curve is one."""
    return sorted({*contexts, *(3 * context // 2 for context in contexts[:-1])})


def _describe_chart(chart: Chart) -> dict[str, Any]:
    (line, *_) = chart.layers
    assert isinstance(line, Line)
    contexts = [int(x) for x, _ in line.points]
    return {
        "contexts": contexts,
        "ticks": [int(tick) for tick in chart.x.ticks],
        "x": chart.x.text,
        "y": chart.y.text,
    }
