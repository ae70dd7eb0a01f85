"""One value of an entry: what is written → `Sourced`, with its place where it is wrong.

value = quantity | number | true | false
      | { is = …, source = "name: where", note = "…" }
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from site_gen.catalogue.data_file import DataFile, Origin
from site_gen.catalogue.keys import Key, Number
from site_gen.diagnostics import suggest
from site_gen.estimator.catalogue import Sourced
from site_gen.estimator.readers import QuantityError
from site_gen.toml_source import Path

_PARTS = ("is", "source", "note")


def read_value(
    file: DataFile, key: Key, written: object, path: Path, origin: Origin | None
) -> dict[str, Sourced]:
    """The fields that a key gives; none after noting what is wrong.

    `origin` is that of the entry; without it a value that names none is left out, and the entry
    has to say so.
    """
    note = ""
    if isinstance(written, dict):
        if not _has_a_value(file, written, path):
            return {}
        if "source" in written:
            origin = file.origin_of(written["source"], (*path, "source"))
        note, written, path = written.get("note", ""), written["is"], (*path, "is")
    read = _read(file, key, written, path)
    if origin is None or read is None:
        return {}
    text = _text_of(written)
    return {
        field: Sourced(
            value=value,
            unit=key.units[field],
            text=text,
            source=origin.title,
            date=origin.date,
            note=note,
        )
        for field, value in read.items()
        if value is not None
    }


def names_source(written: object) -> bool:
    """Whether a value names a source of its own."""
    return isinstance(written, dict) and "source" in written


def _has_a_value(file: DataFile, written: Mapping[str, Any], path: Path) -> bool:
    """Whether an inline table has a value; what else is wrong in it is noted."""
    for part in written:
        if part not in _PARTS:
            file.error(f"unknown key `{part}`", (*path, part), suggest(part, _PARTS), "key")
    if "is" not in written:
        hint = 'write it so: `{ is = "237 GB/s", note = "…" }`'
        file.error(f"`{path[-1]}` has no value", path, hint, "key")
    if not isinstance(written.get("note", ""), str):
        file.error("`note` must be text", (*path, "note"))
    return "is" in written


def _read(
    file: DataFile, key: Key, written: object, path: Path
) -> Mapping[str, Number | None] | None:
    name = next(each for each in reversed(path) if each != "is")
    if key.takes is bool and not isinstance(written, bool):
        file.error(f"`{name}` must be true or false", path, f"`{name} = true`")
        return None
    if key.takes is str and (
        isinstance(written, bool) or not isinstance(written, str | int | float)
    ):
        file.error(f"`{name}` must be text or a number", path, 'for example `"237 GB/s"` or `61`')
        return None
    try:
        return key.read(_text_of(written))
    except QuantityError as error:
        place = file.locator.find_inside(path, error.offset, error.length)
        message = f"`{name}`: {error.message}"
        file.diagnostics.append(file.source.error(message, place, error.hint))
        return None


def _text_of(written: object) -> str:
    """A value as text, e.g. `true` and `0.5`."""
    return str(written).lower() if isinstance(written, bool) else str(written)
