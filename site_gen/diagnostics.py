"""What is wrong and where: one type for the terminal, JSON and, later, the browser.

A `Source` is a text that knows its path; it makes `Diagnostic`s about places in itself, so that
each one carries the line it speaks of and nothing has to be read again to show it.
"""

from __future__ import annotations

import difflib
import re
from bisect import bisect_right
from collections.abc import Iterable
from functools import cached_property
from typing import Literal

import msgspec

Severity = Literal["error", "warning", "note"]

_LONGEST_MESSAGE = 1000
"""Characters, so that whoever pastes a book into an option can still read what is wrong."""
_LONG_QUOTE = re.compile(r"(`[^`]{200})[^`]+`")
_LONGEST_NAME = 100
"""Characters; nobody mistypes a longer name, and comparing takes the longer for it."""


class Span(msgspec.Struct, frozen=True, order=True):
    """A place in a file: where it starts and how many characters it takes on that line."""

    path: str
    """Path from the site's root with forward slashes, e.g. `content/about.md`."""
    line: int = 0
    """1-based; 0 means the file as a whole."""
    column: int = 0
    """1-based, in characters; 0 means the line as a whole."""
    length: int = 1
    """Characters, at least 1."""

    def __str__(self) -> str:
        return ":".join([self.path, *(str(n) for n in (self.line, self.column) if n)])


class Place(msgspec.Struct, frozen=True):
    """A place in a text that is known from elsewhere."""

    line: int
    """1-based; 0 means the text as a whole."""
    column: int = 0
    """1-based, in characters; 0 means the line as a whole."""
    length: int = 1
    """Characters on that line, at least 1."""


WHOLE = Place(0)
"""The text as a whole."""
OPENING = Place(1, 1, 3)
"""The `---` that front matter starts with: where something is missing from it."""


class Diagnostic(msgspec.Struct, frozen=True, order=True):
    """One mistake at one place, with the line it stands in and what can be done about it."""

    span: Span
    message: str
    """Lower case, no full stop, naming the thing in backticks."""
    hint: str = ""
    """What the user can do; empty where there is nothing to add."""
    excerpt: str = ""
    """The source line of `span`, without its line break."""
    severity: Severity = "error"
    during: str = ""
    """What was being made, where the place alone does not tell: a page by its template, say."""


class SiteError(Exception):
    """Wrong use or set-up: the command cannot run at all, whatever the content is (exit code 2)."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class Source:
    """A text and its path; line breaks are made `\\n`, so that lines mean the same everywhere."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text.replace("\r\n", "\n").replace("\r", "\n")

    @cached_property
    def lines(self) -> list[str]:
        """The lines without their breaks; the first line is `lines[0]`."""
        return self.text.split("\n")

    @cached_property
    def _line_starts(self) -> list[int]:
        starts = [0]
        for line in self.lines[:-1]:
            starts.append(starts[-1] + len(line) + 1)
        return starts

    def position(self, offset: int) -> tuple[int, int]:
        """The 1-based line and column of a 0-based offset into the text."""
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    def start(self, line: int) -> int:
        """The offset at which a line starts, from 0 on as in `lines`."""
        return self._line_starts[line]

    def place(self, offset: int, length: int = 1) -> Place:
        """Where an offset into the text is, with as much of the length as its line has."""
        line, column = self.position(offset)
        rest = len(self.lines[line - 1]) - column + 1
        return Place(line, column, max(1, min(length, rest)))

    def error(self, message: str, place: Place = WHOLE, hint: str = "") -> Diagnostic:
        """An error at a place of this text."""
        return self._diagnostic("error", message, place, hint)

    def warning(self, message: str, place: Place = WHOLE, hint: str = "") -> Diagnostic:
        """A warning at a place of this text: it is shown, and the site is published anyway."""
        return self._diagnostic("warning", message, place, hint)

    def note(self, message: str, place: Place = WHOLE, hint: str = "") -> Diagnostic:
        """A note at a place of this text: it may well be meant."""
        return self._diagnostic("note", message, place, hint)

    def _diagnostic(self, severity: Severity, message: str, place: Place, hint: str) -> Diagnostic:
        is_there = 0 < place.line <= len(self.lines)
        excerpt = self.lines[place.line - 1] if is_there else ""
        span = Span(self.path, place.line, place.column, max(1, place.length))
        return Diagnostic(span, _shorten(message), hint, excerpt, severity)


def _shorten(message: str) -> str:
    """The message with no more than the beginning of what it quotes, and of itself."""
    message = _LONG_QUOTE.sub(r"\1…`", message)
    return message if len(message) <= _LONGEST_MESSAGE else message[:_LONGEST_MESSAGE] + "…"


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether one of them is an error and not just a warning."""
    return any(diagnostic.severity == "error" for diagnostic in diagnostics)


def suggest(name: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known name, or all of a few; empty when nothing is near."""
    candidates = sorted(set(known))
    if len(name) <= _LONGEST_NAME and (nearest := suggest_nearest(name, candidates)):
        return nearest
    if candidates and len(candidates) <= 12:
        return "known: " + ", ".join(f"`{candidate}`" for candidate in candidates)
    return ""


def suggest_nearest(name: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known name; empty when nothing is near."""
    nearest = difflib.get_close_matches(name, sorted(set(known)), n=1, cutoff=0.6)
    return f"did you mean `{nearest[0]}`?" if nearest else ""


class Suggestions:
    """Hints from many names, as long as not too many were asked for.

    Looking for one takes as long as there are names, so a folder that was renamed would take
    forever to complain about; nobody reads that many hints.
    """

    def __init__(self, limit: int) -> None:
        self._left = limit

    def suggest(self, name: str, known: Iterable[str]) -> str:
        """What `suggest` says; empty once the limit is reached."""
        self._left -= 1
        return suggest(name, known) if self._left >= 0 else ""

    def suggest_nearest(self, name: str, known: Iterable[str]) -> str:
        """What `suggest_nearest` says; empty once the limit is reached."""
        self._left -= 1
        return suggest_nearest(name, known) if self._left >= 0 else ""
