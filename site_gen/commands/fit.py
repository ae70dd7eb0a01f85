"""`site-gen estimate fit`: fit the calibration to the built-in measurements."""

from __future__ import annotations

import os
from importlib import import_module

import click

from site_gen.diagnostics import SiteError

_LIBRARIES = ("numpy", "scipy")


@click.command("fit")
@click.option("--jobs", type=click.IntRange(1, 64), help="Processes that fit.")
@click.option("--dry-run", is_flag=True, help="Write nothing.")
def fit_command(jobs: int | None, dry_run: bool) -> None:
    """Fit the calibration to the built-in measurements, and cross-validate it.

    Every source, device and model is left out in turn, which takes some minutes. It needs the extra
    `fit`, which brings NumPy and SciPy.
    """
    try:
        fitting = import_module("site_gen.commands.fitting")
    except ModuleNotFoundError as error:
        library = str(error.name).partition(".")[0]
        if library not in _LIBRARIES:
            raise
        message = f"the fit needs `{library}`, which is not installed"
        raise SiteError(message, 'install it with `pip install "site-gen[fit]"`') from error
    fitting.run_fit(jobs or os.cpu_count() or 1, is_written=not dry_run)
