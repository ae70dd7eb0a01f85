"""A figure: one number of an estimate with its words, its unit and its equation."""

from dataclasses import dataclass, replace

from site_gen.estimator import numbers

INPUT_SIGNIFICANT = 6
"""Significant digits of what an author gave, so that nothing that was written is lost."""

RATIO_SIGNIFICANT = 3
"""Significant digits of a ratio, e.g. 11.2."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number of an estimate, ready to be shown."""

    name: str
    """What an author asks for it by, e.g. "bandwidth"."""

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
    r"""The equation in symbols, e.g. `M = M_c \cdot 8 \cdot M_s`; None for an input."""

    equation_tex: str | None = None
    r"""The equation with the numbers put in; None for an input.

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


def scale_data(value: float, unit: str, significant: int = numbers.SIGNIFICANT) -> Scaled:
    """Return an amount of data, or data per time, with an SI prefix, e.g. 576e9 as "576 GB/s"."""
    scale = numbers.find_data_scale(value, significant)
    return scale_plain(value / scale.factor, scale.prefix + unit, significant)


def scale_count(value: float, after: str = "") -> Scaled:
    """Return a count with its letter and what comes after it, e.g. 37e9 as "37B"."""
    scale = numbers.find_count_scale(value, INPUT_SIGNIFICANT)
    plain = scale_plain(value / scale.factor, scale.suffix, INPUT_SIGNIFICANT)
    return replace(plain, text=f"{plain.number_text}{scale.suffix}{after}")


def scale_words(
    value: float, one: str, many: str, significant: int = numbers.SIGNIFICANT
) -> Scaled:
    """Return a number with the word that goes with it, e.g. "1 token/s" but "4.6 tokens/s"."""
    number_text = numbers.format_number(value, significant)
    return scale_plain(value, numbers.choose_plural(number_text, one, many), significant)


def scale_plain(value: float, unit: str, significant: int) -> Scaled:
    """Return a number with its unit, neither of them scaled."""
    number_text = numbers.format_number(value, significant)
    number_tex = numbers.format_number_tex(value, significant)
    return Scaled(number_text, number_tex, unit, f"{number_text} {unit}".rstrip())


def count_tex(value: float) -> str:
    r"""Return a count in TeX with its power of ten, e.g. `37 \cdot 10^{9}`."""
    exponent = numbers.find_count_scale(value, INPUT_SIGNIFICANT).exponent
    power = rf" \cdot 10^{{{exponent}}}" if exponent else ""
    return scale_count(value).number_tex + power


def equation_tex(numbers_tex: str, result: Scaled, relation: str = "=") -> str:
    r"""Return an equation with its result, e.g. `12 \cdot 8 \cdot 6 = 576\ \text{GB/s}`."""
    return f"{numbers_tex} {relation} {with_unit_tex(result)}"


def with_unit_tex(scaled: Scaled) -> str:
    r"""Return a number with its unit in TeX, e.g. `576\ \text{GB/s}`."""
    return scaled.number_tex + (rf"\ \text{{{scaled.unit}}}" if scaled.unit else "")


def quotient_tex(above: Scaled, below: Scaled) -> str:
    """Return a quotient in TeX, without units where both have one prefix."""
    if above.unit.removesuffix("/s") == below.unit:
        return f"{above.number_tex} / {below.number_tex}"
    return f"{with_unit_tex(above)} / {with_unit_tex(below)}"


def make_input(name: str, label: str, value: float, unit: str, shown: Scaled, how: str) -> Figure:
    """Return the figure of something that was given, which has no equation."""
    return Figure(
        name=name,
        label=label,
        value=value,
        unit=unit,
        text=shown.text,
        number_text=shown.number_text,
        explanation=how,
    )
