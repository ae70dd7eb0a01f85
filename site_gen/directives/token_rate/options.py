"""The options of a directive → model and workload, or an error at each that is wrong.

A name of the catalogue brings its values with their sources; a quantity that an author writes
beside it takes the place of the one from the catalogue.
"""

from __future__ import annotations

import re
from dataclasses import replace

from site_gen.diagnostics import suggest
from site_gen.directives.token_rate.devices import parse_devices
from site_gen.directives.token_rate.reader import Reader
from site_gen.estimator.assumptions import find_kernel
from site_gen.estimator.catalogue import ModelEntry, UnknownName
from site_gen.estimator.inputs import Engine, Model, Workload
from site_gen.estimator.quantity import QuantityError, quote, whole_text_error
from site_gen.estimator.readers import (
    parse_bits_per_element,
    parse_bits_per_parameter,
    parse_count,
    parse_tokens,
    parse_whole,
)
from site_gen.markdown.blocks import Text

_QUANTITY = re.compile(r"\s*(?:[-+.0-9]|nan\b|inf)", re.IGNORECASE)
_ENGINES: tuple[Engine, ...] = ("llama.cpp", "ik_llama.cpp", "compiled", "server", "eager")
_MOST_CONTEXT = 100_000_000
"""Tokens; ten times the longest context that a model was made for."""
_MOST = 65_536
"""Sequences of a batch, or threads."""

_MODEL_FIELDS = {
    "active_parameters": "parameters read per token",
    "total_parameters": "parameters",
    "routed_active_parameters": "parameters in active experts",
    "layers": "layers",
    "cache_elements_per_token": "numbers in the cache per token",
}


def read_model(reader: Reader) -> Model | None:
    """The model of a call: by name, by its parameters, or by a name with other parameters."""
    named = reader.text("model")
    parameters = reader.read("active parameters", parse_count)
    if named is None:
        reader.error("`model` is missing", reader.call.place, "add `model: DeepSeek-V3-0324`")
        return None
    if "active parameters" not in reader.call.options:
        return find_model(named, reader)
    if parameters is None:
        return None
    found = reader.data.catalogue.find_model(named.text)
    if isinstance(found, UnknownName):
        return Model(name=named.text, active_parameters=parameters)
    return _with_parameters(found, named.text, parameters, reader)


def find_model(text: Text, reader: Reader) -> Model | None:
    """A model by its name in the catalogue."""
    found = reader.data.catalogue.find_model(text.text)
    if isinstance(found, UnknownName):
        hint = (
            found.hint if found.nearest else "add `active parameters: 37B` for a model of your own"
        )
        reader.unknown(found, text.place, hint)
        return None
    reader.cite(found, _MODEL_FIELDS)
    return replace(found.model, name=text.text)


def read_workload(reader: Reader) -> Workload:
    """How a model is run, but for its quantization, which `with_quantization` adds."""
    given = {
        "context_tokens": reader.read("context", parse_context),
        "batch": reader.read("batch", parse_number),
        "threads": reader.read("threads", parse_number),
        "tensor_parallel": reader.read("tensor parallel", parse_devices),
        "cache_bits_per_element": _read_cache(reader),
        "engine": reader.read("engine", _parse_engine),
    }
    known = {name: value for name, value in given.items() if value is not None}
    if "engine" not in known:
        reader.assume("llama.cpp of 2025 or later runs it")
    if "context_tokens" not in known:
        reader.assume("the context is so short that its cache need not be counted")
    elif "cache_bits_per_element" not in known:
        reader.assume("numbers in the cache have 16 bits")
    return Workload(bits_per_parameter=16.0, **known)  # type: ignore[arg-type]


def with_quantization(
    workload: Workload, text: Text, model: Model, reader: Reader
) -> Workload | None:
    """The workload with the size of a parameter, from a quantization's name or from its bits."""
    if _QUANTITY.match(text.text):
        bits = reader.parse(text, parse_bits_per_parameter, "`quantization`: ")
        name = ""
    else:
        entry = reader.find(text, reader.data.catalogue.find_quantization)
        if entry is None:
            return None
        found = reader.data.catalogue.find_model(model.name)
        sourced = entry.bits_of("" if isinstance(found, UnknownName) else found.name)
        reader.cite_value(f"bits per parameter of {entry.name}", sourced)
        bits, name = float(sourced.value), entry.name
    if bits is None:
        return None
    kernel = find_kernel(name, bits)
    if not name and kernel == "codebook":
        reader.assume("parameters of so few bits are unpacked through tables")
    return replace(workload, bits_per_parameter=bits, quantization=name, kernel=kernel)


def _with_parameters(entry: ModelEntry, name: str, parameters: float, reader: Reader) -> Model:
    """A model of the catalogue of which an author knows better what a token reads."""
    model, place = entry.model, reader.call.options["active parameters"].place
    if model.total_parameters is not None and parameters > model.total_parameters:
        message = f"more parameters are active than the {entry.name} has"
        hint = f"it has {model.total_parameters / 1e9:.6g}B in all"
        reader.error(message, place, hint)
    reader.cite(
        entry, {key: _MODEL_FIELDS[key] for key in _MODEL_FIELDS if key != "active_parameters"}
    )
    routed = min(model.routed_active_parameters, parameters)
    return replace(model, name=name, active_parameters=parameters, routed_active_parameters=routed)


def _read_cache(reader: Reader) -> float | None:
    """Bits of a number in the cache, from the name of a cache type or as they are."""
    text = reader.text("cache")
    if text is None:
        return None
    if _QUANTITY.match(text.text):
        return reader.parse(text, parse_bits_per_element, "`cache`: ")
    entry = reader.find(text, reader.data.catalogue.find_cache_type)
    return None if entry is None else entry.bits_per_element


def parse_context(text: str) -> int:
    """A number of tokens that a model could be made for."""
    tokens = parse_tokens(text)
    if tokens > _MOST_CONTEXT:
        message = f"{quote(text)} is more context than any model has"
        raise whole_text_error(message, "write for example `8192` or `8K`", text)
    return tokens


def parse_number(text: str) -> int:
    """A whole number of sequences or threads."""
    number = parse_whole(text)
    if number > _MOST:
        raise whole_text_error(f"{quote(text)} is too many", f"write at most {_MOST:,}", text)
    return number


def _parse_engine(text: str) -> Engine:
    for engine in _ENGINES:
        if engine == text.strip():
            return engine
    raise QuantityError(f"there is no engine {quote(text)}", suggest(text, _ENGINES), 0, len(text))
