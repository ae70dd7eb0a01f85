"""From figures to what the rest of the build knows of a calculation: roles, lock, JSON, claims.

A pinned calculation shows the figures that were locked, whatever would be computed now; so its
figures are exchanged here, before anything is made of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from site_gen.diagnostics import Place
from site_gen.directives.token_rate.reader import Reader
from site_gen.estimator.claims import check_claim, parse_claim
from site_gen.estimator.equations import VERSION
from site_gen.estimator.figure import Figure
from site_gen.estimator.quantity import QuantityError
from site_gen.lock.model import LockedCalculation, LockedFigure
from site_gen.markdown.blocks import Text
from site_gen.markdown.collector import Collector, Value
from site_gen.model import Calculation, ShownFigure

_NAME = re.compile(r"[A-Za-z][\w-]*$")
_NUMBER = re.compile(r"−?[0-9][0-9,.]*(?: × 10[⁻⁰¹²³⁴-⁹]+)?")


@dataclass(frozen=True, slots=True)
class Computed:
    """What a directive made, before it is published."""

    title: str
    """What it is about, e.g. "DeepSeek-V3-0324 on EPYC 9115"."""

    figures: tuple[Figure, ...]
    """In reading order."""

    assumptions: tuple[str, ...] = ()
    """What was not given, each a sentence without a full stop."""


def check_name(reader: Reader) -> bool:
    """Whether a calculation has a name of its own."""
    name, collector = reader.call.argument.text, reader.collector
    if not _NAME.match(name):
        hint = "give it a name that roles can use: `:::{token-rate} deepseek`"
        place = reader.call.argument.place if name else reader.call.place
        reader.error("the calculation has no usable name", place, hint)
        collector.values.setdefault(name, {})
        return False
    if name in collector.values:
        message = f"there are two calculations named `{name}`"
        reader.error(message, reader.call.argument.place, "give one of them another name")
        return False
    collector.values[name] = {}  # named, so that roles need not complain of what is not computed
    return True


def publish(reader: Reader, computed: Computed) -> Calculation:
    """The calculation as it is known from here on, its figures pinned where that is asked for."""
    call, collector = reader.call, reader.collector
    figures, is_pinned = _pin(computed.figures, reader)
    calculation = Calculation(
        name=call.argument.text,
        title=computed.title,
        place=call.place,
        figures=tuple(_to_shown(figure) for figure in figures),
        assumptions=computed.assumptions,
        sources=tuple(reader.sources),
        equations=VERSION,
        data=reader.data.version,
        is_pinned=is_pinned,
    )
    collector.calculations.append(calculation)
    collector.values[calculation.name] = {figure.name: _to_value(figure) for figure in figures}
    if (claim := call.options.get("claim")) is not None:
        collector.afterwards.append(lambda: _check_claim(claim, calculation.name, collector))
    return calculation


def complain_of_lock(what: str, reader: Reader) -> None:
    """Note that what was locked is of something else, so nothing can be shown of it."""
    place = reader.call.options["pin"].place
    hint = "take `pin` out, run `site-gen accept`, and put it in again"
    reader.error(f"the figures that are locked are of {what}", place, hint)


def machine_value(value: float) -> float:
    """A whole number without a fraction: `576000000000` and not `576000000000.0`."""
    return int(value) if value == int(value) else value


def _pin(figures: tuple[Figure, ...], reader: Reader) -> tuple[tuple[Figure, ...], bool]:
    """The figures as they were locked, where `pin: true` asks for it."""
    option = reader.text("pin")
    if option is None or option.text == "false":
        return figures, False
    if option.text != "true":
        reader.error("`pin` is true or false", option.place, "`pin: true`")
        return figures, False
    name, path = reader.call.argument.text, reader.collector.source.path
    locked = reader.data.find_locked(path, name)
    if locked is None and not reader.data.is_lock_whole:
        return figures, False  # the lock's own mistake is told where it stands
    if locked is None:
        hint = "take `pin` out, run `site-gen accept`, and put it in again"
        reader.error(f"`{name}` is not locked, so nothing can be kept", option.place, hint)
        return figures, False
    return tuple(_keep(figures, locked)), True


def _keep(figures: Iterable[Figure], locked: LockedCalculation) -> Iterable[Figure]:
    """The figures that were locked; one that would be another today says so and has no equation."""
    for figure in figures:
        kept = locked.numbers.get(figure.name)
        if kept is None:
            continue
        if kept.text == figure.text:
            yield figure
        else:
            yield _replace(figure, kept)


def _replace(figure: Figure, kept: LockedFigure) -> Figure:
    number = _NUMBER.match(kept.text)
    return replace(
        figure,
        value=kept.value,
        text=kept.text,
        number_text=number[0] if number else kept.text,
        symbolic_tex=None,
        equation_tex=None,
        explanation=f"as published; computed today it would be {figure.text}",
    )


def _to_shown(figure: Figure) -> ShownFigure:
    return ShownFigure(
        name=figure.name,
        label=figure.label,
        value=figure.value,
        unit=figure.unit,
        text=figure.text,
        explanation=figure.explanation,
        is_input=figure.part == "input" or figure.name == "observed",
    )


def _to_value(figure: Figure) -> Value:
    return Value(
        value=machine_value(figure.value),
        text=figure.text,
        number=figure.number_text,
        tex=figure.equation_tex or "",
        explanation=f"{figure.label}: {figure.explanation}",
    )


def _check_claim(claim: Text, name: str, collector: Collector) -> None:
    """Note a claim that cannot be read or is not so, once every calculation is there."""
    figures = {
        (figure.name if each.name == name else f"{each.name}.{figure.name}"): figure
        for each in collector.calculations
        for figure in each.figures
    }
    own = {
        f"{name}.{figure.name}": figure
        for each in collector.calculations
        if each.name == name
        for figure in each.figures
    }
    try:
        verdict = check_claim(parse_claim(claim.text), {**own, **figures})
    except QuantityError as error:
        at = claim.place
        place = Place(at.line, at.column + error.offset, max(1, error.length))
        collector.error(f"`claim`: {error.message}", place, error.hint)
        return
    if not verdict.holds:
        hint = "mend the claim and the text that says so, or the inputs"
        collector.error(verdict.explanation, claim.place, hint)
