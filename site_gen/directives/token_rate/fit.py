"""From where on a model is too large for its devices."""

from __future__ import annotations

from site_gen.estimator.estimate import Estimate


def find_full(fitting: tuple[float, Estimate], unfit: tuple[float, Estimate]) -> float:
    """The value at which the memory is full, between one that fits and one that does not."""
    (low, small), (high, large) = fitting, unfit
    assert small.memory_bytes is not None
    assert large.memory_bytes is not None
    assert small.installed_bytes is not None
    left = small.installed_bytes - small.memory_bytes
    return low + (high - low) * left / (large.memory_bytes - small.memory_bytes)
