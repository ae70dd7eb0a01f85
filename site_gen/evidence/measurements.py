"""A file of measured rates → frozen records, and what is wrong in it.

The columns are those of `estimator/data/measured.csv`, in any order, with others beside them. Only
`hardware`, `model` and `tokens_per_second` are needed; a blank cell is not known. A row with
something wrong in it is kept, and says so: it is not priced. Where a needed column is missing, that
is wrong in every row.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from site_gen.diagnostics import Diagnostic, Place, Source, suggest
from site_gen.evidence.quantities import count_devices, read_quantity
from site_gen.evidence.table import Cell, Record, split_records

Kind = Literal["decode", "prefill"]

NEEDED = ("hardware", "model", "tokens_per_second")
"""Columns that a file must have."""

_KINDS: Mapping[str, Kind] = {
    "decode": "decode",
    "prefill": "prefill",
}
_PREFILL_KIND = re.compile(r"prefill|prompt\b|\bpp ?\d*$|\bttft\b")
_DECODE_KIND = re.compile(r"\b(?:decode|generat(?:e|ion)|gen|output)\b|\b(?:tg|eval) ?\d*$")
"""Other words for a kind, e.g. "prompt eval" and "token generation"; those for prompts first."""
_WORDS = ("source", "model", "quant", "hardware", "hw_class", "offload", "engine", "test", "notes")
_POSITIVE = (
    "bits_per_weight",
    "file_size_GiB",
    "params_total_B",
    "params_active_B",
    "memory_bandwidth_GBps_spec",
    "compute_fp16_TFLOPS",
    "tokens_per_second",
)
_COUNTS = ("n_gpu", "context_depth")
"""Numbers that may be 0."""
_COLUMNS = (*_WORDS, *_POSITIVE, *_COUNTS, "batch", "kind", "usable_for_ratio", "confidence")
_BLANK = frozenset(("", "-", "–", "—", "?", "n/a", "na", "none", "null", "unknown"))
_MOST_DEVICES = 100_000
_PROMPT_TEST = re.compile(r"\bpp\s*\d", re.IGNORECASE)
_DECODE_TEST = re.compile(r"\b(?:tg|out)\s*\d|generate", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """All that a row says but its rate. Words are as they were written, "" where not known."""

    source: str = ""
    """Who published it."""

    model: str = ""
    quantization: str = ""
    bits_per_parameter: float | None = None
    file_gib: float | None = None
    """Size of the model's file in GiB."""

    total_billions: float | None = None
    """Parameters in all, in billions."""

    active_billions: float | None = None
    """Parameters that a token reads, in billions."""

    hardware: str = ""
    hardware_class: str = ""
    bandwidth_gb_per_s: float | None = None
    """Memory bandwidth of one device by its maker, in GB/s."""

    peak_tflop_per_s: float | None = None
    """Dense peak of fp16, in TFLOP/s."""

    devices: int = 1
    """Devices of one kind that work together, at least 1."""

    offload: str = ""
    """Where the parts of the model are."""

    engine: str = ""
    test: str = ""
    context_tokens: float = 0.0
    """Tokens in the cache when the measurement begins."""

    batch: float | None = None
    """Sequences of decoding, or tokens of a prompt; None where that is not a number."""

    batch_text: str = ""
    """The same as it was written, e.g. "max"."""

    kind: Kind = "decode"
    notes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """A row of a file."""

    row: int
    """Its number among the rows below the header, 1-based."""

    line: int
    """Its line in the file, 1-based."""

    setting: Setting

    tokens_per_s: float
    """The rate that was observed; 0 where the row does not say."""

    is_usable: bool = True
    """Whether its publisher gave enough to fit a model to it."""

    problem: str = ""
    """What is wrong with it; "" where nothing is."""


def read_measurements(source: Source) -> tuple[list[Measurement], list[Diagnostic]]:
    """Every row of a file in its order, and what is wrong; no rows where there is no header."""
    records = split_records(source)
    first = next(records, None)
    if first is None:
        return [], [source.error("there is no header", hint=f"columns: {', '.join(NEEDED)}")]
    header = _Header(source, first)
    if header.diagnostics:
        problem = "; ".join(each.message for each in header.diagnostics)
        rows = enumerate((_Row(source, header, record) for record in records), 1)
        return [row.leave(number, problem) for number, row in rows], header.diagnostics
    measurements, diagnostics = [], []
    for number, record in enumerate(records, 1):
        row = _Row(source, header, record)
        measurements.append(row.read(number))
        diagnostics += row.diagnostics
    return measurements, diagnostics


def has_needed_columns(source: Source) -> bool:
    """Whether a file has a header with all columns that it must have."""
    first = next(split_records(source), None)
    return first is not None and not _Header(source, first).diagnostics


class _Header:
    """Which column stands where."""

    def __init__(self, source: Source, record: Record) -> None:
        self.diagnostics: list[Diagnostic] = []
        self.count = len(record.cells)
        self.index: dict[str, int] = {}
        known = {name.casefold(): name for name in _COLUMNS}
        for index, cell in enumerate(record.cells):
            name = known.get(cell.text.casefold(), cell.text)
            self.index.setdefault(name, index)
        for name in NEEDED:
            if name not in self.index:
                message = f"there is no column `{name}`"
                hint = suggest(name, self.index)
                self.diagnostics.append(source.error(message, record.place, hint))


