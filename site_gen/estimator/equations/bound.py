"""The article's upper bound on the token rate.

Symbols, as in the article “big llms are memory bound”:

- `T` token rate, tokens/s
- `M` memory bandwidth, bytes/s
- `P` parameters read per token, a count: of a mixture of experts, the active ones
- `Q` quantization, bytes/parameter: a function that takes bits divides them by 8
- `C` compute throughput, parameters/s

Every argument is positive, which `readers` sees to, and finite, but for an infinite `C`.
"""

BITS_PER_BYTE = 8
"""Bits in a byte."""


def bytes_per_token(active_parameters: float, bits_per_parameter: float) -> float:
    """Return the bytes of weights that one token needs from memory.

    Equation: `P · Q`, with `P` in parameters and `Q` in bytes per parameter (bits per parameter /
    8).

    Holds for one sequence at a time and a short context: each active parameter is read once a
    token, and the cache of keys and values is small beside them.

    Source: the article's worked case, 37e9 × 2.42 / 8 = 11.19 GB.
    """
    return active_parameters * bits_per_parameter / BITS_PER_BYTE


def bandwidth_bound_tokens_per_s(
    bandwidth_bytes_per_s: float, active_parameters: float, bits_per_parameter: float
) -> float:
    """Return the token rate that memory bandwidth allows, in tokens/s.

    Equation: `T = M / (P · Q)`, with `M` in bytes/s, `P` in parameters and `Q` in bytes per
    parameter.

    Holds as an upper bound where compute is infinitely fast, under the conditions of
    `bytes_per_token`.

    Source: the article's first equation.
    """
    return bandwidth_bytes_per_s / bytes_per_token(active_parameters, bits_per_parameter)


def compute_bound_tokens_per_s(compute_parameters_per_s: float, active_parameters: float) -> float:
    """Return the token rate that compute allows, in tokens/s.

    Equation: `T = C / P`, with `C` in parameters/s and `P` in parameters.

    Holds as an upper bound where memory is infinitely fast.

    Source: the article's second equation, where `C < M / Q`.
    """
    return compute_parameters_per_s / active_parameters


def bound_tokens_per_s(
    bandwidth_bytes_per_s: float,
    compute_parameters_per_s: float,
    active_parameters: float,
    bits_per_parameter: float,
) -> float:
    """Return the token rate that memory bandwidth and compute allow together, in tokens/s.

    Equation: `T = min(M / Q, C) / P`, with `M` in bytes/s, `Q` in bytes per parameter, `C` in
    parameters/s and `P` in parameters. It is computed as `min(M / (P · Q), C / P)`, which is the
    same because `P` is positive, so that the result is never above either bound, not even by a
    rounding.

    Holds as an upper bound where reading and computing overlap completely.

    Source: the article's second equation.
    """
    return min(
        bandwidth_bound_tokens_per_s(bandwidth_bytes_per_s, active_parameters, bits_per_parameter),
        compute_bound_tokens_per_s(compute_parameters_per_s, active_parameters),
    )
