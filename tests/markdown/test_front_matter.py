"""Front matter: what good values become, bounds on what reading may cost, and the JSON Schema."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from site_gen.diagnostics import Source
from site_gen.markdown.front_matter import json_schema, parse_front_matter
from site_gen.model import Document, FrontMatter
from tests.files import regenerating
from tests.markdown.rendering import messages, parse

SCHEMA = Path(__file__).parent.parent.parent / "schemas" / "front-matter.schema.json"
ARTICLE = "content/articles/crop/index.md"


def front(yaml: str, path: str = ARTICLE) -> FrontMatter:
    document, diagnostics = parse(f"---\n{yaml}\n---\n", path)
    assert document is not None, messages(diagnostics)
    return document.front


def test_all_keys() -> None:
    found = front(
        "title: A title\ndate: 2025-05-22\nupdated: 2025-06-01 12:30\nslug: crop-2\n"
        "description: About it.\ntags: [gpu, Größe]\ndraft: true\naliases: [/old/, /2024/x/]\n"
        'image: a.png\nmath: {macros: {"\\\\RR": "\\\\mathbb{R}"}}\ntoc: yes'
    )
    assert replace(found, places={}) == FrontMatter(
        title="A title",
        date=datetime(2025, 5, 22, tzinfo=UTC),
        updated=datetime(2025, 6, 1, 12, 30, tzinfo=UTC),
        slug="crop-2",
        description="About it.",
        tags=("gpu", "Größe"),
        draft=True,
        aliases=("/old/", "/2024/x/"),
        image=0,
        macros=(("\\RR", "\\mathbb{R}"),),
        toc=True,
    )


def test_a_page_needs_no_date_and_has_its_slug_from_its_name() -> None:
    found = front("title: About", "content/about.md")
    assert (found.date, found.slug) == (None, "about")


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2025-05-22", "2025-05-22T00:00:00+02:00"),
        ("2025-05-22 18:30", "2025-05-22T18:30:00+02:00"),
        ("2025-05-22T18:30:05", "2025-05-22T18:30:05+02:00"),
        ("2025-05-22T18:30:00Z", "2025-05-22T20:30:00+02:00"),
        ("2025-05-22 18:30 -05:00", "2025-05-23T01:30:00+02:00"),
        ("2025-12-24", "2025-12-24T00:00:00+01:00"),
    ],
)
def test_a_date_is_of_the_sites_time_zone(written: str, moment: str) -> None:
    text = f"---\ntitle: a\ndate: {written}\n---\n"
    content = text[4:-5]
    block, _ = parse_front_matter(Source(ARTICLE, text), content, ZoneInfo("Europe/Berlin"), True)
    assert block.date is not None
    assert block.date.isoformat() == moment


@pytest.mark.parametrize(
    "written",
    ["2025-02-29", "2025-13-01", "0000-01-01", "2025-05-22 24:00", "0001-01-01 00:00 +14:00"],
)
def test_a_date_that_does_not_exist_is_an_error(written: str) -> None:
    _, diagnostics = parse(f"---\ntitle: a\ndate: {written}\n---\n", ARTICLE)
    assert [each.message for each in diagnostics] == [f"there is no such date as `{written}`"]


def test_lines_are_the_files_whatever_breaks_lines_in_yaml() -> None:
    text = '---\r\ntitle: "a\u2028b"\r\ndate: 2025-05-22\r\ntag: c\r\n---\r\n\r\n[^x]\r\n'
    _, diagnostics = parse(text, ARTICLE)
    assert [str(each.span) for each in diagnostics] == [f"{ARTICLE}:4:1", f"{ARTICLE}:7:1"]


def test_an_alias_is_decoded_once() -> None:
    found = front("title: a\naliases: [/caf%C3%A9/, /cafe\u0301s/a/, /]", "content/about.md")
    assert found.aliases == ("/caf\u00e9/", "/caf\u00e9s/a/", "/")


def test_roles_in_titles_are_replaced_by_their_words() -> None:
    text = (
        '---\ntitle: "At {token-rate}`a.bandwidth`"\n---\n:::{token-rate} a\nmodel: M\n'
        "active parameters: 37B\nquantization: 2.42 bit\nmemory: 12 x DDR5-6000\n:::\n"
    )
    document, _ = parse(text, "content/a.md")
    assert isinstance(document, Document)
    assert document.front.title == "At 576\N{NO-BREAK SPACE}GB/s"


def alias_bomb(levels: int) -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    for level in range(1, levels):
        items = ", ".join([f"*a{level - 1}"] * 9)
        lines.append(f"a{level}: &a{level} [{items}]")
    return "---\n" + "\n".join(lines) + "\ntitle: b\n---\n"


def test_an_alias_bomb_is_refused_at_its_first_anchor() -> None:
    started = time.perf_counter()
    _, diagnostics = parse(alias_bomb(200))
    assert time.perf_counter() - started < 2  # by far: it would hold 9 to the 200th items
    assert messages(diagnostics).splitlines()[0] == (
        "content/a.md:2:5: YAML anchors are not allowed in front matter"
    )
    assert len(diagnostics) == 1


@pytest.mark.parametrize("yaml", ["a: " + "[" * 5000, "a: " + "{a: " * 5000, "- " * 5000 + "a"])
def test_depth_is_bounded(yaml: str) -> None:
    _, diagnostics = parse(f"---\n{yaml}\n---\n")
    assert [each.message for each in diagnostics] == ["nested deeper than 10 levels"]


def test_size_is_bounded() -> None:
    _, diagnostics = parse("---\ntitle: " + "a" * 100_000 + "\n---\n")
    assert [each.message for each in diagnostics] == ["front matter of more than 64 kB"]


@pytest.mark.parametrize("character", ["\x07", "\x1b", "\x7f"])
def test_control_characters_are_refused_at_their_place(character: str) -> None:
    _, diagnostics = parse(f"---\ntitle: ab{character}c\n---\n")
    expected = f"the control character U+{ord(character):04X} in front matter"
    assert [(each.message, each.span.column) for each in diagnostics] == [(expected, 10)]


def test_the_schema_for_editors_is_that_of_the_code() -> None:
    """`REGENERATE=1` writes it anew."""
    if regenerating():
        SCHEMA.write_bytes(json_schema())
    assert SCHEMA.read_bytes() == json_schema()


def test_the_schema_names_each_key_and_says_what_it_is() -> None:
    fields = json.loads(json_schema())["$defs"]["Fields"]
    assert set(fields["properties"]) == {
        *("title", "date", "updated", "slug", "description", "tags", "draft", "aliases", "image"),
        *("card", "math", "toc"),
    }
    assert fields["required"] == ["title"]
    assert fields["additionalProperties"] is False
    assert all("description" in field for field in fields["properties"].values())
