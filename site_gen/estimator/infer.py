"""The inverse: what an observed token rate says of the device, and what could explain it.

An explanation is an estimate with one input changed to what may be so in fact. It fits where the
observation is within the range of that estimate; several may fit, and none is ever given alone.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from site_gen.estimator.calibration import Calibration
from site_gen.estimator.equations import bandwidth, inverse
from site_gen.estimator.estimate import Estimate, estimate

_NARROW_CHIPLETS = 2
_BYTES_PER_CLOCK = 32.0
_FABRIC_CLOCKS_PER_S = 2.0e9
"""Zen 5's; see `equations.bandwidth`."""
_DISK_BYTES_PER_S = 7e9
"""What a fast disk on PCIe 4 reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One thing that may be otherwise than the estimate took it."""

    name: str
    """What it is about: "as estimated", "fabric", "kernels", "threads", "sockets", "software",
    "layers" or "paging"."""

    text: str
    """In words, as what would have to be so, e.g. "two chiplets read at most 128 GB/s"."""

    estimate: Estimate
    """What would then be likely."""

    fits: bool
    """Whether the observation is within that range."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inference:
    """What an observed token rate says beside an estimate."""

    estimate: Estimate
    """The estimate that the observation is held against."""

    observed_tokens_per_s: float
    """The rate that was seen, of the whole batch, in tokens/s, e.g. 4.6."""

    shortfall_ratio: float
    """Ceiling divided by observation, e.g. 11.19; below 1 where the ceiling is exceeded."""

    share_of_ceiling: float
    """Observation divided by ceiling, e.g. 0.0894; above 1 where the ceiling is exceeded."""

    implied_bandwidth_bytes_per_s: float
    """Bandwidth in bytes/s that reading the weights at the observed rate takes, e.g. 51.49e9."""

    implied_cache_bandwidth_bytes_per_s: float
    """The same with what attention reads of the cache."""

    implied_share: float
    """Share of the device's bandwidth that weights and cache take, e.g. 0.09."""

    left_over_per_layer_s: float | None
    """Time of each layer in seconds that reading at full bandwidth does not explain; None where the
    number of layers is not known."""

    above_ceiling: bool
    """Whether the observation contradicts the estimate, so that an input of it must be wrong."""

    position: float
    """Where it is in the 80 % range: 0 at its low end, 1 at its high end, outside of both else."""

    explanations: tuple[Explanation, ...]
    """What could be so, the estimate itself first."""


def infer(observed_tokens_per_s: float, computed: Estimate, calibration: Calibration) -> Inference:
    """Return what an observed rate of the whole batch implies beside an estimate of it."""
    assert math.isfinite(observed_tokens_per_s), observed_tokens_per_s
    assert observed_tokens_per_s > 0, observed_tokens_per_s
    ceiling, model = computed.ceiling_tokens_per_s, computed.model
    parallel = computed.workload.tensor_parallel
    steps_per_s = observed_tokens_per_s / computed.workload.batch
    weights = computed.weight_bytes_per_token / parallel
    everything = computed.bytes_per_token.total * computed.workload.batch / parallel
    bandwidth_bytes_per_s = computed.device.bandwidth_bytes_per_s
    reading_s = everything / bandwidth_bytes_per_s
    return Inference(
        estimate=computed,
        observed_tokens_per_s=observed_tokens_per_s,
        shortfall_ratio=ceiling / observed_tokens_per_s,
        share_of_ceiling=observed_tokens_per_s / ceiling,
        implied_bandwidth_bytes_per_s=inverse.implied_bandwidth_bytes_per_s(steps_per_s, weights),
        implied_cache_bandwidth_bytes_per_s=inverse.implied_bandwidth_bytes_per_s(
            steps_per_s, everything
        ),
        implied_share=inverse.implied_share(steps_per_s, everything, bandwidth_bytes_per_s),
        left_over_per_layer_s=None
        if model.layers is None
        else inverse.left_over_per_layer_s(1 / steps_per_s, reading_s, model.layers),
        above_ceiling=observed_tokens_per_s > ceiling,
        position=_position(observed_tokens_per_s, computed),
        explanations=tuple(_explain(observed_tokens_per_s, computed, calibration)),
    )


def _position(observed: float, computed: Estimate) -> float:
    low, high = computed.low_tokens_per_s, computed.high_tokens_per_s
    if high <= low:
        return 0.5
    return math.log(observed / low) / math.log(high / low)


def _explain(
    observed: float, computed: Estimate, calibration: Calibration
) -> Iterator[Explanation]:
    yield _make("as estimated", "nothing is out of the ordinary", observed, computed)
    for name, text, changed in _alternatives(computed):
        device, model, workload = changed.device, changed.model, changed.workload
        again = estimate(device, model, workload, calibration)
        yield _make(name, text, observed, again)


def _make(name: str, text: str, observed: float, computed: Estimate) -> Explanation:
    fits = computed.low_tokens_per_s <= observed <= computed.high_tokens_per_s
    return Explanation(name=name, text=text, estimate=computed, fits=fits)


def _alternatives(computed: Estimate) -> Iterator[tuple[str, str, Estimate]]:
    """What may be otherwise: name, words, and the estimate whose inputs have it so."""
    if computed.device.is_processor:
        yield from _processor_alternatives(computed)
    else:
        older = replace(computed.workload, is_recent=False)
        yield "software", "the engine is from before 2025", replace(computed, workload=older)
    if computed.fits is False:
        yield "paging", "what does not fit is read from a disk", _paging(computed)


def _processor_alternatives(computed: Estimate) -> Iterator[tuple[str, str, Estimate]]:
    device, workload = computed.device, computed.workload
    if device.fabric_bytes_per_s is None and device.device_class == "cpu-server":
        fabric = bandwidth.fabric_bandwidth_bytes_per_s(
            _NARROW_CHIPLETS, _BYTES_PER_CLOCK, _FABRIC_CLOCKS_PER_S
        )
        narrow = replace(device, fabric_bytes_per_s=fabric)
        text = f"the fabric of two chiplets reads {fabric / 1e9:.0f} GB/s at most"
        yield "fabric", text, replace(computed, device=narrow)
    if workload.kernel != "codebook":
        slow = replace(workload, kernel="codebook")
        text = "the weights are unpacked through tables, as in IQ2 and IQ3"
        yield "kernels", text, replace(computed, workload=slow)
    if workload.threads is not None and workload.threads > 1:
        fewer = replace(workload, threads=workload.threads // 2)
        text = f"only {workload.threads // 2} threads compute"
        yield "threads", text, replace(computed, workload=fewer)
    if device.sockets == 1 and device.device_class == "cpu-server":
        two = replace(device, sockets=2)
        text = "half of the weights are at another socket's memory"
        yield "sockets", text, replace(computed, device=two)


def _paging(computed: Estimate) -> Estimate:
    """The same with the bandwidth that is left when a part is read from a disk each time."""
    device, needed = computed.device, computed.memory_bytes
    assert needed is not None
    assert device.memory_bytes is not None
    missing = max(0.0, 1 - device.memory_bytes / needed)
    per_byte_s = (1 - missing) / device.bandwidth_bytes_per_s + missing / _DISK_BYTES_PER_S
    return replace(computed, device=replace(device, measured_bandwidth_bytes_per_s=1 / per_byte_s))
