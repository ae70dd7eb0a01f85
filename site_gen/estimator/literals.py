"""Quantities in the midst of other text, and the dimensions of what is computed from them.

Every value here is in the base units: bit, second, token, parameter, transfer and FLOP. A dimension
is the power of each that is not zero, so that units can be multiplied and never mixed.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from site_gen.estimator import numbers, units
from site_gen.estimator.quantity import QuantityError, quote

Dimension = tuple[tuple[str, int], ...]
"""Base unit and power, by name and none of them 0, e.g. (("second", -1), ("token", 1))."""

PLAIN: Dimension = ()
"""The dimension of a plain number."""

_BASES = {
    "[data]": "bit",
    "[time]": "second",
    "[token]": "token",
    "[parameter]": "parameter",
    "[transfer]": "transfer",
    "[operation]": "FLOP",
}
_SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_LETTERS = {"k": 1e3, "m": 1e6, "b": 1e9, "t": 1e12}
_NUMBER = re.compile(r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_WORD = re.compile(r"\s*([^\W\d_]+)(?![\w.-])")
_SLASH = re.compile(r"/(?=[^\W\d_])|\s+per\b")
_NOT_UNITS = frozenset({"and", "or", "not", "per"})
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True)
class Literal:
    """A quantity as it is written."""

    value: float
    """In the base units, finite."""

    dimension: Dimension

    text: str
    """As it is written, e.g. "5 tokens/s"."""


def read_literal(text: str, start: int) -> tuple[Literal, int]:
    """Return the number that begins at an offset, with its unit, and where it ends.

    Raises QuantityError where that is no number or no unit.
    """
    found = _NUMBER.match(text, start)
    if found is None:
        message = f"{quote(text[start])} is not a number"
        raise QuantityError(message, "write it with a digit, for example `0.5`", start, 1)
    scale, end = _read_scale(text, found.end())
    unit, end = _read_unit(text, end)
    factor, dimension = measure_unit(unit) if unit else (1.0, PLAIN)
    value = float(found[0]) * scale * factor
    written = text[start:end]
    if not math.isfinite(value):
        message = f"{quote(written)} is too large to compute with"
        raise QuantityError(message, "write a smaller number", start, len(written))
    return Literal(value, dimension, written), end


@lru_cache(maxsize=256)  # to convert is slow, and most units are used again and again
def measure_unit(unit: str) -> tuple[float, Dimension]:
    """Return how many base units are in a unit, e.g. "GB/s", and its dimension.

    Raises QuantityError where it is not known.
    """
    if not unit:
        return 1.0, PLAIN
    found = units.find_unit(unit)
    if found is None:
        message = f"{quote(unit)} is not a unit that is known here"
        raise QuantityError(message, "for example `tokens/s` or `GB/s`", 0, len(unit))
    dimensionality = cast(dict[str, float], dict(found.dimensionality))
    powers = {_BASES[name]: int(power) for name, power in dimensionality.items()}
    dimension = _normalize(powers)
    return units.conversion_factor(found, _base_text(dimension)), dimension


def multiply(left: Dimension, right: Dimension, power: int) -> Dimension:
    """Return the dimension of a product, or of a quotient where `power` is -1."""
    powers = dict(left)
    for name, each in right:
        powers[name] = powers.get(name, 0) + power * each
    return _normalize(powers)


def describe_dimension(dimension: Dimension) -> str:
    """Return what has this dimension, in words, e.g. "data per time" or "a plain number"."""
    if not dimension:
        return "a plain number"
    above, below = _sides(dimension)
    is_simple = above and all(abs(power) == 1 for _, power in dimension)
    unit = units.find_unit("/".join([*above, *below])) if is_simple else None
    return units.describe_dimension(unit) if unit else f"in {_short_text(dimension, '')}"


def format_value(value: float, dimension: Dimension, significant: int) -> str:
    """Return a value in the base units for people, e.g. "5.146 tokens/s" or "576 GB/s"."""
    powers = dict(dimension)
    prefix, above = "", ""
    if powers.get("bit") == 1 and "parameter" not in powers:
        value, above = value / 8, "B"
    elif powers.get("FLOP") == 1:
        above = "FLOP"
    if above:
        scale = numbers.find_data_scale(abs(value), significant)
        value, prefix = value / scale.factor, scale.prefix
    number = numbers.format_number(value, significant)
    unit = _short_text(dimension, numbers.choose_plural(number, "", "s"), above)
    return f"{number} {prefix}{unit}".strip()


def _read_scale(text: str, start: int) -> tuple[float, int]:
    """A word, or a letter before a unit, as in `37B parameters`; 1 where there is none."""
    found = _WORD.match(text, start)
    if found is None:
        return 1.0, start
    word = found[1].lower()
    if word in _SCALES:
        return _SCALES[word], found.end()
    after = _WORD.match(text, found.end())
    if word in _LETTERS and after and after[1] not in _NOT_UNITS and units.find_unit(after[1]):
        return _LETTERS[word], found.end()
    return 1.0, start


def _read_unit(text: str, start: int) -> tuple[str, int]:
    """The unit after a number; "" where a sign, `and`, `or` or nothing follows."""
    above = _WORD.match(text, start)
    if above is None or above[1] in _NOT_UNITS:
        return "", start
    if units.find_unit(above[1]) is None:
        raise _not_a_unit(above)
    slash = _SLASH.match(text, above.end())
    below = slash and _WORD.match(text, slash.end())
    if not slash or not below:
        return above[1], above.end()
    if units.find_unit(below[1]):
        return f"{above[1]}/{below[1]}", below.end()
    if slash[0] == "/":  # what is divided by is a figure
        return above[1], above.end()
    raise _not_a_unit(below)


def _not_a_unit(found: re.Match[str]) -> QuantityError:
    message = f"{quote(found[1])} is not a unit that is known here"
    hint = "for example `tokens/s` or `GB/s`; a figure is multiplied with `*`"
    return QuantityError(message, hint, found.start(1), len(found[1]))


def _normalize(powers: dict[str, int]) -> Dimension:
    return tuple(sorted((name, power) for name, power in powers.items() if power))


def _base_text(dimension: Dimension) -> str:
    """The base unit as pint reads it; that of a plain number is empty."""
    return " * ".join(f"{name} ** {power}" for name, power in dimension)


def _sides(dimension: Dimension) -> tuple[list[str], list[str]]:
    """The names above and below the fraction's bar."""
    above = [name for name, power in dimension if power > 0]
    return above, [name for name, power in dimension if power < 0]


def _short_text(dimension: Dimension, plural: str, instead: str = "") -> str:
    """The base unit for people, e.g. "tokens/s"; `instead` stands for its data or operations."""
    above = [
        instead if instead and name in ("bit", "FLOP") else _raise(_shorten(name, plural), power)
        for name, power in dimension
        if power > 0
    ]
    below = [_raise(_shorten(name, ""), -power) for name, power in dimension if power < 0]
    bottom = _join(below) if len(below) < 2 else f"({_join(below)})"
    return (_join(above) or ("1" if below else "")) + (f"/{bottom}" if below else "")


def _join(names: Iterable[str]) -> str:
    return "·".join(names)


def _shorten(name: str, plural: str) -> str:
    return {"second": "s", "FLOP": "FLOP"}.get(name, name + plural)


def _raise(name: str, power: int) -> str:
    return name if power == 1 else name + str(power).translate(_SUPERSCRIPTS)
