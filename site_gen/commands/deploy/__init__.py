"""`site-gen deploy`: put the site on static hosting, or say first what that would do."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import click
import msgspec

from site_gen.commands.configured import read_config
from site_gen.commands.deploy.carrying_out import Wishes, deploy_site, go_back
from site_gen.commands.deploy.plan_file import read_plan, write_plan
from site_gen.commands.deploy.reporting import JsonReporter, TextReporter
from site_gen.commands.reporting import print_report, tell_report
from site_gen.commands.site import FOLDER, print_json, read_clock, site_root
from site_gen.commands.up_to_date import bring_up_to_date
from site_gen.config import Config
from site_gen.deploy.opening import open_target
from site_gen.deploy.site import open_site
from site_gen.diagnostics import SiteError, has_errors, suggest
from site_gen.targets import TargetSettings
from site_gen.terminal import print_diagnostics

_FILE = click.Path(dir_okay=False, path_type=Path)
_OUTPUT = "_site"


@click.command("deploy")
@click.argument("name", metavar="[TARGET]", required=False)
@click.option("--root", type=FOLDER, help="Folder of the site; else the project's own.")
@click.option("--jobs", type=click.IntRange(1, 64), help="Processes that make pages.")
@click.option("--dry-run", "is_dry", is_flag=True, help="Show the plan, and do nothing.")
@click.option("--plan", "saved", type=_FILE, help="Show the plan and save it, and do nothing.")
@click.option("--apply", "applied", type=_FILE, help="Carry out a saved plan and nothing else.")
@click.option("--rollback", "goes_back", is_flag=True, help="Go back to the release before.")
@click.option("--status", "asks", is_flag=True, help="Say what is live.")
@click.option("--delete-many", is_flag=True, help="Delete more than the target's guard allows.")
@click.option("--replace", is_flag=True, help="Take the place of what something else put there.")
@click.option("--no-verify", is_flag=True, help="Do not fetch what was deployed.")
@click.option("-v", "--verbose", is_flag=True, help="Print a line for each file.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON lines.")
def deploy(
    name: str | None,
    root: Path | None,
    jobs: int | None,
    is_dry: bool,
    saved: Path | None,
    applied: Path | None,
    goes_back: bool,
    asks: bool,
    delete_many: bool,
    replace: bool,
    no_verify: bool,
    verbose: bool,
    as_json: bool,
) -> None:
    """Put the site on static hosting, as TARGET in `[tool.site_gen.deploy]` says.

    It is built before, and has to be as it was locked. TARGET may be left out where there is one.
    """
    _refuse_both({"--plan": saved, "--apply": applied, "--rollback": goes_back, "--status": asks})
    now, site = read_clock(), site_root(root)
    plan = read_plan(applied) if applied else None
    if not (goes_back or asks):
        _build(site, jobs, now, as_json)
    config = _read_config(site, as_json)
    name, settings = _choose(config, name or (plan.target if plan else None))
    target = open_target(name, settings, config, site)
    reporter = (JsonReporter if as_json else TextReporter)(is_verbose=verbose)
    wishes = Wishes(
        url=settings.url,
        patience_s=settings.patience_s,
        most_deleted=settings.most_deleted,
        verifies=not no_verify,
        deletes_many=delete_many,
        replaces=replace,
        is_dry=is_dry or bool(saved),
        can_ask=sys.stdin.isatty() and not as_json,
    )
    if asks:
        with reporter.stage("looking at what is live"):
            status = target.look()
        reporter.show_status(name, status, settings.url)
        return
    if goes_back:
        outcome = go_back(target, wishes, now, reporter)
    else:
        built = open_site(site / _OUTPUT, config.compress, target.needs)
        outcome = deploy_site(target, built, wishes, plan, now, reporter)
    if saved:
        write_plan(saved, outcome.plan)
    sys.exit(1 if outcome.problems else 0)


def _refuse_both(given: Mapping[str, object]) -> None:
    """Return where at most one of these options is given."""
    names = [name for name, value in given.items() if value]
    if len(names) > 1:
        raise SiteError(f"`{names[0]}` and `{names[1]}` do not go together", "give one of them")


def _build(site: Path, jobs: int | None, now: datetime, as_json: bool) -> None:
    """Have the finished site as its sources are; where it has errors say so, and end."""
    started = time.perf_counter()
    report = bring_up_to_date(site, (False, False, jobs, True), now, site / _OUTPUT)
    seconds = time.perf_counter() - started
    if not report.is_good:
        if as_json:
            print_report(report, seconds, {})
        else:
            tell_report(report, report.diagnostics, now, seconds)
        sys.exit(1)
    if not as_json:
        tell_report(report, (), now, seconds)
    if not (report.articles or report.pages):
        hint = "is it the right folder?"
        raise SiteError(f"{site} has no article and no page, so nothing is deployed", hint)


def _read_config(site: Path, as_json: bool) -> Config:
    """The configuration; where it has errors say so, and end."""
    config, diagnostics = read_config(site)
    if has_errors(diagnostics):
        if as_json:
            for each in diagnostics:
                print_json({"type": "diagnostic", **msgspec.to_builtins(each)})
        else:
            print_diagnostics(diagnostics)
        sys.exit(1)
    return config


def _choose(config: Config, name: str | None) -> tuple[str, TargetSettings]:
    """The target that is meant; SiteError where that is not clear."""
    targets = config.deploy
    if not targets:
        hint = "add a table `[tool.site_gen.deploy.NAME]` to pyproject.toml; see docs/deploying.md"
        raise SiteError("no target is configured", hint)
    known = ", ".join(f"`{each}`" for each in targets)
    if name is None:
        if len(targets) > 1:
            raise SiteError("it is not said where to deploy to", f"name one of {known}")
        name = next(iter(targets))
    if name not in targets:
        raise SiteError(f"there is no target `{name}`", suggest(name, targets) or f"known: {known}")
    return name, targets[name]
