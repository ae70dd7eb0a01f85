"""Answers of other hosts, kept for days so that nobody is asked twice: `.cache/outside.json`.

It is right under these conditions: an answer holds for as long as its kind does, for the fragments
that were asked for with it. What cannot be read, or is of another version, is begun anew.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from site_gen.commands.check.answers import Answer, Verdict
from site_gen.publish import write_file

_VERSION = 1
_LIFETIMES: dict[Verdict, timedelta] = {
    "fine": timedelta(days=14),
    "moved": timedelta(days=14),
    "blocked": timedelta(days=4),
    "broken": timedelta(days=1),
}
_PASSING = timedelta(hours=1)
"""What may be otherwise by then."""


class Kept(msgspec.Struct, frozen=True):
    """An answer, and what was asked."""

    answer: Answer
    asked: datetime
    fragments: frozenset[str] = frozenset()


class _File(msgspec.Struct, frozen=True):
    version: int
    answers: dict[str, Kept]


class Remembered:
    """What is known of pages elsewhere, by URL without fragment."""

    def __init__(self, path: Path, now: datetime) -> None:
        self._path = path
        self._now = now
        self._answers = _read(path)

    def find(self, url: str, fragments: Collection[str]) -> Answer | None:
        """The answer about a page where it still holds; None where it has to be asked for."""
        kept = self._answers.get(url)
        if kept is None or not kept.fragments.issuperset(fragments):
            return None
        answer = kept.answer
        lifetime = _PASSING if answer.is_passing else _LIFETIMES[answer.verdict]
        return answer if timedelta(0) <= self._now - kept.asked < lifetime else None

    def keep(self, url: str, fragments: Collection[str], answer: Answer) -> None:
        """Note an answer of now."""
        self._answers[url] = Kept(answer, self._now, frozenset(fragments))

    def save(self) -> None:
        """Leave the answers that may still hold for the next check."""
        longest = max(_LIFETIMES.values())
        answers = {
            url: kept
            for url, kept in sorted(self._answers.items())
            if self._now - kept.asked < longest
        }
        content = msgspec.json.encode(_File(_VERSION, answers), order="sorted")
        write_file(self._path, msgspec.json.format(content, indent=1) + b"\n")


def _read(path: Path) -> dict[str, Kept]:
    try:
        found = msgspec.json.decode(path.read_bytes(), type=_File)
    except (OSError, msgspec.DecodeError):
        return {}
    return found.answers if found.version == _VERSION else {}
