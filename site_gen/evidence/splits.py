"""Where the parts of a row's model are: on one device, on several, or on processor and GPU."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from site_gen.estimator.catalogue import Catalogue
from site_gen.estimator.inputs import Device, Model, Share
from site_gen.evidence.devices import find_class, find_threads, price_device
from site_gen.evidence.engines import find_engine
from site_gen.evidence.measurements import Setting
from site_gen.evidence.names import split_parts

_IN_A_ROW = re.compile(r"layer split|pipeline|times add", re.IGNORECASE)
_TOGETHER = re.compile(
    r"\bTP|tensor[ -]?parallel|\bEP\b|row split|-sm row|split-mode row|serving", re.IGNORECASE
)
_LAYER_BY_LAYER = re.compile(r"exllama", re.IGNORECASE)
"""Compiled, but it gives each device some of the layers unless told otherwise."""
_EXPERTS_OF = re.compile(r"experts of (?:the )?(?:last |first )?(\d+) of (\d+)", re.IGNORECASE)
_LAYERS_OF = re.compile(r"-?ngl (\d+) of (\d+)", re.IGNORECASE)
_GPU_BANDWIDTH = re.compile(r"\((\d+(?:\.\d+)?)\s*GB/s\)")
_SERVER = re.compile(r"epyc|xeon|threadripper", re.IGNORECASE)

_GPU_BYTES_PER_S = 900e9
"""Of a GPU that is not named: between those that are used so."""
_DESKTOP_BYTES_PER_S = 80e9
"""Of a desktop's memory beside such a GPU."""
_SAME_BANDWIDTH = 0.1
"""Share that a row's bandwidth may be off that of the GPU that it names."""
_DENSE_SHARE = 0.5
"""Share of a dense model that is on the processor, where that is not said."""


@dataclass(frozen=True, slots=True)
class Together:
    """How many devices there are, and how they work."""

    in_a_row: int
    """Devices that have some of the layers each, at least 1."""

    tensor_parallel: int
    """Devices that share every layer, at least 1."""


@dataclass(frozen=True, slots=True)
class Hybrid:
    """A GPU beside a processor."""

    gpu: Device
    share: Share
    """What the processor has."""


def is_hybrid(setting: Setting) -> bool:
    """Whether a row's model was on a processor and a GPU: by its class, else by what it names."""
    written = setting.hardware_class.lower()
    if "hybrid" in written:
        return True
    if find_class(written, ""):
        return False
    classes = [find_class("", part) for part in split_parts(setting.hardware)]
    is_processor = [class_.startswith("cpu") for class_ in classes if class_]
    is_on_one = re.search(r"full|only", setting.offload, re.IGNORECASE)
    return any(is_processor) and not all(is_processor) and not is_on_one


def find_together(setting: Setting) -> Together:
    """How a row's devices work together: llama.cpp splits layers, other engines share each."""
    count = setting.devices
    if count <= 1:
        return Together(1, 1)
    parts = (setting.hardware_class, setting.offload, setting.hardware)
    text = " ".join((*parts, setting.engine, setting.notes))
    if _IN_A_ROW.search(text):
        return Together(count, 1)
    shares_layers = find_engine(setting) in ("compiled", "server")
    shares_layers = shares_layers and not _LAYER_BY_LAYER.search(setting.engine)
    if shares_layers or _TOGETHER.search(text):
        return Together(1, count)
    return Together(count, 1)


def split_in_a_row(device: Device, count: int) -> tuple[Share, ...]:
    """What the devices after the first one have, each as much."""
    return tuple(
        Share(device=device, always_read=1 / count, routed=1 / count) for _ in range(1, count)
    )


def price_hybrid(catalogue: Catalogue, setting: Setting, model: Model) -> Hybrid:
    """The two devices of a row that names both, e.g. "Ryzen 9 7950X + RTX 4080"."""
    always_read, routed = _processor_shares(setting, model)
    processor = _price_processor(catalogue, setting)
    gpu = _price_gpu(catalogue, setting)
    return Hybrid(gpu, Share(device=processor, always_read=always_read, routed=routed))


def _processor_shares(setting: Setting, model: Model) -> tuple[float, float]:
    """Shares of what every token reads, and of routed experts, that the processor has."""
    text = f"{setting.offload} {setting.notes}"
    if found := _EXPERTS_OF.search(text):
        return 0.0, _ratio(found)
    if found := _LAYERS_OF.search(text):
        return 1 - _ratio(found), 1 - _ratio(found)
    return (0.0, 1.0) if model.experts else (_DENSE_SHARE, _DENSE_SHARE)


def _ratio(found: re.Match[str]) -> float:
    part, whole = float(found.group(1)), float(found.group(2))
    return min(1.0, part / whole) if whole else 1.0


def _price_processor(catalogue: Catalogue, setting: Setting) -> Device:
    name = _find_part(setting, is_processor=True)
    class_ = "cpu-server" if _SERVER.search(setting.hardware) else "cpu-desktop"
    alone = replace(setting, hardware=name, hardware_class=class_, peak_tflop_per_s=None)
    if _is_of_the_gpu(catalogue, setting):
        alone = replace(alone, bandwidth_gb_per_s=None)
    priced = price_device(catalogue, alone)
    if isinstance(priced, str):
        bandwidth = _DESKTOP_BYTES_PER_S
        return Device(
            name=name or "a processor", device_class=class_, bandwidth_bytes_per_s=bandwidth
        )
    device = priced.device
    threads = find_threads(setting) or device.threads
    return replace(device, threads=threads)


def _price_gpu(catalogue: Catalogue, setting: Setting) -> Device:
    name = _find_part(setting, is_processor=False)
    alone = replace(setting, hardware=name, hardware_class="", bandwidth_gb_per_s=None)
    priced = price_device(catalogue, alone) if name else ""
    known = None if isinstance(priced, str) else priced.device
    if known is None:
        name, class_ = name or "a GPU", find_class("", name) or "nvidia-consumer"
        known = Device(name=name, device_class=class_, bandwidth_bytes_per_s=_GPU_BYTES_PER_S)
    stated = _GPU_BANDWIDTH.search(f"{setting.offload} {setting.notes}")
    if stated and float(stated.group(1)):
        return replace(known, bandwidth_bytes_per_s=float(stated.group(1)) * 1e9)
    return known


def _find_part(setting: Setting, *, is_processor: bool) -> str:
    """The processor of a name that joins it with a GPU, or that GPU; "" where it has none."""
    for part in split_parts(setting.hardware):
        if find_class("", part).startswith("cpu") == is_processor:
            return part
    return ""


def _is_of_the_gpu(catalogue: Catalogue, setting: Setting) -> bool:
    """Whether a row's bandwidth is the GPU's, and not the processor's."""
    stated = setting.bandwidth_gb_per_s
    known = _price_gpu(catalogue, setting).bandwidth_bytes_per_s / 1e9
    return stated is not None and abs(stated - known) < _SAME_BANDWIDTH * known
