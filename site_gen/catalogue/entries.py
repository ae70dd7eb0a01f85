"""The tables of a file → entries: which keys they have, and what they need."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from site_gen.catalogue.data_file import DataFile, Origin
from site_gen.catalogue.keys import (
    BITS,
    CACHE_TYPE_KEYS,
    DEVICE_KEYS,
    MODEL_KEYS,
    QUANTIZATION_KEYS,
    Key,
)
from site_gen.catalogue.values import names_source, read_value
from site_gen.diagnostics import suggest, suggest_nearest
from site_gen.estimator.catalogue import (
    DEVICE_CLASSES,
    CacheTypeEntry,
    DeviceEntry,
    Entry,
    ModelEntry,
    QuantizationEntry,
    Sourced,
)
from site_gen.toml_source import Path

Values = dict[str, Sourced]
Name = Annotated[str, Meta(pattern=r"\S", title="text that is not blank")]


class _Words(msgspec.Struct, frozen=True):
    """The keys of an entry that are words and have no source."""

    aliases: Annotated[list[Name], Meta(examples=['["another name"]'])] = []
    source: object = None
    note: str = ""


class _DeviceWords(_Words, frozen=True, rename={"device_class": "class"}):
    device_class: str = ""


class _ModelWords(_Words, frozen=True):
    huggingface: Annotated[Name, Meta(examples=['"meta-llama/Llama-3.1-8B"'])] = ""
    computed: dict[str, Any] = {}


class _QuantizationWords(_Words, frozen=True):
    files: dict[str, Any] = {}


class Table(msgspec.Struct, frozen=True):
    """A table of an entry, taken apart."""

    name: str
    path: Path
    words: Mapping[str, Any]
    origin: Origin | None
    values: Values

    @property
    def common(self) -> dict[str, Any]:
        """What every kind of entry has."""
        return {
            "name": self.name,
            "aliases": tuple(self.words.get("aliases", ())),
            "source": self.origin.title if self.origin else "",
            "note": self.words.get("note", ""),
            "values": self.values,
        }


class Kind(msgspec.Struct, frozen=True):
    """A kind of entry and how its tables are read."""

    name: str
    """As in a header, e.g. `cache_type`."""
    keys: Mapping[str, Key]
    words: type[msgspec.Struct]
    required: Mapping[str, str]
    """Key that it cannot do without → an example of its value."""
    finish: Callable[[DataFile, Table], Entry]
    """Checks what is left, and makes the entry."""

    @property
    def spoken(self) -> str:
        """Its name in messages, e.g. `cache type`."""
        return self.name.replace("_", " ")


def read_entry(file: DataFile, kind: Kind, name: str, table: Mapping[str, Any]) -> Entry | None:
    """An entry; None where something is wrong in it, after noting all of that."""
    count = len(file.diagnostics)
    path = (kind.name, name)
    names = {field.encode_name for field in msgspec.structs.fields(kind.words)}
    words = file.check(kind.words, {key: table[key] for key in table if key in names}, path)
    given = {key: table[key] for key in table if key not in names}
    origin = file.origin_of(table["source"], (*path, "source")) if "source" in table else None
    values = _read_values(file, kind, given, path, origin, names)
    computed = words.get("computed", {})
    derived = Origin(f"computed from {origin.title}", origin.date) if origin else None
    values |= _read_values(file, kind, computed, (*path, "computed"), derived)
    if "source" not in table:
        _require_sources(file, path, {**given, **computed, **words.get("files", {})})
    _require_keys(file, kind, path, {*table, *computed})
    if len(file.diagnostics) > count:
        return None
    entry = kind.finish(file, Table(name, path, words, origin, values))
    return entry if len(file.diagnostics) == count else None


def _read_values(
    file: DataFile,
    kind: Kind,
    table: Mapping[str, Any],
    path: Path,
    origin: Origin | None,
    words: Collection[str] = (),
) -> Values:
    """The values of a table by field; `words` are known as well, for hints."""
    values: Values = {}
    for key, written in table.items():
        if key in kind.keys:
            values |= read_value(file, kind.keys[key], written, (*path, key), origin)
        else:
            hint = suggest_nearest(key, [*words, *kind.keys])
            file.error(f"a {kind.spoken} has no key `{key}`", (*path, key), hint, "key")
    return values


def _require_sources(file: DataFile, path: Path, given: Mapping[str, Any]) -> None:
    """Note which values have no source, where the entry has none."""
    bare = [f"`{key}`" for key, written in given.items() if not names_source(written)]
    if bare:
        hint = 'name it for all of them: `source = "vendor"`, and define `[source.vendor]`'
        file.error(f"`{path[-1]}` has no source for {', '.join(bare)}", path, hint)


def _require_keys(file: DataFile, kind: Kind, path: Path, given: Collection[str]) -> None:
    for key, example in kind.required.items():
        if key not in given:
            message = f"`{path[-1]}` has no `{key}`"
            file.error(message, path, f"add `{key} = {example}`")


def _finish_device(file: DataFile, table: Table) -> Entry:
    device_class = table.words["device_class"]
    if device_class not in DEVICE_CLASSES:
        hint = suggest(device_class, DEVICE_CLASSES)
        file.error(f"there is no class `{device_class}`", (*table.path, "class"), hint)
    return DeviceEntry(**table.common, device_class=device_class)


_AT_MOST = (
    ("experts_per_token", "experts"),
    ("routed_active_parameters", "routed_parameters"),
    ("routed_active_parameters", "active_parameters"),
    ("routed_parameters", "total_parameters"),
    ("active_parameters", "total_parameters"),
    ("kv_heads", "heads"),
    ("first_dense_layers", "layers"),
)
"""Of a model: key of a part → key of a whole."""


def _finish_model(file: DataFile, table: Table) -> Entry:
    for part, whole in _AT_MOST:
        if part in table.values and _value(table, part) > _value(table, whole):
            shown = f"{table.values[part].text} of {table.values[whole].text}"
            file.error(f"`{part}` is more than `{whole}`: {shown}", _path_of(table, part))
    if "routed_parameters" in table.values and "routed_active_parameters" not in table.values:
        message = f"`{table.name}` has `routed_parameters` and no `routed_active_parameters`"
        file.error(message, table.path, "say how many of them a token reads")
    return ModelEntry(**table.common, huggingface=table.words.get("huggingface", ""))


def _value(table: Table, field: str) -> float:
    """A number; infinity where it is not known."""
    return float(table.values[field].value) if field in table.values else math.inf


def _path_of(table: Table, key: str) -> Path:
    """Where a value of a model stands: in its table or below `computed`."""
    computed = (*table.path, "computed", key)
    return computed if key in table.words.get("computed", {}) else (*table.path, key)


def _finish_quantization(file: DataFile, table: Table) -> Entry:
    files: Values = {}
    for model, written in table.words.get("files", {}).items():
        path = (*table.path, "files", model)
        read = read_value(file, BITS, written, path, table.origin)
        if "bits_per_parameter" in read:
            files[model] = read["bits_per_parameter"]
    return QuantizationEntry(**table.common, files=files)


def _finish_cache_type(_: DataFile, table: Table) -> Entry:
    return CacheTypeEntry(**table.common)


DEVICES = Kind(
    name="device",
    keys=DEVICE_KEYS,
    words=_DeviceWords,
    required={"class": '"nvidia-consumer"', "bandwidth": '"1008 GB/s"'},
    finish=_finish_device,
)
MODELS = Kind(
    name="model",
    keys=MODEL_KEYS,
    words=_ModelWords,
    required={"active_parameters": '"7.505B"'},
    finish=_finish_model,
)
QUANTIZATIONS = Kind(
    name="quantization",
    keys=QUANTIZATION_KEYS,
    words=_QuantizationWords,
    required={"bits_per_parameter": '"4.5 bit"'},
    finish=_finish_quantization,
)
CACHE_TYPES = Kind(
    name="cache_type",
    keys=CACHE_TYPE_KEYS,
    words=_Words,
    required={"bits_per_element": '"8.5 bit"'},
    finish=_finish_cache_type,
)
KINDS = (DEVICES, MODELS, QUANTIZATIONS, CACHE_TYPES)
