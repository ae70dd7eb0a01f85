"""The parameters of decoding with their priors, set before any row was looked at."""

from __future__ import annotations

import math
from collections.abc import Callable

from site_gen.estimator.inputs import Engine
from site_gen.evidence.parameters import OTHER_ENGINES, Parameter, class_parameters, is_cpu, one
from site_gen.evidence.pricing import Priced

_DATA_CENTRE = ("nvidia-dc", "amd-dc")


def decode_parameters() -> list[Parameter]:
    """Those of every class, then those that classes share."""
    return [*class_parameters(), *_gpu(), *_batch(), *_links(), *_processor()]


def _gpu() -> list[Parameter]:
    return [
        one(1500e9, 0.5, _in_data_centre, "kernel_limit_bytes_per_s"),
        one(0.4, 0.3, _in_data_centre, "kernel_limit_exponent"),
        one(2.0, 0.5, _in_data_centre_elsewhere, *_of_others("kernel_factor")),
        one(math.exp(-0.2), 0.4, _runs("compiled"), "engines.compiled.layer_factor"),
        one(math.exp(0.1), 0.4, _runs("server"), "engines.server.layer_factor"),
        one(math.exp(1.2), 0.4, _runs("eager"), "engines.eager.layer_factor"),
        one(math.exp(0.25), 0.12, _mixture_on_gpu, "expert_layer_factor"),
        one(math.exp(-0.4), 0.3, _recent_on_gpu, "recent_layer_factor"),
        one(math.exp(0.4), 0.4, _recent_on_gpu, "recent_cache_factor"),
        one(0.1, 0.7, _quantized_on_gpu, "unpacking_bits"),
        one(0.7, 0.2, _elsewhere_on_gpu, *_of_others("cache_share")),
    ]


def _batch() -> list[Parameter]:
    """llama.cpp starts a whole step's kernels at once (CUDA graphs), but for one sequence only."""
    return [
        one(0.35, 0.5, _on_gpu, "batch_compute_share"),
        one(2.0, 0.4, _batched_on_gpu, "batch_layer_factor"),
        one(0.15, 0.5, _batched_on_gpu, "cache_batch_exponent"),
        one(0.72, 0.1, lambda priced: priced.workload.batch > 1, "expert_exponent"),
    ]


def _links() -> list[Parameter]:
    return [
        one(200e-6, 0.4, lambda priced: priced.devices > 1, "hop_s"),
        one(15e-6, 0.5, _in_parallel, "nvlink_layer_s"),
        one(40e-6, 0.5, _in_parallel, "pcie_layer_s"),
        one(2.0, 0.5, _runs("server"), "engines.server.collective_factor"),
    ]


def _processor() -> list[Parameter]:
    return [
        one(20e9, 0.5, is_cpu, "thread_parameters_per_s"),
        one(1.4, 0.3, is_cpu, "engines.ik_llama|cpp.thread_factor"),
        one(math.exp(0.5), 0.5, is_cpu, "engines.ik_llama|cpp.cpu_cache_factor"),
        one(0.35, 0.4, _on_server, "server_thread_factor"),
        one(300e9, 0.4, _on_server, "server_limit_bytes_per_s"),
        one(0.8, 0.15, _unmeasured, "unmeasured_share"),
        one(0.5, 0.15, is_cpu, "socket_share"),
        one(math.exp(0.3), 0.4, is_cpu, "kernel_threads.plain"),
        one(math.exp(-0.9), 0.4, is_cpu, "kernel_threads.codebook"),
        one(math.exp(-1.2), 0.4, is_cpu, "kernel_threads.trellis"),
    ]


def _of_others(field: str) -> list[str]:
    return [f"engines.{engine}.{field}" for engine in OTHER_ENGINES]


def _on_gpu(priced: Priced) -> bool:
    return not is_cpu(priced)


def _in_data_centre(priced: Priced) -> bool:
    return priced.device.device_class in _DATA_CENTRE


def _in_data_centre_elsewhere(priced: Priced) -> bool:
    return _in_data_centre(priced) and priced.workload.engine in OTHER_ENGINES


def _elsewhere_on_gpu(priced: Priced) -> bool:
    return not is_cpu(priced) and priced.workload.engine in OTHER_ENGINES


def _mixture_on_gpu(priced: Priced) -> bool:
    return not is_cpu(priced) and priced.model.experts > 0


def _recent_on_gpu(priced: Priced) -> bool:
    return not is_cpu(priced) and priced.workload.is_recent


def _quantized_on_gpu(priced: Priced) -> bool:
    return not is_cpu(priced) and priced.workload.bits_per_parameter < 16


def _batched_on_gpu(priced: Priced) -> bool:
    return not is_cpu(priced) and priced.workload.batch > 1


def _in_parallel(priced: Priced) -> bool:
    return priced.workload.tensor_parallel > 1


def _on_server(priced: Priced) -> bool:
    return priced.device.device_class == "cpu-server"


def _unmeasured(priced: Priced) -> bool:
    """What modules promise and programs get apart: four fifths is usual for two channels."""
    return is_cpu(priced) and priced.device.measured_bandwidth_bytes_per_s is None


def _runs(engine: Engine) -> Callable[[Priced], bool]:
    return lambda priced: priced.workload.engine == engine
