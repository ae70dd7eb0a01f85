"""A roofline: what memory and compute allow at each arithmetic intensity, and where a model is.

The roof is min(M · I, C) in FLOP/s, of bandwidth M in byte/s, intensity I in FLOP/byte and peak C
in FLOP/s (Williams, Waterman, Patterson 2009, "Roofline"). A token takes two operations for each
active parameter, and its bytes are those of weights and cache, so I = 2 P / bytes per token.

Points are batches of 1, 8 and 64 sequences, that of `batch` among them, and a prompt. Their figures
are `intensity_batch-8`, `roof_batch-8`, which is the roof in tokens/s, and `low_batch-8`,
`middle_batch-8` and `high_batch-8`, and the same of `prefill`; `bandwidth`, `peak` and `ridge`, the
intensity from which on compute is the limit, are those of the roof.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from site_gen.charts import Chart
from site_gen.directives.token_rate.calculation import Computed, complain_of_lock, publish
from site_gen.directives.token_rate.options import parse_context
from site_gen.directives.token_rate.reader import Reader
from site_gen.directives.token_rate.remembered import estimate
from site_gen.directives.token_rate.roofline_chart import Roofline, make_chart
from site_gen.directives.token_rate.single import Asked, complain_of_size, read_asked
from site_gen.estimator import numbers
from site_gen.estimator.calibration import Calibration
from site_gen.estimator.estimate import Estimate
from site_gen.estimator.figure import (
    INPUT_SIGNIFICANT,
    RATIO_SIGNIFICANT,
    Figure,
    make_plain,
    scale_count,
    scale_data,
    scale_plain,
    scale_words,
)
from site_gen.estimator.inputs import Device
from site_gen.estimator.prefill import Prefill, estimate_prefill
from site_gen.estimator.show_range import scale_rate
from site_gen.model import Calculation

_BATCHES = (1, 8, 64)
_FLOP_PER_PARAMETER = 2
"""A product and a sum."""


@dataclass(frozen=True, slots=True)
class Point:
    """A way of running the model."""

    name: str
    """What its figures are named after, e.g. "batch-8"."""

    label: str
    """E.g. "8 sequences"."""

    bytes_per_token: float
    """Weights and cache that are read for a token."""

    low: float
    """In tokens/s, as the next two."""

    middle: float
    high: float


def read_roofline(reader: Reader) -> Asked | None:
    """What a roofline is of; None after noting what is wrong or missing."""
    prompt = reader.read("prompt", parse_context)
    asked = read_asked(reader)
    if asked is None or not reader.is_good or not _check_devices(asked, reader):
        return None
    if _peak_flop_per_s(asked.device) is None:
        place = (reader.text("device") or reader.call.options["roofline"]).place
        hint = "add `compute: 80e12 parameters/s`, which is half of its FLOP/s"
        reader.error(f"the peak of compute of {asked.device.name} is not known", place, hint)
        return None
    if prompt is not None:
        asked = replace(asked, workload=replace(asked.workload, prompt_tokens=prompt))
    return asked


def chart_roofline(asked: Asked, reader: Reader) -> tuple[Chart, Calculation] | None:
    """The chart with its figures published; None after noting why there is none."""
    computed = _estimate_batches(asked, reader.data.calibration)
    points = [_decode_point(each) for each in computed if each.fits is not False]
    if not points:
        complain_of_size(computed[0], reader)
        return None
    points.append(_prefill_point(asked, reader.data.calibration))
    figures = (*_make_roofs(asked), *_make_figures(points, asked))
    caption = reader.text("caption")
    title = caption.text if caption else f"Roofline of {asked.title}"
    assumed = dict.fromkeys((*reader.assumptions, *(a.text for a in computed[0].assumed)))
    calculation = publish(reader, Computed(title, figures, tuple(assumed)))
    roofline = Roofline.of(asked.title, calculation, {each.name: each.label for each in points})
    if roofline is None:
        complain_of_lock("no roofline", reader)
        return None
    return make_chart(roofline, title), calculation


def _check_devices(asked: Asked, reader: Reader) -> bool:
    """Whether one roof is over all of the model."""
    if not asked.workload.split:
        return True
    text = reader.text("split") or reader.text("device") or reader.call.options["roofline"]
    hint = "name one device, or let several share each layer: `tensor parallel: 2`"
    reader.error("a roofline is of one device", text.place, hint)
    return False


def _peak_flop_per_s(device: Device) -> float | None:
    """The peak by its maker; else what an author says of its compute."""
    if device.compute_parameters_per_s is not None:
        return _FLOP_PER_PARAMETER * device.compute_parameters_per_s
    return device.peak_flop_per_s


def _estimate_batches(asked: Asked, calibration: Calibration) -> list[Estimate]:
    return [
        estimate(asked.device, asked.model, replace(asked.workload, batch=batch), calibration)
        for batch in sorted({*_BATCHES, asked.workload.batch})
    ]


def _decode_point(computed: Estimate) -> Point:
    batch = computed.workload.batch
    return Point(
        name=f"batch-{batch}",
        label=f"{batch:,} {'sequence' if batch == 1 else 'sequences'}",
        bytes_per_token=computed.bytes_per_token.total,
        low=computed.low_tokens_per_s,
        middle=computed.middle_tokens_per_s,
        high=computed.high_tokens_per_s,
    )


def _prefill_point(asked: Asked, calibration: Calibration) -> Point:
    """A prompt: it reads what a batch of as many sequences would, but for their caches."""
    prompt = asked.workload.prompt_tokens
    together = replace(asked.workload, batch=prompt, context_tokens=0)
    read = estimate(asked.device, asked.model, together, calibration).bytes_per_token
    taken: Prefill = estimate_prefill(asked.device, asked.model, asked.workload, calibration)
    return Point(
        name="prefill",
        label=f"prefill of {prompt:,} tokens",
        bytes_per_token=read.total,
        low=taken.low_tokens_per_s,
        middle=taken.middle_tokens_per_s,
        high=taken.high_tokens_per_s,
    )


def _roofs(asked: Asked) -> tuple[float, float]:
    """Bandwidth in bytes/s and peak in FLOP/s of all devices that share layers."""
    peak, together = _peak_flop_per_s(asked.device), asked.workload.tensor_parallel
    assert peak is not None
    return asked.device.bandwidth_bytes_per_s * together, peak * together


def _make_roofs(asked: Asked) -> Iterator[Figure]:
    bandwidth, peak = _roofs(asked)
    parameters = asked.model.active_parameters
    shown = scale_count(parameters)
    yield make_plain(
        "parameters", "active parameters", parameters, "parameter", shown, "P, as given"
    )
    shown = scale_data(bandwidth, "B/s", INPUT_SIGNIFICANT)
    yield make_plain("bandwidth", "memory bandwidth", bandwidth, "byte/s", shown, "M, as given")
    shown = scale_data(peak, "FLOP/s", INPUT_SIGNIFICANT)
    yield make_plain("peak", "peak of compute", peak, "FLOP/s", shown, "C, as given")
    yield _make_intensity(
        "ridge", "intensity from which on compute is the limit", peak / bandwidth, "C / M"
    )


def _make_figures(points: Iterable[Point], asked: Asked) -> Iterator[Figure]:
    bandwidth, peak = _roofs(asked)
    operations = _FLOP_PER_PARAMETER * asked.model.active_parameters
    for point in points:
        intensity = operations / point.bytes_per_token
        roof = min(bandwidth * intensity, peak) / operations
        label = f"arithmetic intensity, {point.label}"
        how = "2 · P over what is read for a token"
        yield _make_intensity(f"intensity_{point.name}", label, intensity, how)
        yield _make_rate("roof", "highest token rate", roof, point, numbers.SIGNIFICANT)
        for name in ("low", "middle", "high"):
            rate = min(roof, getattr(point, name))
            yield _make_rate(name, "calibrated token rate", rate, point, None)


def _make_intensity(name: str, label: str, value: float, how: str) -> Figure:
    shown = scale_plain(value, "FLOP/byte", RATIO_SIGNIFICANT)
    return make_plain(name, label, value, "FLOP/byte", shown, how, "step")


def _make_rate(
    name: str, label: str, value: float, point: Point, significant: int | None
) -> Figure:
    """A rate; of so many digits as it is known to."""
    shown = (
        scale_rate(value)
        if significant is None
        else scale_words(value, "token/s", "tokens/s", significant)
    )
    how = "the roof over 2 · P" if name == "roof" else f"{name} of the 80 % range"
    label = f"{label}, {point.label}"
    return make_plain(f"{name}_{point.name}", label, value, "token/s", shown, how, "range")
