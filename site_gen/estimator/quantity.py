"""Text with a unit → a number in the unit that is wanted.

Grammar:

    quantity = number [scale] [unit]
    number   = [sign] digits ["." digits] ["e" [sign] digits]
    scale    = "thousand" | "million" | "billion" | "trillion"
             | "K" | "M" | "B" | "T", in either case, where parameters are counted
    unit     = name [("/" | "per") name]

`units` knows every unit. A minus sign is read so that the message can say what is wrong with it:
every quantity here is positive.
"""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from site_gen.estimator import units

MAXIMUM_LENGTH = 80
"""Characters that a quantity may have; it bounds the time of reading and messages' length."""

_SCALES = {
    "thousand": 1e3,
    "million": 1e6,
    "billion": 1e9,
    "trillion": 1e12,
    "k": 1e3,
    "m": 1e6,
    "b": 1e9,
    "t": 1e12,
}

_NUMBER = re.compile(r"\s*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)")
_NOT_FINITE = re.compile(r"\s*[+-]?(?:nan|inf(?:inity)?)\b", re.IGNORECASE)
_SCALE_WORD = re.compile(r"\s*(thousand|million|billion|trillion)\b", re.IGNORECASE)
_SCALE_LETTER = re.compile(r"\s*([kmbt])(?![a-z]|\s*/|\s*per\b)", re.IGNORECASE)


class QuantityError(ValueError):
    """A quantity that cannot be used, and what its author can do about it."""

    def __init__(self, message: str, hint: str, offset: int, length: int) -> None:
        super().__init__(message)
        self.message = message
        """What is wrong, lower case, without a full stop."""
        self.hint = hint
        """What to write instead, lower case, without a full stop."""
        self.offset = offset
        """Where the problem begins, in characters from the start of the text."""
        self.length = length
        """How many characters it has; 0 where something is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of quantity: what it is called, which units it takes and which sizes are possible."""

    label: str
    """Its name with an article, e.g. "a memory bandwidth"."""

    meaning: str
    """What it measures, in words, e.g. "data per time"."""

    example: str
    """One that is right, e.g. "576 GB/s"."""

    units: tuple[str, ...]
    """The unit that is wanted, then others as large, e.g. ("bit / parameter", "bit")."""

    lowest: float
    """The smallest that is possible, in that unit, positive."""

    highest: float
    """The largest that is possible, in that unit."""

    range_text: str
    """Both for people, e.g. "from 1 kB/s to 1 EB/s"."""

    spellings: tuple[str, ...]
    """Units as people write them, for suggestions, the most likely first, e.g. ("GB/s", "TB/s")."""

    unit_may_be_missing: bool = False
    """Whether a plain number will do."""

    has_scale_letters: bool = False
    """Whether `B` after the number is billion."""

    reciprocal: str | None = None
    """A unit whose reciprocal is meant, e.g. "second / token"."""

    common: Mapping[str, float] = field(default_factory=dict)
    """Units that most texts have and what they are in the unit that is wanted, e.g. "GB/s" → 1e9:
    read without loading `units`, which takes longer than reading a catalogue."""


@dataclass(frozen=True, slots=True)
class _Written:
    """A quantity taken apart, before its unit is understood."""

    text: str
    number: float
    unit: str
    unit_offset: int


def parse_quantity(text: str, kind: Kind) -> float:
    """Return a quantity in the first unit of its kind, positive, finite and within the kind's
    range.

    Raises QuantityError for anything else.
    """
    written = _split(text, kind)
    if written.unit:
        value = _convert(written, kind)
    elif kind.unit_may_be_missing:
        value = written.number
    else:
        message = f"{quote(text)} has no unit"
        raise QuantityError(
            message, f"write it with its unit, for example `{kind.example}`", len(text.rstrip()), 0
        )
    return _check_range(value, written, kind)


