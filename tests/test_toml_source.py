"""TOML with places: where keys and values stand, and what is said where it is not TOML."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_gen.diagnostics import WHOLE, Place, Source
from site_gen.terminal import format_diagnostic
from site_gen.toml_source import Locator, Part, Path, parse_toml


def check_syntax(text: str) -> str:
    """All that is said about a text that is not TOML."""
    document, diagnostics = parse_toml(Source("data.toml", text))
    assert document == {}
    return "\n".join(format_diagnostic(each).plain for each in diagnostics)


def check_place(text: str, path: Path, part: Part = "value") -> str:
    """What of a document a `Locator` points at, after its line, e.g. `2: "a"`."""
    source = Source("data.toml", text)
    assert parse_toml(source)[1] == []
    return shown(source, Locator(source).find(path, part))


def shown(source: Source, place: Place) -> str:
    if place == WHOLE:
        return "the whole"
    line = source.lines[place.line - 1]
    return f"{place.line}: {line[place.column - 1 : place.column - 1 + place.length]}"


def test_a_document_is_what_tomllib_reads() -> None:
    source = Source("data.toml", '[device."RTX 4090"]\r\nbandwidth = "1008 GB/s"\r\n')
    assert parse_toml(source) == ({"device": {"RTX 4090": {"bandwidth": "1008 GB/s"}}}, [])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "a = 1\n[device.RTX 4090]\n",
            "data.toml:2:13: not TOML: expected ']' at the end of a table declaration\n"
            "2 | [device.RTX 4090]\n  |             ^\n"
            'hint: put a name with blanks in quotes: `[device."A B"]`',
        ),
        (
            "class = nvidia\n",
            "data.toml:1:9: not TOML: invalid value\n1 | class = nvidia\n  |         ^\n"
            'hint: put text in quotes: `key = "value"`',
        ),
        (
            "active parameters = 1\n",
            "data.toml:1:8: not TOML: expected '=' after a key in a key/value pair\n"
            "1 | active parameters = 1\n  |        ^\n"
            "hint: a pair is `key = value`; a key with blanks is put in quotes",
        ),
        (
            'a = "b\n',
            "data.toml:1:7: not TOML: illegal character '\\n'\n"
            '1 | a = "b\n  |       ^\nhint: close the text with a quote on its line',
        ),
        (
            'a = "C:\\data"\n',
            "data.toml:1:10: not TOML: unescaped '\\' in a string\n"
            '1 | a = "C:\\data"\n  |          ^\n'
            "hint: write a backslash twice, or put the text in single quotes",
        ),
        (
            "a = 1\na = 2\n",
            "data.toml:2:6: not TOML: cannot overwrite a value\n2 | a = 2\n  |      ^\n"
            "hint: a key and a table may stand only once; remove one",
        ),
        (
            "a = 1 b = 2\n",
            "data.toml:1:7: not TOML: expected newline or end of document after a statement\n"
            "1 | a = 1 b = 2\n  |       ^\nhint: start a new line after each value",
        ),
        (
            "a = [1,\n2\n\n",
            "data.toml:2:1: not TOML: unclosed array\n2 | 2\n  | ^\nhint: close it with `]`",
        ),
    ],
)
def test_what_is_not_toml_is_shown_where_it_stops_to_be(text: str, message: str) -> None:
    assert check_syntax(text) == message


def test_what_tomllib_cannot_hold_is_told_as_well() -> None:
    assert check_syntax(f"a = {'[' * 9999}") == "data.toml: not TOML: nested too deeply"
    assert check_syntax(f"a = {'9' * 9999}") == "data.toml: not TOML: a number with too many digits"


DEVICES = """\
title = "devices" # ["not"] = 1
dotted . "quoted key".'literal' = 1979-05-27 07:32:00  # a comment

[device."RTX 4090"] # bandwidth = 1
"class"   = "nvidia # consumer"
text = \"\"\"
[device.no]
bandwidth = 2 \\\"\"\" ""\"\"\"
literal = '''
bandwidth = 3'''
bandwidth = { is = "1008 GB/s", source = ["a", 'b, "c"'], note = "}" }
aliases = [
  "GeForce RTX 4090", # ] "no"
  [1, { deep = true }],
]
empty = {}
[ table . "with.dots" ]
[[list]]
name = "first"
[[list]]
name = "second"
[list.below]
name = "of the second"
"""


@pytest.mark.parametrize(
    ("path", "key", "value"),
    [
        (("title",), "1: title", '1: "devices"'),
        (("dotted",), "2: dotted", "2: dotted"),
        (
            ("dotted", "quoted key", "literal"),
            "2: dotted . \"quoted key\".'literal'",
            "2: 1979-05-27 07:32:00",
        ),
        (("device",), '4: [device."RTX 4090"]', '4: [device."RTX 4090"]'),
        (("device", "RTX 4090"), '4: [device."RTX 4090"]', '4: [device."RTX 4090"]'),
        (("device", "RTX 4090", "class"), '5: "class"', '5: "nvidia # consumer"'),
        (("device", "RTX 4090", "text"), "6: text", '6: """'),
        (("device", "RTX 4090", "literal"), "9: literal", "9: '''"),
        (
            ("device", "RTX 4090", "bandwidth"),
            "11: bandwidth",
            '11: { is = "1008 GB/s", source = ["a", \'b, "c"\'], note = "}" }',
        ),
        (("device", "RTX 4090", "bandwidth", "is"), "11: is", '11: "1008 GB/s"'),
        (("device", "RTX 4090", "bandwidth", "source", 1), "11: 'b, \"c\"'", "11: 'b, \"c\"'"),
        (("device", "RTX 4090", "bandwidth", "note"), "11: note", '11: "}"'),
        (("device", "RTX 4090", "aliases"), "12: aliases", "12: ["),
        (("device", "RTX 4090", "aliases", 0), '13: "GeForce RTX 4090"', '13: "GeForce RTX 4090"'),
        (("device", "RTX 4090", "aliases", 1, 1, "deep"), "14: deep", "14: true"),
        (("device", "RTX 4090", "empty"), "16: empty", "16: {}"),
        (("table", "with.dots"), '17: [ table . "with.dots" ]', '17: [ table . "with.dots" ]'),
        (("list",), "18: [[list]]", "18: [[list]]"),
        (("list", 0, "name"), "19: name", '19: "first"'),
        (("list", 1, "name"), "21: name", '21: "second"'),
        (("list", 1, "below", "name"), "23: name", '23: "of the second"'),
    ],
)
def test_a_key_and_its_value_are_found(path: Path, key: str, value: str) -> None:
    assert check_place(DEVICES, path, "key") == key
    assert check_place(DEVICES, path) == value


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("device", "RTX 4090", "memory"), '4: [device."RTX 4090"]'),
        (("device", "RTX 4090", "bandwidth", "unit"), "11: bandwidth"),
        (("device", "RTX 5090", "memory"), '4: [device."RTX 4090"]'),
        (("nothing", "at all"), "the whole"),
        ((), "the whole"),
    ],
)
def test_what_is_not_there_is_where_it_would_be(path: Path, place: str) -> None:
    assert check_place(DEVICES, path) == place


