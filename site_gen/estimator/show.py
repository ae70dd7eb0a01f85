"""The inputs of an estimate and its bound → figures, in reading order.

A number in an equation is the rounded one, but a result is always computed from unrounded ones;
where that shows, the equation says so: 576 / 11.19 ≈ 51.46. `figure.equation_tex` has the rule.
"""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from site_gen.estimator import numbers
from site_gen.estimator.equations.bandwidth import BYTES_PER_TRANSFER
from site_gen.estimator.equations.bound import BITS_PER_BYTE
from site_gen.estimator.estimate import Estimate
from site_gen.estimator.figure import (
    INPUT_SIGNIFICANT,
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
from site_gen.estimator.inputs import Device, Workload
from site_gen.estimator.step import usable_bandwidth


def estimate_figures(estimate: Estimate) -> tuple[Figure, ...]:
    """Return what an estimate was made from and its bound, the last of which is the ceiling.

    In this order, with those in brackets only where there is something to say: parameters,
    quantization, [context, batch, cache type, threads, devices, channels, speed], bandwidth,
    [usable, compute], bytes, [cache], bound, [compute_bound, ceiling].
    """
    return tuple(_show_estimate(estimate))


def ceiling_limit_text(estimate: Estimate) -> str:
    """Return which bound the ceiling is, in words."""
    return "memory bandwidth" if estimate.ceiling_limit == "bandwidth" else "compute"


def _show_estimate(estimate: Estimate) -> Iterator[Figure]:
    yield _show_parameters(estimate)
    yield _show_quantization(estimate)
    yield from _show_workload(estimate)
    yield from _show_memory(estimate.device)
    yield from _show_usable(estimate.device)
    if estimate.device.compute_parameters_per_s is not None:
        yield _show_compute(estimate.device.compute_parameters_per_s)
    yield _show_bytes(estimate)
    if estimate.workload.context_tokens:
        yield _show_cache(estimate)
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


def _show_workload(estimate: Estimate) -> Iterator[Figure]:
    """What is particular about how the model is run; nothing where nothing is."""
    workload = estimate.workload
    if workload.context_tokens:
        yield _show_whole("context", "context", workload.context_tokens, "token", "L")
        cache = scale_words(workload.cache_bits_per_element, "bit", "bits", INPUT_SIGNIFICANT)
        value, unit = workload.cache_bits_per_element, "bit"
        yield make_input("cache_type", "number in the cache", value, unit, cache, "b, as given")
    if workload.batch > 1:
        yield _show_whole("batch", "batch", workload.batch, "sequence", "B")
    is_assumed = any(each.subject == "threads" for each in estimate.assumed)
    if workload.threads and not is_assumed:
        yield _show_whole("threads", "threads", workload.threads, "thread", "n")
    if workload.tensor_parallel > 1:
        yield _show_whole("devices", "devices that share layers", *_devices(workload), "D")


def _devices(workload: Workload) -> tuple[int, str]:
    return workload.tensor_parallel, "device"


def _show_whole(name: str, label: str, count: int, unit: str, symbol: str) -> Figure:
    """The figure of a whole number that was given."""
    text = f"{count:,}"
    shown = replace(scale_words(count, unit, unit + "s", 15), number_text=text)
    shown = replace(shown, text=f"{text} {shown.unit}")
    return make_input(name, label, count, unit, shown, f"{symbol}, as given")


def _show_usable(device: Device) -> Iterator[Figure]:
    """What the fabric or a measurement leaves of the bandwidth, where that is less."""
    usable = usable_bandwidth(device)
    if usable < device.bandwidth_bytes_per_s:
        is_measured = device.measured_bandwidth_bytes_per_s is not None
        how = "as measured" if is_measured else "what the fabric carries"
        shown = scale_data(usable, "B/s", INPUT_SIGNIFICANT)
        yield make_input("usable", "usable bandwidth", usable, "byte/s", shown, how)


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
    shown = scale_data(estimate.weight_bytes_per_token, "B")
    parameters, bits = scale_count(estimate.model.active_parameters), _scale_bits(estimate)
    numbers_tex = rf"{count_tex(estimate.model.active_parameters)} \cdot {bits.number_tex} / 8"
    from_shown = parameters.amount * bits.amount / BITS_PER_BYTE
    return Figure(
        name="bytes",
        part="step",
        label="data read per token",
        value=estimate.weight_bytes_per_token,
        unit="byte/token",
        text=shown.text,
        number_text=shown.number_text,
        symbolic_tex=r"P \cdot Q",
        equation_tex=equation_tex(numbers_tex, from_shown, shown),
        explanation=f"P · Q = {parameters.text} × {bits.number_text} bit / 8",
    )


def _show_cache(estimate: Estimate) -> Figure:
    """The cache of one sequence, which is read for each of its tokens."""
    size, tokens = estimate.bytes_per_token.cache, estimate.workload.context_tokens
    shown = scale_data(size, "B")
    each = scale_data(size / tokens, "B")
    numbers_tex = rf"{tokens:,} \cdot {with_unit_tex(each)}".replace(",", "{,}")
    return Figure(
        name="cache",
        part="step",
        label="cache read per token",
        value=size,
        unit="byte/token",
        text=shown.text,
        number_text=shown.number_text,
        symbolic_tex=r"L \cdot K \cdot b / 8",
        equation_tex=equation_tex(numbers_tex, tokens * each.amount, shown),
        explanation=f"L · K · b / 8 = {tokens:,} tokens × {each.text}",
    )


def _show_bound(estimate: Estimate) -> Figure:
    """The bound by bandwidth; of several devices or sequences that of all together."""
    bandwidth = _scale_bandwidth(estimate.device)
    size = scale_data(estimate.weight_bytes_per_token, "B")
    factor = estimate.workload.batch * estimate.workload.tensor_parallel
    if estimate.workload.split:
        return _show_split_bound(estimate)
    times_tex = rf"{factor} \cdot " if factor > 1 else ""
    times = f"{factor} × " if factor > 1 else ""
    symbols = _factor_symbols(estimate.workload)
    return _show_rate(
        "bound",
        "token rate with infinite compute",
        estimate.bandwidth_bound_tokens_per_s,
        rf"T = {symbols}\frac{{M}}{{P \cdot Q}}",
        times_tex + quotient_tex(bandwidth, size),
        f"T = {times}M / (P · Q) = {times}{bandwidth.text} / {size.text}",
        factor * bandwidth.amount / size.amount,
    )


def _factor_symbols(workload: Workload) -> str:
    batch = r"B \cdot " if workload.batch > 1 else ""
    return batch + (r"D \cdot " if workload.tensor_parallel > 1 else "")


def _show_split_bound(estimate: Estimate) -> Figure:
    """The bound where one device reads after the other."""
    rate = estimate.bandwidth_bound_tokens_per_s
    milliseconds = scale_plain(1e3 * estimate.workload.batch / rate, "ms", 4, 1.0)
    count = len(estimate.workload.split) + 1
    return _show_rate(
        "bound",
        "token rate with infinite compute",
        rate,
        r"T = B \Big/ \sum_i \frac{P_i \cdot Q}{M_i}",
        rf"{estimate.workload.batch} / {with_unit_tex(milliseconds)}",
        f"T = B / Σ (P_i · Q / M_i), the {count} parts being read one after the other",
        1000 * estimate.workload.batch / milliseconds.amount,
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
        f"T = min(M / Q, C) / P, limited by {ceiling_limit_text(estimate)}",
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
