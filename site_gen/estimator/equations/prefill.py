"""The time of a prompt, part by part.

    t = join(t_products + t_attention, t_weights) / s + n · t₀,    T = N / t

Symbols: `P` parameters that a token reads; `N` tokens of the prompt; `L` tokens that were there
before; `n` layers; `w` attention heads times the size of one; `R` FLOP/s that are reached.
"""

import math

BLOCK_TOKENS = 2048
"""Tokens of a prompt that an engine takes in one go, and reads the weights once for."""
MICRO_BLOCK_TOKENS = 512
"""Tokens that one device of a row hands to the next."""
LAYER_S = 20e-6
"""Fixed cost of a layer in seconds."""


def attention_flop(
    layers: int,
    width: int,
    prompt_tokens: int,
    context_tokens: float,
    window_share: float,
    window_tokens: int | None,
) -> float:
    """Return the operations of attention in a prompt, in FLOP.

    Equation: `4 · n · w · N · (L + N/2)`, with `n` layers, `w` heads times the size of one, `N`
    tokens of the prompt and `L` before it: each token attends to all before it, half of the prompt
    on average. In the share of layers that have a window, `L + N/2` is at most that.

    Holds for two products, of queries with keys and of weights with values, of two operations each.

    Source: the JAX scaling book, chapter “Transformers”; with `L` = 0 it is `2 · n · w · N²`.
    """
    span = context_tokens + prompt_tokens / 2
    if window_tokens is not None:
        span = (1 - window_share) * span + window_share * min(span, window_tokens)
    return 4 * layers * width * prompt_tokens * span


def blocks(prompt_tokens: int) -> int:
    """Return how often a prompt's weights are read.

    Equation: `⌈N / 2048⌉`.

    Holds for llama.cpp's default size of a block, which others have as well.

    Source: llama.cpp, `--batch-size`.
    """
    return math.ceil(prompt_tokens / BLOCK_TOKENS)


def pipeline_speedup(devices: int, prompt_tokens: int, exponent: float) -> float:
    """Return how many times as fast a row of devices takes in a prompt as one of them.

    Equation: `(m · D / (m + D − 1))^x`, with `D` devices in a row and `m = ⌈N / 512⌉` pieces that
    go through them one after the other: the ideal of a pipeline that has to fill and to drain, and
    an exponent below 1 for what is lost between them.

    Holds for layers that are split evenly over devices of one kind.

    Source: the pipeline's fill and drain by arithmetic; `x` is fitted to measured rates.
    """
    pieces = math.ceil(prompt_tokens / MICRO_BLOCK_TOKENS)
    return float((pieces * devices / (pieces + devices - 1)) ** exponent)
