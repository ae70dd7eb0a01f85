"""How long one step of decoding takes, part by part, on one device or on several.

`equations.decode` and `equations.traffic` have the arithmetic; here it is put together. Where the
model is split by layers or by experts, the devices work one after the other, so their times add;
where each layer is shared, their bandwidths do, less what it takes to join the results.
"""

from dataclasses import dataclass

from site_gen.estimator.calibration import Calibration, ClassParameters, EngineParameters
from site_gen.estimator.equations import bandwidth, decode, traffic
from site_gen.estimator.inputs import Device, Model, Share, Workload

GPU_SHARPNESS = 3.0
"""How little reading and computing hinder each other in a GPU's kernels."""
CPU_SHARPNESS = 5.0
"""The same of a processor's threads."""
COMPUTE_PER_BATCH = 1.5
"""Sequences that a processor's kernels compute in the time of one: they unpack a weight once."""

_HIGHEST_BANDWIDTH_SHARE = 0.98
_HIGHEST_CACHE_SHARE = 0.9
_NVLINK_BYTES_PER_S = 100e9
"""A link that is faster than PCIe 5."""
_QUANTIZED_BITS = 12.0
"""Unpacking costs as much for all that have no more."""


@dataclass(frozen=True, slots=True)
class StepTime:
    """The time of a step in seconds, by what it goes into."""

    weights_s: float
    """Reading weights, and unpacking and multiplying them where that takes longer."""

    compute_s: float
    """What multiplying alone would take; a part of `weights_s`."""

    cache_s: float
    """Reading keys and values."""

    layers_s: float
    """The fixed cost of layers: starting kernels, and all that does not grow."""

    links_s: float
    """Going from device to device."""

    @property
    def total_s(self) -> float:
        """The whole step."""
        return self.weights_s + self.cache_s + self.layers_s + self.links_s

    def __add__(self, other: "StepTime") -> "StepTime":
        """One after the other."""
        return StepTime(
            self.weights_s + other.weights_s,
            self.compute_s + other.compute_s,
            self.cache_s + other.cache_s,
            self.layers_s + other.layers_s,
            self.links_s + other.links_s,
        )


def time_step(
    device: Device, model: Model, workload: Workload, calibration: Calibration
) -> StepTime:
    """Return the time of a step that makes a token for each sequence of the batch.

    The records must be complete: see `assumptions`.
    """
    shares = [_rest(device, workload.split), *workload.split]
    step = StepTime(0.0, 0.0, 0.0, 0.0, 0.0)
    used = 0
    for share in shares:
        if share.always_read > 0 or (share.routed > 0 and model.routed_active_parameters > 0):
            used += 1
            step += _time_share(share, model, workload, calibration)
    hops_s = calibration.hop_s * (used - 1)
    return step + StepTime(0.0, 0.0, 0.0, 0.0, hops_s)


def usable_bandwidth(device: Device) -> float:
    """Return the bandwidth in bytes/s that a program on the device can hope for."""
    return bandwidth.usable_bandwidth_bytes_per_s(
        device.bandwidth_bytes_per_s,
        device.fabric_bytes_per_s,
        device.measured_bandwidth_bytes_per_s,
    )


def peak_flop_per_s(device: Device, class_: ClassParameters) -> float:
    """Return the peak of matrix products in FLOP/s; by the bandwidth where it is not known."""
    return device.peak_flop_per_s or class_.peak_flop_per_byte * usable_bandwidth(device)


def threads_of(device: Device, workload: Workload) -> int:
    """Return the threads that compute on a processor: those asked for, or all that it has."""
    return workload.threads or device.threads or 16


def split_bits(model: Model, workload: Workload) -> tuple[float, float]:
    """Return the bits per parameter of what every token reads, and of routed experts."""
    bits, always_read = workload.bits_per_parameter, workload.always_read_bits
    if always_read is None or model.total_parameters is None or not model.routed_parameters:
        return bits, bits
    total, routed = model.total_parameters, model.routed_parameters
    return always_read, traffic.routed_bits(total, routed, bits, always_read)


