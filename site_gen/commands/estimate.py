"""`site-gen estimate`: what the estimator knows."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import click
import msgspec
from rich.console import Console

from site_gen.build.inputs import read_data
from site_gen.catalogue import load_catalogue
from site_gen.commands.fit import fit_command
from site_gen.commands.site import FOLDER, print_json, site_root
from site_gen.commands.tables import make_table
from site_gen.commands.validate import validate_command
from site_gen.diagnostics import Diagnostic, has_errors
from site_gen.effects import DiskTree
from site_gen.estimator.catalogue import Catalogue, Entries, Entry
from site_gen.setup import checkout_root, is_checkout
from site_gen.terminal import format_diagnostic, make_console

_LISTS = ("devices", "models", "quantizations", "cache-types")


@click.group("estimate", invoke_without_command=True)
@click.option("--list", "listed", type=click.Choice(_LISTS), help="List what is known by name.")
@click.option("--root", type=FOLDER, help="Folder of the site; else the project's own.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON lines.")
@click.pass_context
def estimate(context: click.Context, listed: str | None, root: Path | None, as_json: bool) -> None:
    """Show what the estimator knows of devices, models and quantizations."""
    if context.invoked_subcommand:
        return
    if listed is None:
        click.echo(context.get_help())
        return
    catalogue, diagnostics = read_catalogue(root)
    entries = _entries_of(catalogue, listed)
    if as_json:
        _print_json(entries, diagnostics)
    else:
        _print_table(entries, diagnostics)
    sys.exit(1 if has_errors(diagnostics) else 0)


estimate.add_command(fit_command)
estimate.add_command(validate_command)


def read_catalogue(root: Path | None) -> tuple[Catalogue, list[Diagnostic]]:
    """The built-in data with that of the site in a folder; SiteError where there is no site.

    Without a folder it is the project's own, or the one that the command was started in, where
    that has data.
    """
    here = checkout_root() if is_checkout() else Path.cwd()
    chosen = here if root is None else site_root(root)
    sources, diagnostics = read_data(DiskTree(chosen))
    catalogue, problems = load_catalogue(sources)
    return catalogue, diagnostics + problems


def _entries_of(catalogue: Catalogue, listed: str) -> Entries[Entry]:
    known: Mapping[str, Entries[Entry]] = {
        "devices": catalogue.devices,
        "models": catalogue.models,
        "quantizations": catalogue.quantizations,
        "cache-types": catalogue.cache_types,
    }
    return known[listed]


def _print_table(entries: Entries[Entry], diagnostics: list[Diagnostic]) -> None:
    console = Console(highlight=False)
    console.print(make_table(entries, console.width))
    errors = make_console()
    for diagnostic in diagnostics:
        errors.print(format_diagnostic(diagnostic), end="\n\n")


def _print_json(entries: Entries[Entry], diagnostics: list[Diagnostic]) -> None:
    """Each mistake as a line, then each entry."""
    for diagnostic in diagnostics:
        print_json({"type": "diagnostic", **msgspec.to_builtins(diagnostic)})
    for entry in entries.by_name.values():
        print_json({"type": entries.kind, **msgspec.to_builtins(entry)})
