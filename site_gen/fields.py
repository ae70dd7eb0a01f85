"""Checking untrusted key-value data against a msgspec type, every mistake at its own place.

msgspec stops at the first mistake and knows no lines; here each field is converted by itself, and
the caller says where each key stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Literal

import msgspec

from site_gen.diagnostics import Diagnostic, Place, Source, suggest

Part = Literal["key", "value"]
Locate = Callable[[str, Part], Place]
"""(key, part) → where that part stands."""

_KINDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "a table of keys and values",
    "null": "empty",
}
_PLACE = re.compile(r" - at `(?:key in )?\$([^`]*)`$")
_EXPECTED = re.compile(r"^Expected `([^`]+)`, got `([^`]+)`$")
_BOUND = re.compile(r"^Expected `(?:str|int|float|array)` (>=|<=|of length >=|of length <=) (\d+)$")
_CHOICE = re.compile(r"^Invalid enum value '([^']*)'$")
_UNKNOWN = re.compile(r"^Object contains unknown field `([^`]*)`$")
_BOUNDS = {
    ">=": "must be at least {}",
    "<=": "must be at most {}",
    "of length >=": "must have at least {} in it",
    "of length <=": "must have at most {} in it",
}


def check_fields(
    fields: type[msgspec.Struct],
    values: Mapping[str, object],
    source: Source,
    locate: Locate,
    assignment: str = ": ",
) -> tuple[dict[str, Any], list[Diagnostic]]:
    """The values that fit their fields, and a diagnostic for each key that does not.

    `assignment` is what stands between key and value in the source, for examples in hints.
    Missing keys are not spoken of here: whether a key is required is for the caller to say.
    """
    known = _fields_of(fields)
    good: dict[str, Any] = {}
    diagnostics: list[Diagnostic] = []
    for key, value in values.items():
        if key not in known:
            message = f"unknown key `{key}`"
            diagnostics.append(source.error(message, locate(key, "key"), suggest(key, known)))
            continue
        try:
            good[known[key].name] = msgspec.convert(value, known[key].type)
        except msgspec.ValidationError as error:
            message = _explain(key, value, known[key].type, str(error))
            hint = _example(key + assignment, known[key].type)
            diagnostics.append(source.error(message, locate(key, "value"), hint))
    return good, diagnostics


@cache
def _fields_of(fields: type[msgspec.Struct]) -> dict[str, msgspec.structs.FieldInfo]:
    """The fields by name; found out once, since msgspec evaluates every annotation for it."""
    return {field.encode_name: field for field in msgspec.structs.fields(fields)}


def _explain(key: str, value: object, type_: object, message: str) -> str:
    """What msgspec says about a value, for people who know neither it nor Python."""
    if value is None:
        return f"`{key}` has no value"
    place = _PLACE.search(message)
    inner = place[1] if place else ""
    message = message[: place.start()] if place else message
    name = f"`{key}{inner.removesuffix('[...]')}`"
    where = f"each item of {name}" if inner.endswith("[...]") else name
    if unknown := _UNKNOWN.match(message):
        return f"{where} has no key `{unknown[1]}`"
    if choice := _CHOICE.match(message):
        return f"{where} cannot be `{choice[1]}`"
    if bound := _BOUND.match(message):
        return f"{where} {_BOUNDS[bound[1]].format(bound[2])}"
    if "matching regex" in message and (kind := _meta(type_, "title")):
        return f"{where} must be {kind}"
    if found := _EXPECTED.match(message):
        names = [_KINDS.get(kind.strip(), kind.strip()) for kind in found[1].split("|")]
        kinds = " or ".join(name for name in names if name != "empty")
        return f"{where} must be {kinds}, not {_KINDS.get(found[2], found[2])}"
    return f"{where}: {message[0].lower()}{message[1:]}"


def _example(beginning: str, type_: object) -> str:
    """`for example …`, from the example that the field's type carries; empty without one."""
    examples = _meta(type_, "examples")
    return f"for example `{beginning}{examples[0]}`" if examples else ""


def _meta(type_: object, name: str) -> Any:
    """The first such attribute of the descriptions that a type carries, its parts' included."""
    for meta in getattr(type_, "__metadata__", ()):
        if isinstance(meta, msgspec.Meta) and getattr(meta, name):
            return getattr(meta, name)
    for part in (getattr(type_, "__origin__", None), *getattr(type_, "__args__", ())):
        if found := part and _meta(part, name):
            return found
    return None
