"""`site-gen check`: what a build checks, what none fails for, and links to other hosts."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Literal

import click
import msgspec

from site_gen.build.code import digest_code
from site_gen.build.inputs import Inputs
from site_gen.build.report import Report, digest_options, find_report
from site_gen.build.rows import StateRow
from site_gen.build.store import Store
from site_gen.build.store_folder import open_store
from site_gen.commands.building import build_site
from site_gen.commands.check.findings import SEVERITIES, Finding, Site, count_findings
from site_gen.commands.check.formats import format_github, format_sarif
from site_gen.commands.check.pages import find_in_pages
from site_gen.commands.check.unused import find_unused
from site_gen.commands.last_build import LastBuild
from site_gen.commands.reporting import describe_report, tell_report
from site_gen.commands.site import (
    CACHE,
    locked_option,
    print_json,
    read_clock,
    site_options,
    site_root,
)
from site_gen.effects import DiskTree
from site_gen.setup import theme_root

Format = Literal["text", "json", "sarif", "github"]
Bound = Literal["error", "warning", "never"]


@click.command("check")
@site_options
@locked_option
@click.option(
    "--external", is_flag=True, help="Ask other hosts whether links to them lead anywhere."
)
@click.option(
    "--format",
    "shown_as",
    type=click.Choice(["text", "json", "sarif", "github"]),
    default="text",
    help="How what is found is printed.",
)
@click.option(
    "--fail-on",
    "bound",
    type=click.Choice(["error", "warning", "never"]),
    default="error",
    help="End with 1 where something as bad as this is found.",
)
def check(
    root: Path | None,
    drafts: bool,
    future: bool,
    jobs: int | None,
    as_json: bool,
    locked: bool,
    external: bool,
    shown_as: Format,
    bound: Bound,
) -> None:
    """Check all that a build checks and what none fails for, and publish nothing."""
    started, now = time.perf_counter(), read_clock()
    site = site_root(root)
    report, found = _check(site, (drafts, future, jobs, locked), now, external)
    findings = [*(Finding("build", each) for each in report.diagnostics), *found]
    findings.sort(key=lambda each: each.diagnostic)
    seconds = time.perf_counter() - started
    if as_json or shown_as == "json":
        _print_json(report, findings, seconds)
    elif shown_as == "sarif":
        click.echo(format_sarif(findings))
    elif shown_as == "github":
        click.echo("".join(map(format_github, findings)), nl=False)
    if shown_as in ("text", "github") and not as_json:
        shown = findings if shown_as == "text" else ()
        _tell(report, shown, found, now, seconds)
    sys.exit(1 if _is_bad(findings, bound) else 0)


def _check(
    root: Path,
    options: tuple[bool, bool, int | None, bool],
    now: datetime,
    external: bool,
) -> tuple[Report, list[Finding]]:
    """What a build says, and all else that is found; `options` as those of `build.work.Options`."""
    drafts, future, _, locked = options
    chosen = digest_options(drafts, future, locked)
    with open_store(root / CACHE, digest_code()) as store:
        inputs = Inputs(DiskTree(root), DiskTree(theme_root()))
        row = find_report(store, inputs, chosen, now)
        report = row.report if row else build_site(root, store, inputs, options, chosen, now, None)
        findings = list(_find(root, store, inputs, now, external))
    return report, findings


def _find(
    root: Path, store: Store, inputs: Inputs, now: datetime, external: bool
) -> Iterator[Finding]:
    state = store.get(StateRow, "")
    if state is None:
        click.echo("site-gen: nothing was kept, so only what a build checks was checked", err=True)
        return
    site = Site(LastBuild(store, state), inputs)
    yield from find_unused(site)
    yield from find_in_pages(site)
    if external:
        # What talks to other hosts is loaded by those who ask for it.
        outside = import_module("site_gen.commands.check.outside")
        yield from outside.find_outside(site, root / CACHE, now)


def _tell(
    report: Report,
    shown: Sequence[Finding],
    found: Sequence[Finding],
    now: datetime,
    seconds: float,
) -> None:
    tell_report(report, [each.diagnostic for each in shown], now, seconds)
    if found:
        click.echo(f"beside that, {count_findings(found)}", err=True)


def _print_json(report: Report, findings: Sequence[Finding], seconds: float) -> None:
    """A line for each, what a build says without a rule, and a line on the build."""
    for each in findings:
        rule = {} if each.rule == "build" else {"rule": each.rule}
        print_json({"type": "diagnostic", **msgspec.to_builtins(each.diagnostic), **rule})
    print_json(describe_report(report, seconds))


def _is_bad(findings: Sequence[Finding], bound: Bound) -> bool:
    """Whether one of them is as bad as the bound, or worse."""
    if bound == "never":
        return False
    return any(
        SEVERITIES.index(each.diagnostic.severity) <= SEVERITIES.index(bound) for each in findings
    )
