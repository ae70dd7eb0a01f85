"""What the last fit found by leaving out each source, device and model in turn."""

from __future__ import annotations

import csv
import hashlib
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from site_gen.estimator import calibration
from site_gen.evidence.scores import GROUPS, Score

DATA = Path(calibration.__file__).with_name("data")
MEASURED = DATA / "measured.csv"
CROSS_VALIDATION = DATA / "cross_validation.toml"
_ROWS = DATA / "cross_validation.csv"
LEFT_OUT = ("source", "device", "model")
"""What is left out, the one that says most of a file of others' making first."""


@dataclass(frozen=True, slots=True)
class OutOfFoldRow:
    """A measured rate beside what was predicted by a fit that did not know its like."""

    group: str
    """A key of `scores.GROUPS`."""

    device_class: str
    """E.g. "nvidia-consumer"."""

    left_out: str
    """One of `LEFT_OUT`."""

    observed: float
    """In tokens/s."""

    middle: float
    """What was predicted, in tokens/s."""


def load_cross_validation() -> dict[str, Any]:
    """All that the fit wrote, as plain values; empty before there was one."""
    if not CROSS_VALIDATION.is_file():
        return {}
    return tomllib.loads(CROSS_VALIDATION.read_text(encoding="utf-8"))


def load_out_of_fold() -> list[OutOfFoldRow]:
    """Every row as it was predicted, once for each thing that was left out."""
    with _ROWS.open(encoding="utf-8", newline="") as file:
        return [
            OutOfFoldRow(
                group=row["group"],
                device_class=row["class"],
                left_out=row["left_out"],
                observed=float(row["observed"]),
                middle=float(row["middle"]),
            )
            for row in csv.DictReader(file)
        ]


def load_sources() -> list[tuple[str, int]]:
    """Who published the measurements, with the number of rows, most first."""
    with MEASURED.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return Counter(row["source"] for row in rows).most_common()


def find_cross_validation(content: bytes) -> Mapping[str, Score] | None:
    """The figures by group with each row's source left out; None for other measurements."""
    table = load_cross_validation()
    if table.get("data_sha256") != digest(content):
        return None
    groups = table["scores"]["source"]
    return {group: Score(**groups[group]) for group in GROUPS}


def digest(content: bytes) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
