"""The tables of a file → entries: which keys they have, and what they need."""

from __future__ import annotations

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
    fold_name,
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
    keys: frozenset[str]
    """Those that it has, right or wrong."""
    words: Mapping[str, Any]
    origin: Origin | None
    values: Values
    files: Values
    """Of a quantization: model → bits per parameter of its file."""

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
    check: Callable[[DataFile, Table], None]
    """Notes what is wrong in values that are right each by itself."""
    make: Callable[[Table], Entry]
    """Makes the entry of a table in which nothing is wrong."""

    @property
    def spoken(self) -> str:
        """Its name in messages, e.g. `cache type`."""
        return self.name.replace("_", " ")


def read_entry(file: DataFile, kind: Kind, name: str, table: Mapping[str, Any]) -> Entry | None:
    """An entry; None where something is wrong in it, after noting all of that."""
    count = len(file.diagnostics)
    path = (kind.name, name)
    names = kind.words.__struct_encode_fields__
    words = file.check(kind.words, {key: table[key] for key in table if key in names}, path)
    given = {key: table[key] for key in table if key not in names}
    computed, files = words.get("computed", {}), words.get("files", {})
    origin = file.origin_of(table["source"], (*path, "source")) if "source" in table else None
    values = _read_values(file, kind, given, path, origin, names)
    derived = Origin(f"computed from {origin.title}", origin.date) if origin else None
    values |= _read_values(file, kind, computed, (*path, "computed"), derived)
    keys = frozenset({*table, *computed})
    weighed = _read_files(file, files, path, origin)
    read = Table(name, path, keys, words, origin, values, weighed)
    if "source" not in table:
        _require_sources(file, path, {**given, **computed, **files})
    _require_keys(file, kind, path, keys)
    _check_names(file, read)
    _check_once(file, path, given, computed)
    kind.check(file, read)
    return kind.make(read) if len(file.diagnostics) == count else None


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
            known = sorted({*words, *kind.keys})
            hint = suggest_nearest(key, known) or f"it has: {', '.join(known)}"
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


def _read_files(
    file: DataFile, table: Mapping[str, Any], path: Path, origin: Origin | None
) -> Values:
    """Model → bits per parameter."""
    files = {
        model: read_value(file, BITS, written, (*path, "files", model), origin)
        for model, written in table.items()
    }
    return {model: bits for model, read in files.items() for bits in read.values()}


def _check_names(file: DataFile, table: Table) -> None:
    """Note names of nothing but what is ignored in a name."""
    if not fold_name(table.name):
        file.error(f"`{table.name}` is no name", table.path, "a name has letters or digits", "key")
    for index, alias in enumerate(table.words.get("aliases", ())):
        if not fold_name(alias):
            path = (*table.path, "aliases", index)
            file.error(f"`{alias}` is no name", path, "a name has letters or digits")


def _check_once(
    file: DataFile, path: Path, given: Collection[str], computed: Collection[str]
) -> None:
    """Note what is given and computed: only one of them could be taken."""
    for key in computed:
        if key in given:
            at = (*path, "computed", key)
            file.error(f"`{key}` is given above as well", at, "remove one of them", "key")


def _check_device(file: DataFile, table: Table) -> None:
    device_class = table.words.get("device_class")
    if device_class is not None and device_class not in DEVICE_CLASSES:
        hint = suggest(device_class, DEVICE_CLASSES)
        file.error(f"there is no class `{device_class}`", (*table.path, "class"), hint)


_WHOLES = (
    ("experts_per_token", "experts"),
    ("routed_active_parameters", "routed_parameters"),
    ("routed_active_parameters", "active_parameters"),
    ("routed_parameters", "total_parameters"),
    ("active_parameters", "total_parameters"),
    ("kv_heads", "heads"),
    ("first_dense_layers", "layers"),
)
"""Of a model: what is a part → what it is a part of, and cannot be more than."""
_PAIRS = (
    ("experts", "experts_per_token"),
    ("routed_parameters", "routed_active_parameters"),
    ("windowed_cache_elements_per_token", "window_tokens"),
)
"""Of a model: what means nothing without the other; of the first two neither does."""


def _check_model(file: DataFile, table: Table) -> None:
    values = table.values
    for part, whole in _WHOLES:
        if part in values and whole in values and _number(values[part]) > _number(values[whole]):
            message = f"`{part}` is more than `{whole}`, {values[whole].text}"
            file.error(message, _path_of(table, part))
    for first, second in (*_PAIRS, *(pair[::-1] for pair in _PAIRS[:2])):
        if first in values and second not in table.keys:
            message = f"`{table.name}` has `{first}` and no `{second}`"
            file.error(message, _path_of(table, first), f"add `{second}`")


def _number(sourced: Sourced) -> float:
    return float(sourced.value)


def _path_of(table: Table, key: str) -> Path:
    """Where a value of a model stands: in its table or below `computed`."""
    computed = (*table.path, "computed", key)
    return computed if key in table.words.get("computed", {}) else (*table.path, key)


def _check_nothing(_: DataFile, __: Table) -> None:
    pass


def _make_device(table: Table) -> Entry:
    return DeviceEntry(**table.common, device_class=table.words["device_class"])


def _make_model(table: Table) -> Entry:
    return ModelEntry(**table.common, huggingface=table.words.get("huggingface", ""))


def _make_quantization(table: Table) -> Entry:
    return QuantizationEntry(**table.common, files=table.files)


def _make_cache_type(table: Table) -> Entry:
    return CacheTypeEntry(**table.common)


DEVICES = Kind(
    name="device",
    keys=DEVICE_KEYS,
    words=_DeviceWords,
    required={"class": '"nvidia-consumer"', "bandwidth": '"1008 GB/s"'},
    check=_check_device,
    make=_make_device,
)
MODELS = Kind(
    name="model",
    keys=MODEL_KEYS,
    words=_ModelWords,
    required={"active_parameters": '"7.505B"'},
    check=_check_model,
    make=_make_model,
)
QUANTIZATIONS = Kind(
    name="quantization",
    keys=QUANTIZATION_KEYS,
    words=_QuantizationWords,
    required={"bits_per_parameter": '"4.5 bit"'},
    check=_check_nothing,
    make=_make_quantization,
)
CACHE_TYPES = Kind(
    name="cache_type",
    keys=CACHE_TYPE_KEYS,
    words=_Words,
    required={"bits_per_element": '"8.5 bit"'},
    check=_check_nothing,
    make=_make_cache_type,
)
KINDS = (DEVICES, MODELS, QUANTIZATIONS, CACHE_TYPES)
