"""Checking untrusted key-value data against a msgspec type, every mistake at its own place.

msgspec stops at the first mistake and knows no lines; here each field is converted by itself, and
the caller says where each key stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Literal

import msgspec

from site_gen.diagnostics import Diagnostic, Source, suggest

Part = Literal["key", "value"]
Locate = Callable[[str, Part], tuple[int, int, int]]
"""(key, part) → 1-based line, 1-based column and length of that part."""

_KINDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "a table of keys and values",
    "null": "empty",
}
_EXPECTED = re.compile(r"^Expected `([^`]+)`(?:, got `([^`]+)`)?(?: - at `\$(.*)`)?$")


def check_fields(
    fields: type[msgspec.Struct],
    values: Mapping[str, object],
    source: Source,
    locate: Locate,
) -> tuple[dict[str, Any], list[Diagnostic]]:
    """The values that fit their fields, and a diagnostic for each key that does not.

    Missing keys are not spoken of here: whether a key is required is for the caller to say.
    """
    known = {field.encode_name: field for field in msgspec.structs.fields(fields)}
    good: dict[str, Any] = {}
    diagnostics: list[Diagnostic] = []
    for key, value in values.items():
        if key not in known:
            message = f"unknown key `{key}`"
            diagnostics.append(source.error(message, *locate(key, "key"), suggest(key, known)))
            continue
        try:
            good[known[key].name] = msgspec.convert(value, known[key].type)
        except msgspec.ValidationError as error:
            message = _explain(key, value, str(error))
            hint = _example(key, known[key].type)
            diagnostics.append(source.error(message, *locate(key, "value"), hint))
    return good, diagnostics


def _explain(key: str, value: object, message: str) -> str:
    if value is None:
        return f"`{key}` has no value"
    found = _EXPECTED.match(message)
    if found is None:
        return f"`{key}`: {message[0].lower()}{message[1:]}"
    expected, got, place = found.groups()
    where = f"each item of `{key}`" if place and place.startswith("[") else f"`{key}`"
    names = [_KINDS.get(kind.strip(), kind.strip()) for kind in expected.split("|")]
    ending = f", not {_KINDS.get(got, got)}" if got else ""
    return f"{where} must be {' or '.join(name for name in names if name != 'empty')}{ending}"


def _example(key: str, type_: object) -> str:
    """`for example …`, from the example that the field's type carries; empty without one."""
    for part in (type_, *getattr(type_, "__args__", ())):
        for meta in getattr(part, "__metadata__", ()):
            if isinstance(meta, msgspec.Meta) and meta.examples:
                return f"for example `{key}: {meta.examples[0]}`"
    return ""
