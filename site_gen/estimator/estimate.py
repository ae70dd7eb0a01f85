"""Device, model and workload → an estimate; an estimate and an observation → a comparison.

Pure functions over frozen data.
"""

import math
from dataclasses import dataclass
from typing import Literal

from site_gen.estimator.equations import bound, inverse
from site_gen.estimator.inputs import Device, Model, Workload

Limit = Literal["bandwidth", "compute"]
"""What holds the token rate down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What the equations say of a device, a model and a workload."""

    device: Device
    """The device that was asked about."""

    model: Model
    """The model that was asked about."""

    workload: Workload
    """The workload that was asked about."""

    bytes_per_token: float
    """Bytes of weights read for each token, e.g. 11.1925e9."""

    bandwidth_bound_tokens_per_s: float
    """Token rate at which memory bandwidth saturates, in tokens/s, e.g. 51.46."""

    compute_bound_tokens_per_s: float | None
    """Token rate at which compute saturates, in tokens/s; None where that is infinite."""

    ceiling_tokens_per_s: float
    """The lower of the two bounds, in tokens/s."""

    limit: Limit
    """Which bound is the ceiling; "bandwidth" where the two are equal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What an observed token rate says beside an estimate."""

    estimate: Estimate
    """The estimate that the observation is held against."""

    observed_tokens_per_s: float
    """The rate that was seen, in tokens/s, e.g. 4.6."""

    shortfall_ratio: float
    """Ceiling divided by observation, e.g. 11.19; below 1 where the ceiling is exceeded."""

    share_of_ceiling: float
    """Observation divided by ceiling, e.g. 0.0894; above 1 where the ceiling is exceeded."""

    implied_bandwidth_bytes_per_s: float
    """Bandwidth in bytes/s that reading the weights at the observed rate takes, e.g. 51.49e9."""

    above_ceiling: bool
    """Whether the observation contradicts the estimate, so that an input of it must be wrong."""


def estimate(device: Device, model: Model, workload: Workload) -> Estimate:
    """Return the bounds on the token rate; without a compute throughput, bandwidth is the limit."""
    bits = workload.bits_per_parameter
    parameters = model.active_parameters
    bandwidth_bound = bound.bandwidth_bound_tokens_per_s(
        device.bandwidth_bytes_per_s, parameters, bits
    )
    compute_bound = _find_compute_bound(device, model)
    return Estimate(
        device=device,
        model=model,
        workload=workload,
        bytes_per_token=bound.bytes_per_token(parameters, bits),
        bandwidth_bound_tokens_per_s=bandwidth_bound,
        compute_bound_tokens_per_s=compute_bound,
        ceiling_tokens_per_s=_find_ceiling(device, model, workload),
        limit="bandwidth"
        if compute_bound is None or bandwidth_bound <= compute_bound
        else "compute",
    )


def compare(estimate: Estimate, observed_tokens_per_s: float) -> Comparison:
    """Return how far an observed rate is below the ceiling; `above_ceiling` where it is not."""
    assert math.isfinite(observed_tokens_per_s) and observed_tokens_per_s > 0, observed_tokens_per_s
    ceiling = estimate.ceiling_tokens_per_s
    return Comparison(
        estimate=estimate,
        observed_tokens_per_s=observed_tokens_per_s,
        shortfall_ratio=ceiling / observed_tokens_per_s,
        share_of_ceiling=observed_tokens_per_s / ceiling,
        implied_bandwidth_bytes_per_s=inverse.implied_bandwidth_bytes_per_s(
            observed_tokens_per_s, estimate.bytes_per_token
        ),
        above_ceiling=observed_tokens_per_s > ceiling,
    )


def _find_compute_bound(device: Device, model: Model) -> float | None:
    compute = device.compute_parameters_per_s
    if compute is None:
        return None
    return bound.compute_bound_tokens_per_s(compute, model.active_parameters)


def _find_ceiling(device: Device, model: Model, workload: Workload) -> float:
    return bound.bound_tokens_per_s(
        device.bandwidth_bytes_per_s,
        math.inf if device.compute_parameters_per_s is None else device.compute_parameters_per_s,
        model.active_parameters,
        workload.bits_per_parameter,
    )
