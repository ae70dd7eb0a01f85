"""Device, model and workload → an estimate: the ceiling, the calibrated range, and what binds.

Pure functions over frozen data; `equations` has the arithmetic, `calibration` the fitted parameters
and `assumptions` what stands in for what is not known.
"""

import math
from dataclasses import dataclass
from typing import Literal

from site_gen.estimator.assumptions import Assumed, complete
from site_gen.estimator.calibration import Calibration
from site_gen.estimator.equations import bound
from site_gen.estimator.inputs import Device, Model, Workload
from site_gen.estimator.reading import usable_bandwidth
from site_gen.estimator.share import expert_sharing, sequence_cache_bytes, split_bits
from site_gen.estimator.step import time_step
from site_gen.estimator.step_time import StepTime

WIDTH_AT_CEILING = 0.15
"""Width of a range at the ceiling, as a part of that of a device that is far below it."""

Limit = Literal["bandwidth", "fabric", "compute", "layers", "links"]
"""What holds the token rate down most: reading from memory, reading through the fabric, computing,
the fixed cost of layers, or joining the results of several devices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BytesPerToken:
    """What is read for one token of one sequence, by part, in bytes."""

    always_read: float
    """Weights that every token reads, shared by the sequences of a batch."""

    routed: float
    """Weights of routed experts, shared where tokens of a batch meet in one; 0 of a dense model."""

    cache: float
    """Keys and values of the sequence's context."""

    @property
    def total(self) -> float:
        """All parts together."""
        return self.always_read + self.routed + self.cache


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What the equations say of a device, a model and a workload."""

    device: Device
    """The device that was asked about."""

    model: Model
    """The model that was asked about, with what was assumed of it."""

    workload: Workload
    """The workload that was asked about."""

    weight_bytes_per_token: float
    """Bytes of weights that a sequence on its own reads for each token, e.g. 11.1925e9."""

    bytes_per_token: BytesPerToken
    """What is read for a token of the batch, by part."""

    bandwidth_bound_tokens_per_s: float
    """Token rate at which memory bandwidth saturates, in tokens/s, e.g. 51.46."""

    compute_bound_tokens_per_s: float | None
    """Token rate at which compute saturates, in tokens/s; None where that is infinite."""

    ceiling_tokens_per_s: float
    """The lower of the two bounds for the whole batch, in tokens/s: no device does better."""

    ceiling_limit: Literal["bandwidth", "compute"]
    """Which bound is the ceiling; "bandwidth" where the two are equal."""

    middle_tokens_per_s: float
    """The calibrated rate of the whole batch in tokens/s, never above the ceiling: in measurements
    as many devices are faster as are slower."""

    low_tokens_per_s: float
    """The lower end of the 80 % range: nine of ten devices are faster, in tokens/s."""

    high_tokens_per_s: float
    """Its upper end: nine of ten devices are slower, in tokens/s; never above the ceiling."""

    step: StepTime
    """How long a step takes, by part."""

    limit: Limit
    """What holds the calibrated rate down most."""

    memory_bytes: float | None
    """Weights and caches together in bytes; None where the model's size is not known."""

    installed_bytes: float | None
    """Memory of all devices together in bytes; None where that of one of them is not known."""

    assumed: tuple[Assumed, ...]
    """What was not known, and what was taken for it."""

    @property
    def fits(self) -> bool | None:
        """Whether weights and caches fit into the devices' memory; None where that is not known."""
        if self.memory_bytes is None or self.installed_bytes is None:
            return None
        return self.memory_bytes <= self.installed_bytes


def estimate(
    device: Device, model: Model, workload: Workload, calibration: Calibration
) -> Estimate:
    """Return the bounds on the token rate of decoding, and the range that is likely.

    In all of it nothing is guessed in silence: `assumed` names each value that was not given.
    """
    device, model, workload, assumed = complete(device, model, workload)
    step = time_step(device, model, workload, calibration)
    bandwidth_bound = _bandwidth_bound(device, model, workload)
    compute_bound = _compute_bound(device, model, workload)
    ceiling = min(bandwidth_bound, math.inf if compute_bound is None else compute_bound)
    middle = min(ceiling, workload.batch / step.total_s)
    width = _width(middle / ceiling, device, workload, assumed, calibration)
    return Estimate(
        device=device,
        model=model,
        workload=workload,
        weight_bytes_per_token=_weight_bytes(model, workload),
        bytes_per_token=_bytes_per_token(model, workload, calibration),
        bandwidth_bound_tokens_per_s=bandwidth_bound,
        compute_bound_tokens_per_s=compute_bound,
        ceiling_tokens_per_s=ceiling,
        ceiling_limit="bandwidth" if ceiling == bandwidth_bound else "compute",
        low_tokens_per_s=middle * math.exp(-width),
        middle_tokens_per_s=middle,
        high_tokens_per_s=min(ceiling, middle * math.exp(width)),
        step=step,
        limit=_find_limit(device, step),
        memory_bytes=_memory_bytes(model, workload),
        installed_bytes=_installed_bytes(device, workload),
        assumed=assumed,
    )


