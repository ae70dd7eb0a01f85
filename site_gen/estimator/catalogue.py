"""What is known of devices, models and quantizations, and who says so.

An entry holds its values by the names of the fields that they fill, each with its source; `.device`
and `.model` are the records that an estimate is made from. `site_gen.catalogue` reads entries from
files.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, Generic, TypeVar

from site_gen.estimator.inputs import Device, Model

DEVICE_CLASSES = (
    "nvidia-dc",
    "nvidia-ws",
    "nvidia-consumer",
    "nvidia-uma",
    "amd-dc",
    "amd-consumer",
    "amd-uma",
    "apple",
    "cpu-desktop",
    "cpu-server",
)
"""Maker and kind: data centre, workstation, consumer, unified memory; Apple's chips; processors."""

_MOST_NEAREST = 3
_LONGEST_NAME = 100
"""Characters; nobody mistypes a longer name, and comparing takes the longer for it."""
_IGNORED = re.compile(r"[\s_\u2010-\u2015-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sourced:
    """A value and who says so."""

    value: float | str | bool
    """In the unit, e.g. 1935e9; a count is an int."""

    unit: str
    """What one of it is, e.g. "byte/s"; "" of words and of yes or no."""

    text: str
    """As it was written, e.g. "1935 GB/s"."""

    source: str
    """Who says so, e.g. "ai-dynamo/aiconfigurator@095f58a, systems/a100_pcie.yaml"; several are
    separated by "; "."""

    date: str
    """The day on which that was read, e.g. "2026-11-24"; the newest of several."""

    note: str = ""
    """How it was measured or what is doubtful; "" where there is nothing to add."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something that the catalogue knows by name."""

    name: str
    """As its makers write it, e.g. "RTX 4090"."""

    aliases: tuple[str, ...] = ()
    """Other names for it, e.g. ("GeForce RTX 4090",)."""

    source: str
    """Who says most of it; "" where each value names its own source."""

    note: str = ""
    """What is worth knowing of all of it, e.g. where sources differ."""

    values: Mapping[str, Sourced]
    """Field → value. Names are those of `Device` and `Model`; those that neither has are in the
    docstring of the entry."""

    def value_of(self, field: str) -> Any:
        """The value alone; None where it is not known."""
        found = self.values.get(field)
        return None if found is None else found.value


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceEntry(Entry):
    """A device. Beyond the fields of `Device` it may have `chiplets`, `cpu_bandwidth_bytes_per_s`,
    what the cores alone can read where a GPU shares the memory, and `measured_flop_per_s`, what a
    product of fp16 matrices has reached.
    """

    device_class: str
    """One of `DEVICE_CLASSES`."""

    @property
    def device(self) -> Device:
        """What an estimate is made from."""
        known = _known_to(Device, self.values)
        return Device(name=self.name, device_class=self.device_class, **known)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelEntry(Entry):
    """A model. Beyond the fields of `Model` it may have its architecture (`attention`, `heads`,
    `kv_heads`, `head_size`, `hidden_size`, `dense_ffn`, `expert_ffn`, `shared_experts`,
    `first_dense_layers`, `kv_lora_rank`, `rope_head_size`, `vocabulary`, `tied_embeddings`,
    `global_layer_share`) and what was published (`published_parameters`,
    `published_active_parameters`).
    """

    huggingface: str = ""
    """Its repository on Hugging Face, e.g. "meta-llama/Llama-3.1-8B"; a name for it as well."""

    @property
    def model(self) -> Model:
        """What an estimate is made from."""
        return Model(name=self.name, **_known_to(Model, self.values))


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantizationEntry(Entry):
    """A quantization: `bits_per_parameter`, and maybe `file_bytes`, `prefill_tokens_per_s` and
    `decode_tokens_per_s` of Llama-3.1-8B.
    """

    files: Mapping[str, Sourced]
    """Model → bits per parameter of its whole file, where that was weighed."""

    def bits_of(self, model: str) -> Sourced:
        """Bits per parameter of a model's file, by the name of its entry; else those that are
        usual."""
        return self.files.get(model, self.values["bits_per_parameter"])


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheTypeEntry(Entry):
    """How numbers in the cache of keys and values are kept: `bits_per_element`."""

    @property
    def bits_per_element(self) -> float:
        """Size of a number in bits, scales included, e.g. 8.5 of q8_0."""
        return float(self.values["bits_per_element"].value)


@dataclass(frozen=True, slots=True)
class UnknownName:
    """A name that the catalogue does not have."""

    kind: str
    """What was asked for, e.g. "device"."""

    name: str
    """As it was asked for."""

    nearest: tuple[str, ...]
    """Names of entries that are spelled much the same, the nearest first; at most three."""

    is_broken: bool = False
    """Whether there is such an entry that was left out, because something is wrong in it."""

    @property
    def message(self) -> str:
        """What is wrong, lower case, without a full stop."""
        return f"the catalogue has no {self.kind} `{self.name}`"

    @property
    def hint(self) -> str:
        """What to write instead, lower case."""
        if not self.nearest:
            return f"`site-gen estimate --list {self.kind.replace(' ', '-')}s` shows all"
        *others, last = (f"`{name}`" for name in self.nearest)
        return f"did you mean {', '.join(others)}{' or ' if others else ''}{last}?"


EntryT_co = TypeVar("EntryT_co", bound=Entry, covariant=True)


@dataclass(frozen=True)
class Entries(Generic[EntryT_co]):
    """The entries of one kind."""

    kind: str
    """What each of them is, e.g. "device"."""

    by_name: Mapping[str, EntryT_co]
    """By name, in the order of the files."""

    broken: frozenset[str] = frozenset()
    """Names of entries that were left out, because something is wrong in them."""

    def find(self, name: str) -> EntryT_co | UnknownName:
        """The entry of a name or alias; case, blanks, hyphens and underscores do not matter."""
        folded = fold_name(name)
        if found := self._by_folded_name.get(folded):
            return found
        is_broken = folded in map(fold_name, self.broken)
        return UnknownName(self.kind, name, self._find_nearest(folded), is_broken)

    def _find_nearest(self, folded: str) -> tuple[str, ...]:
        if len(folded) > _LONGEST_NAME:
            return ()
        known = self._by_folded_name
        near = difflib.get_close_matches(folded, known, n=3 * _MOST_NEAREST, cutoff=0.6)
        return tuple(dict.fromkeys(known[each].name for each in near))[:_MOST_NEAREST]

    @cached_property
    def _by_folded_name(self) -> dict[str, EntryT_co]:
        return {
            fold_name(name): entry for entry in self.by_name.values() for name in names_of(entry)
        }


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """All that is known by name."""

    devices: Entries[DeviceEntry]
    models: Entries[ModelEntry]
    quantizations: Entries[QuantizationEntry]
    cache_types: Entries[CacheTypeEntry]

    version: str
    """The newest day on which a source of the built-in data was read, e.g. "2026-11-24"."""

    def find_device(self, name: str) -> DeviceEntry | UnknownName:
        """A device by name or alias, e.g. "RTX 4090" or "geforce rtx4090"."""
        return self.devices.find(name)

    def find_model(self, name: str) -> ModelEntry | UnknownName:
        """A model by name, alias or repository on Hugging Face."""
        return self.models.find(name)

    def find_quantization(self, name: str) -> QuantizationEntry | UnknownName:
        """A quantization by name or alias, e.g. "Q4_K_M" or "q4 k m"."""
        return self.quantizations.find(name)

    def find_cache_type(self, name: str) -> CacheTypeEntry | UnknownName:
        """A cache type by name or alias, e.g. "q8_0"."""
        return self.cache_types.find(name)


def fold_name(name: str) -> str:
    """What two spellings of one name share: no case, blanks, hyphens or underscores."""
    return _IGNORED.sub("", name).casefold()


def names_of(entry: Entry) -> tuple[str, ...]:
    """All names that an entry is found by, its own first."""
    repository = entry.huggingface if isinstance(entry, ModelEntry) else ""
    return (entry.name, *entry.aliases, *filter(None, [repository]))


def _known_to(record: type, values: Mapping[str, Sourced]) -> dict[str, Any]:
    """The values that a record has a field for."""
    names = {field.name for field in fields(record)}
    return {name: sourced.value for name, sourced in values.items() if name in names}
