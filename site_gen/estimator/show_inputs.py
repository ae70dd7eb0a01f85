"""What an estimate was made from → figures, in reading order."""

from collections.abc import Iterator
from dataclasses import replace

from site_gen.estimator import numbers
from site_gen.estimator.equations.bandwidth import BYTES_PER_TRANSFER
from site_gen.estimator.estimate import Estimate
from site_gen.estimator.figure import (
    INPUT_SIGNIFICANT,
    Figure,
    Scaled,
    equation_tex,
    make_plain,
    scale_count,
    scale_data,
    scale_plain,
    scale_words,
)
from site_gen.estimator.inputs import Device, Workload
from site_gen.estimator.reading import usable_bandwidth


def input_figures(estimate: Estimate) -> Iterator[Figure]:
    """Yield parameters, quantization, [context, cache type, batch, threads, devices, channels,
    speed], bandwidth, [usable, compute]: those in brackets where there is something to say."""
    yield _show_parameters(estimate)
    yield _show_quantization(estimate)
    yield from _show_workload(estimate)
    yield from _show_memory(estimate.device)
    yield from _show_usable(estimate.device)
    if estimate.device.compute_parameters_per_s is not None:
        yield _show_compute(estimate.device.compute_parameters_per_s)


def _show_parameters(estimate: Estimate) -> Figure:
    value = estimate.model.active_parameters
    how = "P, as given"
    shown = scale_count(value)
    return make_plain("parameters", "active parameters", value, "parameter", shown, how)


def _show_quantization(estimate: Estimate) -> Figure:
    value = estimate.workload.bits_per_parameter
    shown = scale_bits(estimate)
    how = "8 · Q, as given"
    return make_plain("quantization", "quantization", value, "bit/parameter", shown, how)


def scale_bits(estimate: Estimate) -> Scaled:
    """Return the size of a parameter as it is shown, e.g. "2.42 bits"."""
    return scale_words(estimate.workload.bits_per_parameter, "bit", "bits", INPUT_SIGNIFICANT)


def _show_workload(estimate: Estimate) -> Iterator[Figure]:
    """What is particular about how the model is run; nothing where nothing is."""
    workload = estimate.workload
    if workload.context_tokens:
        yield _show_whole("context", "context", workload.context_tokens, "token", "L")
        cache = scale_words(workload.cache_bits_per_element, "bit", "bits", INPUT_SIGNIFICANT)
        value, unit = workload.cache_bits_per_element, "bit"
        yield make_plain("cache_type", "number in the cache", value, unit, cache, "b, as given")
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
    return make_plain(name, label, count, unit, shown, f"{symbol}, as given")


def _show_usable(device: Device) -> Iterator[Figure]:
    """What the fabric or a measurement leaves of the bandwidth, where that is less."""
    usable = usable_bandwidth(device)
    if usable < device.bandwidth_bytes_per_s:
        is_measured = device.measured_bandwidth_bytes_per_s is not None
        how = "as measured" if is_measured else "what the fabric carries"
        shown = scale_data(usable, "B/s", INPUT_SIGNIFICANT)
        yield make_plain("usable", "usable bandwidth", usable, "byte/s", shown, how)


def _show_memory(device: Device) -> Iterator[Figure]:
    if device.memory_channels is None or device.transfers_per_s is None:
        value, shown = device.bandwidth_bytes_per_s, scale_bandwidth(device)
        yield make_plain("bandwidth", "memory bandwidth", value, "byte/s", shown, "M, as given")
        return
    channels = scale_words(device.memory_channels, "channel", "channels")
    speed = scale_plain(device.transfers_per_s, "GT/s", INPUT_SIGNIFICANT, numbers.GIGA.factor)
    yield _show_channels(device.memory_channels, channels)
    yield _show_speed(device.transfers_per_s, speed)
    yield _show_computed_bandwidth(device, channels, speed)


def scale_bandwidth(device: Device) -> Scaled:
    """Return the bandwidth of a device as it is shown, e.g. "576 GB/s"."""
    value = device.bandwidth_bytes_per_s
    if device.memory_channels is None or device.transfers_per_s is None:
        return scale_data(value, "B/s", INPUT_SIGNIFICANT)
    # Its equation has gigatransfers per second in it, so the product is in gigabytes, however many.
    return scale_plain(value, "GB/s", INPUT_SIGNIFICANT, numbers.GIGA.factor)


def _show_computed_bandwidth(device: Device, channels: Scaled, speed: Scaled) -> Figure:
    shown = scale_bandwidth(device)
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
    return make_plain("channels", "memory channels", channels, "channel", shown, how)


def _show_speed(transfers_per_s: float, shown: Scaled) -> Figure:
    how = "M_s, as given"
    return make_plain("speed", "memory speed", transfers_per_s, "transfer/s", shown, how)


def _show_compute(parameters_per_s: float) -> Figure:
    shown = scale_count(parameters_per_s, " parameters/s")
    how = "C, as given"
    return make_plain("compute", "compute throughput", parameters_per_s, "parameter/s", shown, how)
