"""What a row ran on → the device, from the catalogue or from the row's own columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from site_gen.estimator.catalogue import DEVICE_CLASSES, Catalogue, DeviceEntry
from site_gen.estimator.inputs import Device
from site_gen.evidence.general_knowledge import (
    GPU_BANDWIDTH_GB_PER_S,
    GPU_PEAK_TFLOP_PER_S,
    GPU_VARIANTS,
    PROCESSOR_CORES,
    PROCESSOR_MEMORY,
)
from site_gen.evidence.measurements import Setting
from site_gen.evidence.names import find_device_entry, split_parts

_CLASSES = (*DEVICE_CLASSES, "intel-gpu")
_CLASS_BY_NAME = (
    (r"strix|ai max|8060s|8050s|780m|890m", "amd-uma"),
    (r"epyc|xeon|threadripper|graviton|altra|\be[57]-\d{4}", "cpu-server"),
    (r"\bgb10\b|spark|jetson|orin|thor\b", "nvidia-uma"),
    (r"\b(?:a100|h[128]00|b[23]00|gb[23]00|gh200|h20|h800|a800|v100|p100|p40|t4|l4|l40s?)\b"
     r"|\b(?:a10g?|a30|a40)\b", "nvidia-dc"),
    (r"rtx pro|rtx a?\d000|\ba[2456][05]00\b|quadro|titan", "nvidia-ws"),
    (r"rtx|gtx|geforce|\b[1-5]0[5-9]0\b", "nvidia-consumer"),
    (r"\bmi\d{2,3}", "amd-dc"),
    (r"radeon|\brx\b|\b[67]\d00 ?xtx?\b|\bvega\b|\bw[67][89]00", "amd-consumer"),
    (r"apple|\bm[1-9]\b|macbook|mac (?:mini|studio|pro)", "apple"),
    (r"\barc\b|\bb[567]\d0\b|max 1[15][05]0", "intel-gpu"),
    (r"ryzen|core|\bi[3579]\b|raspberry|snapdragon|cpu", "cpu-desktop"),
)  # fmt: skip
_MAKERS = (
    ("nvidia", "nvidia-consumer"),
    ("cuda", "nvidia-consumer"),
    ("amd", "amd-consumer"),
    ("rocm", "amd-consumer"),
    ("apple", "apple"),
    ("metal", "apple"),
    ("intel", "intel-gpu"),
)

_SHARED_MEMORY = (
    (r"amd.*(?:apu|igpu|integrated)", "amd-uma"),
    (r"intel.*(?:gpu|integrated|arc)", "intel-gpu"),
    (r"apple.?gpu", "apple"),
    (r"jetson", "nvidia-uma"),
)
"""Other names of classes of GPUs, most beside a processor of the same name."""

_OLDER = re.compile(
    r"\b(?:10|16|20|30)[5-9]0\b|A[2456]\s?[05]00\b|A[2456]000\b|TITAN|Quadro"
    r"|\b(?:[KMPV]\d{2,3}S?|T4|A(?:2|10G?|16|30|40|[18]00))\b",
    re.IGNORECASE,
)
"""GPUs before Ada: less arithmetic for each byte of bandwidth."""
_MATRIX_UNITS = re.compile(r"\bM[5-9]\b")
_GPU_CORES = re.compile(r"(\d+)[\s\u2010-\u2015-]*c(?:ores?)?\b", re.IGNORECASE)
_TWO_SOCKETS = re.compile(
    r"\b2\s*x\b(?!\s*(?:\d+\s*GB\s*)?DDR)|\bx\s*2\b|\bdual\b|\b2[- ]?socket|\b2[SP]\b",
    re.IGNORECASE,
)
_CHANNELS = re.compile(r"(\d+)\s*(?:ch\w*|x|×)\s*(?:\d+\s*GB\s*)?DDR\d-?\s?(\d{4})", re.IGNORECASE)
_MODULES = re.compile(r"DDR\d[- ]?(\d{4})\b", re.IGNORECASE)
_WORDED_CHANNELS = re.compile(
    r"(dual|quad|hexa|octa|eight|six|four|twelve)[- ]channel.*?DDR\d-?\s?(\d{4})", re.IGNORECASE
)
_CHANNEL_WORDS = {
    "dual": 2,
    "quad": 4,
    "four": 4,
    "six": 6,
    "hexa": 6,
    "eight": 8,
    "octa": 8,
    "twelve": 12,
}
_THREADS = re.compile(r"(\d+)\s*threads?|(?:(?<![\w-])-t|threads?[ =:]+)\s*(\d+)", re.IGNORECASE)
_CORES = re.compile(r"(\d+)[ -]?(?:cores?|c)\b", re.IGNORECASE)
_SLOW_LINK = re.compile(r"pcie|no nvlink", re.IGNORECASE)
_NVLINK_BYTES_PER_S = 300e9
_PCIE_BYTES_PER_S = 32e9
_APPLE_CPU_GB_PER_S = 110.0
"""What the processor's cores alone read of an Apple chip's memory: general knowledge."""
_APPLE_ULTRA_CPU_GB_PER_S = 220.0
_SERVER_BYTES_PER_THREAD_S = 8e9
"""About one core is in use for so much of a server's bandwidth."""


