"""A table of token rates: sorted as it stands, and as HTML by any column with `sort.js`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from site_gen.directives.token_rate.calculation import machine_value
from site_gen.directives.token_rate.cases import Case
from site_gen.directives.token_rate.columns import Column, Layout
from site_gen.directives.token_rate.origin import render_origin
from site_gen.directives.token_rate.render import render_pin
from site_gen.directives.token_rate.transcript import write_origin
from site_gen.estimator import numbers
from site_gen.estimator.figure import scale_plain
from site_gen.markdown.collector import Collector, Value
from site_gen.markdown.scrolling import scrolling
from site_gen.markdown.writing import escape_words, join_blocks, write_table
from site_gen.model import Anchor, Calculation

Values = Mapping[str, Value]
"""Figure → what is shown of it."""


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above the rows."""

    title: str
    """What the table is about."""

    shared: tuple[str, ...]
    """What is so in every row, e.g. ("Llama-3.1-8B", "Q4_K_M")."""


@dataclass(frozen=True, slots=True)
class Tabulated:
    """What a table shows, whatever it is written in."""

    calculation: Calculation
    heading: Heading
    varied: tuple[str, ...]
    """Heads of the columns that tell rows apart."""
    layout: Layout
    rows: Sequence[Case]
    values: Values


def render_table(table: Tabulated, collector: Collector) -> str:
    """The whole figure."""
    anchor = collector.hole(Anchor(table.calculation.name))
    body = "".join(_render_row(case, table.layout, table.values) for case in table.rows)
    origin = render_origin(table.calculation, (), None, collector)
    return (
        f'<figure class="token-rate-table" id="{anchor}">\n'
        f'<div class="table"{scrolling("Table")}>\n<table class="sortable">\n'
        f"<caption>{_render_heading(table.heading)}</caption>\n"
        f"<thead>\n<tr>{_render_heads(table.varied, table.layout)}</tr>\n</thead>\n"
        f"<tbody>\n{body}</tbody>\n</table>\n</div>\n"
        f"{render_pin(table.calculation)}{origin}</figure>\n"
    )


def write_rates(table: Tabulated, collector: Collector) -> str:
    """The same as Markdown."""
    heading, columns = table.heading, table.layout.columns
    titles = (f"{each.title} ({each.unit})" if each.unit else each.title for each in columns)
    cells = [_list_cells(case, table.layout, table.values) for case in table.rows]
    shared = f" {escape_words(', '.join(heading.shared))}" if heading.shared else ""
    title = f"**{escape_words(heading.title)}**{shared}"
    written = write_table([*table.varied, *titles], cells)
    return join_blocks(title, written, write_origin(table.calculation, collector))


def _list_cells(case: Case, layout: Layout, values: Values) -> list[str]:
    """The texts of a row; what it lacks is said in the first of its columns."""
    labels = list(case.labels.values())
    if f"middle_{case.words}" not in values:
        return [*labels, _explain_gap(case, values), *[""] * (len(layout.columns) - 1)]
    named = ([f"{name}_{case.words}" for name in column.figures] for column in layout.columns)
    cells = (
        "–".join(values[name].number for name in names if name in values)
        if names
        else case.computed.limit
        for names in named
    )
    return [*labels, *cells]


def _render_heading(heading: Heading) -> str:
    """In a box of its own, which stays in sight while the table scrolls."""
    shared = escape(", ".join(heading.shared))
    words = f"{escape(heading.title)} <small>{shared}</small>" if shared else escape(heading.title)
    return f"<span>{words}</span>"


def _render_heads(varied: Iterable[str], layout: Layout) -> str:
    words = "".join(
        f'<th scope="col"{_sorted(name, layout)}><span>{name}</span></th>' for name in varied
    )
    return words + "".join(_render_head(column, layout) for column in layout.columns)


def _render_head(column: Column, layout: Layout) -> str:
    unit = f" <small>{column.unit}</small>" if column.unit else ""
    attributes = _align(column) + _sorted(column.name, layout)
    return f'<th scope="col"{attributes}><span>{column.title}</span>{unit}</th>'


def _sorted(name: str, layout: Layout) -> str:
    return f' aria-sort="{layout.order}"' if name == layout.sort else ""


def _align(column: Column) -> str:
    return ' class="align-right"' if column.figures else ""


def _render_row(case: Case, layout: Layout, values: Values) -> str:
    heads = "".join(f'<th scope="row">{escape(label)}</th>' for label in case.labels.values())
    if f"middle_{case.words}" in values:
        cells = "".join(_render_cell(case, column, values) for column in layout.columns)
        return f"<tr>{heads}{cells}</tr>\n"
    reason = escape(_explain_gap(case, values))
    return f'<tr class="left-out">{heads}<td colspan="{len(layout.columns)}">{reason}</td></tr>\n'


def _render_cell(case: Case, column: Column, values: Values) -> str:
    if not column.figures:
        return f"<td>{case.computed.limit}</td>"
    named = (values.get(f"{name}_{case.words}") for name in column.figures)
    shown = "–".join(_render_number(value) for value in named if value is not None)
    return f"<td{_align(column)}>{shown}</td>"


def _render_number(value: Value) -> str:
    number = machine_value(float(value.value))
    return f'<data value="{number!r}">{escape(value.number)}</data>'


def _explain_gap(case: Case, values: Values) -> str:
    """Why a row has no rates: its model is too large, or its figures were not published."""
    needed = values.get(f"memory_{case.words}")
    if case.computed.fits is not False:
        return "was not published"
    if needed is None:
        return "does not fit into the memory"
    has = scale_plain(
        case.computed.installed_bytes or 0.0, "GB", numbers.SIGNIFICANT, numbers.GIGA.factor
    )
    return f"needs {needed.text}, has {has.text}"
