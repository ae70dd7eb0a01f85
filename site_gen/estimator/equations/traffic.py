"""The bytes that one step of decoding reads: weights, experts and cache.

A step makes one token for each sequence of a batch. Symbols:

- `B` sequences of a batch, a count
- `L` tokens of context in each sequence's cache, a count
- `E` routed experts of a layer and `k` those that a token is routed to, counts
- `b` bits of a number in the cache
"""

from site_gen.estimator.equations.bound import BITS_PER_BYTE, bytes_per_token

EXPERT_EXPONENT = 0.72
"""How the distinct experts that a batch reads grow with it; 1 if no two tokens shared any."""


def distinct_experts(experts: int, experts_per_token: int, batch: int) -> float:
    """Return how many routed experts of a layer a batch reads on average.

    Equation: `U = min(E, k · B^0.72)`, all of them counts. With a batch of one it is `k`.

    Holds for text of one kind: independent routing would give `E · (1 − (1 − k/E)^B)`, but tokens
    of a batch share more experts than chance would have them.

    Source: a fit to batches of 1 to 32 of Qwen3-30B-A3B and gpt-oss on one device, from
    llama.cpp's `benches/dgx-spark.md`.
    """
    return min(experts, experts_per_token * batch**EXPERT_EXPONENT)


def step_weight_bytes(
    always_read_parameters: float,
    routed_active_parameters: float,
    sharing: float,
    bits_per_parameter: float,
) -> float:
    """Return the bytes of weights that one step reads for all sequences of its batch.

    Equation: `(A + R · U/k) · b / 8`, with `A` parameters that every token reads, `R` parameters in
    the experts that one token is routed to, `U/k` how many times as many experts the batch reads
    (`distinct_experts` over `k`) and `b` bits per parameter.

    Holds with the average of the whole file for `b`; tensors of one file differ from it, and the
    nominal name of a quantization says less than its file does.

    Source: the article's first equation, with the weights of a mixture of experts told apart.
    """
    parameters = always_read_parameters + routed_active_parameters * sharing
    return bytes_per_token(parameters, bits_per_parameter)


def cache_bytes(
    elements_per_token: float,
    windowed_elements_per_token: float,
    window_tokens: int | None,
    context_tokens: float,
    bits_per_element: float,
) -> float:
    """Return the bytes of one sequence's cache of keys and values.

    Equation: `(K · L + K_w · min(L, w)) · b / 8`, with `K` and `K_w` elements per token in layers
    that attend to all of the context and to the newest `w` tokens alone, `L` tokens of context and
    `b` bits per element.

    Holds for an engine that keeps no more than the window where there is one. With keys and values
    for `h` heads of size `d` in `n` layers, `K = 2 · n · h · d`; with a latent cache (MLA) it is
    `n · (rank + rope)`. A cache type with scales counts them: 8.5 bits for q8_0, 4.5 for q4_0.

    Source: the models' published configurations; block sizes from llama.cpp's `ggml-common.h`.
    """
    windowed_tokens = (
        context_tokens if window_tokens is None else min(context_tokens, window_tokens)
    )
    elements = elements_per_token * context_tokens + windowed_elements_per_token * windowed_tokens
    return elements * bits_per_element / BITS_PER_BYTE
