"""An estimate and a comparison → their figures, in reading order.

A number in an equation is the rounded one, but a result is always computed from unrounded ones;
where that shows, the equation says so: 576 / 11.19 ≈ 51.46. `figure.equation_tex` has the rule.
"""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from site_gen.estimator import numbers
from site_gen.estimator.equations.bandwidth import BYTES_PER_TRANSFER
from site_gen.estimator.equations.bound import BITS_PER_BYTE
from site_gen.estimator.estimate import Comparison, Estimate, Limit
from site_gen.estimator.figure import (
    INPUT_SIGNIFICANT,
    RATIO_SIGNIFICANT,
    Figure,
    Scaled,
    count_tex,
    divisor_tex,
    equation_tex,
    make_input,
    quotient_tex,
    scale_count,
    scale_data,
    scale_plain,
    scale_words,
    with_unit_tex,
)
from site_gen.estimator.inputs import Device


def estimate_figures(estimate: Estimate) -> tuple[Figure, ...]:
    """Return the figures of an estimate, the last of which is its result.

    In this order, with those in brackets only where what they need is known: parameters,
    quantization, [channels, speed], bandwidth, [compute], bytes, bound, [compute_bound, ceiling].
    """
    return tuple(_show_estimate(estimate))


def comparison_figures(comparison: Comparison) -> tuple[Figure, ...]:
    """Return the figures of an observation: observed, ratio, implied_bandwidth."""
    shown = _scale_observed(comparison)
    value = comparison.observed_tokens_per_s
    how = "as observed"
    observed = make_input("observed", "observed token rate", value, "token/s", shown, how)
    return (
        replace(observed, part="reading"),
        _show_ratio(comparison),
        _show_implied_bandwidth(comparison),
    )


def limit_text(limit: Limit) -> str:
    """Return what binds, in words."""
    return "memory bandwidth" if limit == "bandwidth" else "compute"


def _show_estimate(estimate: Estimate) -> Iterator[Figure]:
    yield _show_parameters(estimate)
    yield _show_quantization(estimate)
    yield from _show_memory(estimate.device)
    if estimate.device.compute_parameters_per_s is not None:
        yield _show_compute(estimate.device.compute_parameters_per_s)
    yield _show_bytes(estimate)
    yield _show_bound(estimate)
    if estimate.compute_bound_tokens_per_s is not None:
        yield _show_compute_bound(estimate, estimate.compute_bound_tokens_per_s)
        yield _show_ceiling(estimate, estimate.compute_bound_tokens_per_s)


def _show_parameters(estimate: Estimate) -> Figure:
    value = estimate.model.active_parameters
    how = "P, as given"
    shown = scale_count(value)
    return make_input("parameters", "active parameters", value, "parameter", shown, how)


def _show_quantization(estimate: Estimate) -> Figure:
    value = estimate.workload.bits_per_parameter
    shown = _scale_bits(estimate)
    how = "8 · Q, as given"
    return make_input("quantization", "quantization", value, "bit/parameter", shown, how)


def _scale_bits(estimate: Estimate) -> Scaled:
    return scale_words(estimate.workload.bits_per_parameter, "bit", "bits", INPUT_SIGNIFICANT)


def _show_memory(device: Device) -> Iterator[Figure]:
    if device.memory_channels is None or device.transfers_per_s is None:
        value, shown = device.bandwidth_bytes_per_s, _scale_bandwidth(device)
        yield make_input("bandwidth", "memory bandwidth", value, "byte/s", shown, "M, as given")
        return
    channels = scale_words(device.memory_channels, "channel", "channels")
    speed = scale_plain(device.transfers_per_s, "GT/s", INPUT_SIGNIFICANT, numbers.GIGA.factor)
    yield _show_channels(device.memory_channels, channels)
    yield _show_speed(device.transfers_per_s, speed)
    yield _show_computed_bandwidth(device, channels, speed)


def _scale_bandwidth(device: Device) -> Scaled:
    value = device.bandwidth_bytes_per_s
    if device.memory_channels is None or device.transfers_per_s is None:
        return scale_data(value, "B/s", INPUT_SIGNIFICANT)
    # Its equation has gigatransfers per second in it, so the product is in gigabytes, however many.
    return scale_plain(value, "GB/s", INPUT_SIGNIFICANT, numbers.GIGA.factor)


def _show_computed_bandwidth(device: Device, channels: Scaled, speed: Scaled) -> Figure:
    shown = _scale_bandwidth(device)
    numbers_tex = rf"{channels.number_tex} \cdot 8 \cdot {speed.number_tex}"
    from_shown = channels.amount * BYTES_PER_TRANSFER * speed.amount
    return Figure(
        name="bandwidth",
        part="step",
        label="memory bandwidth",
        value=device.bandwidth_bytes_per_s,
        unit="byte/s",
        text=shown.text,
        number_text=shown.number_text,
        symbolic_tex=r"M = M_c \cdot 8 \cdot M_s",
        equation_tex=equation_tex(numbers_tex, from_shown, shown),
        explanation=f"M = M_c · 8 · M_s = {channels.number_text} × 8 B × {speed.text}",
    )


def _show_channels(channels: int, shown: Scaled) -> Figure:
    how = "M_c, as given"
    return make_input("channels", "memory channels", channels, "channel", shown, how)


def _show_speed(transfers_per_s: float, shown: Scaled) -> Figure:
    how = "M_s, as given"
    return make_input("speed", "memory speed", transfers_per_s, "transfer/s", shown, how)


