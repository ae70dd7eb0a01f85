"""Diagnostics and reports as text for people, in colour where there is a terminal."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from site_gen.diagnostics import Diagnostic
from site_gen.file_systems import printable

_AROUND_CARET = 80
"""Characters of a long line that are shown before a caret; twice as many after it."""
_STYLES = {"error": "bold red", "warning": "bold yellow", "note": "bold cyan"}


def make_console() -> Console:
    """Standard error: colour and progress on a terminal, plain lines everywhere else."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


def print_diagnostics(diagnostics: Iterable[Diagnostic]) -> None:
    """Print them with a blank line behind each."""
    console = make_console()
    for diagnostic in diagnostics:
        console.print(format_diagnostic(diagnostic), end="\n\n")


def format_diagnostic(diagnostic: Diagnostic) -> Text:
    """`path:line:column: message`, the line with a caret below, what was being made, the hint."""
    span = diagnostic.span
    text = Text.assemble((printable(str(span)), "bold"), ": ")
    if diagnostic.severity != "error":
        text.append(f"{diagnostic.severity}: ", _STYLES[diagnostic.severity])
    text.append(printable(diagnostic.message))
    if diagnostic.excerpt.strip() and span.line:
        text.append("\n").append(_format_excerpt(diagnostic))
    if diagnostic.during:
        text.append(f"\nwhile making {printable(diagnostic.during)}")
    if diagnostic.hint:
        text.append("\nhint: ", "cyan").append(printable(diagnostic.hint))
    return text


def _format_excerpt(diagnostic: Diagnostic) -> Text:
    """The source line with a caret below; of a long line just the part around the caret."""
    span, line = diagnostic.span, diagnostic.excerpt.replace("\t", " ")
    start = max(0, span.column - 1 - _AROUND_CARET) if len(line) > 3 * _AROUND_CARET else 0
    end = start + 3 * _AROUND_CARET
    before = ("…" if start else "") + printable(line[start : max(start, span.column - 1)])
    marked = printable(line[max(start, span.column - 1) : min(span.column - 1 + span.length, end)])
    after = printable(line[max(start, span.column - 1 + span.length) : end])
    number = str(span.line)
    whole = before + marked + after if span.column else printable(line[:end])
    text = Text.assemble((f"{number} | ", "dim"), whole, "…" if end < len(line) else "")
    if span.column:
        text.append(f"\n{' ' * len(number)} | ", "dim").append(" " * cell_len(before))
        text.append("^" * max(1, cell_len(marked)), _STYLES[diagnostic.severity])
    return text
