"""What an estimate takes for what is not known, each with the words that a reader gets.

Nothing is assumed anywhere else, so an estimate can list all of it.
"""

import re
from dataclasses import dataclass, replace

from site_gen.estimator.inputs import Device, Kernel, Model, Workload

_ALWAYS_READ_BITS = 5.0
"""Files of a mixture of experts with fewer bits keep more of them for what every token reads."""

PLAIN_BITS = 12.0
"""A parameter of more bits is not quantized."""
_MXFP4_EXPERT_BITS = 4.25
"""32 numbers of 4 bits and a scale of 8."""
_MOST_ALWAYS_READ_BITS = 16.2

_CODEBOOK = re.compile(r"IQ[123]_(?:XXS|XS|S|M)\b", re.IGNORECASE)
_TRELLIS = re.compile(r"IQ[1-9]_KT", re.IGNORECASE)
_PLAIN = re.compile(r"\b(?:B?F16|FP16|FP8|INT8|FP4|NVFP4|MXFP4)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Assumed:
    """Something that was not given."""

    subject: str
    """What it is, e.g. "layers"."""

    text: str
    """A sentence about it without a full stop, e.g. "the model has 61 layers, by its size"."""


def complete(
    device: Device, model: Model, workload: Workload
) -> tuple[Device, Model, Workload, tuple[Assumed, ...]]:
    """Return the same with nothing missing that an estimate needs, and what was put in."""
    completed, assumed = _complete_model(model)
    workload, about_workload = _complete_workload(workload, completed, device)
    if not device.device_class:
        text = "the device is of no class that was measured, so the range is wide"
        assumed += (Assumed("class", text),)
    if device.is_processor and device.measured_bandwidth_bytes_per_s is None:
        text = "nobody has measured its memory alone, so it falls short of its modules as others do"
        assumed += (Assumed("memory", text),)
    return device, completed, workload, assumed + about_workload


def find_kernel(quantization: str, bits_per_parameter: float) -> Kernel:
    """Return how a quantization is unpacked, by its name or else by its bits."""
    if _TRELLIS.search(quantization):
        return "trellis"
    if _CODEBOOK.search(quantization) or (not quantization and bits_per_parameter < 3):
        return "codebook"
    if _PLAIN.search(quantization) or bits_per_parameter > PLAIN_BITS:
        return "plain"
    return "blocks"


def threads_of(device: Device, workload: Workload) -> int:
    """Return the threads that compute on a processor: those asked for, else all that it has, else
    as many as its class has."""
    usual = 16 if device.device_class == "cpu-desktop" else 32
    return workload.threads or device.threads or usual


def _complete_model(model: Model) -> tuple[Model, tuple[Assumed, ...]]:
    assumed = []
    if model.layers is None:
        model = replace(model, layers=_layers(model))
        text = f"{model.name} has {model.layers} layers, as models of its size do"
        assumed.append(Assumed("layers", text))
    if model.cache_elements_per_token is None:
        assert model.layers is not None
        each = 1024 if model.routed_parameters else 2048
        model = replace(model, cache_elements_per_token=float(model.layers * each))
        text = f"{model.name} keeps {each:,} numbers a layer and token in its cache"
        assumed.append(Assumed("cache", text))
    return model, tuple(assumed)


def _layers(model: Model) -> int:
    """Layers by size: a power law through the models of the catalogue."""
    billions = (model.total_parameters or model.active_parameters) / 1e9
    if model.routed_parameters:
        return max(8, round(float(17.3 * billions**0.204)))
    return max(8, round(float(18.8 * billions**0.326)))


def _complete_workload(
    workload: Workload, model: Model, device: Device
) -> tuple[Workload, tuple[Assumed, ...]]:
    assumed = []
    if workload.always_read_bits is None and (bits := _always_read_bits(workload, model)):
        workload = replace(workload, always_read_bits=bits)
        text = f"what every token reads has {bits:.3g} bits, more than the routed experts"
        assumed.append(Assumed("always-read bits", text))
    if device.is_processor and workload.threads is None:
        threads = threads_of(device, workload)
        workload = replace(workload, threads=threads)
        known = "all cores of the device" if device.threads else "as such devices have"
        assumed.append(Assumed("threads", f"{threads} threads compute, {known}"))
    return workload, tuple(assumed)


def _always_read_bits(workload: Workload, model: Model) -> float | None:
    """Bits of what every token reads, where a file keeps that at more than its experts."""
    bits, total, routed = (
        workload.bits_per_parameter,
        model.total_parameters,
        model.routed_parameters,
    )
    if not routed or total is None or routed >= total:
        return None
    if "MXFP4" in workload.quantization.upper():
        left = (bits * total - _MXFP4_EXPERT_BITS * routed) / (total - routed)
        return max(bits, min(_MOST_ALWAYS_READ_BITS, left))
    return (bits + _ALWAYS_READ_BITS) / 2 if bits < _ALWAYS_READ_BITS else None
