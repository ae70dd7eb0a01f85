"""What the reader of a calculator chooses from; each list has the author's first choice in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from site_gen.directives.token_rate.reader import Reader, split_list
from site_gen.directives.token_rate.single import Asked
from site_gen.estimator.assumptions import find_kernel
from site_gen.estimator.catalogue import (
    Entry,
    ModelEntry,
    QuantizationEntry,
    Sourced,
    UnknownName,
)
from site_gen.estimator.inputs import Device, Engine, Model, Workload
from site_gen.estimator.numbers import format_number

EntryT = TypeVar("EntryT", bound=Entry)

DEVICES = (
    "RTX 3060",
    "RTX 3090",
    "RTX 4090",
    "RTX 5090",
    "RTX PRO 6000 Blackwell",
    "H100 SXM 80GB",
    "RX 7900 XTX",
    "DGX Spark",
    "Ryzen AI Max+ 395",
    "Apple M4 Pro",
    "Apple M4 Max",
    "Apple M3 Ultra",
    "Desktop DDR5-5600",
    "EPYC 9355P",
)
MODELS = (
    "Llama-3.1-8B",
    "Qwen3-14B",
    "Gemma-3-27B",
    "Qwen3-32B",
    "Llama-3.1-70B",
    "gpt-oss-20b",
    "Qwen3-30B-A3B",
    "gpt-oss-120b",
    "Qwen3-235B-A22B",
    "DeepSeek-V3",
    "Kimi-K2",
)
QUANTIZATIONS = ("IQ2_XXS", "Q2_K", "IQ3_M", "MXFP4", "Q4_K_M", "Q5_K_M", "Q6_K", "Q8_0", "BF16")
CACHE_TYPES = ("f16", "q8_0", "q4_0")
ENGINES: tuple[Engine, ...] = ("llama.cpp", "ik_llama.cpp", "compiled", "server", "eager")

_CONTEXTS = tuple(512 * 2**power for power in range(9))
_BATCHES = tuple(2**power for power in range(10))
_CHANNELS = (1, 2, 4, 6, 8, 12, 16, 24)
_SPEEDS = (2133, 2400, 2666, 2933, 3200, 3600, 4800, 5200, 5600, 6000, 6400, 7200, 8000, 8800)
_THREADS = (1, 2, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128)
_USUAL_CHANNELS, _USUAL_SPEED = 2, 5600


@dataclass(frozen=True, slots=True)
class Quantization:
    """A quantization of each of the models."""

    name: str
    """As the catalogue has it; "" where it is known by its size alone."""

    label: str
    """What a reader chooses, e.g. "Q4_K_M" or "2.42 bits"."""

    bits: tuple[float, ...]
    """Bits per parameter, one for each model."""

    kernels: tuple[str, ...]
    """How it is unpacked, one for each model."""


@dataclass(frozen=True, slots=True)
class Steps:
    """The positions of a slider."""

    values: tuple[int | None, ...]
    """Ascending; None, which comes first, leaves it to the estimator."""

    texts: tuple[str, ...]
    """One for each of them, with its unit, e.g. "8,192 tokens"."""

    first: int
    """Index of the first choice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """All that can be chosen."""

    devices: tuple[Device, ...]
    models: tuple[Model, ...]
    quantizations: tuple[Quantization, ...]
    cache_types: tuple[tuple[str, float], ...]
    """Name and bits of a number."""
    steps: dict[str, Steps]
    """The sliders: context, batch, channels, speed, threads."""
    contexts: tuple[int, ...]
    """Those that the chart has ticks for, in tokens, each twice the one before."""


def read_choices(asked: Asked, reader: Reader) -> Choices:
    """The lists that a call gives, or those that are usual, with the first choice in each."""
    catalogue = reader.data.catalogue
    devices = [each.device for each in _find("devices", DEVICES, catalogue.find_device, reader)]
    models = [each.model for each in _find("models", MODELS, catalogue.find_model, reader)]
    if reader.text("device") is not None:
        devices = _with_first(devices, asked.device)
    models = _with_first(models, asked.model)
    find = catalogue.find_quantization
    entries = _find("quantizations", QUANTIZATIONS, find, reader)
    return Choices(
        devices=tuple(devices),
        models=tuple(models),
        quantizations=_read_quantizations(entries, models, asked, reader),
        cache_types=_read_cache_types(asked.workload, reader),
        steps=_make_steps(asked),
        contexts=_contexts(asked.workload.context_tokens),
    )


