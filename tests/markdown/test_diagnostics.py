"""Every mistake that Markdown and front matter can hold, as the whole text that people read."""

from __future__ import annotations

import pytest

from tests.markdown.rendering import check_triples, messages, parse, parse_body


def explain_body(body: str) -> str:
    """The messages about a body, whose first line is the file's fourth."""
    return messages(parse_body(body)[1])


def explain_article(text: str) -> str:
    return messages(parse(text, "content/articles/crop/index.md")[1])


@pytest.mark.parametrize(
    "name",
    [
        "mistakes-attributes",
        "mistakes-code",
        "mistakes-directives",
        "mistakes-footnotes",
        "mistakes-math",
        "mistakes-text",
        "places",
    ],
)
def test_mistakes_in_a_body_are_explained(name: str) -> None:
    check_triples(name, explain_body)


def test_mistakes_in_front_matter_are_explained() -> None:
    check_triples("mistakes-front-matter", explain_article)
