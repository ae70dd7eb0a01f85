"""How fast a prompt is taken in: `equations.prefill` put together."""

import math
from dataclasses import dataclass

from site_gen.estimator.assumptions import PLAIN_BITS, Assumed, complete, threads_of
from site_gen.estimator.calibration import Calibration, ClassParameters
from site_gen.estimator.equations import decode
from site_gen.estimator.equations import prefill as equations
from site_gen.estimator.inputs import Device, Model, Workload
from site_gen.estimator.reading import usable_bandwidth
from site_gen.estimator.share import split_bits
from site_gen.estimator.step_on_gpu import SHARPNESS

_READING_SHARE = 0.8
"""Share of the bandwidth that reading reaches beside so much computing."""
_PARALLEL_EXPONENT = 0.7
"""How the rate grows with devices that share each layer."""
_EXPERT_EXPONENT = 0.72
"""How the distinct experts that a prompt reads grow with it."""
_APPLE_BYTES_PER_CORE_S = 10.5e9
"""Bandwidth that goes with a core of Apple's GPUs, where their number is not known."""
_PEAK_PER_BYTE = 200.0
"""Peak of a data-centre GPU per byte/s of bandwidth, where it is not known."""
_ATTENTION_WIDTH = 4096
"""Heads times the size of one, where that is not known."""
_IK_ATTENTION = 3.0
"""How much faster attention on a processor is in ik_llama.cpp."""
_THREADS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Prefill:
    """The rate at which a prompt is taken in."""

    low_tokens_per_s: float
    """Nine of ten devices are faster, in tokens/s."""

    middle_tokens_per_s: float
    """As many devices are faster as are slower, in tokens/s."""

    high_tokens_per_s: float
    """Nine of ten devices are slower, in tokens/s."""

    assumed: tuple[Assumed, ...]
    """What was not known, and what was taken for it."""


def estimate_prefill(
    device: Device, model: Model, workload: Workload, calibration: Calibration, devices: int = 1
) -> Prefill:
    """Return how fast `workload.prompt_tokens` are taken in after `workload.context_tokens`.

    `devices` of one kind stand in a row, each with as many layers.
    """
    device, model, workload, assumed = complete(device, model, workload)
    seconds = _time_prompt(device, model, workload, calibration)
    seconds /= _speedup(devices, workload, calibration)
    assert model.layers is not None
    middle = workload.prompt_tokens / (seconds + model.layers * equations.LAYER_S)
    width = math.exp(calibration.class_of(device.device_class).prefill_width)
    return Prefill(
        low_tokens_per_s=middle / width,
        middle_tokens_per_s=middle,
        high_tokens_per_s=middle * width,
        assumed=assumed,
    )


def _time_prompt(
    device: Device, model: Model, workload: Workload, calibration: Calibration
) -> float:
    """Seconds of a prompt on one device, without the fixed cost of layers."""
    rate = _cpu_rate if device.is_processor else _gpu_rate
    flop_per_s = rate(device, workload, calibration)
    expert, attention = _factors(device, workload, calibration)
    products_s = decode.compute_s(
        model.active_parameters,
        workload.prompt_tokens,
        flop_per_s * (expert if model.experts else 1.0),
    )
    attention_s = _attention_flop(model, workload) / (flop_per_s * attention)
    reading_s = (
        _prompt_weight_bytes(model, workload)
        * equations.blocks(workload.prompt_tokens)
        / (_READING_SHARE * usable_bandwidth(device))
    )
    return decode.joined_s(products_s + attention_s, reading_s, SHARPNESS)


def _factors(device: Device, workload: Workload, calibration: Calibration) -> tuple[float, float]:
    """What experts and attention reach beside the other products."""
    if device.is_processor:
        attention = calibration.prefill_cpu_attention_share
        if workload.engine == "ik_llama.cpp":
            attention *= _IK_ATTENTION
        return calibration.prefill_cpu_expert_factor, attention
    attention = calibration.prefill_attention_share
    if workload.is_recent:
        attention *= calibration.prefill_recent_attention_factor
    return calibration.prefill_expert_factor, attention


def _gpu_rate(device: Device, workload: Workload, calibration: Calibration) -> float:
    """FLOP/s that a GPU reaches on a prompt's products."""
    class_ = calibration.class_of(device.device_class)
    rate = _class_rate(device, class_, workload, calibration)
    rate *= calibration.engines[workload.engine].prefill_factor
    rate *= calibration.prefill_recent_factor if workload.is_recent else 1.0
    if workload.bits_per_parameter < PLAIN_BITS:
        rate *= calibration.prefill_quantized_factor
    return rate


def _class_rate(
    device: Device, class_: ClassParameters, workload: Workload, calibration: Calibration
) -> float:
    match device.device_class:
        case "nvidia-dc" | "amd-dc":
            by_bandwidth = _PEAK_PER_BYTE * device.bandwidth_bytes_per_s
            peak = (device.peak_flop_per_s or by_bandwidth) / decode.A100_FLOP_PER_S
            peak *= 16 / workload.product_bits
            reached = calibration.prefill_peak_share * decode.A100_FLOP_PER_S
            return float(reached * peak**calibration.prefill_peak_exponent)
        case "apple" if device.gpu_cores is not None:
            units = calibration.prefill_matrix_factor if device.has_matrix_units else 1.0
            by_core = class_.prefill_flop_per_byte * _APPLE_BYTES_PER_CORE_S
            return by_core * device.gpu_cores * units
        case _:
            older = calibration.prefill_older_factor if device.is_older else 1.0
            return class_.prefill_flop_per_byte * device.bandwidth_bytes_per_s * older


def _cpu_rate(device: Device, workload: Workload, calibration: Calibration) -> float:
    """FLOP/s that a processor reaches on a prompt's products."""
    threads = threads_of(device, workload) / _THREADS
    rate = _THREADS * calibration.prefill_thread_flop_per_s
    rate *= float(threads**calibration.prefill_thread_exponent)
    rate *= calibration.engines[workload.engine].cpu_prefill_factor
    rate *= calibration.prefill_server_factor if device.device_class == "cpu-server" else 1.0
    rate *= calibration.prefill_codebook_factor if workload.kernel == "codebook" else 1.0
    return rate


def _attention_flop(model: Model, workload: Workload) -> float:
    assert model.layers is not None
    windowed = model.windowed_cache_elements_per_token
    kept = windowed + (model.cache_elements_per_token or 0.0)
    return equations.attention_flop(
        model.layers,
        model.attention_width or _ATTENTION_WIDTH,
        workload.prompt_tokens,
        workload.context_tokens,
        windowed / kept if kept else 0.0,
        model.window_tokens,
    )


def _prompt_weight_bytes(model: Model, workload: Workload) -> float:
    """Bytes of weights that a prompt needs: of a mixture of experts soon nearly all."""
    routed = model.routed_active_parameters
    always_read_bits, routed_bits = split_bits(model, workload)
    always_read = (model.active_parameters - routed) * always_read_bits / 8
    if not model.experts_per_token:
        return always_read + routed * routed_bits / 8
    most = model.experts / model.experts_per_token
    sharing = min(most, workload.prompt_tokens**_EXPERT_EXPONENT)
    return always_read + float(routed * routed_bits / 8 * sharing)


def _speedup(devices: int, workload: Workload, calibration: Calibration) -> float:
    if workload.tensor_parallel > 1:
        return float(workload.tensor_parallel**_PARALLEL_EXPONENT)
    exponent = calibration.prefill_pipeline_exponent
    return equations.pipeline_speedup(devices, workload.prompt_tokens, exponent)