@dataclass(frozen=True, slots=True)
class PricedDevice:
    """A device, and how sure it is."""

    device: Device
    is_guessed: bool
    """Whether its class or its bandwidth is not known, so that a range must be wider."""


def price_device(catalogue: Catalogue, setting: Setting) -> PricedDevice | str:
    """One of the devices that a row names; the reason where its bandwidth cannot be known."""
    name = _find_own_part(setting)
    sockets = 2 if _TWO_SOCKETS.search(name) else 1
    entry = find_device_entry(catalogue, name, sockets)
    class_ = find_class(setting.hardware_class, name, entry)
    if entry and class_ and is_processor(class_) != is_processor(entry.device_class):
        entry = None
    if not class_.startswith("cpu"):
        sockets = 1
    known = entry.device if entry else None
    bandwidth, is_guessed = _find_bandwidth(setting, class_, known, sockets)
    if bandwidth is None:
        return "memory bandwidth of the device is not known"
    values = _known_values(known) | _values_of_class(setting, class_, known, sockets, bandwidth)
    if peak := setting.peak_tflop_per_s or _find_first(GPU_PEAK_TFLOP_PER_S, name):
        values["peak_flop_per_s"] = peak * 1e12
    device = Device(
        name=name or "a device",
        device_class=class_,
        bandwidth_bytes_per_s=bandwidth,
        **values,
    )
    return PricedDevice(device, is_guessed or not class_)


def is_processor(class_: str) -> bool:
    """Whether the devices of a class are processors."""
    return class_.startswith("cpu")


def _find_own_part(setting: Setting) -> str:
    """The device of a name that joins several, e.g. "Core i9 + RTX 4090", that a row is of."""
    parts = split_parts(setting.hardware)
    class_ = find_class(setting.hardware_class, "")
    for part in parts if class_ and len(parts) > 1 else ():
        if is_processor(_class_by_name(part)) == is_processor(class_):
            return part
    return setting.hardware


def find_class(written: str, name: str, entry: DeviceEntry | None = None) -> str:
    """The class of the calibration that a row's own one and its name stand for; "" for none."""
    written = written.lower()
    if written.startswith("nvidia-dc"):
        is_workstation = re.search(r"rtx pro|rtx a?\d000|a6000", name.lower())
        return "nvidia-ws" if is_workstation else "nvidia-dc"
    if written in _CLASSES:
        return written
    for mark, class_ in _SHARED_MEMORY:
        if re.search(mark, written):
            return class_
    if "cpu" in written:
        is_server = "server" in written or _class_by_name(name) == "cpu-server"
        return "cpu-server" if is_server else "cpu-desktop"
    by_name = entry.device_class if entry else _class_by_name(name)
    return by_name or next((class_ for maker, class_ in _MAKERS if maker in written), "")


def find_threads(setting: Setting) -> int | None:
    """Threads that a row says it ran; None where it does not."""
    text = " ".join((setting.notes, setting.test, setting.offload, setting.engine))
    found = _THREADS.search(text)
    return max(1, int(found.group(1) or found.group(2))) if found else None


def _is_apple_cpu(setting: Setting) -> bool:
    """Whether the processor of an Apple chip computed, and not its GPU."""
    written = setting.hardware_class.lower()
    return written == "apple-cpu" or (
        "cpu" in written and _class_by_name(setting.hardware) == "apple"
    )


def _class_by_name(name: str) -> str:
    lowered = name.lower()
    return next((class_ for pattern, class_ in _CLASS_BY_NAME if re.search(pattern, lowered)), "")


def _known_values(known: Device | None) -> dict[str, Any]:
    """What the catalogue knows of the device beside its bandwidth."""
    if known is None:
        return {}
    return {
        "peak_flop_per_s": known.peak_flop_per_s,
        "memory_bytes": known.memory_bytes,
        "link_bytes_per_s": known.link_bytes_per_s,
    }


