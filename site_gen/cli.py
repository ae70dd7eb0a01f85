"""The command line: `python build.py`, `site-gen` and `python -m site_gen` are the same."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import NoReturn

import click
import msgspec
from rich.console import Console

from site_gen import __version__
from site_gen.build.lock import count_unlocked
from site_gen.build.pipeline import Build, Options, build, is_good
from site_gen.commands.site import FOLDER, open_world, print_json, site_options, site_root
from site_gen.diagnostics import SiteError
from site_gen.publish import DiskPublisher, MemoryPublisher, Publisher, clean
from site_gen.setup import (
    SetupError,
    checkout_root,
    install_node_packages,
    theme_root,
)
from site_gen.terminal import format_count, format_diagnostic, format_report, make_console

_THEME = ("templates", "static")
_LOCKED = click.option(
    "--locked", is_flag=True, help="Fail where a figure is not as `values.lock` has it."
)
_ELSEWHERE = {
    "accept": "site_gen.commands.accept",
    "estimate": "site_gen.commands.estimate",
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
    console = make_console()
    console.print(f"site-gen: {error.message}", markup=False)
    if error.hint:
        console.print(f"hint: {error.hint}", markup=False)
    sys.exit(2)


@click.group(cls=_BuildByDefault)
@click.version_option(__version__)
def _commands() -> None:
    """Build a blog from Markdown: math, code and figures are made while building."""


@_commands.command("build")
@site_options
@_LOCKED
@click.option("--output", type=FOLDER, help="Folder to publish into; else `_site` in the root.")
def _build(
    root: Path | None,
    drafts: bool,
    future: bool,
    jobs: int | None,
    as_json: bool,
    locked: bool,
    output: Path | None,
) -> None:
    """Build the site (what happens when no command is named)."""
    site = site_root(root)
    sources = [site / "content", *(top / name for top in (site, theme_root()) for name in _THEME)]
    publisher = DiskPublisher(output or site / "_site", sources)
    _run(site, Options(drafts, future, jobs, locked), publisher, as_json)


@_commands.command("check")
@site_options
@_LOCKED
def _check(
    root: Path | None, drafts: bool, future: bool, jobs: int | None, as_json: bool, locked: bool
) -> None:
    """Check all that a build checks, and write nothing."""
    _run(site_root(root), Options(drafts, future, jobs, locked), MemoryPublisher(), as_json)


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
    make_console().print(line, markup=False)


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


def _run(root: Path, options: Options, publisher: Publisher, as_json: bool) -> None:
    """Build, say what is wrong, publish when nothing is, and say what was done."""
    started = time.perf_counter()
    console = make_console()
    with open_world(root, console) as world:
        result = build(world, options)
        if is_good(result):
            publisher.publish(result.outputs)
    seconds = time.perf_counter() - started
    if as_json:
        _report_json(result, seconds)
    else:
        _report(result, world.now, seconds, console)
    sys.exit(0 if is_good(result) else 1)


def _report(result: Build, now: datetime, seconds: float, console: Console) -> None:
    for diagnostic in result.diagnostics:
        console.print(format_diagnostic(diagnostic), end="\n\n")
    if is_good(result):
        line = format_report(
            result.articles,
            len(result.outputs),
            result.drafts,
            result.scheduled,
            now,
            seconds,
            count_unlocked(result.changes),
        )
    else:
        errors = sum(diagnostic.severity == "error" for diagnostic in result.diagnostics)
        line = f"{format_count(errors, 'error')}: nothing was published"
    console.print(line, markup=False)


def _report_json(result: Build, seconds: float) -> None:
    for diagnostic in result.diagnostics:
        print_json({"type": "diagnostic", **msgspec.to_builtins(diagnostic)})
    report = {
        "type": "report",
        "good": is_good(result),
        "articles": result.articles,
        "pages": result.pages,
        "files": len(result.outputs),
        "drafts": result.drafts,
        "scheduled": result.scheduled,
        "changed": sum(change.kind != "new" for change in result.changes),
        "unlocked": count_unlocked(result.changes),
        "elapsed_ms": round(seconds * 1000),
    }
    print_json(report)


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
