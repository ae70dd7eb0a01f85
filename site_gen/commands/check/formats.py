"""Findings for other programs: SARIF 2.1.0 and annotations of GitHub's workflows.

Of SARIF (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html) this is written:

    log      = version, one run
    run      = driver with its rules, unit of columns, results
    result   = rule, level, message, one location, fingerprint
    location = path from the site's root, region
    region   = line from 1, columns from 1, the end one behind the last character
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote

import msgspec

from site_gen import __version__
from site_gen.commands.check.findings import RULES, Finding
from site_gen.diagnostics import Diagnostic, Span

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}
"""Severity → command of a workflow."""


def format_sarif(findings: Iterable[Finding]) -> str:
    """A log with one run."""
    findings = list(findings)
    rules = [
        {"id": name, "shortDescription": {"text": RULES[name]}}
        for name in sorted({each.rule for each in findings})
    ]
    places = {str(rule["id"]): index for index, rule in enumerate(rules)}
    driver = {"name": "site_gen", "version": __version__, "rules": rules}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": list(_format_results(findings, places)),
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return msgspec.json.format(msgspec.json.encode(log), indent=2).decode()


def format_github(finding: Finding) -> str:
    """A line that a workflow shows at its place.

    >>> from site_gen.diagnostics import Diagnostic, Span
    >>> told = Diagnostic(Span("content/a.md", 3, 5, 2), "100% wrong", severity="note")
    >>> format_github(Finding("build", told))
    '::notice title=build,file=content/a.md,line=3,col=5,endColumn=6::100%25 wrong\\n'
    """
    span, told = finding.diagnostic.span, finding.diagnostic
    values = {"title": finding.rule, "file": span.path}
    if span.line:
        values["line"] = str(span.line)
    if span.line and span.column:
        values |= {"col": str(span.column), "endColumn": str(span.column + span.length - 1)}
    properties = ",".join(f"{name}={_escape_property(value)}" for name, value in values.items())
    return f"::{_COMMANDS[told.severity]} {properties}::{_escape(_put_together(told))}\n"


def _format_results(
    findings: Iterable[Finding], places: Mapping[str, int]
) -> Iterator[dict[str, object]]:
    """The same mistake on lines of the same words gets another fingerprint each time."""
    seen: dict[str, int] = {}
    for finding in findings:
        told = finding.diagnostic
        text = "\0".join((finding.rule, told.span.path, told.message, told.excerpt.strip()))
        digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]
        seen[digest] = seen.get(digest, 0) + 1
        yield {
            "ruleId": finding.rule,
            "ruleIndex": places[finding.rule],
            "level": told.severity,
            "message": {"text": _put_together(told)},
            "locations": [{"physicalLocation": _format_location(told.span)}],
            "partialFingerprints": {"mistake/v1": f"{digest}:{seen[digest]}"},
        }


def _format_location(span: Span) -> dict[str, object]:
    location: dict[str, object] = {"artifactLocation": {"uri": quote(span.path)}}
    region = {"startLine": span.line} if span.line else {}
    if span.line and span.column:
        region |= {"startColumn": span.column, "endColumn": span.column + span.length}
    return location | ({"region": region} if region else {})


def _put_together(told: Diagnostic) -> str:
    """The message with all that is said behind it."""
    during = f"\nwhile making {told.during}" if told.during else ""
    return told.message + during + (f"\nhint: {told.hint}" if told.hint else "")


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape(text).replace(":", "%3A").replace(",", "%2C")
