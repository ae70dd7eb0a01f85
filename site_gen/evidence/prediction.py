"""What the estimator says of a priced row."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from site_gen.estimator.calibration import Calibration
from site_gen.estimator.equations import bound
from site_gen.estimator.estimate import estimate
from site_gen.estimator.inputs import Workload
from site_gen.estimator.prefill import Prefill, estimate_prefill
from site_gen.evidence.pricing import Priced

_COPY_BYTES_PER_S = 16e9
"""What a GPU copies of experts from the processor's memory while it takes in a prompt."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """Rates in tokens/s: of the whole batch, or of a prompt."""

    low: float
    middle: float
    high: float
    """80 % of rates are between `low` and this."""


def predict(priced: Priced, calibration: Calibration) -> Prediction:
    """The range that a row's rate is expected in."""
    if priced.kind == "prefill":
        prefill = _estimate_prompt(priced, priced.workload, calibration)
        middle = _beside_copying(priced, prefill.middle_tokens_per_s)
        width = math.log(prefill.high_tokens_per_s / prefill.middle_tokens_per_s)
        return _around(middle, math.inf, width * _guess_factor(priced, calibration))
    found = estimate(priced.device, priced.model, priced.workload, calibration)
    middle = _with_prompts(priced, found.middle_tokens_per_s, calibration)
    width = math.log(found.middle_tokens_per_s / found.low_tokens_per_s)
    width *= _guess_factor(priced, calibration)
    return _around(middle, found.ceiling_tokens_per_s, width)


def _around(middle: float, ceiling: float, width: float) -> Prediction:
    high = min(ceiling, middle * math.exp(width))
    return Prediction(middle * math.exp(-width), middle, max(middle, high))


def _guess_factor(priced: Priced, calibration: Calibration) -> float:
    return calibration.unknown_width_factor if priced.is_guessed else 1.0


def _estimate_prompt(priced: Priced, workload: Workload, calibration: Calibration) -> Prefill:
    return estimate_prefill(priced.device, priced.model, workload, calibration, priced.devices)


def _with_prompts(priced: Priced, decode: float, calibration: Calibration) -> float:
    """The rate of decoding where the time of prompts counts as well."""
    if priced.mix is None:
        return decode
    workload = replace(
        priced.workload, prompt_tokens=priced.mix.prompt_tokens, context_tokens=0, split=()
    )
    prompt = _estimate_prompt(priced, workload, calibration).middle_tokens_per_s
    ratio = priced.mix.prompt_tokens / priced.mix.generated_tokens
    return 1 / (1 / decode + ratio / prompt)


def _beside_copying(priced: Priced, rate: float) -> float:
    """The rate of a prompt where the GPU has to copy what is in the processor's memory."""
    if not priced.is_hybrid:
        return rate
    model, workload = priced.model, priced.workload
    total = bound.bytes_per_token(
        model.total_parameters or model.active_parameters, workload.bits_per_parameter
    )
    share = workload.split[0]
    part = share.routed if model.experts else share.always_read
    copied_s = part * total / _COPY_BYTES_PER_S
    return 1 / (1 / rate + copied_s / workload.prompt_tokens)
