"""What commands that build say of it when it is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib import import_module

import click
import msgspec

from site_gen.build.report import Report
from site_gen.commands.site import print_json
from site_gen.diagnostics import Diagnostic
from site_gen.phrases import format_count, format_report


def tell_report(
    report: Report, diagnostics: Sequence[Diagnostic], now: datetime, seconds: float
) -> None:
    """Print these diagnostics, and a line on the build."""
    if diagnostics:
        # What shows them is loaded only now.
        import_module("site_gen.terminal").print_diagnostics(diagnostics)
    if report.is_good:
        line = format_report(
            report.articles,
            report.files,
            report.drafts,
            report.scheduled,
            now,
            seconds,
            report.unlocked,
            report.unlocked_urls,
        )
    else:
        errors = sum(diagnostic.severity == "error" for diagnostic in report.diagnostics)
        line = f"{format_count(errors, 'error')}: nothing was published"
    click.echo(line, err=True)


def print_report(report: Report, seconds: float, more: Mapping[str, object]) -> None:
    """Print the diagnostics of a build, and a record on it with `more`, as JSON lines."""
    for diagnostic in report.diagnostics:
        print_json({"type": "diagnostic", **msgspec.to_builtins(diagnostic)})
    print_json({**describe_report(report, seconds), **more})


def describe_report(report: Report, seconds: float) -> dict[str, object]:
    """A record on a build, for machines."""
    return {
        "type": "report",
        "good": report.is_good,
        "articles": report.articles,
        "pages": report.pages,
        "files": report.files,
        "drafts": report.drafts,
        "scheduled": report.scheduled,
        "changed": report.changed,
        "unlocked": report.unlocked,
        "unlocked_urls": report.unlocked_urls,
        "elapsed_ms": round(seconds * 1000),
    }
