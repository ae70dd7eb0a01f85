"""What commands that build share: their options, the site, the time, and how JSON is printed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec

from site_gen.diagnostics import SiteError
from site_gen.setup import checkout_root, is_checkout

FOLDER = click.Path(file_okay=False, path_type=Path)
CACHE = ".cache"
"""Folder in the site's root for what a build leaves for the next one."""


locked_option = click.option(
    "--locked", is_flag=True, help="Fail where a figure or a URL is not as it was locked."
)


def site_options(command: click.decorators.FC) -> click.decorators.FC:
    """The options that choose a site, and what of it is built."""
    options = (
        click.option("--root", type=FOLDER, help="Folder of the site; else the project's own."),
        click.option("--drafts", is_flag=True, help="Take drafts in."),
        click.option("--future", is_flag=True, help="Take in articles that are not due yet."),
        click.option("--jobs", type=click.IntRange(1, 64), help="Processes that make pages."),
        click.option("--json", "as_json", is_flag=True, help="Print JSON lines."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def site_root(root: Path | None) -> Path:
    """The folder of the site; SiteError where it holds no content."""
    chosen = (root or (checkout_root() if is_checkout() else Path.cwd())).resolve()
    if not (chosen / "content").is_dir():
        raise SiteError(
            f"there is no `content/` in {chosen}", "give the folder of a site with `--root`"
        )
    return chosen


def read_clock() -> datetime:
    """The time of this build: `SOURCE_DATE_EPOCH` where it is set, so that it can be repeated."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch is None:
        return datetime.now(UTC)
    try:
        return datetime.fromtimestamp(int(epoch), UTC)
    except (ValueError, OverflowError, OSError):
        message = f"SOURCE_DATE_EPOCH is `{epoch}`"
        raise SiteError(message, "it must be whole seconds since 1970") from None


def print_json(record: Mapping[str, object]) -> None:
    """A line of JSON in UTF-8, whatever encoding the machine prints in."""
    click.echo(msgspec.json.encode(record))
