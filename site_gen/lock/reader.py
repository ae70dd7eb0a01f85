"""The text of `values.lock` → Lock. Its grammar is in `writer`.

People merge and mend this file, so nothing in it is taken on trust: each mistake is told at its
line, and the rest is read.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec.structs import replace

from site_gen.diagnostics import Diagnostic, Source
from site_gen.fields import check_fields
from site_gen.lock.model import VERSION, Lock, LockedCalculation, LockedFigure
from site_gen.toml_source import Locator, Path, parse_toml

_MEND = "take it back from version control, or remove it and run `site-gen accept`"
_FOLDER = "content/"
"""What the path of every source begins with."""


def parse_lock(source: Source | None) -> tuple[Lock, list[Diagnostic]]:
    """What a `values.lock` says, and what is wrong in it; None stands for a site without one."""
    if source is None:
        return Lock(), []
    document, diagnostics = parse_toml(source)
    if diagnostics:
        told = [replace(each, hint=_MEND) for each in diagnostics]
        return Lock(is_whole=False), told
    return _Reader(source).read(document)


class _Reader:
    """One reading of a lock that is TOML."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._locator = Locator(source)
        self._diagnostics: list[Diagnostic] = []

    def read(self, document: dict[str, Any]) -> tuple[Lock, list[Diagnostic]]:
        """The lock, with what could be read of it."""
        version = document.pop("version", None)
        if type(version) is not int or version != VERSION:
            return Lock(is_whole=False), [self._version_error(is_there=version is not None)]
        posts = {path: self._read_post(path, table) for path, table in document.items()}
        is_whole = not self._diagnostics
        return Lock({path: post for path, post in posts.items() if post}, is_whole), self._told()

    def _told(self) -> list[Diagnostic]:
        return sorted(self._diagnostics)

    def _version_error(self, *, is_there: bool) -> Diagnostic:
        if not is_there:
            return self._source.error("`version` is missing", hint=_MEND)
        message = f"this lock is not of version {VERSION}, the only one that is known here"
        place = self._locator.find(("version",))
        return self._source.error(message, place, "use the site_gen that wrote it, or a newer one")

    def _read_post(self, path: str, table: object) -> dict[str, LockedCalculation]:
        if not path.startswith(_FOLDER):
            message = f"`{path}` is neither `version` nor a post"
            self._error(message, (path,), "the path of a post begins with `content/`")
            return {}
        calculations = self._tables((path,), table)
        return {
            name: self._read_calculation(path, name, calculations[name]) for name in calculations
        }

    def _read_calculation(
        self, path: str, name: str, table: Mapping[str, Any]
    ) -> LockedCalculation:
        values = self._check(_Versions, (path, name), _without_numbers(table))
        inputs, figures = (
            self._read_numbers((path, name, key), table.get(key, {}))
            for key in ("inputs", "figures")
        )
        return LockedCalculation(inputs, figures, **values)

    def _read_numbers(self, place: tuple[str, ...], table: object) -> dict[str, LockedFigure]:
        read = {
            name: self._read_number((*place, name), number)
            for name, number in self._tables(place, table).items()
        }
        return {name: number for name, number in read.items() if number is not None}

    def _read_number(self, place: tuple[str, ...], table: Mapping[str, Any]) -> LockedFigure | None:
        values = self._check(LockedFigure, place, table)
        missing = [key for key in ("text", "value") if key not in table]
        if missing:
            keys = " and ".join(f"`{key}`" for key in missing)
            self._error(f"`{place[-1]}` has no {keys}", place)
        elif not math.isfinite(values.get("value", 0.0)):
            self._error(f"`value` is {values['value']}, which is no number", (*place, "value"))
            return None
        return LockedFigure(**values) if values.keys() >= {"text", "value"} else None

    def _check(
        self, fields: type[msgspec.Struct], place: tuple[str, ...], table: Mapping[str, Any]
    ) -> dict[str, Any]:
        locate = self._locator.within(*place)
        values, problems = check_fields(fields, table, self._source, locate, assignment=" = ")
        self._diagnostics += [replace(each, hint=each.hint or _MEND) for each in problems]
        return values

    def _tables(self, place: tuple[str, ...], value: object) -> dict[str, dict[str, Any]]:
        """The tables in a table, without what is none."""
        if not isinstance(value, dict):
            self._error(f"`{place[-1]}` must be a table of keys and values", place)
            return {}
        for key, item in value.items():
            if not isinstance(item, dict):
                self._error(f"`{key}` must be a table of keys and values", (*place, key))
        return {key: item for key, item in value.items() if isinstance(item, dict)}

    def _error(self, message: str, path: Path, hint: str = _MEND) -> None:
        self._diagnostics.append(self._source.error(message, self._locator.find(path), hint))


class _Versions(msgspec.Struct, frozen=True):
    """What stands in a calculation beside its numbers."""

    equations: str = ""
    data: str = ""


def _without_numbers(table: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in table.items() if key not in ("inputs", "figures")}
