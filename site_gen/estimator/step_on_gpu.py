"""How long a GPU takes for its share of a step."""

from site_gen.estimator.assumptions import PLAIN_BITS
from site_gen.estimator.calibration import Calibration, ClassParameters, EngineParameters
from site_gen.estimator.equations import decode
from site_gen.estimator.inputs import Device, Model, Share, Workload
from site_gen.estimator.reading import cap_cache_share, reached_bandwidth, usable_bandwidth
from site_gen.estimator.share import (
    bytes_at,
    cache_bytes,
    expert_sharing,
    layers_of,
    parameters_of,
    weight_bytes,
)
from site_gen.estimator.step_time import StepTime

SHARPNESS = 3.0
"""How little reading and computing hinder each other in its kernels."""

_NVLINK_BYTES_PER_S = 100e9
"""A link that is faster than PCIe 5."""


def time_on_gpu(
    share: Share, model: Model, workload: Workload, calibration: Calibration
) -> StepTime:
    """Return the time that a GPU, or several that share each layer, takes for its share."""
    device, together = share.device, workload.tensor_parallel
    class_ = calibration.class_of(device.device_class)
    engine = calibration.engines[workload.engine]
    sharing = expert_sharing(model, workload, calibration)
    reached = reached_bandwidth(device, class_)
    peak = peak_flop_per_s(device, class_)
    flop_per_s = calibration.batch_compute_share * engine.compute_factor * peak
    flop_per_s *= 16 / workload.product_bits
    compute_s = decode.compute_s(parameters_of(share, model), workload.batch, flop_per_s * together)
    weights = weight_bytes(share, model, workload, sharing)
    weights += _unpacking_bytes(share, model, workload, sharing, calibration)
    reading_s = weights / (_taken_in(device, reached, peak, engine, calibration) * together)
    cache_share = _cache_share(class_, engine, workload, calibration)
    return StepTime(
        weights_s=decode.joined_s(reading_s, compute_s, SHARPNESS),
        reading_s=reading_s,
        compute_s=compute_s,
        cache_s=cache_bytes(share, model, workload) / (cache_share * reached * together),
        layers_s=layers_of(share, model) * _layer_s(class_, engine, model, workload, calibration),
        links_s=_join_s(device, model, workload, engine, calibration),
    )


def peak_flop_per_s(device: Device, class_: ClassParameters) -> float:
    """Return the peak of matrix products in FLOP/s; by the bandwidth where it is not known."""
    return device.peak_flop_per_s or class_.peak_flop_per_byte * usable_bandwidth(device)


def _unpacking_bytes(
    share: Share, model: Model, workload: Workload, sharing: float, calibration: Calibration
) -> float:
    """What unpacking costs, as bytes that would be read as well; nothing at 16 bits."""
    unquantized = max(0.0, workload.bits_per_parameter - PLAIN_BITS)
    bits = calibration.unpacking_bits * max(0.0, 1 - unquantized / (16 - PLAIN_BITS))
    return bytes_at(share, model, (bits, bits), sharing)


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


def _cache_share(
    class_: ClassParameters, engine: EngineParameters, workload: Workload, calibration: Calibration
) -> float:
    """Share of the reached bandwidth at which attention reads its cache."""
    share = engine.cache_share
    if share is None:
        recent = calibration.recent_cache_factor if workload.is_recent else 1.0
        share = class_.cache_share * recent
    growth = float(workload.batch**calibration.cache_batch_exponent)
    return cap_cache_share(share * growth)


def _layer_s(
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
