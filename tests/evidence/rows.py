"""Files of measurements for tests, made from a few cells each."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from site_gen.catalogue import load_catalogue
from site_gen.diagnostics import Diagnostic, Source
from site_gen.estimator.catalogue import Catalogue
from site_gen.evidence.measurements import Measurement, Setting, read_measurements
from site_gen.evidence.pricing import NotPriced, Priced, price

DATA = Path(__file__).parents[2] / "site_gen" / "estimator" / "data"
COLUMNS = (
    *("source", "model", "quant", "bits_per_weight", "file_size_GiB", "params_total_B"),
    *("params_active_B", "hardware", "hw_class", "memory_bandwidth_GBps_spec"),
    *("compute_fp16_TFLOPS", "n_gpu", "offload", "engine", "test", "context_depth", "batch"),
    *("tokens_per_second", "kind", "usable_for_ratio", "confidence", "notes"),
)
USUAL = {
    "model": "Llama-3.1-8B",
    "quant": "Q4_K_M",
    "hardware": "RTX 4090",
    "tokens_per_second": "130",
    "kind": "decode",
    "batch": "1",
}


@cache
def catalogue() -> Catalogue:
    """The built-in one."""
    found, diagnostics = load_catalogue()
    assert not diagnostics
    return found


def write_rows(*rows: dict[str, str]) -> str:
    """A file of rows; cells that are not given are blank."""
    lines = [",".join(COLUMNS)]
    lines += [",".join(_quote(row.get(column, "")) for column in COLUMNS) for row in rows]
    return "\n".join(lines) + "\n"


def read_text(text: str) -> tuple[list[Measurement], list[Diagnostic]]:
    """What is in a file, and what is wrong with it."""
    return read_measurements(Source("rows.csv", text))


def make_setting(**cells: str) -> Setting:
    """The setting of the usual row with some cells changed."""
    (measurement,), diagnostics = read_text(write_rows({**USUAL, **cells}))
    assert not diagnostics
    return measurement.setting


def price_row(**cells: str) -> Priced:
    """The usual row, with some cells changed, as it is priced."""
    priced = price(catalogue(), make_setting(**cells))
    assert not isinstance(priced, NotPriced), priced.reason
    return priced


def _quote(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if set(text) & set(',"\n') else text
