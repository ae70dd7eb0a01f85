"""`sweep: context from 0 to 32K` → a quantity and the values that it takes.

    sweep    = quantity "from" value "to" value
    quantity = "context" | "batch" | "bits" | "channels" | "parameters"

A value is written as the option of that quantity has it; bits need no unit.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from site_gen.diagnostics import Place, suggest
from site_gen.directives.token_rate.names import make_words
from site_gen.directives.token_rate.options import parse_context, parse_number
from site_gen.directives.token_rate.reader import Reader
from site_gen.estimator.figure import scale_count, scale_words
from site_gen.estimator.quantity import QuantityError, quote, whole_text_error
from site_gen.estimator.readers import parse_bits_per_parameter, parse_count
from site_gen.markdown.blocks import Text

_SWEEP = re.compile(r"(?P<name>\S.*?)\s+from\s+(?P<low>\S.*?)\s+to\s+(?P<high>\S.*)")
_NOTHING = re.compile(r"0+(?:\s*tokens?)?")
_PLAIN_NUMBER = re.compile(r"\s*[-+]?[0-9]*\.?[0-9]+\s*")
_EXAMPLE = "write for example `context from 0 to 32K`"
_MOST_CHANNELS = 128
_WIDE = 20
"""From this ratio of its ends on, a range is divided by factors and not by steps."""
_STEPS = range(16, 7, -1)
_FACTORS = 12
_ROUND = (1.0, 2.0, 2.5, 4.0, 5.0)
"""How round steps begin."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """Something that can be swept."""

    name: str
    """What an author calls it."""

    subject: str
    """What grows with it, in a sentence."""

    axis: str
    """What its axis says, e.g. "context"."""

    unit: str
    """Of the values there, e.g. "tokens"; "" for none."""

    parse: Callable[[str], float]
    """A value from its text; raises QuantityError."""

    format: Callable[[float], str]
    """A value with its unit, e.g. "8,000 tokens"."""

    options: tuple[str, ...] = ()
    """Those that say it where it is not swept."""

    suffix: str = ""
    """What follows a number in them, e.g. " bit"."""

    is_whole: bool = False
    """Whether it can only be counted."""

    factor: float = 1.0
    """How many there are in one on the axis, e.g. 1e9 parameters."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """A quantity and its values."""

    quantity: Quantity
    """What is swept."""

    low: float
    """Where it begins."""

    high: float
    """Where it ends."""

    @property
    def is_wide(self) -> bool:
        """Whether its axis is logarithmic."""
        return self.low > 0 and self.high / self.low > _WIDE

    def values(self, more: Iterable[float] = ()) -> list[float]:
        """Some 9 to 17 values, ascending, both ends and `more` among them; fewer if all are whole
        and there are no more.
        """
        chosen = _by_factors(self) if self.is_wide else _by_steps(self)
        if self.quantity.is_whole:
            chosen = [float(round(value)) for value in chosen]
        inside = (value for value in chosen if self.low < value < self.high)
        named = {self.words(value): value for value in (*inside, *more, self.low, self.high)}
        return sorted(named.values())

    def words(self, value: float) -> str:
        """What figures at a value are named after, e.g. "8000", "4-5" or "3-2b"."""
        if self.quantity.factor > 1:
            return make_words(scale_count(value).text)
        return make_words(f"{value:.12g}")


def read_sweep(text: Text, reader: Reader) -> Sweep | None:
    """The sweep that an option asks for; None after noting what is wrong with it."""
    found = _SWEEP.fullmatch(text.text)
    if found is None:
        reader.error(f"`{text.text}` is no sweep", text.place, _EXAMPLE)
        return None
    name, low_text, high_text = (_piece(text, found, part) for part in ("name", "low", "high"))
    quantity = QUANTITIES.get(name.text)
    if quantity is None:
        hint = suggest(name.text, QUANTITIES)
        reader.error(f"`{name.text}` cannot be swept", name.place, hint)
        return None
    low = reader.parse(low_text, quantity.parse, "`sweep`: ")
    high = reader.parse(high_text, quantity.parse, "`sweep`: ")
    if low is None or high is None:
        return None
    sweep = Sweep(quantity, low, high)
    if low >= high or sweep.words(low) == sweep.words(high):
        ends = f"from {quantity.format(low)} to {quantity.format(high)}"
        reader.error(f"the sweep goes {ends}", text.place, "write the smaller end first")
        return None
    return sweep


def _piece(text: Text, found: re.Match[str], part: str) -> Text:
    place = Place(text.place.line, text.place.column + found.start(part), len(found[part]))
    return Text(found[part], place)


def _by_factors(sweep: Sweep) -> Iterator[float]:
    """Values of two digits, each about as many times the one before."""
    for step in range(_FACTORS + 1):
        value = sweep.low * (sweep.high / sweep.low) ** (step / _FACTORS)
        digits = 1 - math.floor(math.log10(value))
        yield float(round(value, min(0, digits) if sweep.quantity.is_whole else digits))


def _by_steps(sweep: Sweep) -> list[float]:
    """Values with round steps between them where there are some, else with equal ones."""
    span = sweep.high - sweep.low
    if sweep.quantity.is_whole and span <= _STEPS[0]:
        return [sweep.low + step for step in range(round(span) + 1)]
    count = next((steps for steps in _STEPS if _is_round(span / steps, sweep.quantity)), _FACTORS)
    return [float(f"{sweep.low + span * step / count:.12g}") for step in range(count + 1)]


def _is_round(step: float, quantity: Quantity) -> bool:
    if quantity.is_whole and step != round(step):
        return False
    mantissa = step / 10 ** math.floor(math.log10(step))
    return any(math.isclose(mantissa, each, rel_tol=1e-9) for each in _ROUND)


def _parse_tokens(text: str) -> float:
    return 0.0 if _NOTHING.fullmatch(text.strip()) else float(parse_context(text))


def _parse_channels(text: str) -> float:
    channels = parse_number(text)
    if channels > _MOST_CHANNELS:
        hint = f"write at most {_MOST_CHANNELS}"
        raise whole_text_error(f"{quote(text)} is too many channels", hint, text)
    return float(channels)


def _parse_bits(text: str) -> float:
    """Bits per parameter, a plain number among them."""
    if not _PLAIN_NUMBER.fullmatch(text):
        return parse_bits_per_parameter(text)
    try:
        return parse_bits_per_parameter(f"{text} bit")
    except QuantityError as error:
        length = min(error.length, len(text) - error.offset)
        raise QuantityError(error.message, error.hint, error.offset, length) from error


def _format_whole(one: str, many: str) -> Callable[[float], str]:
    return lambda value: f"{value:,.0f} {one if value == 1 else many}"


QUANTITIES = {
    quantity.name: quantity
    for quantity in (
        Quantity(
            name="context",
            subject="the context",
            axis="context",
            unit="tokens",
            parse=_parse_tokens,
            format=_format_whole("token", "tokens"),
            options=("context",),
            is_whole=True,
        ),
        Quantity(
            name="batch",
            subject="the batch",
            axis="batch",
            unit="sequences",
            parse=lambda text: float(parse_number(text)),
            format=_format_whole("sequence", "sequences"),
            options=("batch",),
            is_whole=True,
        ),
        Quantity(
            name="bits",
            subject="a parameter",
            axis="size of a parameter",
            unit="bits",
            parse=_parse_bits,
            format=lambda value: scale_words(value, "bit", "bits", 6).text,
            options=("quantization",),
            suffix=" bit",
        ),
        Quantity(
            name="channels",
            subject="the memory",
            axis="memory channels",
            unit="",
            parse=_parse_channels,
            format=_format_whole("channel", "channels"),
            is_whole=True,
        ),
        Quantity(
            name="parameters",
            subject="the model",
            axis="parameters",
            unit="billion",
            parse=parse_count,
            format=lambda value: scale_count(value, " parameters").text,
            options=("active parameters", "model"),
            factor=1e9,
        ),
    )
}
"""By name."""
