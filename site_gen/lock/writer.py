"""A Lock as the text of `values.lock`: sorted, and a line a figure, so that a diff can be read.

The grammar is TOML 1.0, of which only this is written:

    lock        = comment "version = 1" { calculation }
    calculation = "[" path "." name "]" [ equations ] [ data ] { number }
    number      = ( "inputs" | "figures" ) "." name "=" "{" text "," value [ "," unit ] "}"
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping

from site_gen.lock.model import VERSION, Lock, LockedCalculation, LockedFigure

_HEAD = f"""\
# Every figure that this site shows. `site-gen accept` writes this file: commit it with the posts.
version = {VERSION}
"""
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_PIECES = re.compile(r"([^0-9]*)([0-9]*)")


def format_lock(lock: Lock) -> str:
    """The text of a lock, the same for equal locks; `parse_lock` makes the same lock of it."""
    parts = [
        "\n".join(_format_calculation(path, name, calculations[name]))
        for path, calculations in sorted(lock.posts.items())
        for name in sorted(calculations)
    ]
    return "\n".join([_HEAD, *(f"{part}\n" for part in parts)])


def _format_calculation(path: str, name: str, calculation: LockedCalculation) -> Iterator[str]:
    yield f"[{_format_key(path)}.{_format_key(name)}]"
    if calculation.equations:
        yield f"equations = {_quote(calculation.equations)}"
    if calculation.data:
        yield f"data = {_quote(calculation.data)}"
    yield from _format_numbers("inputs", calculation.inputs)
    yield from _format_numbers("figures", calculation.figures)


def _format_numbers(table: str, numbers: Mapping[str, LockedFigure]) -> Iterator[str]:
    for name, number in sorted(numbers.items(), key=lambda item: _natural_order(item[0])):
        assert math.isfinite(number.value), f"{name} is {number.value}"
        unit = f", unit = {_quote(number.unit)}" if number.unit else ""
        written = f"text = {_quote(number.text)}, value = {number.value!r}{unit}"
        yield f"{table}.{_format_key(name)} = {{ {written} }}"


def _natural_order(name: str) -> tuple[list[tuple[str, int, str]], str]:
    """A key that puts `low_9` before `low_10`; no number is too long for it."""
    pieces = [(text, digits.lstrip("0")) for text, digits in _PIECES.findall(name)]
    return [(text, len(digits), digits) for text, digits in pieces], name


def _format_key(key: str) -> str:
    return key if _BARE_KEY.fullmatch(key) else _quote(key)


def _quote(text: str) -> str:
    """A basic string of TOML; what cannot be seen is written as an escape."""
    return '"' + "".join(map(_escape, text)) + '"'


def _escape(character: str) -> str:
    if character in ('"', "\\"):
        return "\\" + character
    if character.isprintable():
        return character
    number = ord(character)
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"
