"""Front matter: the YAML between two `---` lines at the top of a document.

    front matter = "---" newline { key ":" value newline } "---" newline

Plain YAML without tags, anchors and aliases: what those could do here is hide things.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Annotated
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import msgspec
import yaml
from msgspec import Meta

from site_gen.diagnostics import OPENING, Diagnostic, Place, Source
from site_gen.fields import check_fields
from site_gen.markdown.yaml_reader import YamlReader
from site_gen.paths import default_slug, slug_problem, slugify

_DATE = r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2})?( ?(Z|[+-]\d{2}:\d{2}))?)?$"
Date = Annotated[
    str,
    Meta(
        pattern=_DATE,
        title="a date such as `2025-05-22` or `2025-05-22 18:30`",
        description="A day, or a day and a time; without a time it is the start of that day in the "
        "site's time zone.",
        examples=["2025-05-22"],
    ),
]
Line = Annotated[str, Meta(pattern=r"\S", title="text that is not blank")]
Redirect = Annotated[
    str, Meta(pattern="^/([^/?#\\\\]+/)*$", title="a path such as `/2024/old-name/`")
]


_SCHEMA_DESCRIPTION = (
    "The keys between the two `---` lines at the top of a Markdown document; articles need `date` "
    "too. Editors that hand front matter to yaml-language-server find this file by the setting "
    "`yaml.schemas` (see .vscode/settings.json), or by a comment on the front matter's first line: "
    "`# yaml-language-server: $schema=` and the path of this file."
)


class MathOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the key `math` holds."""

    macros: dict[str, str] = msgspec.field(default_factory=dict)
    """KaTeX macros of this document, e.g. `"\\\\RR": "\\\\mathbb{R}"`."""


class CardOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the key `card` holds."""

    figure: str = ""
    """The figure of this document that its card shows, e.g. `desktop.bound`."""


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
        list[Redirect],
        Meta(description="Old URLs that lead here.", examples=["[/2024/old-name/]"]),
    ] = []
    image: Annotated[
        Line,
        Meta(description="Picture for link previews, a path beside the file.", examples=["a.png"]),
    ] = ""
    card: Annotated[
        CardOptions,
        Meta(
            description="What the card for link previews shows.",
            examples=["{figure: desktop.bound}"],
        ),
    ] = CardOptions()
    math: Annotated[MathOptions, Meta(description="Options of the document's math.")] = (
        MathOptions()
    )
    toc: Annotated[
        bool | msgspec.UnsetType,
        Meta(
            description="Whether to show a table of contents; where it is not said, long texts do.",
            examples=["true"],
        ),
    ] = msgspec.UNSET


class Block(msgspec.Struct, frozen=True):
    """Front matter that has been read: its fields, and where each key and value stands."""

    fields: Fields | None
    """What could be read; None where nothing could."""
    is_right: bool
    """Whether there is no mistake in it, so that the document can be published."""
    date: datetime | None
    updated: datetime | None
    slug: str
    """As given, else made from the file's name."""
    places: dict[str, Place]
    """Key → where its value stands."""


def json_schema() -> bytes:
    """The JSON Schema of front matter, made from `Fields`, for editors."""
    made = msgspec.json.schema(Fields)
    for field in made["$defs"][Fields.__name__]["properties"].values():
        if "examples" in field:
            field["examples"] = [
                _read_example(each, field.get("type", "object")) for each in field["examples"]
            ]
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Front matter",
        "description": _SCHEMA_DESCRIPTION,
        **made,
    }
    return msgspec.json.format(msgspec.json.encode(schema, order="sorted"), indent=2) + b"\n"


def parse_front_matter(
    source: Source, content: str | None, zone: ZoneInfo, needs_date: bool
) -> tuple[Block, list[Diagnostic]]:
    """The fields of a document's front matter; `content` is the YAML, None where there is none.

    The YAML starts on the file's second line.
    """
    if content is None:
        return Block(None, False, None, None, "", {}), [_not_there(source, needs_date)]
    reader = YamlReader(source, source.text.index("\n") + 1)
    reader.read(content)
    if reader.diagnostics and not reader.values:
        return Block(None, False, None, None, "", {}), reader.diagnostics
    found, problems = check_fields(Fields, reader.values, source, reader.locate)
    dates, wrong_dates = _parse_dates(found, zone, source, reader)
    slug = unicodedata.normalize("NFC", found.get("slug") or default_slug(source.path))
    diagnostics = [*reader.diagnostics, *problems, *wrong_dates]
    if ("slug" in found) == ("slug" in reader.values):
        diagnostics += _check_slug(slug, source, reader)
    if "aliases" in found:
        found["aliases"], wrong_aliases = _parse_aliases(found["aliases"], source, reader)
        diagnostics += wrong_aliases
    diagnostics += _check_tags(found.get("tags", []), source, reader)
    diagnostics += _find_missing(source, reader, needs_date)
    return Block(
        fields=Fields(**{"title": "", **found}),
        is_right=not diagnostics,
        date=dates.get("date"),
        updated=dates.get("updated"),
        slug=slug,
        places=reader.value_places,
    ), diagnostics


