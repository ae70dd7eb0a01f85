"""Asking only the rules that can match makes the tokens that asking all of them makes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from site_gen.diagnostics import Source
from site_gen.markdown import parser
from site_gen.markdown.collector import Collector
from site_gen.markdown.parser import make_parser, parse_tokens
from tests.markdown.rendering import FIXTURES, FRONT_MATTER, REGISTRY, read_triples

PIECES = (
    *("*", "**", "_", "__", "~~", "~", "`", "``", "[", "]", "(", ")", "![", "](a)", '](b.md "t")'),
    *("<", ">", "<b>", "</b>", "<!--", "-->", "<http://a.b>", "&amp;", "&#12;", "&", "\\", "\\\n"),
    *(
        "\n",
        "\n\n",
        " ",
        "  \n",
        "\t",
        "    ",
        "a",
        "b c",
        "é",
        "\u00a0",
        "\x0b",
        "1",
        ".",
        "!",
        "@",
    ),
    *("$", "$$", "$$\n", "\\eqref{x}", "{", "}", "{.c}", "{#i}\n", "{calc}`x`", "[^1]", "[^1]: "),
    *(
        "\n- ",
        "\n+ ",
        "\n* ",
        "\n1. ",
        "\n9) ",
        "\n> ",
        "\n# ",
        "\n===",
        "\n---",
        "\n***\n",
        "\n: ",
        "~ ",
    ),
    *(
        "\n```\n",
        "\n~~~\n",
        "\n:::\n",
        "\n:::{figure} a.png\n",
        "\n|a|b|\n",
        "\n|-|-|\n",
        "[x]: y\n",
    ),
)
TEXT = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)
NESTED = st.lists(
    st.tuples(st.sampled_from(("", "> ", "- ", "  ", "    ", "1. ", "\t", ": ")), TEXT), max_size=8
).map(lambda lines: "\n".join(mark + text for mark, text in lines))


@cache
def parsers(raw_html: bool) -> tuple[MarkdownIt, MarkdownIt]:
    """A parser as it is, and one that asks every rule everywhere."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parser, "dispatch_rules", lambda _md: None)
        asking_all = make_parser(REGISTRY, raw_html)
    return make_parser(REGISTRY, raw_html), asking_all


def check(text: str, raw_html: bool) -> None:
    found = []
    for md in parsers(raw_html):
        collector = Collector(Source("content/a.md", FRONT_MATTER + text))
        tokens, env = parse_tokens(md, collector)
        del env["collector"]
        found.append((tokens, env, collector.diagnostics))
    assert found[0] == found[1], text


def fixtures() -> Iterator[str]:
    for path in sorted((FIXTURES / "markdown").glob("*.md")):
        yield path.read_text("utf-8")
        yield from (triple.given for triple in read_triples(path.stem))
    examples = json.loads((FIXTURES / "commonmark-0.31.2.json").read_text("utf-8"))["examples"]
    yield from (example["markdown"] for example in examples)


@pytest.mark.parametrize("raw_html", [False, True])
def test_fixtures_have_the_same_tokens(raw_html: bool) -> None:
    for text in fixtures():
        check(text, raw_html)


@settings(max_examples=500, deadline=None)
@given(TEXT | NESTED, st.booleans())
def test_any_text_has_the_same_tokens(text: str, raw_html: bool) -> None:
    check(text, raw_html)


@pytest.mark.parametrize("mark", ["> ", "- ", "[", "![", "*", "**a ", "[a](b", "{.c} ", "~~"])
def test_what_is_nested_too_deep_has_the_same_tokens(mark: str) -> None:
    check(mark * 150 + "a" + "]" * 150 + "{.c}", raw_html=False)
