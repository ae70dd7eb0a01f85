"""`site-gen estimate validate`: measurements in a file beside what the estimator says of them."""

from __future__ import annotations

import codecs
import sys
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path

import click
import msgspec
from rich.console import Console

from site_gen.catalogue import load_catalogue
from site_gen.commands.scores import make_score_table
from site_gen.commands.site import print_json
from site_gen.diagnostics import Diagnostic, SiteError, Source
from site_gen.directives.token_rate.data import load_calibration
from site_gen.evidence.cross_validation import find_cross_validation
from site_gen.evidence.measurements import (
    Measurement,
    has_needed_columns,
    read_measurements,
)
from site_gen.evidence.report import to_csv, to_json
from site_gen.evidence.scores import Score, score_classes, score_groups
from site_gen.evidence.validation import Outcome, to_scored, validate
from site_gen.phrases import format_count
from site_gen.terminal import format_diagnostic, make_console

_FILE = click.Path(dir_okay=False, path_type=Path)
_ABOUT_CROSS_VALIDATION = """
The calibration was fitted to these rows, which flatters it. Cross-validated,
each row predicted by a fit that knows nothing of its source:
"""
_NAMED_ROWS = 6
"""Rows without a price that are named for each reason."""


@click.command("validate")
@click.argument("file", type=_FILE)
@click.option("--rows", type=_FILE, help="Write each row's prediction to this file.")
@click.option("--json", "as_json", is_flag=True, help="Print one object on the last line.")
def validate_command(file: Path, rows: Path | None, as_json: bool) -> None:
    """Predict each row of FILE without looking at its rate, and say how far off that is.

    FILE has comma-separated values in the columns of the built-in measurements, in any order; it
    must have `hardware`, `model` and `tokens_per_second`. In JSON errors are fractions, `rows`
    counts the rows that were priced, and `row` is the number of a row below the header, from 1. A
    file without a needed column ends with 2, and none of its rows is priced.
    """
    content = _read(file)
    source = Source(file.as_posix(), content.decode(_find_encoding(content), errors="replace"))
    measurements, diagnostics = read_measurements(source)
    _tell(diagnostics, as_json)
    catalogue, _ = load_catalogue()
    outcomes = validate(catalogue, load_calibration(), measurements)
    if rows:
        _write(rows, to_csv(outcomes))
    crossed = find_cross_validation(content)
    if as_json:
        extra = {"cross_validated": crossed} if crossed else {}
        print_json({**to_json(outcomes), **extra})
    elif measurements or not diagnostics:
        _print_report(file, outcomes, crossed)
    if diagnostics and not has_needed_columns(source):
        sys.exit(2)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        message = f"{file} cannot be read: {error.strerror}"
        raise SiteError(message, "give a file of comma-separated values") from error


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise SiteError(f"{file} cannot be written: {error.strerror}") from error


def _find_encoding(content: bytes) -> str:
    """UTF-8 unless a mark at the beginning says otherwise."""
    is_utf_16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return "utf-16" if is_utf_16 else "utf-8-sig"


def _tell(diagnostics: Sequence[Diagnostic], as_json: bool) -> None:
    errors = make_console()
    for diagnostic in diagnostics:
        if as_json:
            print_json({"type": "diagnostic", **msgspec.to_builtins(diagnostic)})
        else:
            errors.print(format_diagnostic(diagnostic), end="\n\n")


def _print_report(
    file: Path, outcomes: Sequence[Outcome], crossed: Mapping[str, Score] | None
) -> None:
    console = Console(highlight=False)
    scored = to_scored(outcomes)
    all_rows = format_count(len(outcomes), "row")
    console.print(f"{len(scored):,} of {all_rows} in {file.name} were predicted.\n", markup=False)
    console.print(make_score_table(score_groups(scored), score_classes(scored)))
    if crossed:
        console.print(_ABOUT_CROSS_VALIDATION)
        console.print(make_score_table(crossed, {}))
    if lines := list(_describe_unpriced(outcomes)):
        count = format_count(len(outcomes) - len(scored), "row")
        console.print(f"\n{count} could not be predicted:", markup=False)
        for line in lines:
            console.print(f"  {line}", markup=False, soft_wrap=True)


def _describe_unpriced(outcomes: Sequence[Outcome]) -> list[str]:
    """Each reason with the rows that it is of, e.g. `it has no name: row 3 (line 7)`."""
    reasons: dict[str, list[Measurement]] = {}
    for outcome in outcomes:
        if outcome.reason:
            reasons.setdefault(outcome.reason, []).append(outcome.measurement)
    return [f"{reason}: {_name_rows(rows)}" for reason, rows in reasons.items()]


def _name_rows(measurements: Sequence[Measurement]) -> str:
    named = [f"row {each.row} (line {each.line})" for each in islice(measurements, _NAMED_ROWS)]
    left = len(measurements) - len(named)
    return ", ".join(named) + (f" and {left:,} more" if left else "")