def _parse_dates(
    found: Mapping[str, str], zone: ZoneInfo, source: Source, reader: YamlReader
) -> tuple[dict[str, datetime], list[Diagnostic]]:
    dates: dict[str, datetime] = {}
    diagnostics = []
    for key in ("date", "updated"):
        if key not in found:
            continue
        if moment := _parse_date(found[key], zone):
            dates[key] = moment
        else:
            message = f"there is no such date as `{found[key]}`"
            diagnostics.append(source.error(message, reader.locate(key, "value")))
    return dates, diagnostics


def _find_missing(source: Source, reader: YamlReader, needs_date: bool) -> list[Diagnostic]:
    examples = {"title": '"A title"', "date": "2025-05-22"}
    needed = [key for key in examples if key == "title" or needs_date]
    return [
        source.error(f"`{key}` is missing", OPENING, f"add `{key}: {examples[key]}`")
        for key in needed
        if key not in reader.values
    ]


def _read_example(text: str, kind: str) -> object:
    """What an example says, which is written as YAML for the sake of messages."""
    return text == "true" if kind == "boolean" else yaml.load(text, yaml.BaseLoader)


def _not_there(source: Source, needs_date: bool) -> Diagnostic:
    if source.text.startswith("---"):
        hint = "add a line `---` after it"
        return source.error("the front matter is never closed", OPENING, hint)
    keys = "`title` and `date`" if needs_date else "`title`"
    message = f"no front matter: {keys} must be given"
    hint = "start the file with a line `---`, the keys, and `---`"
    return source.error(message, Place(1, 1), hint)


def _check_slug(slug: str, source: Source, reader: YamlReader) -> list[Diagnostic]:
    problem = slug_problem(slug)
    if not problem:
        return []
    hint = "a slug is made of letters, digits and `-`"
    if "slug" not in reader.values:
        hint += "; rename the file, or give `slug:`"
    return [source.error(f"the slug `{slug}` {problem}", reader.locate("slug", "value"), hint)]


def _parse_aliases(
    aliases: list[str], source: Source, reader: YamlReader
) -> tuple[list[str], list[Diagnostic]]:
    """The URLs as they are once decoded, e.g. `/café/` for `/caf%C3%A9/`; those that can be."""
    decoded = []
    diagnostics = []
    for alias in aliases:
        parts = [unicodedata.normalize("NFC", unquote(part)) for part in alias.split("/")]
        problem = next(filter(None, map(_part_problem, parts[1:-1])), "")
        if problem:
            hint = "between its `/` an alias has letters, digits and `-`, as `/2024/old-name/` has"
            message = f"a part of the alias `{alias}` {problem}"
            diagnostics.append(source.error(message, reader.locate("aliases", "value"), hint))
        else:
            decoded.append("/".join(parts))
    return decoded, diagnostics


def _part_problem(part: str) -> str:
    return "is not UTF-8" if "\N{REPLACEMENT CHARACTER}" in part else slug_problem(part)


def _check_tags(tags: list[str], source: Source, reader: YamlReader) -> list[Diagnostic]:
    diagnostics = []
    seen: set[str] = set()
    for tag in tags:
        if not slugify(tag):
            message, hint = f"the tag `{tag}` makes no URL", "a tag needs a letter or a digit"
            diagnostics.append(source.error(message, reader.locate("tags", "value"), hint))
        elif tag in seen:
            message = f"the tag `{tag}` is given twice"
            diagnostics.append(source.error(message, reader.locate("tags", "value")))
        seen.add(tag)
    return diagnostics


def _parse_date(text: str, zone: ZoneInfo) -> datetime | None:
    """An aware datetime, or None for a day or a time that does not exist."""
    text = text.replace(" ", "T", 1).replace(" ", "")
    try:
        if len(text) == 10:
            day = date.fromisoformat(text)
            return _settle(datetime(day.year, day.month, day.day, tzinfo=zone), zone)
        if text[11:13] == "24":  # which some versions of Python take for the next day's midnight
            return None
        moment = datetime.fromisoformat(text)
        return _settle(moment if moment.tzinfo else moment.replace(tzinfo=zone), zone)
    except (ValueError, OverflowError):
        return None


def _settle(moment: datetime, zone: ZoneInfo) -> datetime:
    """The instant as the zone's clocks show it, which skip some times."""
    return moment.astimezone(UTC).astimezone(zone)
