"""The figures of a calculator: those of a calculation, and what is read and needed in all."""

from __future__ import annotations

from site_gen.directives.token_rate.remembered import estimate_figures, range_figures
from site_gen.estimator.estimate import Estimate
from site_gen.estimator.figure import Figure, make_plain, scale_data


def calculator_figures(computed: Estimate) -> tuple[Figure, ...]:
    """Inputs, bound, range, and then `read` and, where the model's size is known, `memory`."""
    figures = estimate_figures(computed) + range_figures(computed) + (_show_read(computed),)
    return figures if computed.memory_bytes is None else (*figures, _show_memory(computed))


def describe_fit(computed: Estimate) -> str:
    """What stands behind the memory that is needed, e.g. " of 24 GB: it fits"."""
    memory = computed.device.memory_bytes
    if memory is None or computed.fits is None:
        return ""
    verdict = "it fits" if computed.fits else "it does not fit"
    return f" of {scale_data(memory, 'B').text}: {verdict}"


def _show_read(computed: Estimate) -> Figure:
    """All that is read for a token, in which sequences of a batch share the weights."""
    read = computed.bytes_per_token
    parts = {"weights": read.always_read, "experts": read.routed, "cache": read.cache}
    words = [f"{scale_data(size, 'B').text} {part}" for part, size in parts.items() if size]
    shown = scale_data(read.total, "B")
    label, explanation = "read for each token", " + ".join(words)
    return make_plain("read", label, read.total, "byte/token", shown, explanation, "step")


def _show_memory(computed: Estimate) -> Figure:
    size = computed.memory_bytes or 0.0
    shown = scale_data(size, "B")
    explanation = "weights, and the caches of all sequences"
    return make_plain("memory", "memory needed", size, "byte", shown, explanation, "step")
