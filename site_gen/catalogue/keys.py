"""The values that each table takes: key in the file → fields of an entry, by a reader of text."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from site_gen.estimator import readers

Number = float | str | bool
"""What a value is once it has been read."""


class Key(msgspec.Struct, frozen=True):
    """A key and what it gives."""

    read: Callable[[str], Mapping[str, Number | None]]
    """Text → values by field; raises QuantityError."""
    units: Mapping[str, str]
    """Field → what one of it is; "" of words and of yes or no."""
    takes: type = str
    """`str` for text or a number, `bool` for true or false."""


def _one(field: str, unit: str, parse: Callable[[str], Number]) -> Key:
    """A key that gives one field."""
    return Key(lambda text: {field: parse(text)}, {field: unit})


def _read_bandwidth(text: str) -> Mapping[str, Number | None]:
    read = readers.parse_bandwidth(text)
    return {
        "bandwidth_bytes_per_s": read.bytes_per_s,
        "memory_channels": read.channels,
        "transfers_per_s": read.transfers_per_s,
    }


def _read_bytes_per_s(text: str) -> float:
    return readers.parse_bandwidth(text).bytes_per_s


def _read_fabric(text: str) -> Mapping[str, Number | None]:
    read = readers.parse_fabric(text)
    return {"fabric_bytes_per_s": read.bytes_per_s, "chiplets": read.chiplets}


def _whole(field: str, unit: str = "") -> Key:
    return _one(field, unit, readers.parse_whole)


def _parameters(field: str) -> Key:
    return _one(field, "parameter", readers.parse_count)


def _yes_or_no(field: str) -> Key:
    return Key(lambda text: {field: text == "true"}, {field: ""}, takes=bool)


DEVICE_KEYS: Mapping[str, Key] = {
    "bandwidth": Key(
        _read_bandwidth,
        {
            "bandwidth_bytes_per_s": "byte/s",
            "memory_channels": "channel",
            "transfers_per_s": "transfer/s",
        },
    ),
    "measured_bandwidth": _one("measured_bandwidth_bytes_per_s", "byte/s", _read_bytes_per_s),
    "cpu_bandwidth": _one("cpu_bandwidth_bytes_per_s", "byte/s", _read_bytes_per_s),
    "fabric": Key(_read_fabric, {"fabric_bytes_per_s": "byte/s", "chiplets": "chiplet"}),
    "memory": _one("memory_bytes", "byte", readers.parse_memory_size),
    "fp16": _one("peak_flop_per_s", "FLOP/s", readers.parse_peak),
    "measured_fp16": _one("measured_flop_per_s", "FLOP/s", readers.parse_peak),
    "compute": _one("compute_parameters_per_s", "parameter/s", readers.parse_compute),
    "link": _one("link_bytes_per_s", "byte/s", readers.parse_link),
    "cores": _whole("threads", "core"),
    "gpu_cores": _whole("gpu_cores", "core"),
    "sockets": _whole("sockets", "socket"),
    "is_older": _yes_or_no("is_older"),
}

MODEL_KEYS: Mapping[str, Key] = {
    "total_parameters": _parameters("total_parameters"),
    "active_parameters": _parameters("active_parameters"),
    "routed_parameters": _parameters("routed_parameters"),
    "routed_active_parameters": _parameters("routed_active_parameters"),
    "published_parameters": _parameters("published_parameters"),
    "published_active_parameters": _parameters("published_active_parameters"),
    "layers": _whole("layers", "layer"),
    "experts": _whole("experts", "expert"),
    "experts_per_token": _whole("experts_per_token", "expert"),
    "shared_experts": _whole("shared_experts", "expert"),
    "first_dense_layers": _whole("first_dense_layers", "layer"),
    "cache_elements_per_token": _whole("cache_elements_per_token", "element/token"),
    "windowed_cache_elements_per_token": _whole(
        "windowed_cache_elements_per_token", "element/token"
    ),
    "window_tokens": _one("window_tokens", "token", readers.parse_tokens),
    "attention_width": _whole("attention_width"),
    "attention": _one("attention", "", str.strip),
    "heads": _whole("heads", "head"),
    "kv_heads": _whole("kv_heads", "head"),
    "head_size": _whole("head_size"),
    "rope_head_size": _whole("rope_head_size"),
    "kv_lora_rank": _whole("kv_lora_rank"),
    "hidden_size": _whole("hidden_size"),
    "dense_ffn": _whole("dense_ffn"),
    "expert_ffn": _whole("expert_ffn"),
    "vocabulary": _whole("vocabulary", "token"),
    "global_layer_share": _one("global_layer_share", "", readers.parse_share),
    "tied_embeddings": _yes_or_no("tied_embeddings"),
}

BITS = _one("bits_per_parameter", "bit/parameter", readers.parse_bits_per_parameter)

QUANTIZATION_KEYS: Mapping[str, Key] = {
    "bits_per_parameter": BITS,
    "file_size": _one("file_bytes", "byte", readers.parse_memory_size),
    "prefill_rate": _one("prefill_tokens_per_s", "token/s", readers.parse_rate),
    "decode_rate": _one("decode_tokens_per_s", "token/s", readers.parse_rate),
}

CACHE_TYPE_KEYS: Mapping[str, Key] = {
    "bits_per_element": _one("bits_per_element", "bit/element", readers.parse_bits_per_element),
}
