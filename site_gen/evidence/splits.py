"""Where the parts of a row's model are: on one device, on several, or on processor and GPU."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from site_gen.estimator.catalogue import Catalogue
from site_gen.estimator.inputs import Device, Model, Share
from site_gen.evidence.devices import find_threads, price_device
from site_gen.evidence.engines import find_engine
from site_gen.evidence.measurements import Setting
from site_gen.evidence.names import find_device_entry

_IN_A_ROW = re.compile(r"layer split|pipeline|times add", re.IGNORECASE)
_TOGETHER = re.compile(r"TP|tensor|\bEP\b|row split|-sm row|serving")
_EXPERTS_OF = re.compile(r"experts of (?:the )?(?:last |first )?(\d+) of (\d+)", re.IGNORECASE)
_LAYERS_OF = re.compile(r"-?ngl (\d+) of (\d+)", re.IGNORECASE)
_GPU_BANDWIDTH = re.compile(r"\((\d+(?:\.\d+)?)\s*GB/s\)")
_SERVER = re.compile(r"epyc|xeon|threadripper", re.IGNORECASE)

_GPU_BYTES_PER_S = 900e9
"""Of a GPU that is not named: between those that are used so."""
_DESKTOP_BYTES_PER_S = 80e9
"""Of a desktop's memory beside such a GPU."""
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
    name = setting.hardware.split("+")[0].strip()
    class_ = "cpu-server" if _SERVER.search(setting.hardware) else "cpu-desktop"
    alone = replace(setting, hardware=name, hardware_class=class_)
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
    name = setting.hardware.split("+")[-1].strip() if "+" in setting.hardware else ""
    entry = find_device_entry(catalogue, name) if name else None
    stated = _GPU_BANDWIDTH.search(f"{setting.offload} {setting.notes}")
    bandwidth = entry.device.bandwidth_bytes_per_s if entry else _GPU_BYTES_PER_S
    if stated and float(stated.group(1)):
        bandwidth = float(stated.group(1)) * 1e9
    if entry:
        return replace(entry.device, bandwidth_bytes_per_s=bandwidth)
    return Device(
        name=name or "a GPU", device_class="nvidia-consumer", bandwidth_bytes_per_s=bandwidth
    )
