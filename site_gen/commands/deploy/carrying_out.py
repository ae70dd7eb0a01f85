"""One deployment from its plan to what readers get."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from importlib import import_module

import click
import msgspec

from site_gen.commands.deploy.interrupting import interruptible
from site_gen.commands.deploy.reporting import Outcome, Reporter
from site_gen.deploy.hosts import check_plan
from site_gen.deploy.plan import Plan
from site_gen.deploy.site import BuiltSite
from site_gen.deploy.target import Target, Tell
from site_gen.deploy.verify import Problem, list_requests
from site_gen.diagnostics import SiteError
from site_gen.phrases import format_count
from site_gen.targets import TargetSettings

_WHOLE = "readers find no page that leads nowhere; to go on,"
_DEPLOY, _GO_BACK = f"{_WHOLE} deploy once more", f"{_WHOLE} give `--rollback` once more"
_INTERRUPTED = "interrupted, ending what is being sent (Ctrl-C once more ends at once)"


class Wishes(msgspec.Struct, frozen=True):
    """What is wished for beside that the site be deployed."""

    settings: TargetSettings
    verifies: bool = True
    """Whether what was deployed is fetched."""
    deletes_many: bool = False
    """Whether more may be deleted than the guard allows."""
    replaces: bool = False
    """Whether what something else has put there may be replaced."""
    is_dry: bool = False
    """Whether the plan is shown and nothing done."""
    can_ask: bool = False
    """Whether somebody is there who can answer."""


def deploy_site(
    target: Target,
    site: BuiltSite,
    wishes: Wishes,
    saved: Plan | None,
    now: datetime,
    reporter: Reporter,
) -> Outcome:
    """What came of it; `saved` is the one plan that may be carried out, where there is one."""
    with reporter.stage("looking at what is live"):
        plan = target.plan(site, saved.made if saved else now)
    if saved and plan != saved:
        raise _refuse_other(plan, saved)
    check_plan(wishes.settings, plan, site)
    if not wishes.is_dry:
        site.check(step.path for step in plan.find("new", "bytes"))
    order = _Order(plan, lambda tell: target.carry_out(plan, site, tell), _DEPLOY)
    return _carry_out(order, target.place, wishes, reporter)


class _Order(msgspec.Struct, frozen=True):
    """What is to be done."""

    plan: Plan
    work: Callable[[Tell], None]
    to_go_on: str
    """What is said where it was cut off."""


def go_back(target: Target, wishes: Wishes, now: datetime, reporter: Reporter) -> Outcome:
    """What came of going back to the release before."""
    with reporter.stage("looking at what is live"):
        plan = target.plan_back(now)
    order = _Order(plan, lambda tell: target.roll_back(plan, tell), _GO_BACK)
    return _carry_out(order, target.place, wishes, reporter)


def _carry_out(order: _Order, place: str, wishes: Wishes, reporter: Reporter) -> Outcome:
    started, plan = time.perf_counter(), order.plan
    if wishes.is_dry:
        reporter.show_plan(plan, place)
        return Outcome(plan, wishes.settings.url)
    if not plan.is_empty:
        reporter.announce(plan, place)
        _ask(plan, wishes)
        _work(order, reporter)
    seconds = time.perf_counter() - started
    count, problems = _verify(plan, wishes, reporter)
    outcome = Outcome(plan, wishes.settings.url, seconds, count, problems)
    reporter.end(outcome)
    return outcome


def _work(order: _Order, reporter: Reporter) -> None:
    count = order.plan.count("new", "bytes", "headers", "deleted")
    told = f"{_INTERRUPTED}; {order.to_go_on}"
    try:
        with interruptible(told), reporter.stage("deploying", count):
            order.work(reporter.pass_step)
    except SiteError as error:
        raise SiteError(error.message, error.hint or order.to_go_on) from error


def _verify(
    plan: Plan, wishes: Wishes, reporter: Reporter
) -> tuple[int | None, tuple[Problem, ...]]:
    """How many URLs were fetched, None where none was to be, and what is wrong with them."""
    if not (wishes.settings.url and wishes.verifies):
        return None, ()
    requests = list_requests(plan, wishes.settings.url)
    # What asks other hosts takes a while to load.
    fetch = import_module("site_gen.deploy.fetch").fetch
    with reporter.stage("fetching", len(requests)):
        return len(requests), tuple(fetch(requests, wishes.settings.patience_s, reporter.pass_some))


def _ask(plan: Plan, wishes: Wishes) -> None:
    """Return where what is unusual in a plan is wanted; else SiteError."""
    deleted, foreign = plan.count("deleted"), sum(step.is_foreign for step in plan.steps)
    if plan.deletes_more_than(wishes.settings.most_deleted) and not wishes.deletes_many:
        live = len(plan.steps) - plan.count("new")
        what = f"{deleted:,} of {format_count(live, 'file')} would be deleted from {plan.target}"
        _confirm(what, "--delete-many", wishes)
    if foreign and not wishes.replaces:
        verb = "was" if foreign == 1 else "were"
        what = f"{format_count(foreign, 'file')} that {verb} put there by something else"
        _confirm(f"{what} would be replaced", "--replace", wishes)


def _confirm(what: str, option: str, wishes: Wishes) -> None:
    if not wishes.can_ask:
        hint = f"look at it with `--dry-run`, and give `{option}` where that is meant"
        raise SiteError(f"{what}; nothing was changed", hint)
    if not click.confirm(f"{what}. Go on?", err=True):
        raise SiteError("nothing was changed")


def _refuse_other(plan: Plan, saved: Plan) -> SiteError:
    """What is said where a saved plan is not what would be planned now."""
    if plan.target != saved.target:
        return SiteError(f"the plan is for the target `{saved.target}`")
    is_same_site = {path: file for path, file in plan.release.files.items() if not file.age} == {
        path: file for path, file in saved.release.files.items() if not file.age
    }
    what = "the target" if is_same_site else "the site"
    hint = "make it once more with `--plan`"
    return SiteError(f"{what} has changed since the plan was made; nothing was changed", hint)
