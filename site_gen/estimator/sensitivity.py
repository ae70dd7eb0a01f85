"""What the calibrated rate depends on: how it changes when an input grows a little.

It is found with the estimate itself. The parts of a step are joined and limited in so many ways
that derivatives of their own would be a second set of equations, with mistakes of their own.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from site_gen.estimator.calibration import Calibration, ClassParameters
from site_gen.estimator.estimate import Estimate, estimate
from site_gen.estimator.inputs import Device, Workload
from site_gen.estimator.step_on_gpu import peak_flop_per_s

RecordT = TypeVar("RecordT", Device, Workload, ClassParameters, Calibration)

_STEP = 1e-6
"""By how much an input grows, as a part of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitivity:
    """By how many percent the middle of the range changes where an input grows by one percent."""

    bandwidth: float
    """Of all memories, with what was measured of them; fabrics and links stay as they are."""

    bits: float
    """Of all parameters."""

    context: float
    """Of each sequence; 0 where there is none."""

    batch: float
    """As if sequences could be divided."""

    layer_cost: float
    """The fixed cost of each layer."""

    compute: float
    """Of all GPUs and of all threads."""


def find_sensitivity(computed: Estimate, calibration: Calibration) -> Sensitivity:
    """Return what the middle of an estimate depends on; no unit, and mostly from -1 to 1.

    Equation: `(ln T(x · (1 + h)) - ln T(x)) / ln(1 + h)`, with `T` the rate in tokens/s, `x` the
    input in its own unit and `h` = 10⁻⁶: about `d ln T / d ln x`.

    Holds for small changes; where the rate has a corner, for growth and not for shrinking.

    Source: the forward difference.
    """

    def differ(grow: Callable[[Estimate, Calibration], float]) -> float:
        more = grow(computed, calibration)
        return math.log(more / computed.middle_tokens_per_s) / math.log1p(_STEP)

    return Sensitivity(
        bandwidth=differ(_grow_bandwidth),
        bits=differ(_grow_bits),
        context=differ(_grow_context),
        batch=differ(_grow_batch),
        layer_cost=differ(_grow_layer_cost),
        compute=differ(_grow_compute),
    )


def _grow_bandwidth(computed: Estimate, calibration: Calibration) -> float:
    def change(device: Device) -> Device:
        peak = peak_flop_per_s(device, calibration.class_of(device.device_class))
        grown = _grow(device, "bandwidth_bytes_per_s", "measured_bandwidth_bytes_per_s")
        return replace(grown, peak_flop_per_s=peak)

    return _rate(_with_devices(computed, change), calibration)


def _grow_compute(computed: Estimate, calibration: Calibration) -> float:
    def change(device: Device) -> Device:
        peak = peak_flop_per_s(device, calibration.class_of(device.device_class))
        known = replace(device, peak_flop_per_s=peak)
        return _grow(known, "peak_flop_per_s", "compute_parameters_per_s")

    faster = _grow(calibration, "thread_parameters_per_s")
    return _rate(_with_devices(computed, change), faster)


def _grow_bits(computed: Estimate, calibration: Calibration) -> float:
    workload = _grow(computed.workload, "bits_per_parameter", "always_read_bits")
    return _rate(replace(computed, workload=workload), calibration)


def _grow_context(computed: Estimate, calibration: Calibration) -> float:
    workload = _grow(computed.workload, "context_tokens")
    return _rate(replace(computed, workload=workload), calibration)


def _grow_batch(computed: Estimate, calibration: Calibration) -> float:
    workload = _grow(computed.workload, "batch")
    return _rate(replace(computed, workload=workload), calibration)


def _grow_layer_cost(computed: Estimate, calibration: Calibration) -> float:
    classes = {name: _grow(each, "layer_s") for name, each in calibration.classes.items()}
    return _rate(computed, replace(calibration, classes=classes))


def _with_devices(computed: Estimate, change: Callable[[Device], Device]) -> Estimate:
    """The same with all of its devices changed."""
    split = tuple(replace(share, device=change(share.device)) for share in computed.workload.split)
    workload = replace(computed.workload, split=split)
    return replace(computed, device=change(computed.device), workload=workload)


def _grow(record: RecordT, *names: str) -> RecordT:
    """A record of which some fields that are known have grown; counts are then no longer whole."""
    known = {name: getattr(record, name) for name in names}
    grown: dict[str, Any] = {
        name: value * (1 + _STEP) for name, value in known.items() if value is not None
    }
    return replace(record, **grown)


def _rate(computed: Estimate, calibration: Calibration) -> float:
    again = estimate(computed.device, computed.model, computed.workload, calibration)
    return again.middle_tokens_per_s
