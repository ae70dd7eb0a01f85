"""What documents show against what was locked, and the lock that is made when that is accepted.

A number is the one that was locked when it is equal to nine significant digits and says the same
but for its digits: another platform may compute another last bit, and round it to another last
digit. Pinned calculations show what was locked, so nothing can differ in them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Literal

import msgspec
from msgspec.structs import replace

from site_gen.diagnostics import Place
from site_gen.lock.model import Lock, LockedCalculation, LockedFigure
from site_gen.model import Calculation, Document, ShownFigure

Kind = Literal["changed", "new", "gone"]

_TOLERANCE = 1e-9
"""Relative."""
_SIGNIFICANT = 12
"""Digits of a value that are kept."""
_DIGITS = re.compile(r"[0-9]+(?:\.[0-9]+)?")


class Cause(msgspec.Struct, frozen=True):
    """An input, or a version, that is not what it was when the figure was locked."""

    name: str
    """E.g. `quantization`; `equations` and `data` for versions, which are texts."""
    old: LockedFigure | str | None
    """None for an input that is new."""
    new: LockedFigure | str | None
    """None for an input that is gone."""


class Change(msgspec.Struct, frozen=True):
    """One difference between what is locked and what is shown."""

    kind: Kind
    post: str
    """Path of the source."""
    calculation: str = ""
    """Its name; empty where the whole post is gone."""
    figure: str = ""
    """Its name; empty for the calculation as a whole."""
    old: LockedFigure | None = None
    """What is locked; None for what is new."""
    new: LockedFigure | None = None
    """What is shown; None for what is gone."""
    causes: tuple[Cause, ...] = ()
    """What else of the calculation has changed, and may be why."""
    is_input: bool = False
    """Whether it is about what was given, which needs no cause."""
    count: int = 1
    """How many figures it speaks of."""
    place: Place | None = None
    """Of the directive; None where there is none."""


def compare(lock: Lock, documents: Iterable[Document]) -> list[Change]:
    """All that these documents show otherwise than it is locked, in reading order."""
    return [change for document in documents for change in _compare_document(lock, document)]


def find_stale(lock: Lock, existing: Collection[str]) -> list[Change]:
    """The posts of a lock whose sources are no longer there, by path."""
    return [
        Change("gone", path, count=_count(calculations.values()))
        for path, calculations in sorted(lock.posts.items())
        if path not in existing
    ]


def accept(lock: Lock, documents: Iterable[Document], chosen: Collection[str]) -> Lock:
    """The lock with the entries of the chosen posts made anew, by path; the others are untouched.

    A chosen post that is not among the documents, or computes nothing, has no entry afterwards.
    """
    posts = {path: post for path, post in lock.posts.items() if path not in chosen}
    for document in documents:
        if document.path in chosen and document.calculations:
            posts[document.path] = {
                each.name: _accept_calculation(lock.find(document.path, each.name), each)
                for each in document.calculations
            }
    return Lock(posts, lock.is_whole)


def _accept_calculation(
    locked: LockedCalculation | None, calculation: Calculation
) -> LockedCalculation:
    if locked and calculation.is_pinned:
        return locked
    inputs, figures = (
        {each.name: _lock_figure(each) for each in calculation.figures if each.is_input == is_input}
        for is_input in (True, False)
    )
    return LockedCalculation(inputs, figures, calculation.equations, calculation.data)


def _lock_figure(figure: ShownFigure) -> LockedFigure:
    return LockedFigure(figure.text, float(f"{figure.value:.{_SIGNIFICANT}g}"), figure.unit)


def _compare_document(lock: Lock, document: Document) -> Iterator[Change]:
    for calculation in document.calculations:
        locked = lock.find(document.path, calculation.name)
        if locked is None:
            count = len(calculation.figures)
            name, place = calculation.name, calculation.place
            yield Change("new", document.path, name, count=count, place=place)
        elif not calculation.is_pinned:
            yield from _compare_calculation(document.path, locked, calculation)
    there = {calculation.name for calculation in document.calculations}
    for name, locked in sorted(lock.posts.get(document.path, {}).items()):
        if name not in there:
            yield Change("gone", document.path, name, count=len(locked.numbers))


def _compare_calculation(
    path: str, locked: LockedCalculation, calculation: Calculation
) -> Iterator[Change]:
    """The changes of figures with their causes; an input that changed none is one by itself."""
    old = locked.numbers
    new = {each.name: _lock_figure(each) for each in calculation.figures}
    given = {each.name for each in calculation.figures if each.is_input}
    changed = [name for name in new if name in old and not _is_same(old[name], new[name])]
    computed = [name for name in changed if name not in given]
    causes = _find_causes(locked, calculation, old, new) if computed else ()
    told = Change("changed", path, calculation.name, causes=causes, place=calculation.place)
    for name in computed or changed:
        is_input = name in given
        yield replace(told, figure=name, old=old[name], new=new[name], is_input=is_input)
    for name in (name for name in new if name not in old):
        yield replace(told, kind="new", figure=name, new=new[name], causes=())
    for name in sorted(old.keys() - new.keys()):
        yield replace(told, kind="gone", figure=name, old=old[name], causes=())


def _find_causes(
    locked: LockedCalculation,
    calculation: Calculation,
    old: Mapping[str, LockedFigure],
    new: Mapping[str, LockedFigure],
) -> tuple[Cause, ...]:
    """The inputs that changed, came or went; the versions that changed where no input did."""
    given = [each.name for each in calculation.figures if each.is_input]
    causes = [
        Cause(name, old.get(name), new[name])
        for name in given
        if name not in old or not _is_same(old[name], new[name])
    ]
    causes += [Cause(name, old[name], None) for name in sorted(locked.inputs.keys() - new.keys())]
    versions = (
        Cause("equations", locked.equations, calculation.equations),
        Cause("data", locked.data, calculation.data),
    )
    return tuple(causes or [each for each in versions if each.old != each.new])


def _is_same(old: LockedFigure, new: LockedFigure) -> bool:
    is_near = math.isclose(old.value, new.value, rel_tol=_TOLERANCE)
    return is_near and old.unit == new.unit and _without_digits(old) == _without_digits(new)


def _without_digits(figure: LockedFigure) -> str:
    return _DIGITS.sub("#", figure.text)


def _count(calculations: Iterable[LockedCalculation]) -> int:
    return sum(len(each.numbers) for each in calculations)
