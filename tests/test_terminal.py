"""What people read: diagnostics with their line, and the line that ends a build."""

from datetime import UTC, datetime, timedelta

import pytest

from site_gen.diagnostics import Place, Source
from site_gen.phrases import format_count, format_duration, format_report
from site_gen.terminal import format_diagnostic

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def shown(line: str, column: int, length: int = 1, hint: str = "") -> str:
    source = Source("a.md", line)
    return format_diagnostic(source.error("wrong", Place(1, column, length), hint)).plain


def test_a_caret_stands_below_what_is_meant() -> None:
    assert shown("one two three", 5, 3, "mend it") == (
        "a.md:1:5: wrong\n1 | one two three\n  |     ^^^\nhint: mend it"
    )


def test_wide_characters_take_two_columns() -> None:
    assert shown("漢字 x", 4).endswith("1 | 漢字 x\n  |      ^")


def test_a_place_without_a_column_has_a_line_and_no_caret() -> None:
    assert shown("one", 0) == "a.md:1: wrong\n1 | one"


def test_of_a_long_line_the_part_around_the_caret_is_shown() -> None:
    text = shown("a" * 5000 + "b" + "c" * 5000, 5001)
    excerpt, carets = text.splitlines()[1:]
    assert excerpt == "1 | …" + "a" * 80 + "b" + "c" * 159 + "…"
    assert carets.index("^") == excerpt.index("b")


def test_what_would_steer_a_terminal_is_written_out() -> None:
    assert shown("x\x1b[2Jy", 7).endswith("1 | x\\x1b[2Jy\n  |          ^")


@pytest.mark.parametrize(
    ("drafts", "due_in_hours", "expected"),
    [
        (0, [], "6 articles, 31 files in 0.4 s"),
        (1, [4], "6 articles, 31 files, 1 draft and 1 scheduled left out (due in 4 h) in 0.4 s"),
        (2, [], "6 articles, 31 files, 2 drafts left out in 0.4 s"),
        (
            0,
            [72, 48],
            "6 articles, 31 files, 2 scheduled left out (the next due in 2 days) in 0.4 s",
        ),
    ],
)
def test_the_report_says_what_was_made_and_what_was_not(
    drafts: int, due_in_hours: list[int], expected: str
) -> None:
    scheduled = [NOW + timedelta(hours=hours) for hours in due_in_hours]
    assert format_report(6, 31, drafts, scheduled, NOW, 0.42) == expected


def test_the_report_counts_what_is_not_locked_yet() -> None:
    lines = [format_report(6, 31, 0, [], NOW, 0.42, unlocked) for unlocked in (1, 1200)]
    assert lines == [
        "6 articles, 31 files in 0.4 s; 1 figure is not locked yet (site-gen accept)",
        "6 articles, 31 files in 0.4 s; 1,200 figures are not locked yet (site-gen accept)",
    ]


def test_counts_and_durations_are_in_words() -> None:
    assert [format_count(count, "file") for count in (0, 1, 1200)] == [
        "0 files",
        "1 file",
        "1,200 files",
    ]
    assert [format_duration(seconds) for seconds in (0.2, 59, 90, 5400, 86400, 180000)] == [
        "1 s",
        "59 s",
        "2 min",
        "2 h",
        "1 day",
        "2 days",
    ]
