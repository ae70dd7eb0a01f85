"""Front matter: the YAML between two `---` lines at the top of a document.

    front matter = "---" newline { key ":" value newline } "---" newline

Plain YAML without tags, anchors and aliases: what those could do here is hide things.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import msgspec
import yaml
from msgspec import Meta

from site_gen.diagnostics import Diagnostic, Source
from site_gen.fields import Part, check_fields

_DATE = r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2})?( ?(Z|[+-]\d{2}:\d{2}))?)?$"
Date = Annotated[
    str,
    Meta(
        pattern=_DATE,
        description="A day, or a day and a time; without a time it is the start of that day in the "
        "site's time zone.",
        examples=["2025-05-22"],
    ),
]
Line = Annotated[str, Meta(min_length=1)]


class MathOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the key `math` holds."""

    macros: dict[str, str] = msgspec.field(default_factory=dict)
    """KaTeX macros of this document, e.g. `"\\\\RR": "\\\\mathbb{R}"`."""


class Fields(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The keys that front matter may have, as they are written; `date` is required in articles."""

    title: Annotated[
        Line, Meta(description="The page's title; may hold roles.", examples=['"A title"'])
    ]
    date: Annotated[Date, Meta(description="When the article is published.")] = ""
    updated: Annotated[Date, Meta(description="When it was last changed in substance.")] = ""
    slug: Annotated[
        Line,
        Meta(description="The last part of the URL; else the file's name.", examples=["a-title"]),
    ] = ""
    description: Annotated[
        Line, Meta(description="One sentence for lists, feeds and link previews; may hold roles.")
    ] = ""
    tags: Annotated[list[Line], Meta(description="What it is about.", examples=["[gpu, llm]"])] = []
    draft: Annotated[
        bool, Meta(description="Leave it out until this is false.", examples=["true"])
    ] = False
    aliases: Annotated[
        list[Annotated[str, Meta(pattern="^/[^?#]*/$")]],
        Meta(description="Old URLs that lead here.", examples=["[/2024/old-name/]"]),
    ] = []
    image: Annotated[
        Line,
        Meta(description="Picture for link previews, a path beside the file.", examples=["a.png"]),
    ] = ""
    math: Annotated[MathOptions, Meta(description="Options of the document's math.")] = (
        MathOptions()
    )
    toc: Annotated[bool, Meta(description="Show a table of contents.", examples=["true"])] = False


class Block(msgspec.Struct, frozen=True):
    """Front matter that has been read: its fields, and where each key and value stands."""

    fields: Fields | None
    """None when there is a mistake in it."""
    date: datetime | None
    updated: datetime | None
    places: dict[str, tuple[int, int, int]]
    """Key → line, column and length of its value."""


def json_schema() -> bytes:
    """The JSON Schema of front matter, made from `Fields`, for editors."""
    schema = msgspec.json.schema(Fields)
    return msgspec.json.format(msgspec.json.encode(schema, order="sorted"), indent=2) + b"\n"


def parse_front_matter(
    source: Source, content: str | None, zone: ZoneInfo, needs_date: bool
) -> tuple[Block, list[Diagnostic]]:
    """The fields of a document's front matter; `content` is the YAML, None where there is none.

    The YAML starts on the file's second line.
    """
    empty = Block(None, None, None, {})
    if content is None:
        return empty, [_missing(source, needs_date)]
    try:
        root = yaml.compose(content, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        return empty, [_syntax_error(source, error)]
    except yaml.YAMLError as error:
        return empty, [source.error(f"not YAML: {error}", 1, 1)]
    reader = _Reader(source)
    values = reader.read_root(root)
    found, problems = check_fields(Fields, values, source, reader.locate)
    diagnostics = [*reader.diagnostics, *problems]
    dates = {}
    for key in ("date", "updated"):
        if key in found:
            dates[key] = _parse_date(found[key], zone)
            if dates[key] is None:
                message = f"there is no such date as `{found[key]}`"
                diagnostics.append(source.error(message, *reader.locate(key, "value")))
    for key, example in (("title", '"A title"'), ("date", "2025-05-22")):
        if key not in values and (key == "title" or needs_date):
            message = f"`{key}` is missing"
            diagnostics.append(source.error(message, 1, 1, 3, f"add `{key}: {example}`"))
    fields = None if diagnostics else Fields(**found)
    block = Block(fields, dates.get("date"), dates.get("updated"), reader.values)
    return block, diagnostics


_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _missing(source: Source, needs_date: bool) -> Diagnostic:
    keys = "`title` and `date`" if needs_date else "`title`"
    if source.text.startswith("---"):
        return source.error(
            "the front matter is never closed", 1, 1, 3, "add a line `---` after it"
        )
    message = f"no front matter: {keys} must be given"
    return source.error(message, 1, 1, 1, "start the file with a line `---`, the keys, and `---`")


def _syntax_error(source: Source, error: yaml.MarkedYAMLError) -> Diagnostic:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 2, mark.column + 1) if mark else (1, 1)
    hint = "put the value in quotes" if "mapping values" in (error.problem or "") else ""
    return source.error(f"not YAML: {error.problem or error.context}", line, column, hint=hint)


def _parse_date(text: str, zone: ZoneInfo) -> datetime | None:
    """An aware datetime, or None for a day or a time that does not exist."""
    text = text.replace(" ", "T", 1).replace(" ", "")
    try:
        if len(text) == 10:
            day = date.fromisoformat(text)
            return datetime(day.year, day.month, day.day, tzinfo=zone)
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.astimezone(zone) if moment.tzinfo else moment.replace(tzinfo=zone)


class _Reader:
    """YAML nodes to plain values, keeping where each key and value of the top level stands."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.diagnostics: list[Diagnostic] = []
        self.keys: dict[str, tuple[int, int, int]] = {}
        self.values: dict[str, tuple[int, int, int]] = {}
        self._seen: set[int] = set()

    def locate(self, key: str, part: Part) -> tuple[int, int, int]:
        return (self.keys if part == "key" else self.values).get(key, (1, 1, 3))

    def read_root(self, root: yaml.Node | None) -> dict[str, object]:
        if root is None:
            return {}
        if not isinstance(root, yaml.MappingNode):
            self._error(
                "front matter must be keys and values", root, "for example `title: A title`"
            )
            return {}
        values: dict[str, object] = {}
        for key_node, value_node in root.value:
            key = str(self._read(key_node))
            if key in values:
                self._error(f"`{key}` is given twice", key_node)
            self.keys[key], self.values[key] = self._place(key_node), self._place(value_node)
            values[key] = self._read(value_node)
        return values

    def _read(self, node: yaml.Node) -> object:
        if (
            id(node) in self._seen
            or not node.tag.startswith("tag:yaml.org,2002:")
            or (node.tag.removeprefix("tag:yaml.org,2002:") not in _PLAIN)
        ):
            message = "YAML tags, anchors and aliases are not allowed in front matter"
            self._error(message, node, "write the value out")
            return None
        self._seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return {str(self._read(key)): self._read(value) for key, value in node.value}
        if isinstance(node, yaml.SequenceNode):
            return [self._read(item) for item in node.value]
        return _PLAIN[node.tag.removeprefix("tag:yaml.org,2002:")](node.value)

    def _error(self, message: str, node: yaml.Node, hint: str = "") -> None:
        self.diagnostics.append(self.source.error(message, *self._place(node), hint))

    def _place(self, node: yaml.Node) -> tuple[int, int, int]:
        start, end = node.start_mark, node.end_mark
        one_line = end.line == start.line
        rest = len(self.source.lines[start.line + 1]) - start.column
        return start.line + 2, start.column + 1, end.column - start.column if one_line else rest


def _integer(text: str) -> int | str:
    return int(text) if re.fullmatch(r"[-+]?\d{1,18}", text) else text


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:  # YAML 1.1 knows forms such as 1:30.5 that Python does not
        return text


_PLAIN: dict[str, Any] = {
    "str": str,
    "timestamp": str,
    "int": _integer,
    "float": _number,
    "bool": lambda text: text.lower() in ("true", "yes", "on"),
    "null": lambda text: None,
    "map": dict,
    "seq": list,
}
