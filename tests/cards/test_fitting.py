"""Text in lines: sizes, breaks, scripts, and what does not fit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_gen.cards.fitting import Fit
from site_gen.cards.model import Face

HALF = Face("Half", 400, False, 1000, dict.fromkeys(range(0x20, 0x3000), 500))
"""Each letter is half as wide as the text is large."""
WIDE = Face("Wide", 400, False, 1000, dict.fromkeys(range(0x20, 0xFFFF), 1000))


def lines(text: str, width: float = 100, most: int = 9) -> tuple[str, ...]:
    """The text in lines of ten letters at most, where it is not said otherwise."""
    return Fit([HALF])(text, width, [(20, most)]).lines


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ("",)),
        ("one", ("one",)),
        ("1234567890", ("1234567890",)),
        ("one two three", ("one two", "three")),
        ("one  two\nthree", ("one two", "three")),
        ("one two three four five six", ("one two", "three four", "five six")),
        ("12345678901", ("1234567890", "1")),
        ("a 12345678901 b", ("a 12345678", "901 b")),
    ],
)
def test_lines_end_between_words_and_within_those_that_are_too_long(
    text: str, expected: tuple[str, ...]
) -> None:
    assert lines(text) == expected


def test_lines_are_about_as_long_as_each_other() -> None:
    assert lines("aa bb cc dd", 110) == ("aa bb cc dd",)
    assert lines("aa bb cc dd ee", 110) == ("aa bb cc", "dd ee")
    assert lines("aaaa bbbb c dd", 200, 2) == ("aaaa bbbb c dd",)
    assert lines("aaaa bbbb cc dd ee ff g", 200, 2) == ("aaaa bbbb cc", "dd ee ff g")


def test_the_first_size_at_which_all_fits_is_taken() -> None:
    fit, sizes = Fit([HALF]), [(40.0, 1), (20.0, 1), (20.0, 2), (10.0, 2)]
    assert fit("12345", 100, sizes).size == 40
    assert fit("1234567890", 100, sizes).size == 20
    assert fit("12345 123456", 100, sizes).lines == ("12345", "123456")
    assert fit("12345678901 1", 100, sizes).size == 10


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one two three fours", ("one two", "three…")),
        ("one two, three, fours", ("one two,", "three…")),
        ("123456789012345678901", ("1234567890", "123456789…")),
    ],
)
def test_what_does_not_fit_is_cut_behind_a_word(text: str, expected: tuple[str, ...]) -> None:
    assert lines(text, most=2) == expected


@pytest.mark.parametrize("width", [0, 5, 15])
def test_where_no_letter_has_room_an_ellipsis_stands(width: float) -> None:
    assert lines("one two", width, 1) == ("…",)


def test_scripts_without_blanks_break_anywhere_but_before_what_closes() -> None:
    fit = Fit([WIDE])
    assert fit("日本語の見出しだ", 100, [(20, 2)]).lines == ("日本語の", "見出しだ")
    for line in fit("日本語、「見出し」です。", 100, [(20, 9)]).lines:
        assert line[0] not in "、」。"
        assert line[-1] != "「"


def test_what_is_joined_is_never_divided() -> None:
    family = "\N{WOMAN}\N{ZERO WIDTH JOINER}\N{ROCKET}"
    text = family * 4
    shown = Fit([WIDE])(text, 100, [(20, 9)]).lines
    assert "".join(shown) == text
    assert all(line.startswith("\N{WOMAN}") and line.endswith("\N{ROCKET}") for line in shown)
    assert lines("e\N{COMBINING ACUTE ACCENT}" * 11)[0] == "e\N{COMBINING ACUTE ACCENT}" * 10


def test_lines_that_begin_on_the_right_are_told_and_kept_apart_from_what_is_around() -> None:
    fitted = Fit([HALF])("שלום bytes", 200, [(20, 1)])
    assert fitted.is_rtl
    assert fitted.lines == ("\u2067שלום bytes\u2069",)
    assert not Fit([HALF])("12 bytes שלום", 200, [(20, 1)]).is_rtl
    assert not Fit([HALF])("12", 200, [(20, 1)]).is_rtl


def test_text_counts_with_the_widest_font_that_may_be_taken_for_it() -> None:
    fit = Fit([HALF, WIDE])
    assert fit("1234567890", 100, [(20, 9)]).lines == ("1234567890",)
    assert len(fit("123 56 日", 100, [(20, 9)]).lines) == 2


def test_the_font_that_is_asked_for_is_measured() -> None:
    bold = Face("Half", 700, False, 1000, dict.fromkeys(range(0x20, 0x80), 1000))
    italic = Face("Half", 400, True, 1000, dict.fromkeys(range(0x20, 0x80), 250))
    fit = Fit([HALF, bold, italic, WIDE])
    text = "12345 7890"
    assert len(fit(text, 100, [(20, 9)]).lines) == 1
    assert len(fit(text, 100, [(20, 9)], weight=650).lines) == 2
    assert len(fit(text, 50, [(20, 9)], italic=True).lines) == 1
    assert len(fit(text, 100, [(20, 9)], family="Wide").lines) == 2


@given(st.text(max_size=60), st.integers(1, 4), st.integers(40, 400))
def test_no_line_is_too_long_and_nothing_is_lost(text: str, most: int, width: int) -> None:
    fitted = Fit([WIDE])(text, width, [(30, most), (20, most)])
    assert 1 <= len(fitted.lines) <= most
    shown = "".join(fitted.lines).strip("\u2067\u2069")
    if not shown.endswith("…"):
        assert "".join(shown.split()) == "".join(text.split()) or fitted.is_rtl
