"""Where links, pictures and formulas stand: the place of each names exactly what was written."""

from __future__ import annotations

import pytest

from site_gen.diagnostics import Source
from tests.markdown.rendering import FRONT_MATTER, excerpts, messages, parse, parse_body


@pytest.mark.parametrize(
    ("body", "written"),
    [
        ("a [b](c.md) d", ["[b](c.md)"]),
        ("[b][x] ![c][x] [x][] [x]\n\n[x]: y.md", ["[b][x]", "![c][x]", "[x][]", "[x]"]),
        ("# [a](b.md) ##\n\n[c](d.md)\n---", ["[a](b.md)", "[c](d.md)"]),
        (
            "| [a](b) | [a](b) |\n|--|--|\n| ![a](b) | x [a](b) |",
            ["[a](b)"] * 2 + ["![a](b)", "[a](b)"],
        ),
        ("| a \\| [b \\| c](d) |\n|--|", ["[b \\| c](d)"]),
        ("x[^1]\n\n[^1]: a\n    [b](c.md)", ["[^1]", "[b](c.md)"]),
        ("**a [b `c` *d*](e.md)** <https://f.org/>", ["[b `c` *d*](e.md)", "<https://f.org/>"]),
        ("[![a](b.png)](c.md)", ["[![a](b.png)](c.md)", "![a](b.png)"]),
        ("日本 e\u0301 [a](b.md)", ["[a](b.md)"]),
        ("- \t> [a](b.md)\n\t  [c](d.md)", ["[a](b.md)", "[c](d.md)"]),
        ("[a\nb](c.md) [d](e.md)", ["[a", "[d](e.md)"]),
        ("a  \n  [b](c.md)\\\n[d](e.md)  ", ["[b](c.md)", "[d](e.md)"]),
        ("T [a](b.md)\n: [c](d.md)\n\n  [e](f.md)", ["[a](b.md)", "[c](d.md)", "[e](f.md)"]),
        (":::{figure} a.png\nalt: b\n\n[c](d.md)\n:::", ["a.png", "[c](d.md)"]),
        ("> :::{download}   a b.zip  \n> :::", ["a b.zip"]),
        ("$x$ {a} `b` ~~c~~ \\* &amp; [d](e.md)", ["[d](e.md)"]),
    ],
)
def test_a_reference_is_where_it_is_written(body: str, written: list[str]) -> None:
    text = FRONT_MATTER + body
    document, _ = parse_body(body)
    found = [
        excerpt
        for reference, excerpt in excerpts(document, text)
        if not reference.target.startswith("#footnote-ref")
    ]
    assert found == written


@pytest.mark.parametrize(
    "body",
    [
        "a $x + y$ b",
        "a $x\n  = y$ b",
        "$$ x $$",
        "$$\nx\n  y\n$$",
        "> - $$\n>   x\n>\t  y\n>   $$  ",
        "b $$x\ny$$ c",
        "| x | $x$ |\n|--|--|",
    ],
)
def test_a_formula_knows_where_each_of_its_lines_is(body: str) -> None:
    lines = Source("content/a.md", FRONT_MATTER + body).lines
    document, _ = parse_body(body)
    (formula,) = document.formulas
    texts = formula.tex.split("\n")
    assert len(texts) == len(formula.places)
    for text, place in zip(texts, formula.places, strict=True):
        if text.strip():
            column = place.column - 1
            assert lines[place.line - 1][column : column + place.length] == text


def test_a_formula_behind_an_escaped_bar_is_where_it_is_written() -> None:
    document, _ = parse_body("| b \\| $c \\| d$ |\n|--|")
    (formula,) = document.formulas
    (place,) = formula.places
    assert (formula.tex, place.line, place.column, place.length) == ("c | d", 4, 9, 6)


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_line_breaks_of_any_system_give_the_same_messages(line_break: str) -> None:
    text = FRONT_MATTER + "# a\n\n- b [^x]\n\n```pyton\n```\n\n$$\n"
    expected = messages(parse(text)[1])
    assert expected.count("content/a.md:") == 3
    assert messages(parse(text.replace("\n", line_break))[1]) == expected


def test_marks_of_unicode_break_no_line() -> None:
    _, diagnostics = parse_body("a\u2028b\u2029c\u0085d [^x]\n")
    assert [str(each.span) for each in diagnostics] == ["content/a.md:4:9"]
