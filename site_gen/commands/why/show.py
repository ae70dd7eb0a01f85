"""Answers as text: what it is, and below that what there is to say, beside a word for each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import click
from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.console import Group as Lines
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from site_gen.commands.why.answer import Answer, FigureAnswer, Group, Step
from site_gen.commands.why.outlook import join
from site_gen.file_systems import printable
from site_gen.phrases import format_count, format_elapsed

_FEW_PATHS = 4
"""Outputs and sources that are named before the others are counted."""
_FEW_GROUPS = 4
"""With more of them, files are counted and not named."""
_FEW_NAMES = 8
_ALL = 1_000_000
_INDENT = 2

_BLANKS_AT_THE_END = re.compile(r" +(?=\n)")
_Row = tuple[str, RenderableType]


def print_answer(answer: Answer, console: Console, shows_all: bool) -> None:
    """All that is known of a source or an output."""
    rows: list[_Row] = []
    for step in answer.steps:
        rows.append((step.task, Text(_tell_step(step, answer.last_build))))
        if step.reads:
            rows.append(("reads", _table(_list_reads(step.reads, shows_all))))
    if answer.uses:
        rows.append(("used", _table(_list_uses(answer.uses, shows_all))))
    if answer.outlook:
        rows.append(("next build", Lines(*(Text(printable(each)) for each in answer.outlook))))
    _print(console, answer.path, answer.what, rows)


def print_figure(answer: FigureAnswer, console: Console, shows_all: bool) -> None:
    """All that is known of a number."""
    rows: list[_Row] = []

    def add(label: str, *lines: str) -> None:
        if any(lines):
            rows.append((label, Lines(*(Text(printable(line)) for line in lines if line))))

    most = _ALL if shows_all else _FEW_NAMES
    add("given by" if answer.is_input else "made as", answer.explanation)
    add("exactly", f"{answer.value!r} {answer.unit}".strip())
    add("from", *_cut(answer.given, most))
    if answer.assumptions:
        rows.append(("assumed", _list(_cut(answer.assumptions, most))))
    if answer.looked_up:
        rows.append(("looked up", _table(_list_reads(answer.looked_up, shows_all))))
    if answer.sources:
        rows.append(("sources", _list(_cut(answer.sources, most))))
    add("locked", _tell_lock(answer))
    add("stands in", f"{answer.path}:{answer.line}, {answer.calculation}")
    add("with", f"equations {answer.equations}, data of {answer.data}")
    _print(console, answer.name, f"{answer.text}, {answer.label}", rows)


def print_figures(answers: Iterable[FigureAnswer], console: Console) -> None:
    """The figures of a calculation, a line each."""
    answers = list(answers)
    first = answers[0]
    rows: list[_Row] = [
        (answer.name.partition(".")[2], Text(printable(f"{answer.text}, {answer.label}")))
        for answer in answers
    ]
    what = f"a calculation of {first.path}: {first.calculation}"
    _print(console, first.name.partition(".")[0], what, rows)


def _print(console: Console, name: str, what: str, rows: Iterable[_Row]) -> None:
    name, what = printable(name), printable(what)
    is_short = cell_len(name) + _INDENT + cell_len(what) <= console.width
    with console.capture() as captured:
        if is_short:
            console.print(Text.assemble((name, "bold"), "  ", what))
        else:
            console.print(Text(name, "bold"))
            console.print(Padding(Text(what), (0, 0, 0, _INDENT)))
        console.print(Padding(_table(rows), (0, 0, 0, _INDENT)))
    # Tables fill their lines up with blanks.
    click.echo(_BLANKS_AT_THE_END.sub("", captured.get()), nl=False)


def _table(rows: Iterable[_Row]) -> Table:
    """Words on the left, and what they are about; what is long goes on below itself."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="cyan", no_wrap=True)
    table.add_column(overflow="fold")
    for label, shown in rows:
        table.add_row(label, shown)
    return table


def _list(lines: Iterable[str]) -> Table:
    """Lines that may be long, each with a mark before it."""
    table = Table.grid(padding=(0, 1, 0, 0))
    for line in lines:
        table.add_row("·", Text(printable(line)))
    return table


def _tell_step(step: Step, last_build: int) -> str:
    """E.g. `by build 12, the last, in 4.1 ms, because of the template page.html`."""
    last = ", the last," if step.is_last else ""
    text = f"by build {step.build:,}{last} in {format_elapsed(step.elapsed_ms / 1000)}"
    causes = [printable(cause) for cause in step.causes]
    text += f", because of {join(causes)}" if causes else ", as it was new"
    if step.is_last:
        return text
    return f"{text}; nothing that it reads has changed up to build {last_build:,}, the last"


def _tell_lock(answer: FigureAnswer) -> str:
    if not answer.locked:
        return "no: `site-gen accept` locks it"
    if answer.is_pinned:
        return f"{answer.locked}, and pinned to that"
    changed = f"{answer.locked}, so it has changed; `site-gen accept` takes it over"
    return f"{answer.locked}, which it still is" if answer.is_as_locked else changed


def _list_reads(groups: Iterable[Group], shows_all: bool) -> Iterator[_Row]:
    for group in groups:
        names = _cut(group.names, _ALL if shows_all else _FEW_NAMES)
        yield group.label, Text(printable(_enumerate(names)))


def _list_uses(groups: Sequence[Group], shows_all: bool) -> Iterator[_Row]:
    """The first files of each group, or only how many where there are many groups."""
    few = _FEW_PATHS if len(groups) <= _FEW_GROUPS else 1
    for group in groups:
        count = len(group.names)
        if shows_all:
            yield group.label, Lines(*(Text(printable(name)) for name in group.names))
        elif count <= few + 1:
            yield group.label, Text(printable(_enumerate(group.names)))
        else:
            names = f": {_enumerate(_cut(group.names, few))}" if few > 1 else ""
            yield group.label, Text(printable(f"{format_count(count, 'file')}{names}"))


def _cut(names: tuple[str, ...], most: int) -> tuple[str, ...]:
    """The first few, and how many there are besides."""
    more = len(names) - most
    return names if more < 2 else (*names[:most], f"{more:,} more")


def _enumerate(names: tuple[str, ...]) -> str:
    """Names with commas; `and` only before a number of others."""
    *first, last = names
    return (
        f"{', '.join(first)} and {last}" if first and last.endswith(" more") else ", ".join(names)
    )
