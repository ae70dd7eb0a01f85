"""The command line: `python build.py`, `site-gen` and `python -m site_gen` are the same."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from site_gen import __version__
from site_gen.commands.reporting import print_report, tell_report
from site_gen.commands.site import (
    FOLDER,
    locked_option,
    print_json,
    read_clock,
    site_options,
    site_root,
)
from site_gen.commands.up_to_date import bring_up_to_date
from site_gen.diagnostics import SiteError
from site_gen.phrases import format_count
from site_gen.publish.folder import clean
from site_gen.setup import SetupError, checkout_root, install_node_packages

if TYPE_CHECKING:
    from site_gen.commands.profile import Profiler

_ELSEWHERE = {
    "accept": "site_gen.commands.accept",
    "check": "site_gen.commands.check",
    "deploy": "site_gen.commands.deploy",
    "estimate": "site_gen.commands.estimate",
    "serve": "site_gen.commands.serve",
    "verify": "site_gen.commands.verify",
    "why": "site_gen.commands.why",
}
"""Command → its module, which is imported when the command is asked for and has it by its name."""


class _BuildByDefault(click.Group):
    """A group whose command is `build` when none is named."""

    def parse_args(self, context: click.Context, arguments: list[str]) -> list[str]:
        first = arguments[0] if arguments else "-"
        if first.startswith("-") and first not in ("--help", "--version"):
            arguments = ["build", *arguments]
        return super().parse_args(context, arguments)

    def list_commands(self, context: click.Context) -> list[str]:
        return sorted([*super().list_commands(context), *_ELSEWHERE])

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in _ELSEWHERE:
            return super().get_command(context, name)
        command: click.Command = getattr(import_module(_ELSEWHERE[name]), name)
        return command


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; ends with 0, 1 (the content has errors) or 2 (wrong use)."""
    as_json = "--json" in (sys.argv[1:] if arguments is None else arguments)
    try:
        _commands.main(args=arguments, prog_name="site-gen", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except SetupError as error:
        _give_up(SiteError(str(error)), as_json)
    except SiteError as error:
        _give_up(error, as_json)


def _give_up(error: SiteError, as_json: bool) -> NoReturn:
    """Say why a command cannot run at all, and end."""
    if as_json:
        print_json({"type": "error", "message": error.message, "hint": error.hint})
        sys.exit(2)
    click.echo(f"site-gen: {error.message}", err=True)
    if error.hint:
        click.echo(f"hint: {error.hint}", err=True)
    sys.exit(2)


@click.group(cls=_BuildByDefault)
@click.version_option(__version__)
def _commands() -> None:
    """Build a blog from Markdown: math, code and figures are made while building."""


@_commands.command("build")
@site_options
@locked_option
@click.option("--output", type=FOLDER, help="Folder to publish into; else `_site` in the root.")
@click.option("--profile", is_flag=True, help="Say where the time went.")
def _build(
    root: Path | None,
    drafts: bool,
    future: bool,
    jobs: int | None,
    as_json: bool,
    locked: bool,
    output: Path | None,
    profile: bool,
) -> None:
    """Build the site (what happens when no command is named)."""
    site = site_root(root)
    profiler = import_module("site_gen.commands.profile").Profiler() if profile else None
    _run(site, (drafts, future, jobs, locked), output or site / "_site", as_json, profiler)


@_commands.command("clean")
@click.option("--root", type=FOLDER, help="Folder of the site; else the project's own.")
@click.option("--output", type=FOLDER, help="Folder that was published into.")
def _clean(root: Path | None, output: Path | None) -> None:
    """Remove what builds have written, and nothing else."""
    folder = output or site_root(root) / "_site"
    cleaned = clean(folder)
    line = f"removed {format_count(len(cleaned.removed), 'file')} from {folder}"
    if cleaned.kept:
        line += f"; {format_count(cleaned.kept, 'file')} not made by site_gen left alone"
    click.echo(line, err=True)


@_commands.command("setup")
def _setup() -> None:
    """Install the Node packages (`python build.py` does this by itself)."""
    install_node_packages(development=False)


@_commands.command("test", context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def _test(arguments: Sequence[str]) -> None:
    """Run the tests, on all processors; ARGUMENTS go to pytest in their place."""
    _run_tools([[sys.executable, "-m", "pytest", *(arguments or ("-n", "auto"))]])


@_commands.command("lint")
def _lint() -> None:
    """Run the linters, the type checker and the check of the layers."""
    _run_tools(
        [
            [sys.executable, "-m", "ruff", "check", "."],
            [sys.executable, "-m", "ruff", "format", "--check", "."],
            [sys.executable, "-m", "mypy"],
            [_script("lint-imports")],
        ]
    )


def _run(
    root: Path,
    options: tuple[bool, bool, int | None, bool],
    output: Path,
    as_json: bool,
    profiler: Profiler | None,
) -> NoReturn:
    """Build, or find that there is nothing to do; say what is wrong, and what was done.

    `options` are those of `build.work.Options`.
    """
    started, now = time.perf_counter(), read_clock()
    report = bring_up_to_date(root, options, now, output, profiler)
    seconds = time.perf_counter() - started
    if as_json:
        print_report(report, seconds, {"profile": profiler.describe()} if profiler else {})
    else:
        tell_report(report, report.diagnostics, now, seconds)
        if profiler:
            profiler.show()
    sys.exit(0 if report.is_good else 1)


def _script(name: str) -> str:
    """A console script of the environment that this runs in."""
    found = shutil.which(name, path=str(Path(sys.executable).parent))
    if found is None:
        raise SiteError(
            f"`{name}` is not installed", "run `python build.py lint`, which installs it"
        )
    return found


def _run_tools(commands: Sequence[Sequence[str]]) -> None:
    """Run each command in the checkout; end with the first exit code that is not 0."""
    codes = [subprocess.call(command, cwd=checkout_root()) for command in commands]
    sys.exit(next((code for code in codes if code), 0))