def _find(
    option: str,
    usual: Iterable[str],
    find: Callable[[str], EntryT | UnknownName],
    reader: Reader,
) -> list[EntryT]:
    """The entries of a list; of the usual names those that a site's catalogue has."""
    text = reader.text(option)
    if text is not None:
        found = [reader.find(each, find) for each in split_list(text)]
        return [entry for entry in found if entry is not None]
    known = [find(name) for name in usual]
    return [entry for entry in known if not isinstance(entry, UnknownName)]


RecordT = TypeVar("RecordT", Device, Model)


def _with_first(records: list[RecordT], first: RecordT) -> list[RecordT]:
    """The records with the first choice, as its author calls it, in its place or before them."""
    is_first = [replace(each, name=first.name) == first for each in records]
    if not any(is_first):
        records.insert(0, first)
        return records
    return [first if same else each for each, same in zip(records, is_first, strict=True)]


def _read_quantizations(
    entries: list[QuantizationEntry], models: list[Model], asked: Asked, reader: Reader
) -> tuple[Quantization, ...]:
    workload = asked.workload
    found = reader.data.catalogue.find_quantization(workload.quantization)
    if not isinstance(found, UnknownName) and found not in entries:
        entries = [found, *entries]
    named = tuple(_weigh(entry, models, reader) for entry in entries)
    if workload.quantization:
        return named
    bits = workload.bits_per_parameter
    label, count = f"{format_number(bits, 6)} bits", len(models)
    return (Quantization("", label, (bits,) * count, (workload.kernel,) * count), *named)


def _weigh(entry: QuantizationEntry, models: list[Model], reader: Reader) -> Quantization:
    """A quantization with the size that the files of each model have."""
    bits = tuple(float(_bits_of(entry, model, reader).value) for model in models)
    kernels = tuple(find_kernel(entry.name, each) for each in bits)
    return Quantization(entry.name, entry.name, bits, kernels)


def _bits_of(entry: QuantizationEntry, model: Model, reader: Reader) -> Sourced:
    found = reader.data.catalogue.find_model(model.name)
    return entry.bits_of(found.name if isinstance(found, ModelEntry) else "")


def _read_cache_types(workload: Workload, reader: Reader) -> tuple[tuple[str, float], ...]:
    """Kinds of caches; the first choice by its name, or by its size where that is what is given."""
    known = [reader.data.catalogue.find_cache_type(name) for name in CACHE_TYPES]
    types = [(each.name, each.bits_per_element) for each in known if isinstance(each, Entry)]
    bits = workload.cache_bits_per_element
    if all(each != bits for _, each in types):
        types.insert(0, (f"{format_number(bits, 6)} bits", bits))
    return tuple(types)


def _make_steps(asked: Asked) -> dict[str, Steps]:
    device, workload = asked.device, asked.workload
    contexts, context = _contexts(workload.context_tokens), workload.context_tokens
    speed = _USUAL_SPEED if device.transfers_per_s is None else round(device.transfers_per_s / 1e6)
    channels = device.memory_channels or _USUAL_CHANNELS
    return {
        "context": _steps(contexts, context, "token"),
        "batch": _steps(_BATCHES, workload.batch, "sequence"),
        "channels": _steps(_CHANNELS, channels, "channel"),
        "speed": _steps(_SPEEDS, speed, "MT/s"),
        "threads": _steps((None, *_THREADS), workload.threads, "thread"),
    }


def _contexts(first: int) -> tuple[int, ...]:
    """Doubled until the first choice is below the last."""
    contexts = list(_CONTEXTS)
    while contexts[-1] < first:
        contexts.append(2 * contexts[-1])
    return tuple(contexts)


def _steps(usual: Iterable[int | None], first: int | None, unit: str) -> Steps:
    values = sorted({*usual, first}, key=lambda value: value or 0)
    texts = tuple(_say(value, unit) for value in values)
    return Steps(tuple(values), texts, values.index(first))


def _say(value: int | None, unit: str) -> str:
    if value is None:
        return "as usual"
    plural = "" if value == 1 or unit.endswith("/s") else "s"
    return f"{value:,} {unit}{plural}"
