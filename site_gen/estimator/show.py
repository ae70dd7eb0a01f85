"""An estimate → its figures, in reading order.

A number in an equation is the rounded one, but a result is always computed from unrounded ones;
where that shows, the equation says so: 576 / 11.19 ≈ 51.46.
"""

from collections.abc import Iterator

from site_gen.estimator import numbers
from site_gen.estimator.estimate import Comparison, Device, Estimate, Limit, compare
from site_gen.estimator.figure import (
    INPUT_SIGNIFICANT,
    RATIO_SIGNIFICANT,
    Figure,
    Scaled,
    count_tex,
    equation_tex,
    make_input,
    quotient_tex,
    scale_count,
    scale_data,
    scale_plain,
    scale_words,
    with_unit_tex,
)


def figures(estimate: Estimate, observed_tokens_per_s: float | None = None) -> tuple[Figure, ...]:
    """Return the figures of an estimate: the inputs, then what follows from them.

    In this order, with those in brackets only where what they need is known: parameters,
    quantization, [channels, speed], bandwidth, [compute], bytes, bound, [compute_bound, ceiling],
    [observed, ratio, implied_bandwidth].
    """
    return tuple(_generate_figures(estimate, observed_tokens_per_s))


def limit_text(limit: Limit) -> str:
    """Return what binds, in words."""
    return "memory bandwidth" if limit == "bandwidth" else "compute"


def _generate_figures(estimate: Estimate, observed_tokens_per_s: float | None) -> Iterator[Figure]:
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
    if observed_tokens_per_s is not None:
        yield from _show_comparison(compare(estimate, observed_tokens_per_s))


def _show_parameters(estimate: Estimate) -> Figure:
    value = estimate.model.active_parameters
    how = "P, as given"
    shown = scale_count(value)
    return make_input("parameters", "active parameters", value, "parameter", shown, how)


def _show_quantization(estimate: Estimate) -> Figure:
    value = estimate.workload.bits_per_parameter
    shown = scale_words(value, "bit", "bits", INPUT_SIGNIFICANT)
    how = "8 · Q, as given"
    return make_input("quantization", "quantization", value, "bit/parameter", shown, how)


def _show_memory(device: Device) -> Iterator[Figure]:
    if device.memory_channels is None or device.transfers_per_s is None:
        value, shown = device.bandwidth_bytes_per_s, _scale_bandwidth(device)
        yield make_input("bandwidth", "memory bandwidth", value, "byte/s", shown, "M, as given")
        return
    channels = _show_channels(device.memory_channels)
    speed = _show_speed(device.transfers_per_s)
    yield channels
    yield speed
    yield _show_computed_bandwidth(device, channels, speed)


def _scale_bandwidth(device: Device) -> Scaled:
    value = device.bandwidth_bytes_per_s
    if device.memory_channels is None or device.transfers_per_s is None:
        return scale_data(value, "B/s", INPUT_SIGNIFICANT)
    # Its equation has gigatransfers per second in it, so the product is in gigabytes, however many.
    return scale_plain(value / numbers.GIGA.factor, "GB/s", INPUT_SIGNIFICANT)


def _show_computed_bandwidth(device: Device, channels: Figure, speed: Figure) -> Figure:
    shown = _scale_bandwidth(device)
    numbers_tex = rf"{channels.number_text} \cdot 8 \cdot {speed.number_text}"
    return Figure(
        name="bandwidth",
        label="memory bandwidth",
        value=device.bandwidth_bytes_per_s,
        unit="byte/s",
        text=shown.text,
        number_text=shown.number_text,
        symbolic_tex=r"M = M_c \cdot 8 \cdot M_s",
        equation_tex=equation_tex(numbers_tex, shown),
        explanation=f"M = M_c · 8 · M_s = {channels.number_text} × 8 B × {speed.text}",
    )


def _show_channels(channels: int) -> Figure:
    shown = scale_words(channels, "channel", "channels")
    how = "M_c, as given"
    return make_input("channels", "memory channels", channels, "channel", shown, how)


def _show_speed(transfers_per_s: float) -> Figure:
    shown = scale_plain(transfers_per_s / numbers.GIGA.factor, "GT/s", INPUT_SIGNIFICANT)
    how = "M_s, as given"
    return make_input("speed", "memory speed", transfers_per_s, "transfer/s", shown, how)


def _show_compute(parameters_per_s: float) -> Figure:
    shown = scale_count(parameters_per_s, " parameters/s")
    how = "C, as given"
    return make_input("compute", "compute throughput", parameters_per_s, "parameter/s", shown, how)


