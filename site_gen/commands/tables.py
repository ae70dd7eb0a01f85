"""Tables of the catalogue for the terminal, with as many columns as its width has room for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Literal

import msgspec
from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from site_gen.estimator.catalogue import DeviceEntry, Entries, Entry
from site_gen.estimator.numbers import find_count_scale, find_data_scale, format_number

_WIDE = 100
"""Columns of a terminal from which on there is room for all that is known."""
_GAP = 2
_NARROWEST_SOURCE = 12
"""Characters of a source that are shown at least."""


class _Column(msgspec.Struct, frozen=True):
    """A column: its heading and what it shows of an entry."""

    heading: str
    show: Callable[[Entry], str]
    is_number: bool = True
    is_for_wide: bool = False
    """Whether it is left out on a terminal that is not wide."""


def make_table(entries: Entries[Entry], width: int) -> Table:
    """All entries of a kind, devices below the name of their class; sources are cut to fit."""
    columns = [each for each in _COLUMNS[entries.kind] if width >= _WIDE or not each.is_for_wide]
    table = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="bold")
    for column in columns:
        justify: Literal["left", "right"] = "right" if column.is_number else "left"
        table.add_column(column.heading, justify=justify, no_wrap=True)
    table.add_column("source", no_wrap=True, style="dim")
    left = width - sum(_width_of(column, entries) + _GAP for column in columns)
    for heading, group in groupby(entries.by_name.values(), _group_of):
        if heading:
            table.add_row()
            table.add_row(Text(heading, style="cyan"))
        for entry in group:
            source = Text(entry.source)
            source.truncate(max(left, _NARROWEST_SOURCE), overflow="ellipsis")
            table.add_row(*(Text(column.show(entry)) for column in columns), source)
    return table


def _width_of(column: _Column, entries: Entries[Entry]) -> int:
    cells = [column.heading, *(column.show(entry) for entry in entries.by_name.values())]
    return max(cell_len(cell) for cell in cells)


def _group_of(entry: Entry) -> str:
    return entry.device_class if isinstance(entry, DeviceEntry) else ""


def _name(entry: Entry) -> str:
    return entry.name


def _quantity(field: str, unit: str) -> Callable[[Entry], str]:
    """A function from an entry to a quantity with its prefix, e.g. `1.008 TB/s`."""

    def show(entry: Entry) -> str:
        value = entry.value_of(field)
        if value is None:
            return ""
        scale = find_data_scale(value)
        return f"{format_number(value / scale.factor)} {scale.prefix}{unit}"

    return show


def _count(field: str) -> Callable[[Entry], str]:
    """A function from an entry to a count, e.g. `8.03B`."""

    def show(entry: Entry) -> str:
        value = entry.value_of(field)
        if value is None:
            return ""
        scale = find_count_scale(value)
        return f"{format_number(value / scale.factor)}{scale.suffix}"

    return show


def _plain(field: str) -> Callable[[Entry], str]:
    """A function from an entry to a number or a word as it is."""

    def show(entry: Entry) -> str:
        value = entry.value_of(field)
        return format_number(value) if isinstance(value, float) else str(value or "")

    return show


def _experts(entry: Entry) -> str:
    known = entry.value_of("experts")
    return f"{entry.value_of('experts_per_token')} of {known}" if known else ""


_COLUMNS: dict[str, Sequence[_Column]] = {
    "device": (
        _Column("name", _name, is_number=False),
        _Column("bandwidth", _quantity("bandwidth_bytes_per_s", "B/s")),
        _Column("measured", _quantity("measured_bandwidth_bytes_per_s", "B/s"), is_for_wide=True),
        _Column("memory", _quantity("memory_bytes", "B")),
        _Column("fp16", _quantity("peak_flop_per_s", "FLOP/s"), is_for_wide=True),
    ),
    "model": (
        _Column("name", _name, is_number=False),
        _Column("parameters", _count("total_parameters")),
        _Column("active", _count("active_parameters")),
        _Column("experts", _experts),
        _Column("layers", _plain("layers"), is_for_wide=True),
        _Column("attention", _plain("attention"), is_number=False, is_for_wide=True),
    ),
    "quantization": (
        _Column("name", _name, is_number=False),
        _Column("bits/parameter", _plain("bits_per_parameter")),
    ),
    "cache type": (
        _Column("name", _name, is_number=False),
        _Column("bits/element", _plain("bits_per_element")),
    ),
}
