"""The units that quantities are read in, and their dimensions.

pint does the arithmetic of units. It sees nothing but single names that match this grammar, so none
of its expressions can be reached from a post:

    unit = name [("/" | "per") name]
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    import pint

_DEFINITIONS = (
    "nano- = 1e-9 = n-",
    "micro- = 1e-6 = µ- = μ- = u-",
    "milli- = 1e-3 = m-",
    "kilo- = 1e3 = k- = K-",
    "mega- = 1e6 = M-",
    "giga- = 1e9 = G-",
    "tera- = 1e12 = T-",
    "peta- = 1e15 = P-",
    "exa- = 1e18 = E-",
    "kibi- = 2**10 = Ki-",
    "mebi- = 2**20 = Mi-",
    "gibi- = 2**30 = Gi-",
    "tebi- = 2**40 = Ti-",
    "pebi- = 2**50 = Pi-",
    "bit = [data] = b",
    "byte = 8 * bit = B",
    "second = [time] = s = sec",
    "minute = 60 * second = min",
    "hour = 3600 * second = h",
    "token = [token] = _ = tok = t",
    "parameter = [parameter] = _ = param = weight",
    "transfer = [transfer] = T",
    "FLOP = [operation] = _ = flop",
    "FLOPS = FLOP / second",
    "tps = token / second",
    "bpw = bit / parameter",
)

_NOUNS = {
    "[data]": "data",
    "[time]": "time",
    "[token]": "tokens",
    "[parameter]": "parameters",
    "[transfer]": "transfers",
    "[operation]": "floating-point operations",
}

_NAME = r"([A-Za-zµμ]+)"
_UNIT = re.compile(rf"{_NAME}(?:\s*(?:/|\bper\b)\s*{_NAME})?")


def find_unit(text: str) -> pint.Unit | None:
    """Return the unit that a text names, e.g. of "GB/s"; None where it names none."""
    match = _UNIT.fullmatch(text)
    if match is None:
        return None
    names = [_find_full_name(name) for name in match.groups() if name is not None]
    return _registry().parse_units(" / ".join(names)) if all(names) else None


def conversion_factor(unit: pint.Unit, wanted: str) -> float:
    """Return how many of the wanted unit are in one of a unit that has its dimension."""
    return float(_registry().convert(1, unit, wanted))


def describe_dimension(unit: pint.Unit) -> str:
    """Return what a unit measures, in words, e.g. "data per time" or "an amount of data"."""
    powers = cast(dict[str, float], dict(unit.dimensionality))
    above = "".join(_NOUNS[name] for name, power in powers.items() if power > 0)
    below = "".join(_NOUNS[name].removesuffix("s") for name, power in powers.items() if power < 0)
    if below:
        return f"{above or 'a number'} per {below}"
    if above in ("", "time"):
        return f"a {above or 'plain number'}"
    return f"an amount of {above}" if above == "data" else f"a number of {above}"


@functools.cache
def _registry() -> pint.UnitRegistry[Any]:
    """Return the units of this module, which are few so that making them takes milliseconds.

    It is made once and no unit is defined later, so it can be shared. pint is imported here because
    that takes longer than building a small site: a build that reads no quantity does not pay for
    it.
    """
    import pint  # noqa: PLC0415

    registry: pint.UnitRegistry[Any] = pint.UnitRegistry(None, on_redefinition="raise")
    for definition in _DEFINITIONS:
        registry.define(definition)
    return registry


def _find_full_name(name: str) -> str:
    """Return the full name of a unit, e.g. "gigabyte" for "GB"; "" where there is none."""
    candidates = _registry().parse_unit_name(name)
    return "".join(candidates[0]) if candidates else ""
