"""The rows that the calibration is fitted to, with what they are grouped by."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from site_gen.estimator.calibration import Calibration
from site_gen.estimator.catalogue import Catalogue
from site_gen.estimator.estimate import estimate
from site_gen.evidence.measurements import Kind, Measurement, Setting
from site_gen.evidence.names import device_words, find_device_entry
from site_gen.evidence.pricing import NotPriced, Priced, find_row_class, price

_VARIANTS = frozenset(("pcie", "sxm", "sxm2", "no", "nvlink"))
_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+")
_CELL_EXPONENT = -0.25
"""How little a row of many alike counts: weight is a power of how many there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """A row that can be fitted to."""

    measurement: Measurement
    priced: Priced

    ceiling: float
    """The most that the row can reach by the bound, in tokens/s; infinite of a prompt."""

    source: str
    """Whose it is: a repository, or else a discussion."""

    device: str
    """What it ran on; variants of one chip are one."""

    model: str

    hardware_class: str
    """What its own class is called."""

    cell_rows: int
    """Rows of the same device and source, at least 1."""

    @property
    def observed(self) -> float:
        """The rate in tokens/s."""
        return self.measurement.tokens_per_s

    @property
    def cell(self) -> tuple[str, str]:
        """Its device and its source."""
        return self.device, self.source

    @property
    def weight(self) -> float:
        """How much it counts in the fit."""
        return float(self.cell_rows**_CELL_EXPONENT)

    def group_of(self, left_out: str) -> str:
        """Its source, device or model."""
        return {"source": self.source, "device": self.device, "model": self.model}[left_out]


def find_observations(
    catalogue: Catalogue, calibration: Calibration, measurements: Sequence[Measurement], kind: Kind
) -> list[Observation]:
    """The rows of a kind that can be fitted to.

    Those are left out that their publisher did not describe enough, those of processor and GPU
    together, those whose batch is not stated, and rates that count prompts with the output.
    """
    found = []
    for measurement in measurements:
        if measurement.problem or not measurement.is_usable:
            continue
        priced = price(catalogue, measurement.setting)
        if isinstance(priced, NotPriced) or not _can_be_fitted(priced, measurement.setting, kind):
            continue
        found.append(_observe(catalogue, calibration, measurement, priced))
    return _count_cells(found)


def _can_be_fitted(priced: Priced, setting: Setting, kind: Kind) -> bool:
    if priced.kind != kind or priced.is_hybrid or priced.mix:
        return False
    if kind == "prefill":
        return priced.workload.engine != "server"
    return setting.batch is not None or not setting.batch_text


def _observe(
    catalogue: Catalogue, calibration: Calibration, measurement: Measurement, priced: Priced
) -> Observation:
    ceiling = float("inf")
    if priced.kind == "decode":
        found = estimate(priced.device, priced.model, priced.workload, calibration)
        ceiling = found.ceiling_tokens_per_s
    setting = measurement.setting
    return Observation(
        measurement=measurement,
        priced=priced,
        ceiling=ceiling,
        source=_find_publication(setting.source),
        device=_find_chip(catalogue, setting.hardware),
        model=priced.model.name,
        hardware_class=find_row_class(setting),
        cell_rows=1,
    )


def _count_cells(observations: Sequence[Observation]) -> list[Observation]:
    counts = Counter(each.cell for each in observations)
    return [replace(each, cell_rows=counts[each.cell]) for each in observations]


def _find_publication(source: str) -> str:
    """The repository that a source names, but of ik_llama.cpp each discussion: many people write
    there."""
    found = _REPOSITORY.match(source)
    if found and "ik_llama" not in source:
        return found.group()
    return source


def _find_chip(catalogue: Catalogue, hardware: str) -> str:
    entry = find_device_entry(catalogue, hardware)
    words = device_words(entry.name if entry else hardware)
    return " ".join(sorted(words - _VARIANTS))
