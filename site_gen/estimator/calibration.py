"""The fitted parameters of the calibrated model: few for each class of devices.

`equations.decode` and `equations.prefill` say what each of them does, `evidence` fits them to
published measurements and writes them to `data/calibration.toml`. A class without measurements has
the parameters that all classes share, and a wider range.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassParameters:
    """What is particular to a class of devices."""

    bandwidth_share: float
    """η: share of the usable bandwidth that reading weights reaches, 0 to 1."""

    layer_s: float
    """τ: fixed cost of a layer in seconds, under llama.cpp."""

    cache_share: float
    """η of the cache: share of that bandwidth which attention reaches, 0 to 1."""

    peak_flop_per_byte: float
    """Peak in FLOP/s per byte/s of bandwidth, where the device's own is not known."""

    prefill_flop_per_byte: float
    """FLOP/s that a prompt's products reach per byte/s of bandwidth; per GPU core of Apple's."""

    decode_width: float
    """Half the width of the 80 % range of decoding one sequence; see `decode_spread`."""

    prefill_width: float
    """The same of prefill, as a natural logarithm."""

    decode_rows: int = 0
    """Measurements of decoding behind it."""

    prefill_rows: int = 0
    """Measurements of prefill behind it."""

    devices: int = 0
    """Devices behind it."""

    sources: int = 0
    """Publications behind it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineParameters:
    """What is particular to an engine, beside llama.cpp."""

    layer_factor: float
    """On the fixed cost of a layer."""

    kernel_factor: float
    """On what a data-centre GPU's cores can take in."""

    compute_factor: float
    """On the FLOP/s of a batch's products."""

    collective_factor: float
    """On the time of joining results."""

    thread_factor: float
    """On what a processor's thread computes."""

    cpu_cache_factor: float
    """On the share of bandwidth that a processor's attention reaches."""

    prefill_factor: float
    """On the FLOP/s of a prompt's products on a GPU."""

    cpu_prefill_factor: float
    """The same on a processor."""

    cache_share: float | None = None
    """Share of bandwidth that attention reaches on a GPU; None for that of the device's class."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Calibration:
    """All parameters, with their version; one is equal to itself alone."""

    version: str
    """The day on which they were fitted, e.g. "2026-11-24"."""

    classes: Mapping[str, ClassParameters]
    """By the class's name; `class_of` knows what to do about others."""

    engines: Mapping[str, EngineParameters]
    """By `inputs.Engine`."""

    kernel_threads: Mapping[str, float]
    """By `inputs.Kernel`: factor on what a processor's thread computes."""

    kernel_limit_bytes_per_s: float
    """What the cores of a data-centre GPU with a peak of 312 TFLOP/s take in as they multiply."""

    kernel_limit_exponent: float
    """How that grows with the peak."""

    unpacking_bits: float
    """What unpacking a quantized parameter costs on a GPU, as bits that would be read as well."""

    batch_compute_share: float
    """Share of the peak that the products of a small batch reach."""

    expert_layer_factor: float
    """On the fixed cost of a layer, of a mixture of experts."""

    recent_layer_factor: float
    """On the fixed cost of a layer, with an engine of 2025 or later."""

    recent_cache_factor: float
    """On the share of bandwidth that attention reaches, with such an engine."""

    batch_layer_factor: float
    """The most that the fixed cost of a layer grows with a batch."""

    cache_batch_exponent: float
    """How that share of bandwidth grows with the batch."""

    expert_exponent: float
    """How the distinct experts that a batch reads grow with it."""

    hop_s: float
    """What each further device costs a step where layers are split."""

    nvlink_layer_s: float
    """What joining the results of two devices costs in each layer, on NVLink."""

    pcie_layer_s: float
    """The same on PCIe."""

    thread_parameters_per_s: float
    """Parameters that a desktop processor's thread computes in a second, of plain blocks."""

    server_thread_factor: float
    """On that, of a server's thread, whose clock is slower."""

    server_limit_bytes_per_s: float
    """Where the bandwidth of servers with many channels levels off."""

    unmeasured_share: float
    """Share of what its modules and fabric promise that a processor's memory reaches, where nobody
    has measured it."""

    socket_share: float
    """Share of the bandwidth that is left where two processors share a memory."""

    prefill_peak_share: float
    """Share of a peak of 312 TFLOP/s that a prompt's products reach on a data-centre GPU."""

    prefill_peak_exponent: float
    """How what they reach grows with the peak."""

    prefill_older_factor: float
    """On what they reach, of a GPU from before 2022."""

    prefill_matrix_factor: float
    """On what they reach, of an Apple GPU with units for matrix products."""

    prefill_recent_factor: float
    """On what they reach, with an engine of 2025 or later."""

    prefill_quantized_factor: float
    """On what they reach on a GPU, of a quantized model."""

    prefill_expert_factor: float
    """On what they reach on a GPU, of a mixture of experts."""

    prefill_attention_share: float
    """FLOP/s of attention beside those of the other products, on a GPU."""

    prefill_recent_attention_factor: float
    """On that, with an engine of 2025 or later."""

    prefill_pipeline_exponent: float
    """How much of the ideal gain several devices in a row reach on a long prompt."""

    prefill_thread_flop_per_s: float
    """FLOP/s that a desktop processor's thread reaches on a prompt, eight of them at work."""

    prefill_thread_exponent: float
    """How that grows with the threads."""

    prefill_server_factor: float
    """On that, of a server's thread."""

    prefill_codebook_factor: float
    """On that, of quantizations that are unpacked through tables."""

    prefill_cpu_expert_factor: float
    """On that, of a mixture of experts."""

    prefill_cpu_attention_share: float
    """FLOP/s of attention beside those of the other products, on a processor."""

    batched_width: float
    """Half the width of the 80 % range of decoding a batch, as a natural logarithm."""

    unknown_width_factor: float
    """On the width of a range, where the model, its bits or the bandwidth is not known."""

    def class_of(self, name: str) -> ClassParameters:
        """The parameters of a class; those that all classes share where there are none for it."""
        return self.classes.get(name) or self.classes[""]


def make_calibration(table: Mapping[str, Any]) -> Calibration:
    """The record of a table that has every parameter under its name, as `to_table` makes it."""
    nested = {
        "classes": {name: ClassParameters(**each) for name, each in table["classes"].items()},
        "engines": {name: EngineParameters(**each) for name, each in table["engines"].items()},
    }
    return Calibration(**{**table, **nested})


def to_table(calibration: Calibration) -> dict[str, Any]:
    """The parameters as plain values by name, those that are not known left out."""
    return {
        field.name: _to_plain(getattr(calibration, field.name)) for field in fields(calibration)
    }


def _to_plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _to_plain(each) for name, each in value.items()}
    if isinstance(value, ClassParameters | EngineParameters):
        known = {field.name: getattr(value, field.name) for field in fields(value)}
        return {name: each for name, each in known.items() if each is not None}
    return value