def _values_of_class(
    setting: Setting, class_: str, known: Device | None, sockets: int, bandwidth: float
) -> dict[str, Any]:
    """What only devices of the class have."""
    name = setting.hardware
    if class_.startswith("cpu"):
        return _processor_values(setting, class_, known, sockets, bandwidth)
    if class_ == "apple":
        cores = _GPU_CORES.search(name)
        count = int(cores.group(1)) if cores else known and known.gpu_cores
        has_units = bool(_MATRIX_UNITS.search(name))
        return {"gpu_cores": count or None, "has_matrix_units": has_units}
    is_older = class_ in ("nvidia-consumer", "nvidia-ws", "nvidia-dc") and bool(_OLDER.search(name))
    is_older = is_older or bool(known and known.is_older)
    return {"is_older": is_older, "link_bytes_per_s": _find_link(setting, class_, known)}


def _processor_values(
    setting: Setting, class_: str, known: Device | None, sockets: int, bandwidth: float
) -> dict[str, Any]:
    values: dict[str, Any] = {"sockets": sockets}
    if known and sockets == known.sockets:
        values["fabric_bytes_per_s"] = known.fabric_bytes_per_s
        values["measured_bandwidth_bytes_per_s"] = known.measured_bandwidth_bytes_per_s
    if _is_apple_cpu(setting):
        is_ultra = "ultra" in setting.hardware.lower()
        limit = _APPLE_ULTRA_CPU_GB_PER_S if is_ultra else _APPLE_CPU_GB_PER_S
        values["fabric_bytes_per_s"] = limit * 1e9
    values["threads"] = _count_cores(setting, class_, known, bandwidth)
    return values


def _count_cores(setting: Setting, class_: str, known: Device | None, bandwidth: float) -> int:
    """Cores by the device's name, else by the catalogue, else about as many as such devices use."""
    cores = _CORES.search(setting.hardware)
    if cores and int(cores.group(1)):
        return int(cores.group(1))
    if known and known.threads:
        return known.threads
    if _is_apple_cpu(setting):
        return 8
    if few := _find_first(PROCESSOR_CORES, setting.hardware):
        return int(few)
    if class_ == "cpu-server":
        return max(8, min(128, round(bandwidth / _SERVER_BYTES_PER_THREAD_S)))
    return 16


def _find_link(setting: Setting, class_: str, known: Device | None) -> float:
    """Bytes/s between devices: as the row says, else as the catalogue does, else as is usual."""
    text = " ".join((setting.hardware, setting.offload, setting.notes))
    if _SLOW_LINK.search(text):
        return _PCIE_BYTES_PER_S
    if known and known.link_bytes_per_s:
        return known.link_bytes_per_s
    return _NVLINK_BYTES_PER_S if class_ in ("nvidia-dc", "amd-dc") else _PCIE_BYTES_PER_S


def _find_bandwidth(
    setting: Setting, class_: str, known: Device | None, sockets: int
) -> tuple[float | None, bool]:
    """Bytes/s by the maker or the modules, and whether that is general knowledge alone."""
    if setting.bandwidth_gb_per_s:
        return setting.bandwidth_gb_per_s * 1e9, False
    if not is_processor(class_) and (variant := _find_first(GPU_VARIANTS, setting.hardware)):
        return variant * 1e9, True
    if known:
        is_other = class_.startswith("cpu") and known.sockets != sockets
        return known.bandwidth_bytes_per_s * (sockets / known.sockets if is_other else 1), False
    if modules := _read_modules(setting):
        return modules, False
    name = setting.hardware.lower()
    if class_.startswith("cpu") and not _is_apple_cpu(setting):
        for family in PROCESSOR_MEMORY:
            if re.search(family.pattern, name):
                transfers = _MODULES.search(setting.hardware)
                each = int(transfers.group(1)) if transfers else family.megatransfers_per_s
                return family.channels * 8e6 * each * sockets or None, True
        return None, True
    known_gb_per_s = _find_first(GPU_BANDWIDTH_GB_PER_S, name)
    return known_gb_per_s and known_gb_per_s * 1e9, True


def _find_first(table: Sequence[tuple[str, float]], name: str) -> float | None:
    """What a table has for the first of its patterns that is in a name."""
    lowered = name.lower()
    return next((value for pattern, value in table if re.search(pattern, lowered)), None)


def _read_modules(setting: Setting) -> float | None:
    """Bytes/s of memory modules that a row names, e.g. "12ch DDR5-4800"."""
    text = " ".join((setting.hardware, setting.notes, setting.offload))
    if found := _CHANNELS.search(text):
        channels = int(found.group(1))
    elif found := _WORDED_CHANNELS.search(text):
        channels = _CHANNEL_WORDS[found.group(1).lower()]
    else:
        return None
    bandwidth = channels * 8e6 * int(found.group(2))
    return bandwidth or None
