"""How long a text takes to read, and when it is long enough for a table of contents."""

from __future__ import annotations

import pytest

from tests.markdown.rendering import parse, parse_good

LONG = "word " * 1000


def minutes(text: str) -> int:
    return parse_good(text).minutes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 1),
        ("word " * 329, 1),
        ("word " * 330, 2),
        ("*word* `word` [word](https://example.org/) ~~word~~ " * 165, 3),
        ("- word\n" * 330, 2),
        ("| a | b |\n|---|---|\n" + "| word | word |\n" * 164, 2),
        ("word[^1]\n\n[^1]: " + "word " * 329, 2),
    ],
)
def test_words_count_wherever_they_stand(text: str, expected: int) -> None:
    assert minutes(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("```text\n" + "one two three four\n\n" * 55 + "```", 2),
        ("    code\n" * 55, 2),
        ("$a + b + c + d$ " * 110, 2),
        ("$$\na + b\n$$\n\n" * 17, 2),
        ("$$a + b$$ and\n" * 16, 2),
        ("字" * 660, 2),
        ("ことば、" * 220, 2),
        ("größe " * 330, 2),
    ],
)
def test_what_is_no_prose_is_weighed(text: str, expected: int) -> None:
    assert minutes(text) == expected


@pytest.mark.parametrize(
    ("toc", "text", "is_shown"),
    [
        ("", f"## a\n\n## b\n\n## c\n\n{LONG}", True),
        ("", f"## a\n\n## b\n\n{LONG}", False),
        ("", "## a\n\n## b\n\n## c\n\nshort", False),
        ("toc: false\n", f"## a\n\n## b\n\n## c\n\n{LONG}", False),
        ("toc: true\n", "## a\n\nshort", True),
    ],
)
def test_a_long_text_has_a_table_of_contents_unless_it_says_otherwise(
    toc: str, text: str, is_shown: bool
) -> None:
    document, diagnostics = parse(f"---\ntitle: A page\n{toc}---\n\n{text}\n")
    assert not diagnostics
    assert document
    assert document.front.toc is is_shown
