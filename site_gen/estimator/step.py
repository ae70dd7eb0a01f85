"""How long one step of decoding takes, part by part, on one device or on several.

`equations.decode` and `equations.traffic` have the arithmetic, `step_on_gpu` and
`step_on_processor` what a device takes for its share; here it is put together. Where the model is
split by layers or by experts, the devices work one after the other, so their times add; where each
layer is shared, their bandwidths do, less what it takes to join the results.
"""

from dataclasses import replace

from site_gen.estimator.calibration import Calibration
from site_gen.estimator.inputs import Device, Model, Share, Workload
from site_gen.estimator.step_on_gpu import time_on_gpu
from site_gen.estimator.step_on_processor import time_on_processor
from site_gen.estimator.step_time import NO_TIME, StepTime


def time_step(
    device: Device, model: Model, workload: Workload, calibration: Calibration
) -> StepTime:
    """Return the time of a step that makes a token for each sequence of the batch.

    The records must be complete: see `assumptions`.
    """
    shares = [_rest(device, workload.split), *workload.split]
    step = NO_TIME
    used = 0
    for share in shares:
        if share.always_read > 0 or (share.routed > 0 and model.routed_active_parameters > 0):
            used += 1
            step += _time_share(share, model, workload, calibration)
    hops_s = calibration.hop_s * (used - 1)
    return replace(step, links_s=step.links_s + hops_s)


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
    time = time_on_processor if share.device.is_processor else time_on_gpu
    return time(share, model, workload, calibration)
