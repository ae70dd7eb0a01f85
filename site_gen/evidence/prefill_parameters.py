"""The parameters of prefill with their priors, set before any row was looked at."""

from __future__ import annotations

import math
from collections.abc import Callable

from site_gen.evidence.parameters import OTHER_ENGINES, Parameter, is_cpu, one
from site_gen.evidence.pricing import Priced

_BYTES_PER_CORE_S = 10.5
"""In GB/s, of Apple's GPUs: their rate is by core, and its field by byte."""
_A100_TFLOP_PER_S = 312.0


def prefill_parameters() -> list[Parameter]:
    """Those of GPUs, then those of processors."""
    return [*_gpu_classes(), *_gpu_factors(), *_processor()]


def _gpu_classes() -> list[Parameter]:
    nvidia = ("nvidia-consumer", "nvidia-ws")
    return [
        one(100 / _A100_TFLOP_PER_S, 0.5, _of("nvidia-dc", "amd-dc"), "prefill_peak_share"),
        one(0.6, 0.3, _of("nvidia-dc", "amd-dc"), "prefill_peak_exponent"),
        one(110.0, 0.5, _of(*nvidia), *(_rate_of(name) for name in nvidia)),
        one(140.0, 0.5, _of("nvidia-uma"), _rate_of("nvidia-uma")),
        one(60.0, 0.6, _of("amd-consumer"), _rate_of("amd-consumer")),
        one(40.0, 0.5, _of("amd-uma"), _rate_of("amd-uma")),
        one(50.0, 0.6, _of("intel-gpu"), _rate_of("intel-gpu")),
        one(250 / _BYTES_PER_CORE_S, 0.3, _of("apple"), _rate_of("apple")),
        one(60.0, 0.6, _of(""), _rate_of("")),
    ]


def _gpu_factors() -> list[Parameter]:
    return [
        one(0.6, 0.3, _of("nvidia-consumer", "nvidia-ws"), "prefill_older_factor"),
        one(3.0, 0.4, _of("apple"), "prefill_matrix_factor"),
        one(math.exp(0.1), 0.2, _on_gpu, "prefill_recent_factor"),
        one(0.85, 0.2, _on_gpu, "prefill_quantized_factor"),
        one(0.5, 0.4, _on_gpu, "prefill_expert_factor"),
        one(0.2, 0.5, _on_gpu, "prefill_attention_share"),
        one(math.exp(0.5), 0.5, _on_gpu, "prefill_recent_attention_factor"),
        one(0.75, 0.2, lambda priced: priced.devices > 1, "prefill_pipeline_exponent"),
        one(
            math.exp(0.4),
            0.4,
            lambda priced: priced.workload.engine in OTHER_ENGINES,
            *(f"engines.{engine}.prefill_factor" for engine in OTHER_ENGINES),
        ),
    ]


def _processor() -> list[Parameter]:
    return [
        one(100e9, 0.4, is_cpu, "prefill_thread_flop_per_s"),
        one(0.85, 0.2, is_cpu, "prefill_thread_exponent"),
        one(0.6, 0.4, _of("cpu-server"), "prefill_server_factor"),
        one(2.0, 0.3, is_cpu, "engines.ik_llama|cpp.cpu_prefill_factor"),
        one(0.7, 0.3, is_cpu, "prefill_codebook_factor"),
        one(0.6, 0.4, is_cpu, "prefill_cpu_expert_factor"),
        one(0.1, 0.7, is_cpu, "prefill_cpu_attention_share"),
    ]


def _rate_of(class_: str) -> str:
    return f"classes.{class_}.prefill_flop_per_byte"


def _on_gpu(priced: Priced) -> bool:
    return not is_cpu(priced)


def _of(*classes: str) -> Callable[[Priced], bool]:
    return lambda priced: priced.device.device_class in classes