def _show_bytes(estimate: Estimate) -> Figure:
    shown = scale_data(estimate.bytes_per_token, "B")
    parameters = estimate.model.active_parameters
    bits = numbers.format_number(estimate.workload.bits_per_parameter, INPUT_SIGNIFICANT)
    return Figure(
        name="bytes",
        label="data read per token",
        value=estimate.bytes_per_token,
        unit="byte/token",
        text=shown.text,
        number_text=shown.number_text,
        symbolic_tex=r"P \cdot Q",
        equation_tex=equation_tex(rf"{count_tex(parameters)} \cdot {bits} / 8", shown),
        explanation=f"P · Q = {scale_count(parameters).text} × {bits} bit / 8",
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
        numbers.round_as_shown(estimate.device.bandwidth_bytes_per_s, INPUT_SIGNIFICANT)
        / numbers.round_as_shown(estimate.bytes_per_token),
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
        else f"{count_tex(compute)} / ({count_tex(parameters)})",
        f"T = C / P = {above.text} / {below.text}",
        tokens_per_s,
    )


def _show_ceiling(estimate: Estimate, compute_bound_tokens_per_s: float) -> Figure:
    bounds = (estimate.bandwidth_bound_tokens_per_s, compute_bound_tokens_per_s)
    return _show_rate(
        "ceiling",
        "highest token rate",
        estimate.ceiling_tokens_per_s,
        r"T = \frac{\min(\frac{M}{Q}, C)}{P}",
        rf"\min({', '.join(map(numbers.format_number_tex, bounds))})",
        f"T = min(M / Q, C) / P, limited by {limit_text(estimate.limit)}",
        estimate.ceiling_tokens_per_s,
    )


def _show_rate(
    name: str,
    label: str,
    value: float,
    symbolic_tex: str,
    numbers_tex: str,
    explanation: str,
    from_shown: float,
) -> Figure:
    """A token rate; `from_shown` is what the shown numbers give."""
    shown = scale_words(value, "token/s", "tokens/s")
    return Figure(
        name=name,
        label=label,
        value=value,
        unit="token/s",
        text=shown.text,
        number_text=shown.number_text,
        symbolic_tex=symbolic_tex,
        equation_tex=equation_tex(numbers_tex, shown, numbers.relate_tex(from_shown, value)),
        explanation=explanation,
    )


def _show_comparison(comparison: Comparison) -> Iterator[Figure]:
    value = comparison.observed_tokens_per_s
    observed = scale_words(value, "token/s", "tokens/s", INPUT_SIGNIFICANT)
    yield make_input("observed", "observed token rate", value, "token/s", observed, "as observed")
    yield _show_ratio(comparison, observed)
    yield _show_implied_bandwidth(comparison, observed)


def _show_ratio(comparison: Comparison, observed: Scaled) -> Figure:
    ceiling = scale_words(comparison.estimate.ceiling_tokens_per_s, "token/s", "tokens/s")
    ratio = comparison.shortfall_ratio
    shown = scale_words(ratio, "time", "times", RATIO_SIGNIFICANT)
    from_shown = numbers.round_as_shown(
        comparison.estimate.ceiling_tokens_per_s
    ) / numbers.round_as_shown(comparison.observed_tokens_per_s, INPUT_SIGNIFICANT)
    relation = numbers.relate_tex(from_shown, ratio, RATIO_SIGNIFICANT)
    return Figure(
        name="ratio",
        label="bound over observation",
        value=ratio,
        unit="",
        text=shown.text,
        number_text=shown.number_text,
        symbolic_tex=r"\frac{T}{T_\text{observed}}",
        equation_tex=f"{ceiling.number_tex} / {observed.number_tex} {relation} {shown.number_tex}",
        explanation=f"bound / observation = {ceiling.text} / {observed.text}",
    )


def _show_implied_bandwidth(comparison: Comparison, observed: Scaled) -> Figure:
    shown = scale_data(comparison.implied_bandwidth_bytes_per_s, "B/s")
    size = scale_data(comparison.estimate.bytes_per_token, "B")
    numbers_tex = rf"{observed.number_tex} \cdot {with_unit_tex(size)}"
    value = comparison.implied_bandwidth_bytes_per_s
    from_shown = numbers.round_as_shown(
        comparison.observed_tokens_per_s, INPUT_SIGNIFICANT
    ) * numbers.round_as_shown(comparison.estimate.bytes_per_token)
    return Figure(
        name="implied_bandwidth",
        label="bandwidth that the observation needs",
        value=value,
        unit="byte/s",
        text=shown.text,
        number_text=shown.number_text,
        symbolic_tex=r"T_\text{observed} \cdot P \cdot Q",
        equation_tex=equation_tex(numbers_tex, shown, numbers.relate_tex(from_shown, value)),
        explanation=f"observation · P · Q = {observed.text} × {size.text}",
    )
