"""The inputs of an estimate and its bound → figures, in reading order.

A number in an equation is the rounded one, but a result is always computed from unrounded ones;
where that shows, the equation says so: 576 / 11.19 ≈ 51.46. `figure.equation_tex` has the rule.
"""

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache

from site_gen.estimator.equations.bound import BITS_PER_BYTE
from site_gen.estimator.estimate import Estimate
from site_gen.estimator.figure import (
    Figure,
    count_tex,
    divisor_tex,
    equation_tex,
    quotient_tex,
    scale_count,
    scale_data,
    scale_plain,
    scale_words,
    with_unit_tex,
)
from site_gen.estimator.inputs import Workload
from site_gen.estimator.show_inputs import input_figures, scale_bandwidth, scale_bits

ESTIMATES_AT_HAND = 1024
"""Figures are kept of so many: the same ones are asked for whenever a text is read again."""

_PLAIN_CEILING = r"\frac{\min(\frac{M}{Q}, C)}{P}"
"""As the article has it, of one device and one sequence."""


@lru_cache(ESTIMATES_AT_HAND)
def estimate_figures(estimate: Estimate) -> tuple[Figure, ...]:
    """Return what an estimate was made from and its bound, the last of which is the ceiling.

    In this order, with those in brackets only where there is something to say: parameters,
    quantization, [context, batch, cache type, threads, devices, channels, speed], bandwidth,
    [usable, compute], bytes, [cache], bound, [compute_bound, ceiling].
    """
    return tuple(_show_estimate(estimate))


@lru_cache(ESTIMATES_AT_HAND)
def ceiling_figure(estimate: Estimate) -> Figure:
    """Return the last of these, the ceiling, alone."""
    compute_bound = estimate.compute_bound_tokens_per_s
    if compute_bound is None:
        return _show_bound(estimate)
    return _show_ceiling(estimate, compute_bound)


def ceiling_limit_text(estimate: Estimate) -> str:
    """Return which bound the ceiling is, in words."""
    return "memory bandwidth" if estimate.ceiling_limit == "bandwidth" else "compute"


def _show_estimate(estimate: Estimate) -> Iterator[Figure]:
    yield from input_figures(estimate)
    yield _show_bytes(estimate)
    if estimate.workload.context_tokens:
        yield _show_cache(estimate)
    if estimate.compute_bound_tokens_per_s is not None:
        yield _show_bound(estimate)
        yield _show_compute_bound(estimate, estimate.compute_bound_tokens_per_s)
    yield ceiling_figure(estimate)


def _show_bytes(estimate: Estimate) -> Figure:
    shown = scale_data(estimate.weight_bytes_per_token, "B")
    parameters, bits = scale_count(estimate.model.active_parameters), scale_bits(estimate)
    numbers_tex = rf"{count_tex(estimate.model.active_parameters)} \cdot {bits.number_tex} / 8"
    from_shown = parameters.amount * bits.amount / BITS_PER_BYTE
    return Figure(
        name="bytes",
        part="step",
        label="data read per token",
        value=estimate.weight_bytes_per_token,
        unit="byte/token",
        text=shown.text,
        number_text=shown.number_text,
        symbolic_tex=r"P \cdot Q",
        equation_tex=equation_tex(numbers_tex, from_shown, shown),
        explanation=f"P · Q = {parameters.text} × {bits.number_text} bit / 8",
    )


def _show_cache(estimate: Estimate) -> Figure:
    """The cache of one sequence, which is read for each of its tokens."""
    size, tokens = estimate.bytes_per_token.cache, estimate.workload.context_tokens
    shown = scale_data(size, "B")
    each = scale_data(size / tokens, "B")
    numbers_tex = rf"{tokens:,} \cdot {with_unit_tex(each)}".replace(",", "{,}")
    return Figure(
        name="cache",
        part="step",
        label="cache read per token",
        value=size,
        unit="byte/token",
        text=shown.text,
        number_text=shown.number_text,
        symbolic_tex=r"L \cdot K \cdot b / 8",
        equation_tex=equation_tex(numbers_tex, tokens * each.amount, shown),
        explanation=f"L · K · b / 8 = {tokens:,} tokens × {each.text}",
    )


