"""`values.lock` written and read: what stands in it, and what is said of one that is damaged."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_gen.diagnostics import Source
from site_gen.lock.model import Lock, LockedCalculation, LockedFigure
from site_gen.lock.reader import parse_lock
from site_gen.lock.writer import format_lock
from site_gen.terminal import format_diagnostic
from tests.lock import locking

LOCK = """\
# Every figure that this site shows. `site-gen accept` writes this file: commit it with the posts.
version = 1

["content/articles/big/index.md".deepseek]
equations = "2"
data = "2026-11-24"
inputs.quantization = { text = "2.42 bits", value = 2.42, unit = "bit/parameter" }
figures.bound = { text = "51.46 tokens/s", value = 51.4630332812, unit = "token/s" }
figures.ratio = { text = "11.2 times", value = 11.1925 }
"""
MEND = "hint: take it back from version control, or remove it and run `site-gen accept`\n"

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    [
        "",
        '"',
        "\\",
        "a.b",
        "a b",
        "\x00\r\n\t",
        "#",
        "[x]",
        "é",
        "\u2028",
        "🐈",
        "=",
        "'''",
        "version",
    ]
)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False).map(lambda x: float(f"{x:.12g}"))
FIGURES = st.builds(LockedFigure, TEXTS, NUMBERS.filter(math.isfinite), TEXTS)
TABLES = st.dictionaries(TEXTS, FIGURES, max_size=4)
CALCULATIONS = st.builds(LockedCalculation, TABLES, TABLES, TEXTS, TEXTS)
LOCKS = st.dictionaries(
    TEXTS.map("content/{}".format),
    st.dictionaries(TEXTS, CALCULATIONS, min_size=1, max_size=3),
    max_size=3,
).map(Lock)


def check_damaged(old: str, new: str, expected: str) -> Lock:
    """Replace a part of the lock and compare all that is said of it."""
    assert old in LOCK
    lock, diagnostics = parse_lock(Source("values.lock", LOCK.replace(old, new, 1)))
    told = "\n".join(format_diagnostic(each).plain + "\n" for each in diagnostics)
    assert told == expected
    assert not lock.is_whole
    return lock


def big() -> Lock:
    return locking.lock_of(
        locking.document(
            locking.calculation(
                locking.computed("ratio", 11.1925, "11.2 times"),
                locking.given("quantization", 2.42, "2.42 bits", "bit/parameter"),
                locking.computed("bound", 51.46303328123456, "51.46 tokens/s", "token/s"),
            )
        )
    )


def test_a_lock_has_a_line_for_each_figure_in_order_of_names() -> None:
    assert format_lock(big()) == LOCK


def test_numbers_in_names_are_in_their_own_order() -> None:
    names = ["high_2", "low", "low_9", "low_9b", "low_10", "low_1" + "0" * 5000]
    number = LockedFigure("1", 1.0)
    figures = dict.fromkeys(reversed(names), number)
    text = format_lock(Lock({"a.md": {"b": LockedCalculation(figures=figures)}}))
    written = [line.split()[0] for line in text.splitlines() if line.startswith("figures.")]
    assert written == [f"figures.{name}" for name in names]


def test_what_was_written_is_read() -> None:
    assert parse_lock(Source("values.lock", LOCK)) == (big(), [])


def test_a_site_without_lock_has_an_empty_one() -> None:
    assert parse_lock(None) == (Lock(), [])


def test_line_breaks_of_windows_are_as_good() -> None:
    assert parse_lock(Source("values.lock", LOCK.replace("\n", "\r\n"))) == (big(), [])


@given(LOCKS)
def test_every_lock_comes_back_as_it_was(lock: Lock) -> None:
    text = format_lock(lock)
    assert parse_lock(Source("values.lock", text)) == (lock, [])
    assert text.isascii() or all(line.isprintable() for line in text.split("\n"))


@given(LOCKS)
def test_the_order_of_making_does_not_show(lock: Lock) -> None:
    backwards = {
        path: {
            name: LockedCalculation(
                dict(reversed(list(each.inputs.items()))),
                dict(reversed(list(each.figures.items()))),
                each.equations,
                each.data,
            )
            for name, each in reversed(list(calculations.items()))
        }
        for path, calculations in reversed(list(lock.posts.items()))
    }
    assert format_lock(Lock(backwards)) == format_lock(lock)


@given(st.text(max_size=200) | st.text("[]{}\"'=.,#\n abversion1content/figures", max_size=80))
def test_any_text_is_read_or_told_about(text: str) -> None:
    lock, diagnostics = parse_lock(Source("values.lock", text))
    assert lock.is_whole == (not diagnostics)


def test_what_is_no_toml_is_told_at_its_line() -> None:
    check_damaged(
        "figures.bound",
        "<<<<<<< HEAD\nfigures.bound",
        "values.lock:8:1: not TOML: invalid statement\n8 | <<<<<<< HEAD\n  | ^\n" + MEND,
    )


def test_a_figure_that_stands_twice_is_told_at_its_line() -> None:
    line = 'figures.ratio = { text = "11.2 times", value = 11.1925 }\n'
    check_damaged(
        line,
        line + 'figures.ratio = { text = "a", value = 1 }\n',
        "values.lock:10:42: not TOML: cannot overwrite a value\n"
        '10 | figures.ratio = { text = "a", value = 1 }\n'
        "   |                                          ^\n" + MEND,
    )


@pytest.mark.parametrize("version", ["2", '"1"', "true", "1.0", "9" * 4000])
def test_a_version_that_is_not_known_is_told(version: str) -> None:
    lock, (error,) = parse_lock(Source("values.lock", f"version = {version}\n"))
    assert (str(error.span), error.message, error.hint) == (
        "values.lock:1:11",
        "this lock is not of version 1, the only one that is known here",
        "use the site_gen that wrote it, or a newer one",
    )
    assert lock == Lock(is_whole=False)


def test_a_lock_without_version_is_told() -> None:
    check_damaged("version = 1\n", "", "values.lock: `version` is missing\n" + MEND)


def test_a_number_that_is_none_is_told_and_the_rest_is_read() -> None:
    lock = check_damaged(
        "value = 11.1925",
        "value = nan",
        "values.lock:9:48: `value` is nan, which is no number\n"
        '9 | figures.ratio = { text = "11.2 times", value = nan }\n'
        "  |                                                ^^^\n" + MEND,
    )
    locked = lock.find(locking.PATH, "deepseek")
    assert locked
    assert list(locked.figures) == ["bound"]


def test_values_of_a_wrong_type_are_told() -> None:
    check_damaged(
        'equations = "2"',
        "equations = 2",
        "values.lock:5:13: `equations` must be text, not a whole number\n"
        "5 | equations = 2\n"
        "  |             ^\n" + MEND,
    )


def test_keys_that_are_missing_or_unknown_are_told() -> None:
    check_damaged(
        "value = 11.1925",
        "values = 11.1925",
        "values.lock:9:17: `ratio` has no `value`\n"
        '9 | figures.ratio = { text = "11.2 times", values = 11.1925 }\n'
        "  |                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n" + MEND + "\n"
        "values.lock:9:40: unknown key `values`\n"
        '9 | figures.ratio = { text = "11.2 times", values = 11.1925 }\n'
        "  |                                        ^^^^^^\n"
        "hint: did you mean `value`?\n",
    )


def test_what_is_no_table_is_told() -> None:
    check_damaged(
        '{ text = "11.2 times", value = 11.1925 }',
        "11.1925",
        "values.lock:9:17: `ratio` must be a table of keys and values\n"
        "9 | figures.ratio = 11.1925\n"
        "  |                 ^^^^^^^\n" + MEND,
    )


def test_what_is_no_post_is_told() -> None:
    check_damaged(
        '"content/articles/big/index.md".deepseek',
        "big.deepseek",
        "values.lock:4:1: `big` is neither `version` nor a post\n"
        "4 | [big.deepseek]\n"
        "  | ^^^^^^^^^^^^^^\n"
        "hint: the path of a post begins with `content/`\n",
    )
