"""One file of the catalogue while it is read: its sources, its places, what is wrong in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from site_gen.diagnostics import Diagnostic, Source, suggest
from site_gen.fields import check_fields
from site_gen.toml_source import Locator, Part, Path


class Origin(msgspec.Struct, frozen=True):
    """Who says something."""

    title: str
    """E.g. `ai-dynamo/aiconfigurator@095f58a, systems/a100_pcie.yaml`."""
    date: str
    """When it was read, e.g. `2026-11-24`."""


class _SourceFields(msgspec.Struct, frozen=True):
    """What a table `[source.…]` holds; both are required."""

    title: Annotated[str, Meta(min_length=1, examples=['"the vendor\'s data sheet"'])]
    date: Annotated[date, Meta(examples=["2026-11-24"])]


class DataFile:
    """A file's text with the sources that it names; mistakes are gathered in `diagnostics`."""

    def __init__(self, source: Source, document: Mapping[str, Any]) -> None:
        self.source = source
        self.locator = Locator(source)
        self.diagnostics: list[Diagnostic] = []
        self._origins: dict[str, Origin | None] = {}
        """By name; None of a source that is wrong itself."""
        for name, table in self.tables(document, "source"):
            self._origins[name] = self._read_source(name, table)

    @property
    def dates(self) -> list[str]:
        """When its sources were read."""
        return [origin.date for origin in self._origins.values() if origin]

    def error(self, message: str, path: Path, hint: str = "", part: Part = "value") -> None:
        """Note a mistake at the place of a path."""
        place = self.locator.find(path, part)
        self.diagnostics.append(self.source.error(message, place, hint))

    def tables(self, document: Mapping[str, Any], kind: str) -> list[tuple[str, dict[str, Any]]]:
        """The tables of a kind by name; what else stands in their place is a mistake."""
        tables = document.get(kind, {})
        hint = f'an entry is a table: `[{kind}."its name"]`'
        if not isinstance(tables, dict):
            self.error(f"`{kind}` must be a table", (kind,), hint)
            return []
        for name, table in tables.items():
            if not isinstance(table, dict):
                self.error(f"`{kind}.{name}` must be a table", (kind, name), hint, "key")
        return [(name, table) for name, table in tables.items() if isinstance(table, dict)]

    def check(
        self, fields: type[msgspec.Struct], table: Mapping[str, Any], path: Path
    ) -> dict[str, Any]:
        """The values of a table that fit their fields; the rest is noted as mistakes."""
        good, problems = check_fields(
            fields,
            table,
            self.source,
            lambda key, part: self.locator.find((*path, key), part),
            assignment=" = ",
        )
        self.diagnostics += problems
        return good

    def origin_of(self, reference: object, path: Path) -> Origin | None:
        """Who is meant by `"name: where in it"`, or by a list of such texts.

        None where that is not known, after noting why.
        """
        if isinstance(reference, list) and reference:
            found = [self._find_origin(each, (*path, n)) for n, each in enumerate(reference)]
        else:
            found = [self._find_origin(reference, path)]
        origins = [origin for origin in found if origin]
        if len(origins) < len(found):
            return None
        return Origin("; ".join(each.title for each in origins), max(each.date for each in origins))

    def _find_origin(self, reference: object, path: Path) -> Origin | None:
        if not isinstance(reference, str):
            hint = 'for example `source = "vendor: page 3"`'
            self.error("`source` must be the name of a source", path, hint)
            return None
        name, _, where = (part.strip() for part in reference.partition(":"))
        if name not in self._origins:
            hint = suggest(name, self._origins) or f"define it: `[source.{name}]`"
            self.error(f"there is no source `{name}` in this file", path, hint)
            return None
        origin = self._origins[name]
        return Origin(f"{origin.title}, {where}", origin.date) if origin and where else origin

    def _read_source(self, name: str, table: dict[str, Any]) -> Origin | None:
        path = ("source", name)
        good = self.check(_SourceFields, table, path)
        examples = {"title": '"the vendor\'s data sheet"', "date": "2026-11-24"}
        for key, example in examples.items():
            if key not in table:
                self.error(f"source `{name}` has no `{key}`", path, f"add `{key} = {example}`")
        if len(good) < len(examples):
            return None
        return Origin(good["title"], good["date"].isoformat())