def check_length(text: str, kind: Kind) -> None:
    """Raise QuantityError where a text is empty or too long to be a quantity."""
    if not text.strip():
        raise QuantityError(
            f"{kind.label} is missing here", f"write it, for example `{kind.example}`", 0, 0
        )
    if len(text) > MAXIMUM_LENGTH:
        raise QuantityError(
            f"{len(text)} characters are too many for {kind.label}",
            f"write at most {MAXIMUM_LENGTH}, for example `{kind.example}`",
            MAXIMUM_LENGTH,
            len(text) - MAXIMUM_LENGTH,
        )


def whole_text_error(message: str, hint: str, text: str) -> QuantityError:
    """Return an error that points at all of a text but the blanks around it."""
    stripped = text.strip()
    return QuantityError(message, hint, text.find(stripped), len(stripped))


def quote(text: str) -> str:
    """Return a text in backticks, trimmed, and with `�` for characters that cannot be seen."""
    shown = "".join(character if character.isprintable() else "�" for character in text.strip())
    return f"`{shown}`"


def _split(text: str, kind: Kind) -> _Written:
    check_length(text, kind)
    meaning = f"{kind.label} is {kind.meaning}, for example `{kind.example}`"
    if _NOT_FINITE.match(text):
        raise whole_text_error(f"{quote(text)} is not a finite number", meaning, text)
    match = _NUMBER.match(text)
    if match is None:
        raise whole_text_error(f"{quote(text)} does not start with a number", meaning, text)
    end = match.end()
    if text[end : end + 1] == ",":
        raise QuantityError(
            f"{quote(text)} has a comma in its number",
            "write `.` before decimals and nothing between thousands",
            end,
            1,
        )
    scale, end = _read_scale(text, end, kind)
    unit = text[end:].strip()
    return _Written(text, float(match[1]) * scale, unit, text.find(unit, end))


def _read_scale(text: str, start: int, kind: Kind) -> tuple[float, int]:
    match = _SCALE_WORD.match(text, start)
    if match is None and kind.has_scale_letters:
        match = _SCALE_LETTER.match(text, start)
    return (1.0, start) if match is None else (_SCALES[match[1].lower()], match.end())


def _convert(written: _Written, kind: Kind) -> float:
    if written.unit in kind.common:
        return written.number * kind.common[written.unit]
    unit = units.find_unit(written.unit)
    if unit is None:
        raise QuantityError(
            f"{quote(written.unit)} is not a unit that is known here",
            _suggest(written.unit, kind)
            or f"{kind.label} is {kind.meaning}, for example `{kind.example}`",
            written.unit_offset,
            len(written.unit),
        )
    for wanted in kind.units:
        if unit.is_compatible_with(wanted):
            return written.number * units.conversion_factor(unit, wanted)
    if kind.reciprocal is not None and unit.is_compatible_with(kind.reciprocal):
        duration = written.number * units.conversion_factor(unit, kind.reciprocal)
        return 1 / duration if duration else duration
    raise whole_text_error(
        f"{quote(written.text)} is {units.describe_dimension(unit)}, not {kind.label}",
        f"{kind.label} is {kind.meaning}, for example `{kind.example}`",
        written.text,
    )


def _check_range(value: float, written: _Written, kind: Kind) -> float:
    shown = quote(written.text)
    if kind.lowest <= value <= kind.highest:
        return value
    if written.number <= 0:
        message = f"{shown} is not more than zero"
        hint = f"{kind.label} is more than zero, for example `{kind.example}`"
    else:
        size = "small" if value < kind.lowest else "large"
        message = f"{shown} is too {size} for {kind.label}"
        hint = _suggest_case(written.unit, kind) or f"{kind.label} is {kind.range_text}"
    raise whole_text_error(message, hint, written.text)


def _suggest(unit: str, kind: Kind) -> str | None:
    by_lower_case = {spelling.lower(): spelling for spelling in reversed(kind.spellings)}
    nearest = difflib.get_close_matches(unit.lower(), by_lower_case, n=1)
    return f"did you mean `{by_lower_case[nearest[0]]}`?" if nearest else None


def _suggest_case(unit: str, kind: Kind) -> str | None:
    spelling = next((s for s in kind.spellings if s.lower() == unit.lower()), unit)
    return None if spelling == unit else f"did you mean `{spelling}`?"
