"""A figure: one number of an estimate with its words, its unit and its equation."""

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from site_gen.estimator import numbers

INPUT_SIGNIFICANT = 6
"""Significant digits of what an author gave, so that nothing that was written is lost."""

RATIO_SIGNIFICANT = 3
"""Significant digits of a ratio, e.g. 11.2."""

Part = Literal["input", "step", "range", "reading"]
"""What was given, what follows from it by an equation, what measurements of other devices make
likely, and what an observation says of all that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number of an estimate, ready to be shown."""

    name: str
    """What an author asks for it by, e.g. "bandwidth"."""

    part: Part
    """Where it stands in a calculation."""

    label: str
    """What it is, in words, e.g. "memory bandwidth"."""

    value: float
    """The number, unrounded, in the base unit, e.g. 576e9."""

    unit: str
    """The base unit, e.g. "byte/s"; "" for a plain number."""

    text: str
    """The number with its unit, for people, e.g. "576 GB/s"."""

    number_text: str
    """The number alone, as it is in `text`, e.g. "576"."""

    symbolic_tex: str | None = None
    r"""The equation in symbols, e.g. `M = M_c \cdot 8 \cdot M_s`; None where it was given."""

    equation_tex: str | None = None
    r"""The equation with the numbers put in; None where it was given.

    For example `12 \cdot 8 \cdot 6 = 576\ \text{GB/s}`.
    """

    explanation: str
    """How it came about, in plain text, e.g. "M = M_c · 8 · M_s = 12 × 8 B × 6 GT/s"."""


@dataclass(frozen=True, slots=True)
class Scaled:
    """A number with its scaled unit, for people and for TeX."""

    number_text: str
    """The number in plain text, e.g. "576"."""

    number_tex: str
    """The same number in TeX."""

    unit: str
    """Its unit, or the letter after a count, e.g. "GB/s" or "B"; "" for none."""

    text: str
    """Number and unit in plain text, e.g. "576 GB/s" or "37B"."""

    amount: Fraction
    """Exactly what a reader sees, in the base unit, e.g. 11,190,000,000 for "11.19 GB"."""

    factor: float
    """How many base units are in one of the scaled unit, e.g. 1e9."""

    significant: int
    """The significant digits that the number was rounded to, e.g. 4."""


def scale_data(value: float, unit: str, significant: int = numbers.SIGNIFICANT) -> Scaled:
    """Return an amount of data, or data per time, with an SI prefix, e.g. 576e9 as "576 GB/s"."""
    scale = numbers.find_data_scale(value, significant)
    return scale_plain(value, scale.prefix + unit, significant, scale.factor)


def scale_count(value: float, after: str = "") -> Scaled:
    """Return a count with its letter and what comes after it, e.g. 37e9 as "37B"."""
    scale = numbers.find_count_scale(value, INPUT_SIGNIFICANT)
    plain = scale_plain(value, scale.suffix, INPUT_SIGNIFICANT, scale.factor)
    return replace(plain, text=f"{plain.number_text}{scale.suffix}{after}")


def scale_words(
    value: float, one: str, many: str, significant: int = numbers.SIGNIFICANT
) -> Scaled:
    """Return a number with the word that goes with it, e.g. "1 token/s" but "4.6 tokens/s"."""
    number_text = numbers.format_number(value, significant)
    return scale_plain(value, numbers.choose_plural(number_text, one, many), significant)


def scale_plain(value: float, unit: str, significant: int, factor: float = 1.0) -> Scaled:
    """Return a number in a unit that is `factor` base units."""
    scaled = value / factor
    number_text = numbers.format_number(scaled, significant)
    return Scaled(
        number_text=number_text,
        number_tex=numbers.format_number_tex(scaled, significant),
        unit=unit,
        text=f"{number_text} {unit}".rstrip(),
        amount=numbers.round_as_shown(scaled, significant) * Fraction(factor),
        factor=factor,
        significant=significant,
    )


def count_tex(value: float) -> str:
    r"""Return a count in TeX with its power of ten, e.g. `37 \cdot 10^{9}`."""
    exponent = numbers.find_count_scale(value, INPUT_SIGNIFICANT).exponent
    power = rf" \cdot 10^{{{exponent}}}" if exponent else ""
    return scale_count(value).number_tex + power


def equation_tex(numbers_tex: str, from_shown: Fraction, result: Scaled) -> str:
    r"""Return an equation with its result, e.g. `12 \cdot 8 \cdot 6 = 576\ \text{GB/s}`.

    `from_shown` is what the numbers on its left give as they are shown, in the result's base unit.
    The relation is `=` where that, rounded to the digits of the result, is the result that is
    shown, and else `\approx`: 37 · 2.42 / 8 = 11.19, which is 11.1925 rounded, but 576 / 11.19 ≈
    51.46, since it is 51.47 and only the unrounded numbers give 51.46. Whoever checks an equation
    finds no false `=`.
    """
    factor = Fraction(result.factor)
    checked = numbers.round_as_shown(float(from_shown / factor), result.significant) * factor
    relation = "=" if checked == result.amount else r"\approx"
    return f"{numbers_tex} {relation} {with_unit_tex(result)}"


def with_unit_tex(scaled: Scaled) -> str:
    r"""Return a number with its unit in TeX, e.g. `576\ \text{GB/s}`."""
    return scaled.number_tex + (rf"\ \text{{{scaled.unit}}}" if scaled.unit else "")


def quotient_tex(above: Scaled, below: Scaled) -> str:
    """Return a quotient in TeX, without units where both have one prefix."""
    if above.unit.removesuffix("/s") == below.unit:
        return f"{above.number_tex} / {divisor_tex(below.number_tex)}"
    return f"{with_unit_tex(above)} / {with_unit_tex(below)}"


def divisor_tex(number_tex: str) -> str:
    r"""Return a number as it stands after a `/`: in parentheses where it has a power of ten."""
    return f"({number_tex})" if " " in number_tex else number_tex


def make_plain(
    name: str,
    label: str,
    value: float,
    unit: str,
    shown: Scaled,
    how: str,
    part: Part = "input",
) -> Figure:
    """Return a figure without an equation: `how` says where it comes from."""
    return Figure(
        name=name,
        part=part,
        label=label,
        value=value,
        unit=unit,
        text=shown.text,
        number_text=shown.number_text,
        explanation=how,
    )