def _rest(device: Device, split: tuple[Share, ...]) -> Share:
    """What the first device has when the others have their shares."""
    always_read = 1 - sum(share.always_read for share in split)
    routed = 1 - sum(share.routed for share in split)
    return Share(
        device=device,
        always_read=always_read if always_read > 1e-9 else 0.0,
        routed=routed if routed > 1e-9 else 0.0,
    )


def _time_share(
    share: Share, model: Model, workload: Workload, calibration: Calibration
) -> StepTime:
    if share.device.device_class.startswith("cpu"):
        return _time_on_cpu(share, model, workload, calibration)
    return _time_on_gpu(share, model, workload, calibration)


def _time_on_gpu(
    share: Share, model: Model, workload: Workload, calibration: Calibration
) -> StepTime:
    device, together = share.device, workload.tensor_parallel
    class_ = calibration.class_of(device.device_class)
    engine = calibration.engines[workload.engine]
    sharing = _sharing(model, workload, calibration)
    reached = min(_HIGHEST_BANDWIDTH_SHARE, class_.bandwidth_share) * usable_bandwidth(device)
    peak = peak_flop_per_s(device, class_)
    flop_per_s = calibration.batch_compute_share * engine.compute_factor * peak
    flop_per_s *= 16 / workload.product_bits
    compute_s = decode.compute_s(_parameters(share, model), workload.batch, flop_per_s * together)
    weights = _weight_bytes(share, model, workload, sharing)
    weights += _unpacking_bytes(share, model, workload, sharing, calibration)
    taken_in = _taken_in(device, reached, peak, engine, calibration)
    cache_share = _gpu_cache_share(class_, engine, workload, calibration)
    return StepTime(
        weights_s=decode.joined_s(weights / (taken_in * together), compute_s, GPU_SHARPNESS),
        compute_s=compute_s,
        cache_s=_cache_bytes(share, model, workload) / (cache_share * reached * together),
        layers_s=_layers(share, model) * _gpu_layer_s(class_, engine, model, workload, calibration),
        links_s=_join_s(device, model, workload, engine, calibration),
    )


def _time_on_cpu(
    share: Share, model: Model, workload: Workload, calibration: Calibration
) -> StepTime:
    device = share.device
    class_ = calibration.class_of(device.device_class)
    engine = calibration.engines[workload.engine]
    reached = _cpu_bandwidth(device, class_, calibration)
    weights = _weight_bytes(share, model, workload, _sharing(model, workload, calibration))
    per_thread = calibration.thread_parameters_per_s * engine.thread_factor
    per_thread *= calibration.kernel_threads[workload.kernel]
    if device.device_class == "cpu-server":
        per_thread *= calibration.server_thread_factor
    parameters = _parameters(share, model) * max(1.0, workload.batch / COMPUTE_PER_BATCH)
    compute_s = decode.thread_compute_s(parameters, threads_of(device, workload), per_thread)
    cache_share = min(_HIGHEST_CACHE_SHARE, class_.cache_share * engine.cpu_cache_factor)
    return StepTime(
        weights_s=decode.joined_s(weights / reached, compute_s, CPU_SHARPNESS),
        compute_s=compute_s,
        cache_s=_cache_bytes(share, model, workload) / (cache_share * reached),
        layers_s=_layers(share, model) * class_.layer_s * engine.layer_factor,
        links_s=0.0,
    )


def _sharing(model: Model, workload: Workload, calibration: Calibration) -> float:
    return traffic.expert_sharing(
        model.experts, model.experts_per_token, workload.batch, calibration.expert_exponent
    )


def _parameters(share: Share, model: Model) -> float:
    """Parameters of the share that one token goes through."""
    routed = model.routed_active_parameters
    return share.always_read * (model.active_parameters - routed) + share.routed * routed


def _weight_bytes(share: Share, model: Model, workload: Workload, sharing: float) -> float:
    """Bytes of weights of the share that a step reads."""
    routed = model.routed_active_parameters
    always_read_bits, routed_bits = split_bits(model, workload)
    return traffic.step_weight_bytes(
        share.always_read * (model.active_parameters - routed),
        always_read_bits,
        share.routed * routed,
        routed_bits,
        sharing,
    )


