"""Charts of the evidence: measured against predicted, and the error by class."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from site_gen.charts import Axis, Bars, Chart, Points, Rule
from site_gen.evidence.cross_validation import OutOfFoldRow

CLASS_NAMES = {
    "amd-consumer": "AMD, consumer",
    "amd-dc": "AMD, data centre",
    "amd-uma": "AMD, unified memory",
    "apple": "Apple",
    "apple-cpu": "Apple, processor alone",
    "cpu-desktop": "processors, desktop",
    "cpu-server": "processors, server",
    "intel-gpu": "Intel GPUs",
    "nvidia-consumer": "NVIDIA, consumer",
    "nvidia-dc": "NVIDIA, data centre",
    "nvidia-dc-TP": "NVIDIA, tensor parallel",
    "nvidia-dc-tp": "NVIDIA, tensor parallel",
    "nvidia-uma": "NVIDIA, unified memory",
    "nvidia-ws": "NVIDIA, workstation",
}
"""Class → what it is called on the page; others as they are."""

_GROUP = "decode_batch_1"
_GOAL = 0.1


def chart_predictions(rows: Iterable[OutOfFoldRow]) -> Chart:
    """Measured against predicted rates, a series for each class."""
    by_class: dict[str, list[tuple[float, float]]] = {}
    for row in rows:
        by_class.setdefault(row.device_class, []).append((row.middle, row.observed))
    layers = [
        Points(CLASS_NAMES.get(name, name), tuple(points))
        for name, points in sorted(by_class.items(), key=lambda each: -len(each[1]))
    ]
    count = sum(len(layer.points) for layer in layers)
    return Chart(
        title="Measured against predicted, each point by a fit that did not know its source",
        description=f"{count} measured token rates lie along the diagonal, most of them within a "
        "quarter of it; rates of processors lie farther from it than those of graphics cards.",
        x=Axis("predicted", "tokens/s", scale="log"),
        y=Axis("measured", "tokens/s", scale="log"),
        layers=(
            Rule("equal", slope=1.0),
            Rule("± 25 %", slope=1.25),
            Rule("± 25 %", slope=0.75),
            *layers,
        ),
        height=560,
    )


def chart_classes(by_class: Mapping[str, Mapping[str, Any]]) -> Chart:
    """The median error of decoding one sequence, by class, the smallest first."""
    errors = {
        name: groups[_GROUP]["median_absolute_error"]
        for name, groups in by_class.items()
        if _GROUP in groups
    }
    bars = tuple(
        (f"{CLASS_NAMES.get(name, name)} ({by_class[name][_GROUP]['rows']})", error)
        for name, error in sorted(errors.items(), key=lambda each: each[1])
    )
    return Chart(
        title="Median error of decoding one sequence, by class of device",
        description=f"From {bars[0][0]} with the smallest error to {bars[-1][0]} with the largest; "
        "in parentheses the number of measurements.",
        x=Axis("median error", notation="percent"),
        y=Axis("class"),
        layers=(Bars("median error", bars), Rule("goal", x=_GOAL)),
    )
