"""`columns: likely, ceiling` and `sort: ceiling descending`: what a table shows, in which order.

    columns = column { "," column }
    sort    = ( column | dimension ) [ "ascending" | "descending" ]

A dimension is what a row is of: device, model, quantization, those of which there are several.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from site_gen.diagnostics import Place, suggest
from site_gen.directives.token_rate.reader import Reader, split_list
from site_gen.markdown.blocks import Text

Order = Literal["ascending", "descending"]

_SORT = re.compile(r"(?P<column>\S.*?)(?:\s+(?P<order>ascending|descending))?", re.IGNORECASE)
_DIGITS = re.compile(r"([0-9]+)")


@dataclass(frozen=True, slots=True)
class Column:
    """One column beside the dimensions."""

    name: str
    """What an author asks for it by."""

    title: str
    """What its header says."""

    unit: str = ""
    """What the header says below that; "" for words."""

    figures: tuple[str, ...] = ()
    """The figures that it shows, the first of which it is sorted by; none for words."""


COLUMNS = {
    column.name: column
    for column in (
        Column("likely", "likely", "tokens/s", ("middle",)),
        Column("range", "80 % range", "tokens/s", ("low", "high")),
        Column("ceiling", "ceiling", "tokens/s", ("ceiling",)),
        Column("limit", "limit"),
        Column("bytes", "read per token", "GB", ("bytes",)),
        Column("memory", "memory needed", "GB", ("memory",)),
    )
}
_USUAL = ("likely", "range", "ceiling", "limit")


@dataclass(frozen=True, slots=True)
class Layout:
    """What a table shows and how it is sorted."""

    columns: tuple[Column, ...]
    """Those that were computed, from the left, after those of the dimensions."""

    sort: str
    """The column or dimension that orders the rows."""

    order: Order
    """Which way."""


def read_layout(reader: Reader, varied: Iterable[str]) -> Layout | None:
    """The layout of a call whose rows differ in these dimensions; None after noting a mistake."""
    columns = _read_columns(reader)
    if not columns:
        return None
    known = (*(column.name for column in columns), *varied)
    sort = _read_sort(reader, known)
    if sort is None:
        return None
    return Layout(columns, *sort)


def natural_key(text: str) -> list[str | int]:
    """What sorts texts as people do: by letters, whatever their case, and numbers by size."""
    pieces = _DIGITS.split(text.casefold())
    return [int(piece) if at % 2 else piece for at, piece in enumerate(pieces)]


def _read_columns(reader: Reader) -> tuple[Column, ...]:
    text = reader.text("columns")
    if text is None:
        return tuple(COLUMNS[name] for name in _USUAL)
    items = split_list(text)
    if not items:
        hint = f"write `columns: {', '.join(_USUAL)}`"
        reader.error("`columns` lists nothing", text.place, hint)
    found: dict[str, Column] = {}
    for item in items:
        if item.text in found:
            reader.error(f"`{item.text}` is listed twice", item.place, "one column each is enough")
        elif item.text not in COLUMNS:
            hint = suggest(item.text, COLUMNS)
            reader.error(f"there is no column `{item.text}`", item.place, hint)
        else:
            found[item.text] = COLUMNS[item.text]
    return tuple(found.values())


def _read_sort(reader: Reader, known: tuple[str, ...]) -> tuple[str, Order] | None:
    """Which column orders the rows and how: numbers from the largest where nothing else is said."""
    text = reader.text("sort")
    if text is None:
        usual = next(name for name in ("likely", *known) if name in known)
        return usual, _usual_order(usual)
    found = _SORT.fullmatch(text.text)
    assert found is not None
    name = found["column"]
    if name in known:
        return name, _to_order(found["order"]) or _usual_order(name)
    _complain_of_sort(Text(name, text.place), known, reader)
    return None


def _complain_of_sort(name: Text, known: tuple[str, ...], reader: Reader) -> None:
    place = Place(name.place.line, name.place.column, len(name.text))
    first, _, rest = name.text.partition(" ")
    if first in known:
        rest = rest.strip()
        place = Place(place.line, place.column + len(name.text) - len(rest), len(rest))
        hint = "write `ascending` or `descending`"
        reader.error(f"`{rest}` is no order", place, hint)
        return
    reader.error(f"the table has no column `{name.text}`", place, suggest(name.text, known))


def _to_order(text: str | None) -> Order | None:
    match text:
        case "ascending" | "descending":
            return text
        case _:
            return None


def _usual_order(name: str) -> Order:
    return "descending" if name in COLUMNS and COLUMNS[name].figures else "ascending"