def _weight_bytes(model: Model, workload: Workload) -> float:
    return bound.bytes_per_token(model.active_parameters, workload.bits_per_parameter)


def _bytes_per_token(model: Model, workload: Workload, calibration: Calibration) -> BytesPerToken:
    always_read_bits, routed_bits = split_bits(model, workload)
    routed = model.routed_active_parameters
    sharing = expert_sharing(model, workload, calibration)
    always_read = bound.bytes_per_token(model.active_parameters - routed, always_read_bits)
    return BytesPerToken(
        always_read=always_read / workload.batch,
        routed=bound.bytes_per_token(routed, routed_bits) * sharing / workload.batch,
        cache=sequence_cache_bytes(model, workload),
    )


def _bandwidth_bound(device: Device, model: Model, workload: Workload) -> float:
    """The bound of all devices together; where the model is split, one reads after the other."""
    bits = workload.bits_per_parameter
    if not workload.split:
        alone = bound.bandwidth_bound_tokens_per_s(
            device.bandwidth_bytes_per_s, model.active_parameters, bits
        )
        return workload.batch * workload.tensor_parallel * alone
    routed = model.routed_active_parameters
    rest, seconds = model.active_parameters, 0.0
    for share in workload.split:
        parameters = share.always_read * (model.active_parameters - routed) + share.routed * routed
        rest -= parameters
        size = bound.bytes_per_token(parameters, bits)
        seconds += size / share.device.bandwidth_bytes_per_s
    seconds += bound.bytes_per_token(max(0.0, rest), bits) / device.bandwidth_bytes_per_s
    return workload.batch * workload.tensor_parallel / seconds


def _compute_bound(device: Device, model: Model, workload: Workload) -> float | None:
    """That of all devices that share layers; where one works after the other, it is that of one."""
    compute = device.compute_parameters_per_s
    if compute is None:
        return None
    compute *= workload.tensor_parallel
    return bound.compute_bound_tokens_per_s(compute, model.active_parameters)


def _width(
    share_of_ceiling: float,
    device: Device,
    workload: Workload,
    assumed: tuple[Assumed, ...],
    calibration: Calibration,
) -> float:
    """Half the width of the 80 % range as a logarithm: the farther below the ceiling, the wider."""
    width = calibration.batched_width
    if workload.batch == 1:
        devices = (device, *(share.device for share in workload.split))
        classes = [calibration.class_of(each.device_class) for each in devices]
        widest = max(class_.decode_width for class_ in classes)
        width = widest * (WIDTH_AT_CEILING + 1 - share_of_ceiling)
    is_unknown = any(each.subject in ("layers", "cache") for each in assumed)
    return width * (calibration.unknown_width_factor if is_unknown else 1.0)


def _find_limit(device: Device, step: StepTime) -> Limit:
    """The largest part of a step; of reading, the narrowest place on the way."""
    is_fabric = usable_bandwidth(device) < device.bandwidth_bytes_per_s
    reading: Limit = "fabric" if is_fabric else "bandwidth"
    parts: dict[Limit, float] = {
        "compute" if step.compute_s > step.reading_s else reading: step.weights_s,
        "layers": step.layers_s,
        "links": step.links_s,
    }
    parts[reading] = parts.get(reading, 0.0) + step.cache_s
    return max(parts, key=lambda limit: parts[limit])


def _memory_bytes(model: Model, workload: Workload) -> float | None:
    if model.total_parameters is None:
        return None
    weights = bound.bytes_per_token(model.total_parameters, workload.bits_per_parameter)
    return weights + workload.batch * sequence_cache_bytes(model, workload)


def _installed_bytes(device: Device, workload: Workload) -> float | None:
    memories = [device.memory_bytes, *(share.device.memory_bytes for share in workload.split)]
    known = [each for each in memories if each is not None]
    return sum(known) * workload.tensor_parallel if len(known) == len(memories) else None
