"""Numbers as people read them and as TeX sets them.

A number is rounded to some significant digits, but a whole part is never
shortened, and zeros at the end are left out. From 0.0001 to 10,000,000 it is written out; beyond
that as a power of ten: `1.2 × 10⁻⁵`.
"""

import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

SIGNIFICANT = 4
"""Significant digits of a computed figure, e.g. 51.46."""

_LOWEST_WRITTEN_OUT = 1e-4
_HIGHEST_WRITTEN_OUT = 9_999_999.5  # what is more has eight digits once rounded
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True)
class Scale:
    """A power of a thousand and how it is written before a unit or after a count."""

    factor: float
    """How many base units are in one, e.g. 1e9."""

    exponent: int
    """The power of ten, e.g. 9."""

    prefix: str
    """Before a unit, e.g. "G"."""

    suffix: str
    """After a count, e.g. "B" for billion."""


ONE = Scale(1.0, 0, "", "")
GIGA = Scale(1e9, 9, "G", "B")

_DATA_SCALES = (
    ONE,
    Scale(1e3, 3, "k", ""),
    Scale(1e6, 6, "M", ""),
    GIGA,
    Scale(1e12, 12, "T", ""),
    Scale(1e15, 15, "P", ""),
    Scale(1e18, 18, "E", ""),
)
_COUNT_SCALES = (
    ONE,
    Scale(1e3, 3, "", "K"),
    Scale(1e6, 6, "", "M"),
    GIGA,
    Scale(1e12, 12, "", "T"),
)


def format_number(value: float, significant: int = SIGNIFICANT) -> str:
    """Return a finite number in plain text, e.g. "11.19" for 11.1925 and "576" for 576.0."""
    if _is_written_out(value):
        return _write_out(value, significant)
    mantissa, exponent = _split_power(value, significant)
    return f"{mantissa} × 10{str(exponent).translate(_SUPERSCRIPTS)}"


def format_number_tex(value: float, significant: int = SIGNIFICANT) -> str:
    r"""Return a finite number in TeX, the digits of `format_number`, e.g. `1.2 \times 10^{-5}`."""
    if _is_written_out(value):
        return _write_out(value, significant)
    mantissa, exponent = _split_power(value, significant)
    return rf"{mantissa} \times 10^{{{exponent}}}"


def round_as_shown(value: float, significant: int = SIGNIFICANT) -> Fraction:
    """Return exactly the number that `format_number` shows, e.g. 1119/100 for 11.1925."""
    if _is_written_out(value):
        return Fraction(_write_out(value, significant))
    return Fraction(_round(value, significant))


def find_data_scale(value: float, significant: int = SIGNIFICANT) -> Scale:
    """Return the SI prefix that puts a positive number, once rounded, between 1 and 1000."""
    return _find_scale(value, significant, _DATA_SCALES)


def find_count_scale(value: float, significant: int = SIGNIFICANT) -> Scale:
    """Return the letter, K to T, that puts a positive number, once rounded, between 1 and 1000."""
    return _find_scale(value, significant, _COUNT_SCALES)


def choose_plural(number_text: str, one: str, many: str) -> str:
    """Return the word that goes with a number as it is written: 1 token, but 51 or 0.5 tokens."""
    return one if number_text == "1" else many


def _find_scale(value: float, significant: int, scales: tuple[Scale, ...]) -> Scale:
    rounded = float(_round(value, significant))
    return next((scale for scale in reversed(scales) if scale.factor <= rounded), ONE)


def _is_written_out(value: float) -> bool:
    return value == 0 or _LOWEST_WRITTEN_OUT <= abs(value) < _HIGHEST_WRITTEN_OUT


def _write_out(value: float, significant: int) -> str:
    return _strip_zeros(f"{_round(value, max(significant, _count_whole_digits(value))):f}")


def _split_power(value: float, significant: int) -> tuple[str, int]:
    mantissa, exponent = f"{value:.{significant - 1}e}".split("e")
    return _strip_zeros(mantissa), int(exponent)


def _round(value: float, significant: int) -> Decimal:
    return Decimal(f"{value:.{significant - 1}e}")


def _count_whole_digits(value: float) -> int:
    return math.floor(math.log10(abs(value))) + 1 if abs(value) >= 1 else 0


def _strip_zeros(number_text: str) -> str:
    return number_text.rstrip("0").rstrip(".") if "." in number_text else number_text
