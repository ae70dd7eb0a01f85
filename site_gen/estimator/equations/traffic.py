"""The bytes that one step of decoding reads: weights, experts and cache.

A step makes one token for each sequence of a batch. Symbols:

- `B` sequences of a batch, a count
- `L` tokens of context in each sequence's cache, a count
- `E` routed experts of a layer and `k` those that a token is routed to, counts
- `b` bits of a number in the cache
"""

from site_gen.estimator.equations.bound import BITS_PER_BYTE, bytes_per_token


def expert_sharing(experts: int, experts_per_token: int, batch: int, exponent: float) -> float:
    """Return how many times as many routed experts a batch reads as one token does.

    Equation: `U/k = min(E/k · (1 − (1 − k/E)^B), B^x)`, with `E` experts of a layer, `k` of them
    for each token and `B` tokens. With a batch of one it is 1, and it is never more than `B`.

    Holds on average. The first is what independent routing gives; tokens of a batch share more
    experts than chance would have them, which the exponent `x` below 1 stands for.

    Source: the expected number of distinct draws; `x` is fitted to batches of 1 to 32 in
    llama.cpp's `benches/dgx-spark.md`.
    """
    if not experts_per_token:
        return 1.0
    ratio = experts_per_token / experts
    independent = (1 - (1 - ratio) ** batch) / ratio
    return max(1.0, min(float(independent), float(batch**exponent)))


def step_weight_bytes(
    always_read_parameters: float,
    always_read_bits: float,
    routed_active_parameters: float,
    routed_bits: float,
    sharing: float,
) -> float:
    """Return the bytes of weights that one step reads for all sequences of its batch.

    Equation: `(A · a + R · r · U/k) / 8`, with `A` parameters of `a` bits that every token reads,
    `R` parameters of `r` bits in the experts that one token is routed to, and `U/k` how many times
    as many experts the batch reads (`expert_sharing`).

    Holds with the averages of the file for `a` and `r`: the nominal name of a quantization says
    less than its file does.

    Source: the article's first equation, with the weights of a mixture of experts told apart.
    """
    always_read = bytes_per_token(always_read_parameters, always_read_bits)
    return always_read + bytes_per_token(routed_active_parameters, routed_bits) * sharing


def routed_bits(
    total_parameters: float, routed_parameters: float, bits: float, always_read_bits: float
) -> float:
    """Return the bits per parameter that a file has left for its routed experts.

    Equation: `r = (b · P − a · (P − R)) / R`, with `P` parameters in all of `b` bits on average, of
    which `R` are in routed experts and the others have `a` bits. It is at least 1.

    Holds where the two kinds of tensors make up the file.

    Source: arithmetic.
    """
    rest = total_parameters - routed_parameters
    return max(1.0, (bits * total_parameters - always_read_bits * rest) / routed_parameters)


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
