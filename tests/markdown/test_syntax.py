"""Every piece of syntax as triples of title, input and HTML, holes shown as `⟦…⟧`."""

from __future__ import annotations

import pytest

from site_gen.markdown.blocks import Call, Directive, Registry, Written
from site_gen.markdown.collector import Collector, Value
from tests.markdown.rendering import REGISTRY, check_triples, messages, parse_body, show_holes


def render(body: str, raw_html: bool = False) -> str:
    document, diagnostics = parse_body(body, raw_html)
    return messages(diagnostics) + show_holes(document)


def _give(call: Call, collector: Collector) -> Written:
    value = Value(576e9, "576 GB/s", "576", tex="12 \\cdot 48", explanation="by <hand>")
    collector.values[call.argument.text] = {"bandwidth": value}
    return Written()


GIVEN = Registry((Directive("given", _give, options=frozenset()),), REGISTRY.roles)
"""A directive that gives roles something to ask for and shows nothing itself."""


def render_given(body: str) -> str:
    document, diagnostics = parse_body(body, registry=GIVEN)
    return messages(diagnostics) + show_holes(document)


def render_raw(body: str) -> str:
    return render(body, raw_html=True)


@pytest.mark.parametrize(
    "name",
    [
        "attributes",
        "code",
        "directives",
        "footnotes",
        "headings",
        "html-off",
        "links",
        "lists",
        "math",
        "tables",
        "text",
    ],
)
def test_syntax_comes_out_as_its_fixtures_say(name: str) -> None:
    check_triples(name, render)


def test_roles_come_out_as_their_fixtures_say() -> None:
    check_triples("roles", render_given)


def test_html_is_passed_through_where_the_configuration_turns_it_on() -> None:
    check_triples("html-on", render_raw)
