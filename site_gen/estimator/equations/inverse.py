"""What an observed token rate says of the device that made it.

Symbols, as in `bound`: `T` token rate, tokens/s; `M` memory bandwidth, bytes/s; `P` parameters read
per token; `Q` bytes per parameter.
"""


def implied_bandwidth_bytes_per_s(tokens_per_s: float, bytes_per_token: float) -> float:
    """Return the bandwidth in bytes/s that reading so much at this token rate takes.

    Equation: `M = T · P · Q`, with `T` in tokens/s and `P · Q` in bytes per token, to which the
    cache may be added.

    Holds where every token reads all of it.

    Source: the article's first equation, solved for `M`.
    """
    return tokens_per_s * bytes_per_token


def implied_share(
    tokens_per_s: float, bytes_per_token: float, bandwidth_bytes_per_s: float
) -> float:
    """Return the share of a bandwidth that this token rate uses; above 1 it contradicts it.

    Equation: `η = T · P · Q / M`.

    Holds under the conditions of `implied_bandwidth_bytes_per_s`.

    Source: the article's first equation, solved for a factor of `M`.
    """
    return implied_bandwidth_bytes_per_s(tokens_per_s, bytes_per_token) / bandwidth_bytes_per_s


def left_over_per_layer_s(step_s: float, memory_s: float, layers: int) -> float:
    """Return the time of each layer that reading does not explain, in seconds; never negative.

    Equation: `max(0, t − t_memory) / n`, with `t` the observed time of a step, `t_memory` the time
    that reading takes, both in seconds, and `n` layers.

    Holds where all else of a step is spread over its layers evenly.

    Source: the decode equation, solved for the fixed cost of a layer.
    """
    return max(0.0, step_s - memory_s) / layers
