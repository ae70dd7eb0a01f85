"""`:::{token-rate-table} name`: devices × models × quantizations, a row each.

A row's figures are named after what tells it from the others (`names` has the grammar), so of two
devices under one model and quantization, `middle_rtx-4090` is the likely rate of the first. There
are `low`, `middle`, `high` and `ceiling`, and `bytes` and `memory` where the table shows them. What
does not fit into a device's memory has `memory` alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from site_gen.directives.token_rate.calculation import Computed, check_name, publish
from site_gen.directives.token_rate.cases import Case, Grid, make_cases, read_grid
from site_gen.directives.token_rate.columns import COLUMNS, Layout, natural_key, read_layout
from site_gen.directives.token_rate.data import Data
from site_gen.directives.token_rate.reader import Reader
from site_gen.directives.token_rate.remembered import estimate_figures, rate_figures
from site_gen.directives.token_rate.table_html import Heading, Tabulated, render_table, write_rates
from site_gen.estimator import numbers
from site_gen.estimator.estimate import Estimate
from site_gen.estimator.figure import Figure, scale_plain
from site_gen.estimator.inputs import Workload
from site_gen.markdown.blocks import Call, Written
from site_gen.markdown.collector import Collector, Value

_SCRIPT = "sort.js"


def run(call: Call, collector: Collector, data: Data) -> Written:
    """The table, its figures published."""
    reader = Reader(call, collector, data)
    is_named = check_name(reader)
    grid = read_grid(reader)
    layout = read_layout(reader, grid.varied if grid else ("device", "model", "quantization"))
    cases = make_cases(grid, reader) if grid else []
    if grid is None or layout is None or not is_named or not reader.is_good:
        return Written()
    heading = _make_heading(grid, reader)
    figures = [figure for case in cases for figure in _make_figures(case, layout)]
    computed = Computed(heading.title, tuple(figures), _list_assumptions(cases, reader))
    calculation = publish(reader, computed)
    values = collector.values[calculation.name]
    collector.script(_SCRIPT)
    rows = _sort(cases, layout, values)
    table = Tabulated(calculation, heading, grid.varied, layout, rows, values)
    html = render_table(table, collector)
    return Written(html, markdown=write_rates(table, collector))


def _make_heading(grid: Grid, reader: Reader) -> Heading:
    """What the table is about, and what all of its rows have in common."""
    caption, workload = reader.text("caption"), tuple(_describe(grid.workload))
    if caption is None:
        return Heading(_name(grid), workload)
    return Heading(caption.text, (*grid.shared, *workload))


def _name(grid: Grid) -> str:
    """E.g. "Llama-3.1-8B in 4 quantizations on RTX 4090"."""
    device, model, quantization = (
        items[0] if len(items) == 1 else f"{len(items)} {name}s"
        for name, items in grid.dimensions.items()
    )
    return f"{model} in {quantization} on {device}"


def _list_assumptions(cases: Iterable[Case], reader: Reader) -> tuple[str, ...]:
    assumed = (each.text for case in cases for each in case.computed.assumed)
    return tuple(dict.fromkeys((*reader.assumptions, *assumed)))


def _describe(workload: Workload) -> Iterator[str]:
    """What is particular about how the models run."""
    if workload.context_tokens:
        yield f"{workload.context_tokens:,} tokens of context"
    if workload.batch > 1:
        yield f"{workload.batch:,} sequences at once"
    if workload.tensor_parallel > 1:
        yield f"{workload.tensor_parallel} devices that share each layer"
    if workload.engine != "llama.cpp":
        yield f"engine: {workload.engine}"


def _make_figures(case: Case, layout: Layout) -> Iterator[Figure]:
    """The figures of one row."""
    about, words, computed = ", ".join(case.labels.values()), case.words, case.computed
    shown = {name for column in layout.columns for name in column.figures}
    fits = computed.fits is not False
    if fits:
        yield from rate_figures(computed, words, about)
    for figure in _make_sizes(computed):
        if (figure.name in shown and fits) or (figure.name == "memory" and not fits):
            label = f"{figure.label}, {about}"
            yield replace(figure, name=f"{figure.name}_{words}", label=label)


def _make_sizes(computed: Estimate) -> Iterator[Figure]:
    """What is read for a token and what must be kept, both in GB, so that rows can be compared."""
    read = next(each for each in estimate_figures(computed) if each.name == "bytes")
    yield _in_gigabytes(replace(read, symbolic_tex=None, equation_tex=None))
    if computed.memory_bytes is not None:
        kept = "weights, and the cache of each sequence"
        yield _in_gigabytes(
            replace(
                read,
                name="memory",
                label="memory needed",
                value=computed.memory_bytes,
                unit="byte",
                symbolic_tex=None,
                equation_tex=None,
                explanation=kept,
            )
        )


def _in_gigabytes(figure: Figure) -> Figure:
    shown = scale_plain(figure.value, "GB", numbers.SIGNIFICANT, numbers.GIGA.factor)
    return replace(figure, text=shown.text, number_text=shown.number_text)


def _sort(cases: Iterable[Case], layout: Layout, values: Mapping[str, Value]) -> list[Case]:
    """The rows in order; those without the number that they are sorted by come last."""
    given = [case for case in cases if f"middle_{case.words}" in values]
    left_out = [case for case in cases if f"middle_{case.words}" not in values]
    is_down = layout.order == "descending"
    if layout.sort in COLUMNS and (names := COLUMNS[layout.sort].figures):
        known = [case for case in given if f"{names[0]}_{case.words}" in values]
        left_out = [case for case in given if case not in known] + left_out
        known.sort(key=lambda case: float(values[f"{names[0]}_{case.words}"].value))
    else:
        known = sorted(given, key=lambda case: natural_key(_word(case, layout.sort)))
    return [*(reversed(known) if is_down else known), *left_out]


def _word(case: Case, column: str) -> str:
    return case.labels.get(column) or case.computed.limit