def _show_bound(estimate: Estimate) -> Figure:
    """The bound by bandwidth; of several devices or sequences that of all together."""
    bandwidth = scale_bandwidth(estimate.device)
    size = scale_data(estimate.weight_bytes_per_token, "B")
    factor = estimate.workload.batch * estimate.workload.tensor_parallel
    if estimate.workload.split:
        return _show_split_bound(estimate)
    times_tex = rf"{factor} \cdot " if factor > 1 else ""
    times = f"{factor} × " if factor > 1 else ""
    return _show_rate(
        "bound",
        "token rate with infinite compute",
        estimate.bandwidth_bound_tokens_per_s,
        f"T = {_bound_tex(estimate.workload)}",
        times_tex + quotient_tex(bandwidth, size),
        f"T = {times}M / (P · Q) = {times}{bandwidth.text} / {size.text}",
        factor * bandwidth.amount / size.amount,
    )


def _show_split_bound(estimate: Estimate) -> Figure:
    """The bound where one device reads after the other."""
    rate = estimate.bandwidth_bound_tokens_per_s
    milliseconds = scale_plain(1e3 * estimate.workload.batch / rate, "ms", 4, 1.0)
    count = len(estimate.workload.split) + 1
    return _show_rate(
        "bound",
        "token rate with infinite compute",
        rate,
        f"T = {_bound_tex(estimate.workload)}",
        rf"{estimate.workload.batch} / {with_unit_tex(milliseconds)}",
        f"T = B / Σ (P_i · Q / M_i), the {count} parts being read one after the other",
        1000 * estimate.workload.batch / milliseconds.amount,
    )


def _show_compute_bound(estimate: Estimate, tokens_per_s: float) -> Figure:
    compute, parameters = estimate.device.compute_parameters_per_s, estimate.model.active_parameters
    assert compute is not None
    above, below = scale_count(compute), scale_count(parameters)
    together = estimate.workload.tensor_parallel
    times_tex, times = (rf"{together} \cdot ", f"{together} × ") if together > 1 else ("", "")
    numbers_tex = f"{count_tex(compute)} / {divisor_tex(count_tex(parameters))}"
    if above.unit == below.unit:
        numbers_tex = quotient_tex(above, below)
    return _show_rate(
        "compute_bound",
        "token rate with infinite bandwidth",
        tokens_per_s,
        f"T = {_compute_tex(estimate.workload)}",
        times_tex + numbers_tex,
        f"T = {times}C / P = {times}{above.text} / {below.text}",
        together * above.amount / below.amount,
    )


def _show_ceiling(estimate: Estimate, compute_bound_tokens_per_s: float) -> Figure:
    bounds = [
        scale_words(bound, "token/s", "tokens/s")
        for bound in (estimate.bandwidth_bound_tokens_per_s, compute_bound_tokens_per_s)
    ]
    workload = estimate.workload
    is_plain = workload.batch == workload.tensor_parallel == 1 and not workload.split
    both = rf"\min\left({_bound_tex(workload)}, {_compute_tex(workload)}\right)"
    words = "min(M / Q, C) / P" if is_plain else "the lower bound"
    return _show_rate(
        "ceiling",
        "highest token rate",
        estimate.ceiling_tokens_per_s,
        rf"T = {_PLAIN_CEILING if is_plain else both}",
        rf"\min({', '.join(bound.number_tex for bound in bounds)})",
        f"T = {words}, limited by {ceiling_limit_text(estimate)}",
        min(bound.amount for bound in bounds),
    )


def _bound_tex(workload: Workload) -> str:
    """The bound by bandwidth in symbols."""
    if workload.split:
        return r"B \Big/ \sum_i \frac{P_i \cdot Q}{M_i}"
    batch = r"B \cdot " if workload.batch > 1 else ""
    devices = r"D \cdot " if workload.tensor_parallel > 1 else ""
    return rf"{batch}{devices}\frac{{M}}{{P \cdot Q}}"


def _compute_tex(workload: Workload) -> str:
    """The bound by compute in symbols."""
    return (r"D \cdot " if workload.tensor_parallel > 1 else "") + r"\frac{C}{P}"


def _show_rate(
    name: str,
    label: str,
    value: float,
    symbolic_tex: str,
    numbers_tex: str,
    explanation: str,
    from_shown: Fraction,
) -> Figure:
    shown = scale_words(value, "token/s", "tokens/s")
    return Figure(
        name=name,
        part="step",
        label=label,
        value=value,
        unit="token/s",
        text=shown.text,
        number_text=shown.number_text,
        symbolic_tex=symbolic_tex,
        equation_tex=equation_tex(numbers_tex, from_shown, shown),
        explanation=explanation,
    )
