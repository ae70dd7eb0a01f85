"""Text in lines: how large it can be in a width, and where its lines end.

Widths are sums of what single letters take. Kerning and ligatures are left out, which make lines
shorter and seldom longer.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence

import msgspec

from site_gen.cards.model import Face

_ELLIPSIS = "…"
_RIGHT_TO_LEFT = "\N{RIGHT-TO-LEFT ISOLATE}{}\N{POP DIRECTIONAL ISOLATE}"
_JOINER = "\N{ZERO WIDTH JOINER}"
_NARROWER = 12
"""Halvings of the width while lines are made equally long."""
_SLACK = 1e-6
"""Of an em, for what sums of fractions are off."""

_Measure = Callable[[str], float]
"""Text → its width in ems."""
_Unit = tuple[str, str]
"""What stands before it on the same line, a blank or nothing, and what is never divided."""


class Fitted(msgspec.Struct, frozen=True):
    """A text in lines."""

    size: float
    """The first of the given sizes at which it fits, else the last."""
    lines: tuple[str, ...]
    """One at least; where not all fits, the last one ends in an ellipsis."""
    is_rtl: bool
    """Whether its lines begin on the right."""


class Fit:
    """Fits text into widths; templates know it as `fit`."""

    def __init__(self, faces: Sequence[Face]) -> None:
        """`faces` in the order in which they stand in for each other."""
        self._faces = faces

    def __call__(
        self,
        text: str,
        width: float,
        sizes: Sequence[tuple[float, int]],
        family: str = "",
        weight: int = 400,
        italic: bool = False,
    ) -> Fitted:
        """The text in lines of a width: at the first of these sizes, each with the most lines that
        there may be of it, at which all fits and no word is divided; else at the last one, cut.
        """
        if not sizes:
            raise ValueError("`fit` needs a size and how many lines it may have: `[(80, 2)]`")
        faces = _sort(self._faces, family, weight, italic)
        measure = _make_measure(faces, text)
        units, is_rtl = list(_divide(text)), _is_rtl(text)
        for size, most in sizes:
            room = width / size
            lines = _wrap(units, room, measure)
            if len(lines) <= most and max(map(measure, lines)) <= room + _SLACK:
                return _finish(size, _balance(units, len(lines), room, measure), is_rtl)
        pieces = [each for unit in units for each in _break(unit, room, measure)]
        return _finish(size, _cut(_wrap(pieces, room, measure), most, room, measure), is_rtl)


def _sort(faces: Sequence[Face], family: str, weight: int, italic: bool) -> list[Face]:
    """The faces, those first that a drawing would choose."""

    def distance(face: Face) -> tuple[bool, bool, int]:
        is_other = face.family != (family or faces[0].family)
        return is_other, face.is_italic != italic, abs(face.weight - weight)

    return sorted(faces, key=distance)


def _make_measure(faces: Sequence[Face], text: str) -> _Measure:
    """What measures parts of a text, and an ellipsis.

    Where the first face does not have all of it, another may be taken for the whole of a line, so
    each letter counts with the widest that there is.
    """
    known: dict[str, float] = {}
    has_all = faces and all(ord(letter) in faces[0].advances for letter in text)
    asked = faces[:1] if has_all else faces

    def measure_letter(letter: str) -> float:
        if unicodedata.category(letter) in ("Mn", "Me", "Cf"):
            return 0.0
        code = ord(letter)
        widths = [
            face.advances[code] / face.units_per_em for face in asked if code in face.advances
        ]
        return max(widths, default=1.0)

    def measure(text: str) -> float:
        for letter in text:
            if letter not in known:
                known[letter] = measure_letter(letter)
        return sum(known[letter] for letter in text)

    return measure


def _divide(text: str) -> Iterator[_Unit]:
    """Words, and single letters of scripts without blanks, with what must not begin or end a line
    kept beside its neighbour.
    """
    glue = ""
    for word in text.split():
        start = 0
        for place in range(1, len(word)):
            if _may_end_between(word[place - 1], word[place]):
                yield glue, word[start:place]
                glue, start = "", place
        yield glue, word[start:]
        glue = " "


def _may_end_between(left: str, right: str) -> bool:
    """Whether a line may end between two letters that no blank divides."""
    if not (_is_wide(left) or _is_wide(right)):
        return False
    closes = unicodedata.category(right) in ("Pe", "Pf", "Po", "Lm", "Mn", "Mc", "Cf")
    opens = unicodedata.category(left) in ("Ps", "Pi", "Cf")
    return not (closes or opens)


def _is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in ("W", "F")


def _break(unit: _Unit, room: float, measure: _Measure) -> Iterator[_Unit]:
    """A unit; its letters where it is too long for a line, what is joined kept together."""
    glue, text = unit
    start = 0
    if measure(text) <= room:
        yield unit
        return
    for place in range(1, len(text)):
        is_mark = unicodedata.category(text[place]) in ("Mn", "Mc", "Me", "Cf")
        if not is_mark and text[place - 1] != _JOINER:
            yield glue, text[start:place]
            glue, start = "", place
    yield glue, text[start:]


def _wrap(units: Sequence[_Unit], room: float, measure: _Measure) -> list[str]:
    """Lines as full as they can be; a unit that is too long has one to itself."""
    lines: list[str] = []
    length = 0.0
    for glue, text in units:
        more = measure(glue + text)
        if lines and length + more <= room + _SLACK:
            lines[-1] += glue + text
            length += more
        else:
            lines.append(text)
            length = measure(text)
    return lines or [""]


def _balance(units: Sequence[_Unit], count: int, room: float, measure: _Measure) -> list[str]:
    """As many lines, the longest of them as short as it can be."""
    narrow, wide = 0.0, room
    for _ in range(_NARROWER if count > 1 else 0):
        middle = (narrow + wide) / 2
        lines = _wrap(units, middle, measure)
        if len(lines) <= count and max(map(measure, lines)) <= middle + _SLACK:
            wide = middle
        else:
            narrow = middle
    return _wrap(units, wide, measure)


def _cut(lines: Sequence[str], most: int, room: float, measure: _Measure) -> list[str]:
    """The first of these lines; where there are more, an ellipsis ends the last one, behind a word
    where it has several, and is all of it where there is room for no letter.
    """
    if len(lines) <= most:
        return list(lines)
    last = lines[most - 1]
    while last and measure(last + _ELLIPSIS) > room:
        shorter = last.rpartition(" ")[0]
        last = shorter or last[:-1]
    return [*lines[: most - 1], last.rstrip(" ,;:") + _ELLIPSIS]


def _finish(size: float, lines: Sequence[str], is_rtl: bool) -> Fitted:
    shown = (_RIGHT_TO_LEFT.format(line) for line in lines) if is_rtl else lines
    return Fitted(size, tuple(shown), is_rtl)


def _is_rtl(text: str) -> bool:
    """Whether the first letter that has a direction goes to the left."""
    found = (unicodedata.bidirectional(letter) for letter in text)
    return next((each for each in found if each in ("L", "R", "AL")), "L") != "L"