def _unpacking_bytes(
    share: Share, model: Model, workload: Workload, sharing: float, calibration: Calibration
) -> float:
    """What unpacking costs, as bytes that would be read as well; nothing at 16 bits."""
    routed = model.routed_active_parameters
    unquantized = max(0.0, workload.bits_per_parameter - _QUANTIZED_BITS)
    bits = calibration.unpacking_bits * max(0.0, 1 - unquantized / (16 - _QUANTIZED_BITS))
    return traffic.step_weight_bytes(
        share.always_read * (model.active_parameters - routed),
        bits,
        share.routed * routed,
        bits,
        sharing,
    )


def _cache_bytes(share: Share, model: Model, workload: Workload) -> float:
    """Bytes of keys and values of all sequences; they are where attention is."""
    assert model.cache_elements_per_token is not None
    each = traffic.cache_bytes(
        model.cache_elements_per_token,
        model.windowed_cache_elements_per_token,
        model.window_tokens,
        workload.context_tokens,
        workload.cache_bits_per_element,
    )
    return share.always_read * workload.batch * each


def _layers(share: Share, model: Model) -> float:
    """Layers that the share has work in; a device with experts alone has half of one's."""
    assert model.layers is not None
    return model.layers * (share.always_read or share.routed / 2)


def _taken_in(
    device: Device, reached: float, peak: float, engine: EngineParameters, calibration: Calibration
) -> float:
    """Bytes/s of weights that a GPU reads and multiplies."""
    if device.device_class not in ("nvidia-dc", "amd-dc"):
        return reached
    limit = decode.kernel_limit_bytes_per_s(
        calibration.kernel_limit_bytes_per_s * engine.kernel_factor,
        calibration.kernel_limit_exponent,
        peak,
    )
    return decode.saturated_bandwidth_bytes_per_s(reached, limit)


def _gpu_cache_share(
    class_: ClassParameters, engine: EngineParameters, workload: Workload, calibration: Calibration
) -> float:
    """Share of the reached bandwidth at which attention reads its cache."""
    share = engine.cache_share
    if share is None:
        recent = calibration.recent_cache_factor if workload.is_recent else 1.0
        share = class_.cache_share * recent
    growth = float(workload.batch**calibration.cache_batch_exponent)
    return min(_HIGHEST_CACHE_SHARE, share * growth)


def _gpu_layer_s(
    class_: ClassParameters,
    engine: EngineParameters,
    model: Model,
    workload: Workload,
    calibration: Calibration,
) -> float:
    """Fixed cost of a layer; with a batch it grows at first, but never faster than the batch."""
    cost_s = class_.layer_s * engine.layer_factor
    cost_s *= calibration.expert_layer_factor if model.experts else 1.0
    cost_s *= calibration.recent_layer_factor if workload.is_recent else 1.0
    if workload.engine in ("llama.cpp", "ik_llama.cpp"):
        cost_s *= min(workload.batch, calibration.batch_layer_factor)
    return cost_s


def _join_s(
    device: Device,
    model: Model,
    workload: Workload,
    engine: EngineParameters,
    calibration: Calibration,
) -> float:
    """What joining the results of devices that share each layer takes."""
    assert model.layers is not None
    is_fast = (device.link_bytes_per_s or 0.0) >= _NVLINK_BYTES_PER_S
    layer_s = calibration.nvlink_layer_s if is_fast else calibration.pcie_layer_s
    return decode.collective_s(
        model.layers, workload.tensor_parallel, layer_s * engine.collective_factor
    )


def _cpu_bandwidth(device: Device, class_: ClassParameters, calibration: Calibration) -> float:
    """Bandwidth in bytes/s that a processor's threads reach."""
    reached = min(_HIGHEST_BANDWIDTH_SHARE, class_.bandwidth_share) * usable_bandwidth(device)
    if device.sockets > 1:
        reached *= calibration.socket_share
    if device.device_class != "cpu-server":
        return reached
    limit = calibration.server_limit_bytes_per_s
    return decode.saturated_bandwidth_bytes_per_s(reached, limit)
