"""How much memory the devices of an estimate have, and from where on a model is too large."""

from __future__ import annotations

from site_gen.estimator.estimate import Estimate


def installed_bytes(computed: Estimate) -> float:
    """The memory of all devices together; those of which it is not known count as none."""
    devices = (computed.device, *(share.device for share in computed.workload.split))
    return sum(device.memory_bytes or 0.0 for device in devices) * computed.workload.tensor_parallel


def find_full(fitting: tuple[float, Estimate], unfit: tuple[float, Estimate]) -> float:
    """The value at which the memory is full, between one that fits and one that does not."""
    (low, small), (high, large) = fitting, unfit
    assert small.memory_bytes is not None
    assert large.memory_bytes is not None
    left = installed_bytes(small) - small.memory_bytes
    return low + (high - low) * left / (large.memory_bytes - small.memory_bytes)
