"""The options of a directive that say what the model runs on.

device = [ count ("x" | "×" | "*") ] name
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from site_gen.diagnostics import Place, suggest
from site_gen.directives.token_rate.reader import Reader
from site_gen.estimator.catalogue import DEVICE_CLASSES, UnknownName
from site_gen.estimator.inputs import Device, Share, Workload
from site_gen.estimator.quantity import quote, whole_text_error
from site_gen.estimator.readers import Bandwidth, parse_bandwidth, parse_compute, parse_whole
from site_gen.markdown.blocks import Text

_COUNTED = re.compile(r"([0-9]+)\s*[x×*]\s*(?=\S)")
_MOST_DEVICES = 1024
"""Of one kind, more than were ever seen to run one model."""

_DEVICE_FIELDS = {
    "bandwidth_bytes_per_s": "memory bandwidth",
    "fabric_bytes_per_s": "fabric",
    "measured_bandwidth_bytes_per_s": "measured bandwidth",
    "memory_bytes": "memory",
    "peak_flop_per_s": "peak of compute",
    "threads": "cores",
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """A device and how many of it there are."""

    device: Device
    count: int = 1


def read_device(reader: Reader) -> Chosen | None:
    """The device of a call: by name, by quantities, or by a name with quantities over it."""
    named, memory = reader.text("device"), reader.text("memory")
    bandwidth = reader.read("memory", parse_bandwidth)
    compute = reader.read("compute", parse_compute)
    device_class = _read_class(reader)
    if named is None and memory is None:
        hint = "add `device: RTX 4090`, or `memory: 12 x DDR5-6000`"
        reader.error("neither `device` nor `memory` is given", reader.call.place, hint)
        return None
    chosen = _find_or_make(named, memory, bandwidth, reader)
    if chosen is None:
        return None
    device = chosen.device
    if device_class:
        if named is not None and _is_known(named, reader) and device.device_class != device_class:
            message = f"{device.name} is of the class {device.device_class}"
            reader.error(message, reader.call.options["class"].place, "leave `class` out")
        device = replace(device, device_class=device_class)
    if compute is not None:
        device = replace(device, compute_parameters_per_s=compute)
    return Chosen(device, chosen.count)


def find_device(text: Text, reader: Reader) -> Chosen | None:
    """A device by its name in the catalogue, `4 x` before it for as many of one kind.

    Some names have that in them: `2 x EPYC 9115` is one machine with two sockets.
    """
    is_whole = not isinstance(reader.data.catalogue.find_device(text.text), UnknownName)
    found = None if is_whole else _COUNTED.match(text.text)
    count, start = (int(found[1]), found.end()) if found else (1, 0)
    place = Place(text.place.line, text.place.column + start, text.place.length - start)
    name = Text(text.text[start:], place)
    entry = reader.find(name, reader.data.catalogue.find_device)
    if entry is None:
        return None
    if not _check_count(count, text, reader):
        return None
    reader.cite(entry, _DEVICE_FIELDS)
    return Chosen(entry.device, count)


def with_devices(workload: Workload, chosen: Chosen, split: tuple[Share, ...]) -> Workload:
    """The workload with what `split` leaves over on as many devices as there are.

    They work one after the other, if they do not share each layer.
    """
    if chosen.count == 1 or workload.tensor_parallel > 1:
        return replace(workload, split=split)
    always_read = 1 - sum(share.always_read for share in split)
    routed = 1 - sum(share.routed for share in split)
    each = Share(
        device=chosen.device,
        always_read=max(0.0, always_read) / chosen.count,
        routed=max(0.0, routed) / chosen.count,
    )
    return replace(workload, split=(each,) * (chosen.count - 1) + split)


def parse_devices(text: str) -> int:
    """A number of devices that share each layer."""
    number = parse_whole(text)
    if number > _MOST_DEVICES:
        raise whole_text_error(
            f"{quote(text)} is too many", f"write at most {_MOST_DEVICES:,}", text
        )
    return number


def _find_or_make(
    named: Text | None, memory: Text | None, bandwidth: Bandwidth | None, reader: Reader
) -> Chosen | None:
    """A device of the catalogue, or one of which the bandwidth alone is known."""
    if named is not None and (memory is None or _is_known(named, reader)):
        chosen = find_device(named, reader)
        if chosen is None or memory is None:
            return chosen
        if bandwidth is None:
            return None
        return Chosen(_with_bandwidth(chosen.device, bandwidth), chosen.count)
    if bandwidth is None or memory is None:
        return None
    counted = _COUNTED.match(named.text) if named else None
    count, start = (int(counted[1]), counted.end()) if counted else (1, 0)
    if named is not None and not _check_count(count, named, reader):
        return None
    name = named.text[start:] if named else memory.text.replace(" x ", " × ")
    if named is not None:
        reader.assume(f"{name} is not in the catalogue, so only its memory is known")
    guessed = _guess_class(bandwidth)
    if guessed and reader.text("class") is None:
        reader.assume(f"such memory goes with a processor, of the class {guessed}")
    plain = Device(name=name, device_class=guessed, bandwidth_bytes_per_s=bandwidth.bytes_per_s)
    return Chosen(_with_bandwidth(plain, bandwidth), count)


def _check_count(count: int, text: Text, reader: Reader) -> bool:
    if 1 <= count <= _MOST_DEVICES:
        return True
    hint = f"write from `1 x` to `{_MOST_DEVICES} x`"
    reader.error(f"{quote(str(count))} is no number of devices", text.place, hint)
    return False


def _is_known(named: Text, reader: Reader) -> bool:
    name = _COUNTED.sub("", named.text, count=1)
    return not isinstance(reader.data.catalogue.find_device(name), UnknownName)


def _with_bandwidth(device: Device, bandwidth: Bandwidth) -> Device:
    """The device with another memory, of which nothing was measured."""
    return replace(
        device,
        bandwidth_bytes_per_s=bandwidth.bytes_per_s,
        memory_channels=bandwidth.channels,
        transfers_per_s=bandwidth.transfers_per_s,
        measured_bandwidth_bytes_per_s=None,
    )


def _guess_class(bandwidth: Bandwidth) -> str:
    """The class of a device that is known by its memory alone: modules go with a processor."""
    if bandwidth.channels is None:
        return ""
    return "cpu-desktop" if bandwidth.channels <= 2 else "cpu-server"


def _read_class(reader: Reader) -> str:
    text = reader.text("class")
    if text is None:
        return ""
    if text.text not in DEVICE_CLASSES:
        hint = suggest(text.text, DEVICE_CLASSES)
        reader.error(f"there is no class of devices `{text.text}`", text.place, hint)
        return ""
    return text.text
