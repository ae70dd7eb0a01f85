"""What `site-gen estimate fit` does; it needs NumPy and SciPy, which no build does."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from site_gen.catalogue import load_catalogue
from site_gen.commands.scores import make_score_table
from site_gen.diagnostics import SiteError, Source
from site_gen.evidence.calibrate import Calibrated, calibrate, to_scored
from site_gen.evidence.cross_validation import CROSS_VALIDATION, DATA, LEFT_OUT, MEASURED, digest
from site_gen.evidence.files import format_calibration, format_rows, format_scores
from site_gen.evidence.measurements import read_measurements
from site_gen.evidence.scores import score_groups
from site_gen.terminal import make_console

_CALIBRATION = DATA / "calibration.toml"
_ROWS = CROSS_VALIDATION.with_suffix(".csv")


def run_fit(workers: int, is_written: bool) -> None:
    """Fit the calibration to the built-in measurements, cross-validate it, print what that says.

    SiteError where the measurements cannot be read.
    """
    content = MEASURED.read_bytes()
    source = Source(MEASURED.name, content.decode("utf-8"))
    measurements, diagnostics = read_measurements(source)
    if diagnostics:
        raise SiteError(f"{diagnostics[0].span}: {diagnostics[0].message}")
    catalogue, _ = load_catalogue()
    table = tomllib.loads(_CALIBRATION.read_text(encoding="utf-8"))
    console = make_console()
    with console.status("fitting …") as status:
        made = calibrate(
            catalogue,
            table,
            measurements,
            workers,
            lambda done, count: status.update(f"fitting … {done} of {count}"),
        )
    if is_written:
        _write(made, digest(content))
    _print_scores(made)


def _write(made: Calibrated, sha256: str) -> None:
    version = datetime.now(UTC).date().isoformat()
    files: Mapping[Path, str] = {
        _CALIBRATION: format_calibration(made.table, version, sha256),
        CROSS_VALIDATION: format_scores(made.out_of_fold, version, sha256),
        _ROWS: format_rows(made.out_of_fold),
    }
    for path, text in files.items():
        path.write_text(text, encoding="utf-8", newline="\n")


def _print_scores(made: Calibrated) -> None:
    console = Console(highlight=False)
    for left_out in LEFT_OUT:
        rows = to_scored([each for each in made.out_of_fold if each.left_out == left_out])
        console.print(f"\nWithout the row's {left_out}:\n")
        console.print(make_score_table(score_groups(rows), {}))
