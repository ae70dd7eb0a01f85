"""What every calculation of a process shares: the catalogue, the calibration, and the lock."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from site_gen.catalogue import load_catalogue
from site_gen.diagnostics import Diagnostic, Source
from site_gen.directives.facts import Facts
from site_gen.estimator import calibration as calibrations
from site_gen.estimator.calibration import Calibration, make_calibration
from site_gen.estimator.catalogue import Catalogue
from site_gen.lock.model import Lock

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

    @property
    def version(self) -> str:
        """The day of the newer of catalogue and calibration, e.g. "2026-11-24"."""
        return max(self.catalogue.version, self.calibration.version)


def load_data(facts: Facts) -> Data:
    """The data of a build; a process that has them takes no time for it, else some 40 ms."""
    texts = tuple((source.path, source.text) for source in facts.data)
    return Data(_load_catalogue(texts), load_calibration(), facts.lock)


def check_data(facts: Facts) -> list[Diagnostic]:
    """What is wrong in a site's own part of the catalogue."""
    _, diagnostics = load_catalogue(facts.data)
    return diagnostics


@cache
def load_calibration() -> Calibration:
    """The parameters that come with the estimator."""
    return make_calibration(tomllib.loads(_CALIBRATION.read_text(encoding="utf-8")))


@lru_cache(maxsize=1)
def _load_catalogue(texts: tuple[tuple[str, str], ...]) -> Catalogue:
    """The catalogue with a site's own files; a worker gets them anew with every batch."""
    catalogue, _ = load_catalogue([Source(path, text) for path, text in texts])
    return catalogue
