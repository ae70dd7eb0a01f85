"""The time of one step of decoding, part by part: the calibrated model beside the bound.

A step makes one token for each of `B` sequences, so the token rate is `T = B / t` with

    t = t_weights + t_cache + t_layers + t_links

On a processor, `t_weights` is joined with the time that its threads need to compute. The parameters
of these equations are in `calibration`, one set for each class of devices.

Symbols: `M` bandwidth, bytes/s; `F` peak of matrix products, FLOP/s; `P` parameters that a token
reads; `n` layers; `η` share of a bandwidth that is reached; `τ` fixed cost of a layer, s.
"""

import math

A100_FLOP_PER_S = 312e12
"""Dense peak of fp16 matrix products of an A100, in which other peaks are counted."""


def saturated_bandwidth_bytes_per_s(
    bandwidth_bytes_per_s: float, limit_bytes_per_s: float
) -> float:
    """Return the bandwidth that is left where something else limits it softly, in bytes/s.

    Equation: `M / √(1 + (M / S)²)`, with `M` the bandwidth and `S` the limit, both in bytes/s:
    about `M` where that is small beside `S`, and never more than either.

    Holds for matrix-vector products on devices whose memory outruns their cores: data-centre GPUs,
    and servers of many channels.

    Source: a fit to measured rates; see `calibration`.
    """
    return bandwidth_bytes_per_s / math.hypot(1, bandwidth_bytes_per_s / limit_bytes_per_s)


def kernel_limit_bytes_per_s(
    limit_bytes_per_s: float, exponent: float, peak_flop_per_s: float
) -> float:
    """Return the most that a GPU's cores can take in while they multiply, in bytes/s.

    Equation: `S = S₀ · (F / F₀)^x`, with `S₀` the limit of a GPU whose peak is `F₀` = 312e12
    FLOP/s, the A100's.

    Holds for data-centre GPUs.

    Source: a fit to measured rates, with the A100's peak as the unit.
    """
    return float(limit_bytes_per_s * (peak_flop_per_s / A100_FLOP_PER_S) ** exponent)


def joined_s(one_s: float, other_s: float, sharpness: float) -> float:
    """Return the time of two things that go on at once and hinder each other a little, in seconds.

    Equation: `(a^p + b^p)^(1/p)`: the longer of the two where they differ much, and up to `2^(1/p)`
    times it where they are equal.

    Holds for reading and computing in one kernel; with `p` to infinity it is the roofline's
    maximum.

    Source: a smooth maximum, which a fit to measured rates prefers to a sharp one.
    """
    longer, shorter = max(one_s, other_s), min(one_s, other_s)
    return longer * (1 + (shorter / longer) ** sharpness) ** (1 / sharpness) if longer else 0.0


def compute_s(parameters: float, tokens: float, flop_per_s: float) -> float:
    """Return the time of computing so many tokens, in seconds.

    Equation: `2 · P · N / F`, with `P` parameters that a token reads, `N` tokens and `F` in FLOP/s
    that are reached: a multiplication and an addition for each parameter.

    Holds for matrix products; attention's own products are in `prefill`.

    Source: Kaplan et al., “Scaling Laws for Neural Language Models” (2020), section 2.1.
    """
    return 2 * parameters * tokens / flop_per_s


def thread_compute_s(parameters: float, threads: int, parameters_per_thread_s: float) -> float:
    """Return the time that a processor's threads need for one token, in seconds.

    Equation: `P / (n · C)`, with `n` threads and `C` parameters per second and thread.

    Holds while every thread has a core of its own. `C` depends on the kernel: a thread of a Ryzen
    7950X takes 20.5e9 parameters/s of IQ2_XXS and 42e9 of Q4_0.

    Source: the article's second equation with `C` by thread; ikawrakow/ik_llama.cpp@8337e4c,
    discussion 164, for the figures.
    """
    return parameters / (threads * parameters_per_thread_s)


def collective_s(layers: int, devices: int, layer_s: float) -> float:
    """Return the time that devices spend on joining their results in each layer, in seconds.

    Equation: `n · λ · log₂ D`, with `n` layers, `D` devices and `λ` seconds per layer on their
    link.

    Holds for tensor parallelism at small batches, where latency and not volume counts. It is 0 for
    one device.

    Source: a fit to measured rates of gpt-fast (NVLink) and MLC LLM and vLLM (PCIe).
    """
    return layers * layer_s * math.log2(devices)
