"""`site-gen deploy`: put the site on static hosting, or say first what that would do."""

from __future__ import annotations

import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

import click
import msgspec

from site_gen.commands.configured import read_config
from site_gen.commands.deploy.carrying_out import Wishes, deploy_site, go_back
from site_gen.commands.deploy.plan_file import SavedPlan, find_saved, read_plan, write_plan
from site_gen.commands.deploy.reporting import JsonReporter, Reporter, TextReporter
from site_gen.commands.reporting import print_report, tell_report
from site_gen.commands.site import FOLDER, print_json, read_clock, site_root
from site_gen.commands.up_to_date import bring_up_to_date
from site_gen.config import Config
from site_gen.deploy.hosts import HOSTS, check_folder
from site_gen.deploy.opening import OUTPUT, open_target
from site_gen.deploy.site import Needs, open_site
from site_gen.deploy.workflows import write_workflow
from site_gen.diagnostics import SiteError, has_errors, suggest
from site_gen.targets import HostName, TargetSettings
from site_gen.terminal import print_diagnostics

_FILE = click.Path(dir_okay=False, path_type=Path)
_HOST = click.Choice(HOSTS)


@click.command("deploy")
@click.argument("name", metavar="[TARGET]", required=False)
@click.option("--root", type=FOLDER, help="Folder of the site; else the project's own.")
@click.option("--jobs", type=click.IntRange(1, 64), help="Processes that make pages.")
@click.option("--dry-run", "is_dry", is_flag=True, help="Show the plan, and do nothing.")
@click.option("--plan", "saved", type=_FILE, help="Show the plan and save it, and do nothing.")
@click.option("--apply", "applied", type=_FILE, help="Carry out a saved plan and nothing else.")
@click.option("--rollback", "goes_back", is_flag=True, help="Go back to the release before.")
@click.option("--status", "asks", is_flag=True, help="Say what is live.")
@click.option("--check", "checked", type=_HOST, help="Build, and say whether HOST takes the site.")
@click.option("--write-workflow", "host", type=_HOST, help="Write a workflow that deploys to HOST.")
@click.option("--delete-many", is_flag=True, help="Delete more than the target's guard allows.")
@click.option("--replace", is_flag=True, help="Take the place of what something else put there.")
@click.option("--no-verify", is_flag=True, help="Do not fetch what was deployed.")
@click.option("-v", "--verbose", is_flag=True, help="Print a line for each file.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON lines.")
def deploy(**given: Any) -> None:
    """Put the site on static hosting, as TARGET in `[tool.site_gen.deploy]` says.

    It is built before, and has to be as it was locked. TARGET may be left out where there is one.
    """
    site = site_root(given.pop("root"))
    options = _Options(**given, site=site, now=read_clock())
    _refuse_two_modes(options)
    if options.host:
        click.echo(f"{write_workflow(options.host, options.site)} is written", err=True)
    elif options.checked:
        _check_host(options.checked, options)
    elif options.asks:
        _tell_status(options)
    else:
        _deploy(options)


class _Options(msgspec.Struct, frozen=True, kw_only=True):
    """What was given on the command line; the help of each option says what it is."""

    name: str | None
    """Of the target."""
    site: Path
    """The root of the site."""
    now: datetime
    jobs: int | None
    is_dry: bool
    saved: Path | None
    applied: Path | None
    goes_back: bool
    asks: bool
    checked: HostName | None
    host: HostName | None
    delete_many: bool
    replace: bool
    no_verify: bool
    verbose: bool
    as_json: bool

    @property
    def output(self) -> Path:
        """The folder of the finished site."""
        return self.site / OUTPUT


def _check_host(host: HostName, options: _Options) -> None:
    _build(options)
    site = open_site(options.output, (), Needs())
    site.check(site.files)
    check_folder(host, options.output)
    if options.as_json:
        print_json({"type": "host", "host": host, "good": True})
    else:
        click.echo(f"{HOSTS[host].title} takes this site", err=True)


def _tell_status(options: _Options) -> None:
    config = _read_config(options)
    name, settings = _choose(config, options.name)
    target, reporter = open_target(name, settings, config, options.site), _make_reporter(options)
    with reporter.stage("looking at what is live"):
        status = target.look()
    reporter.show_status(name, status, settings.url)


def _deploy(options: _Options) -> NoReturn:
    saved = read_plan(options.applied) if options.applied else None
    if not options.goes_back:
        _build(options)
    config = _read_config(options)
    name, settings = _choose(config, options.name or (saved.plan.target if saved else None))
    target, reporter = open_target(name, settings, config, options.site), _make_reporter(options)
    wishes = Wishes(
        settings,
        verifies=not options.no_verify,
        deletes_many=options.delete_many,
        replaces=options.replace,
        is_dry=options.is_dry or bool(options.saved),
        can_ask=sys.stdin.isatty() and not options.as_json,
    )
    if options.goes_back:
        outcome = go_back(target, wishes, options.now, reporter)
    else:
        built = open_site(options.output, config.compress, target.needs)
        plan = find_saved(saved, target) if saved else None
        outcome = deploy_site(target, built, wishes, plan, options.now, reporter)
    if options.saved:
        write_plan(options.saved, SavedPlan(target.place, outcome.plan))
    sys.exit(1 if outcome.problems else 0)


def _make_reporter(options: _Options) -> Reporter:
    kind = JsonReporter if options.as_json else TextReporter
    return kind(is_verbose=options.verbose)


def _refuse_two_modes(options: _Options) -> None:
    """Return where at most one thing is to be done."""
    given = {
        "--plan": options.saved,
        "--apply": options.applied,
        "--rollback": options.goes_back,
        "--status": options.asks,
        "--check": options.checked,
        "--write-workflow": options.host,
    }
    names = [name for name, value in given.items() if value]
    if len(names) > 1:
        raise SiteError(f"`{names[0]}` and `{names[1]}` do not go together", "give one of them")


def _build(options: _Options) -> None:
    """Have the finished site as its sources are; where it has errors say so, and end."""
    started, site = time.perf_counter(), options.site
    chosen = (False, False, options.jobs, True)
    report = bring_up_to_date(site, chosen, options.now, options.output)
    seconds = time.perf_counter() - started
    if not report.is_good:
        if options.as_json:
            print_report(report, seconds, {})
        else:
            tell_report(report, report.diagnostics, options.now, seconds)
        sys.exit(1)
    if not options.as_json:
        tell_report(report, (), options.now, seconds)
    if not (report.articles or report.pages):
        hint = "is it the right folder?"
        raise SiteError(f"{site} has no article and no page, so nothing is deployed", hint)


def _read_config(options: _Options) -> Config:
    """The configuration; where it has errors say so, and end."""
    config, diagnostics = read_config(options.site)
    if has_errors(diagnostics):
        if options.as_json:
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
