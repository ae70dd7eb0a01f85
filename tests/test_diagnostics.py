"""Sources, their lines, and the diagnostics they make."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_gen.diagnostics import Place, Source, Span, has_errors, suggest


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_lines_are_the_same_whatever_breaks_them(line_break: str) -> None:
    source = Source("a.md", line_break.join(["one", "", "three"]))
    assert source.lines == ["one", "", "three"]
    assert source.position(source.text.index("three") + 1) == (3, 2)


@given(st.lists(st.text(alphabet="ab\u2028\x0c日", max_size=5), min_size=1, max_size=6))
def test_each_offset_has_its_line_and_column(lines: list[str]) -> None:
    source = Source("a.md", "\n".join(lines))
    for offset, character in enumerate(source.text):
        line, column = source.position(offset)
        assert (source.lines[line - 1] + "\n")[column - 1] == character


@pytest.mark.parametrize(
    ("span", "shown"),
    [
        (Span("a.md"), "a.md"),
        (Span("a.md", 3), "a.md:3"),
        (Span("a.md", 3, 7, 2), "a.md:3:7"),
    ],
)
def test_a_span_shows_what_it_knows(span: Span, shown: str) -> None:
    assert str(span) == shown


def test_a_diagnostic_carries_its_line() -> None:
    found = Source("a.md", "one\ntwo").error("wrong", Place(2, 1, 3), "do it")
    assert (found.excerpt, found.severity, found.hint) == ("two", "error", "do it")
    assert found.span == Span("a.md", 2, 1, 3)


def test_a_line_that_is_not_there_has_no_excerpt_and_a_length_is_at_least_one() -> None:
    found = Source("a.md", "one").error("wrong", Place(9, 1, 0))
    assert (found.excerpt, found.span.length) == ("", 1)


def test_warnings_alone_are_no_errors() -> None:
    source = Source("a.md", "")
    assert not has_errors([source.warning("a")])
    assert has_errors([source.warning("a"), source.error("b")])


@pytest.mark.parametrize(
    ("name", "known", "hint"),
    [
        ("tag", ["title", "tags"], "did you mean `tags`?"),
        ("zzz", ["b", "a", "a"], "known: `a`, `b`"),
        ("zzz", [str(n) for n in range(13)], ""),
        ("zzz", [], ""),
        ("a" * 101, ["b"], "known: `b`"),
        ("a" * 101, ["b"] + [str(n) for n in range(12)], ""),
    ],
)
def test_a_suggestion_is_the_nearest_name_or_all_of_a_few(
    name: str, known: list[str], hint: str
) -> None:
    assert suggest(name, known) == hint


def test_a_message_quotes_no_more_than_the_beginning_of_what_is_long() -> None:
    source = Source("a.md", "one")
    quoted = source.error(f"there is no `{'x' * 10_000}` among `y`").message
    assert quoted == f"there is no `{'x' * 200}…` among `y`"
    assert len(source.error("x" * 10_000).message) < 1100


def test_a_name_that_is_too_long_to_compare_gets_all_of_a_few() -> None:
    assert suggest("x" * 10_000, ["one", "two"]) == "known: `one`, `two`"
