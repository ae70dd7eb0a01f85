"""The largest batch that fits, for rows that say no more than "max"."""

from __future__ import annotations

from site_gen.estimator.equations import bound
from site_gen.estimator.inputs import Device, Model, Workload
from site_gen.estimator.share import sequence_cache_bytes
from site_gen.evidence.general_knowledge import CLASS_MEMORY_GB, OTHER_MEMORY_GB

_USED_SHARE = 0.9
"""Share of the memory that servers use."""
_MOST_SEQUENCES = 1024
_SMALLEST_CACHE_BYTES = 1e3


def find_largest_batch(
    device: Device, model: Model, workload: Workload, devices: int
) -> int | None:
    """Sequences whose caches fit beside the weights; None where those do not fit themselves."""
    usual = CLASS_MEMORY_GB.get(device.device_class, OTHER_MEMORY_GB) * 1e9
    memory = _USED_SHARE * (device.memory_bytes or usual) * devices
    parameters = model.total_parameters or model.active_parameters
    free = memory - bound.bytes_per_token(parameters, workload.bits_per_parameter)
    if free <= 0:
        return None
    cache = max(_SMALLEST_CACHE_BYTES, sequence_cache_bytes(model, workload))
    return max(1, min(_MOST_SEQUENCES, int(free / cache)))