def _show_compute(parameters_per_s: float) -> Figure:
    shown = scale_count(parameters_per_s, " parameters/s")
    how = "C, as given"
    return make_input("compute", "compute throughput", parameters_per_s, "parameter/s", shown, how)


def _show_bytes(estimate: Estimate) -> Figure:
    shown = scale_data(estimate.bytes_per_token, "B")
    parameters, bits = scale_count(estimate.model.active_parameters), _scale_bits(estimate)
    numbers_tex = rf"{count_tex(estimate.model.active_parameters)} \cdot {bits.number_tex} / 8"
    from_shown = parameters.amount * bits.amount / BITS_PER_BYTE
    return Figure(
        name="bytes",
        part="step",
        label="data read per token",
        value=estimate.bytes_per_token,
        unit="byte/token",
        text=shown.text,
        number_text=shown.number_text,
        symbolic_tex=r"P \cdot Q",
        equation_tex=equation_tex(numbers_tex, from_shown, shown),
        explanation=f"P · Q = {parameters.text} × {bits.number_text} bit / 8",
    )


def _show_bound(estimate: Estimate) -> Figure:
    bandwidth = _scale_bandwidth(estimate.device)
    size = scale_data(estimate.bytes_per_token, "B")
    return _show_rate(
        "bound",
        "token rate with infinite compute",
        estimate.bandwidth_bound_tokens_per_s,
        r"T = \frac{M}{P \cdot Q}",
        quotient_tex(bandwidth, size),
        f"T = M / (P · Q) = {bandwidth.text} / {size.text}",
        bandwidth.amount / size.amount,
    )


def _show_compute_bound(estimate: Estimate, tokens_per_s: float) -> Figure:
    compute, parameters = estimate.device.compute_parameters_per_s, estimate.model.active_parameters
    assert compute is not None
    above, below = scale_count(compute), scale_count(parameters)
    return _show_rate(
        "compute_bound",
        "token rate with infinite bandwidth",
        tokens_per_s,
        r"T = \frac{C}{P}",
        quotient_tex(above, below)
        if above.unit == below.unit
        else f"{count_tex(compute)} / {divisor_tex(count_tex(parameters))}",
        f"T = C / P = {above.text} / {below.text}",
        above.amount / below.amount,
    )


def _show_ceiling(estimate: Estimate, compute_bound_tokens_per_s: float) -> Figure:
    bounds = [
        scale_words(bound, "token/s", "tokens/s")
        for bound in (estimate.bandwidth_bound_tokens_per_s, compute_bound_tokens_per_s)
    ]
    return _show_rate(
        "ceiling",
        "highest token rate",
        estimate.ceiling_tokens_per_s,
        r"T = \frac{\min(\frac{M}{Q}, C)}{P}",
        rf"\min({', '.join(bound.number_tex for bound in bounds)})",
        f"T = min(M / Q, C) / P, limited by {limit_text(estimate.limit)}",
        min(bound.amount for bound in bounds),
    )


def _show_rate(
    name: str,
    label: str,
    value: float,
    symbolic_tex: str,
    numbers_tex: str,
    explanation: str,
    from_shown: Fraction,
) -> Figure:
    shown = scale_words(value, "token/s", "tokens/s")
    return Figure(
        name=name,
        part="step",
        label=label,
        value=value,
        unit="token/s",
        text=shown.text,
        number_text=shown.number_text,
        symbolic_tex=symbolic_tex,
        equation_tex=equation_tex(numbers_tex, from_shown, shown),
        explanation=explanation,
    )


def _scale_observed(comparison: Comparison) -> Scaled:
    value = comparison.observed_tokens_per_s
    return scale_words(value, "token/s", "tokens/s", INPUT_SIGNIFICANT)


def _show_ratio(comparison: Comparison) -> Figure:
    observed = _scale_observed(comparison)
    ceiling = scale_words(comparison.estimate.ceiling_tokens_per_s, "token/s", "tokens/s")
    shown = scale_words(comparison.shortfall_ratio, "time", "times", RATIO_SIGNIFICANT)
    numbers_tex = f"{ceiling.number_tex} / {divisor_tex(observed.number_tex)}"
    from_shown = ceiling.amount / observed.amount
    return Figure(
        name="ratio",
        part="reading",
        label="bound over observation",
        value=comparison.shortfall_ratio,
        unit="",
        text=shown.text,
        number_text=shown.number_text,
        symbolic_tex=r"\frac{T}{T_\text{observed}}",
        equation_tex=equation_tex(numbers_tex, from_shown, replace(shown, unit="")),
        explanation=f"bound / observation = {ceiling.text} / {observed.text}",
    )


def _show_implied_bandwidth(comparison: Comparison) -> Figure:
    observed = _scale_observed(comparison)
    size = scale_data(comparison.estimate.bytes_per_token, "B")
    shown = scale_data(comparison.implied_bandwidth_bytes_per_s, "B/s")
    numbers_tex = rf"{observed.number_tex} \cdot {with_unit_tex(size)}"
    return Figure(
        name="implied_bandwidth",
        part="reading",
        label="bandwidth that the observation needs",
        value=comparison.implied_bandwidth_bytes_per_s,
        unit="byte/s",
        text=shown.text,
        number_text=shown.number_text,
        symbolic_tex=r"T_\text{observed} \cdot P \cdot Q",
        equation_tex=equation_tex(numbers_tex, observed.amount * size.amount, shown),
        explanation=f"observation · P · Q = {observed.text} × {size.text}",
    )
