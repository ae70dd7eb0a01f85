"""All files of the catalogue → one `Catalogue`: the built-in ones first, then a site's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from site_gen.catalogue.data_file import DataFile
from site_gen.catalogue.entries import KINDS, MODELS, QUANTIZATIONS, Kind, read_entry
from site_gen.diagnostics import Diagnostic, Source, suggest
from site_gen.estimator.catalogue import (
    Catalogue,
    Entries,
    Entry,
    QuantizationEntry,
    fold_name,
    names_of,
)
from site_gen.toml_source import parse_toml

_DATA = Path(__file__).parents[1] / "estimator" / "data"
_BUILT_IN = ("devices.toml", "models.toml", "quantizations.toml")
_LABEL = "catalogue:"


def load_catalogue(site_files: Sequence[Source] = ()) -> tuple[Catalogue, list[Diagnostic]]:
    """The built-in data with a site's own, and what is wrong in either.

    An entry with mistakes is left out, and its name is among the broken ones of its kind. An entry
    of a site's file replaces the built-in one of exactly its name.
    """
    merge = _Merge()
    built_in = [merge.add(_read_built_in(name), is_built_in=True) for name in _BUILT_IN]
    for source in site_files:
        merge.add(source, is_built_in=False)
    merge.check_names()
    merge.check_files()
    version = max((date for file in built_in for date in file.dates), default="")
    devices, models, quantizations, cache_types = (merge.entries_of(kind) for kind in KINDS)
    catalogue = Catalogue(
        devices=devices,
        models=models,
        quantizations=quantizations,
        cache_types=cache_types,
        version=version,
    )
    return catalogue, sorted(each for file in merge.files for each in file.diagnostics)


def _read_built_in(name: str) -> Source:
    return Source(_LABEL + name, (_DATA / name).read_text(encoding="utf-8"))


class _Merge:
    """The entries of all files so far, and which file each is from."""

    def __init__(self) -> None:
        self.files: list[DataFile] = []
        self._entries: dict[str, dict[str, Entry]] = {kind.name: {} for kind in KINDS}
        self._broken: dict[str, set[str]] = {kind.name: set() for kind in KINDS}
        self._homes: dict[tuple[str, str], DataFile] = {}
        """Kind and name → the file that the entry is from."""
        self._built_in: set[DataFile] = set()

    def add(self, source: Source, is_built_in: bool) -> DataFile:
        """Take in what a file holds; a later file's entries replace built-in ones."""
        document, problems = parse_toml(source)
        file = DataFile(source, document)
        file.diagnostics += problems
        self.files.append(file)
        if is_built_in:
            self._built_in.add(file)
        known = [*(kind.name for kind in KINDS), "source"]
        for key in document:
            if key not in known:
                file.error(f"unknown table `{key}`", (key,), suggest(key, known), "key")
        for kind in KINDS:
            for name, table in file.tables(document, kind.name):
                self._add_entry(file, kind, name, table)
        return file

    def entries_of(self, kind: Kind) -> Entries[Any]:
        """All entries of a kind."""
        return Entries(kind.spoken, self._entries[kind.name], frozenset(self._broken[kind.name]))

    def _add_entry(self, file: DataFile, kind: Kind, name: str, table: Mapping[str, Any]) -> None:
        home = self._homes.get((kind.name, name))
        if home and home not in self._built_in:
            message = f"`{name}` is defined in `{home.source.path}` as well"
            file.error(message, (kind.name, name), "remove one of them")
            return
        self._homes[kind.name, name] = file
        entry = read_entry(file, kind, name, table)
        if entry is None:
            self._broken[kind.name].add(name)
            self._entries[kind.name].pop(name, None)
        else:
            self._entries[kind.name][name] = entry

    def check_names(self) -> None:
        """Note each name and alias that two entries of a kind have."""
        for kind in KINDS:
            owners: dict[str, Entry] = {}
            for entry in self._entries[kind.name].values():
                for name in names_of(entry):
                    owner = owners.setdefault(fold_name(name), entry)
                    if owner is not entry:
                        self._tell_of_two(kind, entry, name, owner)

    def check_files(self) -> None:
        """Note each file of a quantization that is of no model that is known."""
        models = {*self._entries[MODELS.name], *self._broken[MODELS.name]}
        for name, entry in self._entries[QUANTIZATIONS.name].items():
            assert isinstance(entry, QuantizationEntry)
            for model in entry.files:
                if model not in models:
                    path = (QUANTIZATIONS.name, name, "files", model)
                    file = self._homes[QUANTIZATIONS.name, name]
                    file.error(f"there is no model `{model}`", path, suggest(model, models), "key")

    def _tell_of_two(self, kind: Kind, entry: Entry, name: str, owner: Entry) -> None:
        file = self._homes[kind.name, entry.name]
        path: tuple[str | int, ...] = (kind.name, entry.name)
        if name in entry.aliases:
            path = (*path, "aliases", entry.aliases.index(name))
        elif name != entry.name:
            path = (*path, "huggingface")
        message = f"`{name}` is a name of `{owner.name}` as well"
        hint = "remove it from one of them"
        if name == entry.name:
            hint = f'to replace that entry, write `[{kind.name}."{owner.name}"]`'
        file.error(message, path, hint)