def test_a_table_without_a_header_is_where_it_is_first_named() -> None:
    assert check_place("[a.b]\n[a]\nc = 1\n", ("a",)) == "2: [a]"
    assert check_place("[a.b]\n[a.c]\n", ("a",)) == "1: [a.b]"


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ('"12 x DDR6-6000"', "1: 6-6"),
        ("'12 x DDR6-6000'", "1: 6-6"),
        ('"12 x DDR6\\u002d6000"', '1: "12 x DDR6\\u002d6000"'),
        ('"""12 x DDR6-6000"""', '1: """12 x DDR6-6000"""'),
    ],
)
def test_a_part_of_a_text_is_found_where_it_is_written_as_it_is_read(
    value: str, place: str
) -> None:
    source = Source("data.toml", f"memory = {value}\n")
    assert shown(source, Locator(source).find_inside(("memory",), 8, 3)) == place


def test_a_table_can_be_asked_by_its_keys_alone() -> None:
    source = Source("pyproject.toml", '[tool.site_gen]\ntitle = "a"\n')
    locate = Locator(source).within("tool", "site_gen")
    assert locate("title", "key") == Place(2, 1, 5)
    assert locate("title", "value") == Place(2, 9, 3)


KEYS = st.one_of(
    st.sampled_from(["a", "b", "bandwidth", "RTX-4090", "7", "true"]),
    st.text("ab .#=[]{}\"'\\é,", max_size=5),
)
TEXTS = st.text("ab #=[]{},\"'\\é", max_size=8)


def write_key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else json.dumps(key, ensure_ascii=False)


def write_text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


VALUES = st.one_of(
    st.sampled_from(["1", "-0.5e3", "true", "1979-05-27 07:32:00", "0xff", "nan", "[]", "{}"]),
    TEXTS.map(write_text),
    TEXTS.map(lambda text: f"'{text.replace(chr(39), '')}'"),
    TEXTS.map(lambda text: '"""\n' + write_text(text)[1:-1] + '\n[no]\nno = 1"""'),
    TEXTS.map(lambda text: f"'''\n{text.replace(chr(39), '')}\n[no]'''"),
    st.lists(TEXTS.map(write_text), min_size=1, max_size=3).map(
        lambda items: "[ # no = 1 ]\n" + ",\n".join(items) + ", # [no]\n]"
    ),
    st.dictionaries(KEYS, TEXTS, max_size=2).map(
        lambda items: (
            "{" + ", ".join(f"{write_key(k)} = {write_text(v)}" for k, v in items.items()) + "}"
        )
    ),
)
BLANKS = st.sampled_from(["", "\n", "# no = 1\n", "  # [no]\n\t\n"])


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, dict[Path, int]]:
    """A document and the line that each key of a pair and each header is on."""
    text, lines = "", {}

    def add(path: Path, written: str) -> None:
        nonlocal text
        text += draw(BLANKS)
        lines[path] = text.count("\n") + 1
        text += written + draw(st.sampled_from(["\n", "  # no\n"]))

    def add_table(path: Path, depth: int) -> None:
        for key in draw(st.lists(KEYS, unique=True, max_size=3)):
            if key.startswith("7") and depth:
                continue
            add((*path, key), f"{write_key(key)} = {draw(VALUES)}")
        for name in draw(st.lists(KEYS, unique=True, max_size=2)) if depth else []:
            table = (*path, f"table {name}")
            add(table, "[" + " . ".join(write_key(str(each)) for each in table) + "]")
            add_table(table, depth - 1)

    add_table((), 3)
    return text, lines


@given(documents())
def test_every_key_is_found_on_its_line(document: tuple[str, dict[Path, int]]) -> None:
    text, lines = document
    source = Source("data.toml", text)
    assert parse_toml(source)[1] == []
    locator = Locator(source)
    assert {path: locator.find(path, "key").line for path in lines} == lines


@given(st.text("ab.=\"'[]{},#\n \\1", max_size=30))
def test_a_locator_takes_any_text_and_never_raises(text: str) -> None:
    source = Source("data.toml", text)
    assert Locator(source).find(("a", "b")).line <= len(source.lines)
