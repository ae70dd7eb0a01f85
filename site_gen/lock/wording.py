"""A change in words, for diagnostics and for what `accept` prints."""

from __future__ import annotations

from collections.abc import Sequence

from site_gen.estimator.numbers import SIGNIFICANT, format_number
from site_gen.lock.changes import Cause, Change
from site_gen.lock.model import LockedFigure

_MOST_SIGNIFICANT = 12
"""Digits of a value that the lock keeps."""


_MOST_NAMED = 3
"""Changes of a calculation that are named before the others are counted."""


def describe_changes(changes: Sequence[Change]) -> str:
    """Changes of one calculation together, the cause that they share said once.

    E.g. `deepseek.bound 51.46 → 48.2 tokens/s, deepseek.ratio 11.2 → 10.5 times and 7 more because
    quantization 2.42 → 2.61 bits`.
    """
    first = changes[0]
    alike = [change for change in changes if change.causes == first.causes]
    if len(alike) == 1 or len(alike) < len(changes):
        return "; ".join(map(describe_change, changes[:_MOST_NAMED])) + _count_more(changes)
    named = ", ".join(_describe_difference(change) for change in changes[:_MOST_NAMED])
    return named + _count_more(changes) + _describe_causes(first)


def _count_more(changes: Sequence[Change]) -> str:
    more = len(changes) - _MOST_NAMED
    return f" and {more:,} more" if more > 0 else ""


def describe_change(change: Change) -> str:
    """E.g. `deepseek.bound 51.46 → 48.2 tokens/s because quantization 2.42 → 2.61 bits`."""
    causes = _describe_causes(change) if change.old and change.new else ""
    return _describe_difference(change) + causes


def _describe_difference(change: Change) -> str:
    """The change without its causes."""
    name = ".".join(part for part in (change.calculation, change.figure) if part)
    if change.old and change.new:
        return f"{name} {_describe_pair(change.old, change.new)}"
    if figure := change.new or change.old:
        return f"{name} is {change.kind} ({figure.text})"
    figures = "1 figure" if change.count == 1 else f"{change.count:,} figures"
    return f"{name or change.post} is {change.kind} ({figures})"


def _describe_causes(change: Change) -> str:
    if change.is_input:
        return ""
    if not change.causes:
        return " because the calculation changed"
    return " because " + " and ".join(map(_describe_cause, change.causes))


def _describe_cause(cause: Cause) -> str:
    old, new = cause.old, cause.new
    if old is None or new is None:
        return f"{cause.name} is {'new' if new else 'gone'}"
    if isinstance(old, LockedFigure) and isinstance(new, LockedFigure):
        return f"{cause.name} {_describe_pair(old, new)}"
    versions = f", {old} → {new}" if old and new else ""
    return f"the {cause.name} changed{versions}"


def _describe_pair(old: LockedFigure, new: LockedFigure) -> str:
    """Both numbers with the unit said once, and with as many digits as tell them apart."""
    if old.text == new.text:
        return _describe_values(old, new)
    before, after = old.text.split(" "), new.text.split(" ")
    while before[1:] and after[1:] and before[-1] == after[-1] and _is_word(before[-1]):
        before.pop()
        after.pop()
    return f"{' '.join(before)} → {new.text}"


def _describe_values(old: LockedFigure, new: LockedFigure) -> str:
    """Both values in the base unit, with the fewest digits that tell them apart."""
    first = second = ""
    for significant in range(SIGNIFICANT + 1, _MOST_SIGNIFICANT + 1):
        first, second = (format_number(each.value, significant) for each in (old, new))
        if first != second:
            break
    before = first if old.unit == new.unit else f"{first} {old.unit}".strip()
    return f"{before} → {second} {new.unit}".strip()


def _is_word(text: str) -> bool:
    return not any(character.isdigit() for character in text)
