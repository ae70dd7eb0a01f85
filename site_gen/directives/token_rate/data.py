"""What every calculation of a process shares: the catalogue, the calibration, and the lock."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

from site_gen.catalogue import load_catalogue
from site_gen.diagnostics import Diagnostic, Source
from site_gen.directives.facts import Facts, Note, note_nothing
from site_gen.estimator import calibration as calibrations
from site_gen.estimator.calibration import Calibration, make_calibration
from site_gen.estimator.catalogue import (
    CacheTypeEntry,
    Catalogue,
    DeviceEntry,
    Entries,
    ModelEntry,
    QuantizationEntry,
    UnknownName,
    fold_name,
    names_of,
)
from site_gen.lock.model import Lock, LockedCalculation

_CALIBRATION = Path(calibrations.__file__).with_name("data") / "calibration.toml"


@dataclass(frozen=True, slots=True)
class Data:
    """Loaded once a process, by the first document that computes."""

    catalogue: Catalogue
    """Names with their values; what is wrong in a site's own part is told by the build."""

    calibration: Calibration
    """The fitted parameters."""

    lock: Lock
    """What was locked."""

    note: Note
    """Told what is looked up."""

    def find_locked(self, path: str, name: str) -> LockedCalculation | None:
        """What a calculation of a post was when it was locked; None where it is not."""
        self.note(f"locked:{path}/{name}")
        return self.lock.find(path, name)

    @property
    def is_lock_whole(self) -> bool:
        """Whether all of the lock could be read."""
        self.note("locked")
        return self.lock.is_whole

    @property
    def version(self) -> str:
        """The day of the newer of catalogue and calibration, e.g. "2026-11-24"."""
        return max(self.catalogue.version, self.calibration.version)


def load_data(facts: Facts, note: Note = note_nothing) -> Data:
    """The data of a build; a process that has them takes no time for it, else some 40 ms."""
    catalogue = _load_catalogue(_texts(facts))
    noted = Catalogue(
        devices=cast("Entries[DeviceEntry]", _Noted(catalogue.devices, note)),
        models=cast("Entries[ModelEntry]", _Noted(catalogue.models, note)),
        quantizations=cast("Entries[QuantizationEntry]", _Noted(catalogue.quantizations, note)),
        cache_types=cast("Entries[CacheTypeEntry]", _Noted(catalogue.cache_types, note)),
        version=catalogue.version,
    )
    return Data(noted, load_calibration(), facts.lock, note)


def list_cells(facts: Facts) -> dict[str, str]:
    """A digest of each entry of the catalogue by each of its names, and of each kind, by cell."""
    catalogue = _load_catalogue(_texts(facts))
    kinds: tuple[Entries[Any], ...] = (
        catalogue.devices,
        catalogue.models,
        catalogue.quantizations,
        catalogue.cache_types,
    )
    cells = {}
    for kind in kinds:
        whole = sha256()
        for entry in kind.by_name.values():
            digest = sha256(repr(entry).encode()).hexdigest()
            whole.update(digest.encode())
            for name in names_of(entry):
                cells[f"catalogue:{kind.kind}/{fold_name(name)}"] = digest
        whole.update(repr(sorted(kind.broken)).encode())
        cells[f"catalogue:{kind.kind}"] = whole.hexdigest()
    return cells


def check_data(facts: Facts) -> list[Diagnostic]:
    """What is wrong in a site's own part of the catalogue."""
    _, diagnostics = load_catalogue(facts.data)
    return diagnostics


@cache
def load_calibration() -> Calibration:
    """The parameters that come with the estimator."""
    return make_calibration(tomllib.loads(_CALIBRATION.read_text(encoding="utf-8")))


class _Noted:
    """The entries of a kind, which tell what is looked up; used as `Entries` is."""

    def __init__(self, entries: Entries[Any], note: Note) -> None:
        self._entries = entries
        self._note = note
        self.kind = entries.kind

    @property
    def by_name(self) -> Mapping[str, Any]:
        """All of them."""
        self._note(f"catalogue:{self.kind}")
        return self._entries.by_name

    def find(self, name: str) -> Any:
        """The entry of a name; where there is none, what is said depends on all there are."""
        self._note(f"catalogue:{self.kind}/{fold_name(name)}")
        found = self._entries.find(name)
        if isinstance(found, UnknownName):
            self._note(f"catalogue:{self.kind}")
        return found


def _texts(facts: Facts) -> tuple[tuple[str, str], ...]:
    return tuple((source.path, source.text) for source in facts.data)


@lru_cache(maxsize=1)
def _load_catalogue(texts: tuple[tuple[str, str], ...]) -> Catalogue:
    """The catalogue with a site's own files; a worker gets them anew with every batch."""
    catalogue, _ = load_catalogue([Source(path, text) for path, text in texts])
    return catalogue
