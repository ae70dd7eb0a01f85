"""What feeds cannot hold in any form is refused, wherever it stands; lines stay the file's."""

from __future__ import annotations

import pytest

from tests.markdown.rendering import messages, parse_body

HINT = "hint: take it out; it cannot be seen, and feeds cannot hold it\n"


@pytest.mark.parametrize("character", ["\x00", "\x08", "\x0b", "\x0c", "\x1f", "\ufffe", "\uffff"])
@pytest.mark.parametrize(
    "body",
    ["\nab{}c\n", "\n  `{}`\n", "```text\na $ {}\n```\n", "$$\nx {}\n$$\n", "\n[a](b.md '{}')"],
)
def test_a_control_character_is_refused_at_its_place(character: str, body: str) -> None:
    _, diagnostics = parse_body(body.format(character))
    assert [(each.message, each.span.line, each.span.column) for each in diagnostics] == [
        (
            f"a control character (U+{ord(character):04X}) in the text",
            5,
            body.split("\n")[1].index("{}") + 1,
        )
    ]


def test_the_message_shows_what_cannot_be_seen() -> None:
    assert messages(parse_body("a\x0cb \x01c\n")[1]) == (
        "content/a.md:4:2: a control character (U+000C) in the text\n"
        f"4 | a\\x0cb \\x01c\n  |  ^^^^\n{HINT}"
        "content/a.md:4:5: a control character (U+0001) in the text\n"
        f"4 | a\\x0cb \\x01c\n  |        ^^^^\n{HINT}"
    )


def test_of_a_file_that_is_no_text_only_the_first_are_shown() -> None:
    assert len(parse_body("\x01\n" * 1000)[1]) == 20


@pytest.mark.parametrize("body", ["a\tb\n", "a\u0085\x7f\u2028b\n", "`&#12;`\n", "&#0; &#xFFFE;\n"])
def test_what_a_feed_can_hold_is_no_mistake(body: str) -> None:
    assert not parse_body(body)[1]
