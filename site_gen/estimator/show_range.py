"""The calibrated range of an estimate, and what an observation says of it → figures."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache

from site_gen.estimator import numbers
from site_gen.estimator.estimate import Estimate, Limit
from site_gen.estimator.figure import (
    INPUT_SIGNIFICANT,
    RATIO_SIGNIFICANT,
    Figure,
    Scaled,
    divisor_tex,
    equation_tex,
    make_plain,
    scale_data,
    scale_plain,
    scale_words,
    with_unit_tex,
)
from site_gen.estimator.infer import Inference
from site_gen.estimator.sensitivity import Sensitivity
from site_gen.estimator.show import ESTIMATES_AT_HAND

RANGE_SIGNIFICANT = 2
"""Significant digits of a calibrated rate: more would claim what it does not know."""

_LIMITS: dict[Limit, str] = {
    "bandwidth": "reading from memory",
    "fabric": "reading through the fabric",
    "compute": "computing",
    "layers": "the fixed cost of layers",
    "links": "the way from device to device",
}

_NEGLIGIBLE = 0.05
"""Percent; what one percent of an input changes by less is not spoken of."""
_INPUTS = {
    "bandwidth": "bandwidth",
    "bits": "bits per parameter",
    "context": "context",
    "batch": "sequences",
    "layer_cost": "fixed cost of layers",
    "compute": "compute",
}

_PARTS = (
    ("weights_s", r"t_\text{weights}", "weights"),
    ("cache_s", r"t_\text{cache}", "cache"),
    ("layers_s", r"t_\text{layers}", "layers"),
    ("links_s", r"t_\text{links}", "links"),
)


@lru_cache(ESTIMATES_AT_HAND)
def range_figures(estimate: Estimate) -> tuple[Figure, ...]:
    """Return low, middle and high of the 80 % range, in tokens/s of the whole batch."""
    middle = _show_middle(estimate)
    low = _show_end("low", "nine of ten are faster", estimate.low_tokens_per_s, estimate)
    high = _show_end("high", "nine of ten are slower", estimate.high_tokens_per_s, estimate)
    return low, middle, high


def inference_figures(inference: Inference) -> tuple[Figure, ...]:
    """Return the figures of an observation: observed, ratio, implied_bandwidth, implied_share,
    [left_over]."""
    shown = _scale_observed(inference)
    value = inference.observed_tokens_per_s
    label = "observed token rate"
    figures = [
        make_plain("observed", label, value, "token/s", shown, "as observed", "reading"),
        _show_ratio(inference),
        _show_implied_bandwidth(inference),
        _show_implied_share(inference),
    ]
    if inference.left_over_per_layer_s is not None:
        figures.append(_show_left_over(inference.left_over_per_layer_s))
    return tuple(figures)


def limit_text(limit: Limit) -> str:
    """Return what most of a step goes into, in words."""
    return _LIMITS[limit]


def sensitivity_text(sensitivity: Sensitivity, batch: int) -> str:
    """Return what the middle of the range depends on, in a sentence without a full stop.

    What matters most comes first, and what hardly does is left out; "" where nothing is left. A
    single sequence cannot be more by one percent, so `batch` counts where it is above 1.
    """
    changes = {name: getattr(sensitivity, name) for name in _INPUTS if name != "batch" or batch > 1}
    told = [name for name in changes if abs(changes[name]) > _NEGLIGIBLE]
    told.sort(key=lambda name: -abs(changes[name]))
    return ", ".join(
        f"1 % more {_INPUTS[name]} {'' if at else 'makes it '}{_change_text(changes[name])}"
        for at, name in enumerate(told)
    )


def scale_rate(tokens_per_s: float) -> Scaled:
    """Return a calibrated rate as it is shown, e.g. 5.19 as "5.2 tokens/s"."""
    return scale_words(tokens_per_s, "token/s", "tokens/s", RANGE_SIGNIFICANT)


def _change_text(percent: float) -> str:
    """E.g. "0.6 % faster"."""
    amount = f"{abs(percent):.1f}".removesuffix(".0")
    return f"{amount} % {'faster' if percent > 0 else 'slower'}"


def _show_middle(estimate: Estimate) -> Figure:
    """The middle of the range, as so many sequences over the time of a step, part by part."""
    parts = list(_time_parts(estimate))
    batch = estimate.workload.batch
    shown = scale_rate(estimate.middle_tokens_per_s)
    symbols = " + ".join(symbol for symbol, _, _ in parts)
    times_tex = " + ".join(time.number_tex for _, _, time in parts)
    total_ms = sum((time.amount for _, _, time in parts), Fraction(0))
    words = " + ".join(f"{time.text} {word}" for _, word, time in parts)
    return Figure(
        name="middle",
        part="range",
        label="calibrated token rate",
        value=estimate.middle_tokens_per_s,
        unit="token/s",
        text=shown.text,
        number_text=shown.number_text,
        symbolic_tex=rf"T = \frac{{{'B' if batch > 1 else '1'}}}{{{symbols}}}",
        equation_tex=equation_tex(
            rf"\frac{{{batch}}}{{({times_tex})\ \text{{ms}}}}", 1000 * batch / total_ms, shown
        ),
        explanation=f"{batch} / ({words}): as many devices are faster as are slower",
    )


def _time_parts(estimate: Estimate) -> Iterator[tuple[str, str, Scaled]]:
    """Symbol, word and milliseconds of each part of a step that takes any time."""
    for field, symbol, word in _PARTS:
        seconds: float = getattr(estimate.step, field)
        if seconds > 0:
            yield symbol, word, scale_plain(seconds * 1e3, "ms", 3, 1.0)


def _show_end(name: str, meaning: str, tokens_per_s: float, estimate: Estimate) -> Figure:
    """An end of the range; it has no equation but a factor on the middle."""
    shown = scale_rate(tokens_per_s)
    factor = numbers.format_number(tokens_per_s / estimate.middle_tokens_per_s, 2)
    return Figure(
        name=name,
        part="range",
        label=f"{name} end of the 80 % range",
        value=tokens_per_s,
        unit="token/s",
        text=shown.text,
        number_text=shown.number_text,
        explanation=f"{factor} × the calibrated token rate: {meaning}",
    )


def _scale_observed(inference: Inference) -> Scaled:
    value = inference.observed_tokens_per_s
    return scale_words(value, "token/s", "tokens/s", INPUT_SIGNIFICANT)


def _show_ratio(inference: Inference) -> Figure:
    observed = _scale_observed(inference)
    ceiling = scale_words(inference.estimate.ceiling_tokens_per_s, "token/s", "tokens/s")
    shown = scale_words(inference.shortfall_ratio, "time", "times", RATIO_SIGNIFICANT)
    numbers_tex = f"{ceiling.number_tex} / {divisor_tex(observed.number_tex)}"
    from_shown = ceiling.amount / observed.amount
    return Figure(
        name="ratio",
        part="reading",
        label="bound over observation",
        value=inference.shortfall_ratio,
        unit="",
        text=shown.text,
        number_text=shown.number_text,
        symbolic_tex=r"\frac{T}{T_\text{observed}}",
        equation_tex=equation_tex(numbers_tex, from_shown, replace(shown, unit="")),
        explanation=f"bound / observation = {ceiling.text} / {observed.text}",
    )


def _show_implied_bandwidth(inference: Inference) -> Figure:
    observed = _scale_observed(inference)
    factor = inference.estimate.workload.batch * inference.estimate.workload.tensor_parallel
    size = scale_data(inference.estimate.weight_bytes_per_token, "B")
    shown = scale_data(inference.implied_bandwidth_bytes_per_s, "B/s")
    over_tex, over = (f" / {factor}", f" / {factor}") if factor > 1 else ("", "")
    numbers_tex = rf"{observed.number_tex} \cdot {with_unit_tex(size)}{over_tex}"
    return Figure(
        name="implied_bandwidth",
        part="reading",
        label="bandwidth that the observation needs",
        value=inference.implied_bandwidth_bytes_per_s,
        unit="byte/s",
        text=shown.text,
        number_text=shown.number_text,
        symbolic_tex=r"T_\text{observed} \cdot P \cdot Q" + (r" / (B \cdot D)" if over else ""),
        equation_tex=equation_tex(numbers_tex, observed.amount * size.amount / factor, shown),
        explanation=f"observation · P · Q = {observed.text} × {size.text}{over}",
    )


def _show_implied_share(inference: Inference) -> Figure:
    """What share of the bandwidth weights and cache take."""
    percent = scale_plain(100 * inference.implied_share, "%", RANGE_SIGNIFICANT, 1.0)
    read = scale_data(inference.implied_cache_bandwidth_bytes_per_s, "B/s")
    of = scale_data(inference.estimate.device.bandwidth_bytes_per_s, "B/s")
    return Figure(
        name="implied_share",
        part="reading",
        label="share of the bandwidth",
        value=inference.implied_share,
        unit="",
        text=percent.text,
        number_text=percent.number_text,
        explanation=f"weights and cache: {read.text} of {of.text}",
    )


def _show_left_over(seconds: float) -> Figure:
    shown = scale_plain(seconds * 1e3, "ms", 3, 1.0)
    return Figure(
        name="left_over",
        part="reading",
        label="time left over per layer",
        value=seconds,
        unit="second",
        text=shown.text,
        number_text=shown.number_text,
        explanation="what reading at full bandwidth does not explain of a step, over the layers",
    )
