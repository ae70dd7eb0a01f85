"""How long a processor takes for its share of a step."""

from site_gen.estimator.assumptions import threads_of
from site_gen.estimator.calibration import Calibration, ClassParameters
from site_gen.estimator.equations import decode
from site_gen.estimator.inputs import Device, Model, Share, Workload
from site_gen.estimator.reading import cap_cache_share, reached_bandwidth
from site_gen.estimator.share import (
    cache_bytes,
    expert_sharing,
    layers_of,
    parameters_of,
    weight_bytes,
)
from site_gen.estimator.step_time import StepTime

_SHARPNESS = 5.0
"""How little reading and computing hinder each other in its threads."""
_COMPUTE_PER_BATCH = 1.5
"""Sequences that its kernels compute in the time of one: they unpack a weight once."""


def time_on_processor(
    share: Share, model: Model, workload: Workload, calibration: Calibration
) -> StepTime:
    """Return the time that a processor takes for its share."""
    device = share.device
    class_ = calibration.class_of(device.device_class)
    engine = calibration.engines[workload.engine]
    reached = _memory_bandwidth(device, class_, calibration)
    sharing = expert_sharing(model, workload, calibration)
    reading_s = weight_bytes(share, model, workload, sharing) / reached
    per_thread = calibration.thread_parameters_per_s * engine.thread_factor
    per_thread *= calibration.kernel_threads[workload.kernel]
    if device.device_class == "cpu-server":
        per_thread *= calibration.server_thread_factor
    parameters = parameters_of(share, model) * max(1.0, workload.batch / _COMPUTE_PER_BATCH)
    compute_s = decode.thread_compute_s(parameters, threads_of(device, workload), per_thread)
    cache_share = cap_cache_share(class_.cache_share * engine.cpu_cache_factor)
    return StepTime(
        weights_s=decode.joined_s(reading_s, compute_s, _SHARPNESS),
        reading_s=reading_s,
        compute_s=compute_s,
        cache_s=cache_bytes(share, model, workload) / (cache_share * reached),
        layers_s=layers_of(share, model) * class_.layer_s * engine.layer_factor,
        links_s=0.0,
    )


def _memory_bandwidth(device: Device, class_: ClassParameters, calibration: Calibration) -> float:
    """Bandwidth in bytes/s that a processor's threads reach."""
    reached = reached_bandwidth(device, class_)
    if device.measured_bandwidth_bytes_per_s is None:
        reached *= calibration.unmeasured_share
    if device.sockets > 1:
        reached *= calibration.socket_share
    if device.device_class != "cpu-server":
        return reached
    limit = calibration.server_limit_bytes_per_s
    return decode.saturated_bandwidth_bytes_per_s(reached, limit)