class _Row:
    """A record while it is read; what is wrong is gathered in `diagnostics`."""

    def __init__(self, source: Source, header: _Header, record: Record) -> None:
        self.diagnostics: list[Diagnostic] = []
        self._source = source
        self._header = header
        self._record = record

    def leave(self, row: int, problem: str) -> Measurement:
        """The measurement of a row that cannot be read."""
        line = self._record.place.line
        return Measurement(row=row, line=line, setting=Setting(), tokens_per_s=0.0, problem=problem)

    def read(self, row: int) -> Measurement:
        """The measurement; what is wrong stands in its `problem` as well."""
        beyond = [cell for cell in self._record.cells[self._header.count :] if cell.text]
        if beyond:
            counts = f"{len(self._record.cells)} cells, and the header {self._header.count}"
            self._error(f"the row has {counts}", beyond[0].place)
        setting = self._read_setting()
        rate = self._positive("tokens_per_second")
        if rate is None and not self.diagnostics:
            self._error("`tokens_per_second` is blank", self._record.place)
        return Measurement(
            row=row,
            line=self._record.place.line,
            setting=setting,
            tokens_per_s=rate or 0.0,
            is_usable=self._text("usable_for_ratio") not in ("0", "no", "false"),
            problem="; ".join(each.message for each in self.diagnostics),
        )

    def _read_setting(self) -> Setting:
        batch_text = self._text("batch")
        return Setting(
            source=self._text("source"),
            model=self._text("model"),
            quantization=self._text("quant"),
            bits_per_parameter=self._positive("bits_per_weight"),
            file_gib=self._positive("file_size_GiB"),
            total_billions=self._positive("params_total_B"),
            active_billions=self._positive("params_active_B"),
            hardware=self._text("hardware"),
            hardware_class=self._text("hw_class"),
            bandwidth_gb_per_s=self._positive("memory_bandwidth_GBps_spec"),
            peak_tflop_per_s=self._positive("compute_fp16_TFLOPS"),
            devices=self._read_devices(),
            offload=self._text("offload"),
            engine=self._text("engine"),
            test=self._text("test"),
            context_tokens=self._count("context_depth") or 0.0,
            batch=self._read_batch(batch_text),
            batch_text=batch_text,
            kind=self._read_kind(),
            notes=self._text("notes"),
        )

    def _read_batch(self, text: str) -> float | None:
        """A batch as a number; words such as `max` are not a mistake, a number below 1 is."""
        if not any(character.isdigit() for character in text):
            return None
        return self._positive("batch")

    def _read_devices(self) -> int:
        """Devices by their column, else by their name."""
        count = self._count("n_gpu")
        if count is None:
            count = count_devices(self._text("hardware"))
        if count > _MOST_DEVICES:
            self._number_error("n_gpu", f"must be at most {_MOST_DEVICES:,}")
            return 1
        return max(1, int(count))

    def _read_kind(self) -> Kind:
        written = re.sub(r"[\s_-]+", " ", self._text("kind").lower())
        if written in _KINDS:
            return _KINDS[written]
        if _PREFILL_KIND.search(written):
            return "prefill"
        if _DECODE_KIND.search(written):
            return "decode"
        if written:
            cell = self._cell("kind")
            assert cell
            self._error(f"unknown kind `{written}`", cell.place, suggest(written, _KINDS))
        test = self._text("test")
        is_prompt = _PROMPT_TEST.search(test) and not _DECODE_TEST.search(test)
        return "prefill" if is_prompt else "decode"

    def _text(self, column: str) -> str:
        """The words of a cell, "" for those that say that nothing is known."""
        cell = self._cell(column)
        return "" if cell is None or cell.text.lower() in _BLANK else cell.text

    def _positive(self, column: str) -> float | None:
        value = self._number(column)
        if value is not None and value <= 0:
            self._number_error(column, "must be above 0")
            return None
        return value

    def _count(self, column: str) -> float | None:
        value = self._number(column)
        if value is not None and value < 0:
            self._number_error(column, "must not be negative")
            return None
        return value

    def _number(self, column: str) -> float | None:
        """The number of a cell in the column's unit; None where it is blank or wrong."""
        text = self._text(column)
        is_blank = text.lower() == "nan" and column not in NEEDED
        if not text or is_blank:
            return None
        value = read_quantity(column, text)
        if math.isfinite(value):
            return value
        self._number_error(column, "is not a number")
        return None

    def _number_error(self, column: str, what: str) -> None:
        cell = self._cell(column)
        assert cell
        self._error(f"`{column}` {what}: `{cell.text}`", cell.place)

    def _cell(self, column: str) -> Cell | None:
        index = self._header.index.get(column)
        if index is None or index >= len(self._record.cells):
            return None
        return self._record.cells[index]

    def _error(self, message: str, place: Place, hint: str = "") -> None:
        self.diagnostics.append(self._source.error(message, place, hint))
