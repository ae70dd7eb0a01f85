"""What a share of a model takes in one step of decoding: parameters, bytes and layers.

`equations.traffic` has the arithmetic; a share is what one of several devices holds, or all of it.
"""

from site_gen.estimator.calibration import Calibration
from site_gen.estimator.equations import traffic
from site_gen.estimator.inputs import Model, Share, Workload


def split_bits(model: Model, workload: Workload) -> tuple[float, float]:
    """Return the bits per parameter of what every token reads, and of routed experts."""
    bits, always_read = workload.bits_per_parameter, workload.always_read_bits
    if always_read is None or model.total_parameters is None or not model.routed_parameters:
        return bits, bits
    total, routed = model.total_parameters, model.routed_parameters
    return always_read, traffic.routed_bits(total, routed, bits, always_read)


def expert_sharing(model: Model, workload: Workload, calibration: Calibration) -> float:
    """Return how many times as many routed experts a batch reads as one token does."""
    return traffic.expert_sharing(
        model.experts, model.experts_per_token, workload.batch, calibration.expert_exponent
    )


def parameters_of(share: Share, model: Model) -> float:
    """Return the parameters of a share that one token goes through."""
    routed = model.routed_active_parameters
    return share.always_read * (model.active_parameters - routed) + share.routed * routed


def weight_bytes(share: Share, model: Model, workload: Workload, sharing: float) -> float:
    """Return the bytes of weights of a share that a step reads."""
    return bytes_at(share, model, split_bits(model, workload), sharing)


def bytes_at(share: Share, model: Model, bits: tuple[float, float], sharing: float) -> float:
    """Return the bytes a step goes through, at bits per parameter as of `split_bits`."""
    routed = model.routed_active_parameters
    always_read_bits, routed_bits = bits
    return traffic.step_weight_bytes(
        share.always_read * (model.active_parameters - routed),
        always_read_bits,
        share.routed * routed,
        routed_bits,
        sharing,
    )


def sequence_cache_bytes(model: Model, workload: Workload) -> float:
    """Return the bytes of keys and values of one sequence; 0 where the model's are unknown."""
    return traffic.cache_bytes(
        model.cache_elements_per_token or 0.0,
        model.windowed_cache_elements_per_token,
        model.window_tokens,
        workload.context_tokens,
        workload.cache_bits_per_element,
    )


def cache_bytes(share: Share, model: Model, workload: Workload) -> float:
    """Return the bytes of keys and values of all sequences; they are where attention is."""
    assert model.cache_elements_per_token is not None
    return share.always_read * workload.batch * sequence_cache_bytes(model, workload)


def layers_of(share: Share, model: Model) -> float:
    """Return the layers that a share has work in; a device with experts alone has half of one's."""
    assert model.layers is not None
    return model.layers * (share.always_read or share.routed / 2)
