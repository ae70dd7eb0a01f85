"""What can be claimed of figures, what is said of it, and what is said of what is no claim."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from site_gen.estimator.claims import check_claim, parse_claim
from site_gen.estimator.quantity import QuantityError


@dataclass(frozen=True)
class Shown:
    """A figure as a directive gives it."""

    value: float
    unit: str
    text: str


FIGURES = {
    "observed": Shown(4.6, "token/s", "4.6 tokens/s"),
    "bound": Shown(51.46303, "token/s", "51.46 tokens/s"),
    "bandwidth": Shown(576e9, "byte/s", "576 GB/s"),
    "bytes": Shown(11.1925e9, "byte/token", "11.19 GB"),
    "quantization": Shown(2.42, "bit/parameter", "2.42 bits"),
    "ratio": Shown(11.1876, "", "11.2 times"),
    "llama-3.bound": Shown(120, "token/s", "120 tokens/s"),
    "channels": Shown(12, "channel", "12 channels"),
    "strange": Shown(1, "furlong/s", "1 furlong/s"),
}
EXAMPLE = "a claim is a comparison, for example `observed < bound / 10`"
NOT_A_UNIT = "for example `tokens/s` or `GB/s`; a figure is multiplied with `*`"


def check_error(text: str, message: str, hint: str, part: str) -> None:
    """Compare all that an author is told; `part` is what the caret is under."""
    with pytest.raises(QuantityError) as caught:
        check_claim(parse_claim(text), FIGURES)
    error = caught.value
    assert (error.message, error.hint) == (message, hint)
    assert text[error.offset : error.offset + error.length] == part


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("observed < bound / 10", "4.6 tokens/s is less than 5.146 tokens/s"),
        (
            "1 token/s <= observed ≤ 5 tokens/s",
            "1 token/s is at most 4.6 tokens/s and 4.6 tokens/s is at most 5 tokens/s",
        ),
        (
            "ratio > 11 and observed < 5 tokens per second",
            "11.2 times is more than 11 and 4.6 tokens/s is less than 5 tokens per second",
        ),
        ("llama-3.bound > 2 * bound", "120 tokens/s is more than 102.9 tokens/s"),
        ("ratio > 12 or observed < bound", "4.6 tokens/s is less than 51.46 tokens/s"),
        ("not ratio > 12", "11.2 times is not more than 12"),
        ("bandwidth ≥ 0.5 TB/s", "576 GB/s is at least 0.5 TB/s"),
        ("bandwidth / 2 > 250 GB/s", "288 GB/s is more than 250 GB/s"),
        ("bandwidth/bytes > 51 tps", "51.46 tokens/s is more than 51 tps"),
        ("bytes / bandwidth < 20 ms/token", "0.01943 s/token is less than 20 ms/token"),
        ("100 GB/bandwidth < 1 s", "0.1736 s is less than 1 s"),
        ("37B parameters == 37e9 parameters", "37B parameters is equal to 37e9 parameters"),
        ("2 billion < 3 trillion", "2 billion is less than 3 trillion"),
        ("quantization < 2.5 bits/parameter", "2.42 bits is less than 2.5 bits/parameter"),
        ("-(bound - observed) < -1 token/s", "-46.86 tokens/s is less than -1 tokens/s"),
        ("bound - observed * 2 > .5 tokens/s", "42.26 tokens/s is more than .5 tokens/s"),
        ("channels == 12", "12 channels is equal to 12"),
        ("0.1 + 0.2 == 0.3", "0.3 is equal to 0.3"),
    ],
)
def test_what_is_so_is_said_with_the_numbers(text: str, reason: str) -> None:
    verdict = check_claim(parse_claim(text), FIGURES)
    assert (verdict.holds, verdict.explanation) == (True, f"`{text}`: {reason}")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("observed < bound / 12", "4.6 tokens/s is not less than 4.289 tokens/s"),
        ("1 token/s < observed < 4 tokens/s", "4.6 tokens/s is not less than 4 tokens/s"),
        ("ratio > 11 and ratio > 12 and 1 > 0", "11.2 times is not more than 12"),
        ("ratio > 12 or 0 > 1", "11.2 times is not more than 12 and 0 is not more than 1"),
        ("not ratio > 11", "11.2 times is more than 11"),
        ("bound > bound", "51.46 tokens/s is not more than 51.46 tokens/s"),
        (
            "bound == 51.46301 * 1 token/s",
            "51.46303 tokens/s is not equal to 51.46301 tokens/s",
        ),
        ("0.1 + 0.2 > 0.3", "0.3 is not more than 0.3"),
    ],
)
def test_what_is_not_so_is_said_with_the_numbers(text: str, reason: str) -> None:
    verdict = check_claim(parse_claim(text), FIGURES)
    assert (verdict.holds, verdict.explanation) == (False, f"`{text}` is not so: {reason}")


def test_a_claim_knows_its_names() -> None:
    claim = parse_claim("bound > llama-3.bound / 3 and not (bound < 5 tokens/s)")
    assert claim.names == ("bound", "llama-3.bound")


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("observed < bandwidth", "`observed` is tokens per time", "`bandwidth` is data per time"),
        (
            "quantization < 3 bits",
            "`quantization` is data per parameter",
            "`3 bits` is an amount of data",
        ),
        (
            "bandwidth * 2 s < bandwidth",
            "`bandwidth * 2 s` is an amount of data",
            "`bandwidth` is data per time",
        ),
        (
            "bandwidth * bandwidth > bound",
            "`bandwidth * bandwidth` is in bit²/s²",
            "`bound` is tokens per time",
        ),
    ],
)
def test_units_never_mix(text: str, first: str, second: str) -> None:
    hint = "only what measures the same can be compared"
    check_error(text, f"{first}, and {second}", hint, text)


def test_a_plain_number_is_no_quantity() -> None:
    check_error(
        "ratio > 1 and observed + 5 < bound",
        "`observed` is tokens per time, and `5` is a plain number",
        "only what measures the same can be added: "
        "give the number its unit, or divide by one with that unit",
        "observed + 5",
    )


def test_a_mistake_in_a_part_that_decides_nothing_is_told() -> None:
    check_error(
        "ratio > 1 or (observed - ratio) * 2 > bound",
        "`observed` is tokens per time, and `ratio` is a plain number",
        "only what measures the same can be subtracted: "
        "give the number its unit, or divide by one with that unit",
        "observed - ratio",
    )


@pytest.mark.parametrize(
    ("text", "message", "hint", "part"),
    [
        ("obseved < bound", "there is no figure `obseved`", "did you mean `observed`?", "obseved"),
        (
            "observed < 5 tokens / s",
            "there is no figure `s`",
            "a unit has no blanks around its `/`, for example `5 tokens/s`",
            "s",
        ),
        ("x-yz > 1", "there is no figure `x-yz`", "put blanks around a minus", "x-yz"),
        (
            "ratio / (bound - bound) > 1",
            "`(bound - bound)` is zero, and divides nothing",
            "divide by what cannot become zero",
            "(bound - bound)",
        ),
        (
            "1e308 * 1e308 > 1",
            "`1e308 * 1e308` is too large to compute with",
            "use smaller numbers",
            "1e308 * 1e308",
        ),
        (
            "strange > 1",
            "`strange` is in `furlong/s`, which no claim can speak of",
            "compare another figure",
            "strange",
        ),
    ],
)
def test_what_cannot_be_computed_is_told(text: str, message: str, hint: str, part: str) -> None:
    check_error(text, message, hint, part)


@pytest.mark.parametrize(
    ("text", "message", "hint", "part"),
    [
        ("  ", "a claim is missing here", EXAMPLE, ""),
        ("observed < bound /", "the claim ends where a number or a name must stand", EXAMPLE, ""),
        ("(observed < bound", "the claim ends before its last `)`", EXAMPLE, ""),
        ("1 < 2)", "`)` cannot stand here", "every `(` has its `)`", ")"),
        ("< 2", "`<` cannot stand here", EXAMPLE, "<"),
        ("observed = bound", "`=` cannot stand in a claim", "equality is `==`", "="),
        (
            "1,000 < ratio",
            "`,` cannot stand in a claim",
            "write `.` before decimals and nothing between thousands",
            ",",
        ),
        (
            "ratio 5 > 1",
            "`5` cannot stand here",
            "between two numbers stands one of `+ - * / < <= > >= ==`",
            "5",
        ),
        ("5 bound > 1", "`bound` is not a unit that is known here", NOT_A_UNIT, "bound"),
        ("5 GB per bound > 1", "`bound` is not a unit that is known here", NOT_A_UNIT, "bound"),
        ("1e400 > 1", "`1e400` is too large to compute with", "write a smaller number", "1e400"),
        (". > 1", "`.` is not a number", "write it with a digit, for example `0.5`", "."),
        ("ratio", "`ratio` is a number and says nothing that could be so", EXAMPLE, "ratio"),
        (
            "1 < (bound < 3)",
            "`(bound < 3)` is a comparison, and a number must stand here",
            "join comparisons with `and` or `or`",
            "(bound < 3)",
        ),
        (
            "(" * 21 + "1",
            "this claim is nested deeper than 20 levels",
            "write it more simply",
            "1",
        ),
        (
            "ratio > 1" + " " * 192,
            "201 characters are too many for a claim",
            "write at most 200, and several claims where there is more to say",
            " ",
        ),
    ],
)
def test_what_is_no_claim_is_told(text: str, message: str, hint: str, part: str) -> None:
    check_error(text, message, hint, part)


PIECES = st.sampled_from(
    [
        *["observed", "bound", "ratio", "llama-3.bound", "bit", "K", "B", "million", "GB/s"],
        *["per", "tokens/s", "and", "or", "not", "5", "1e9", "0", "1e400", "é", "\0", "__import__"],
        *["(", ")", "+", "-", "*", "/", "<", ">", "<=", ">=", "==", "=", "≤", "≥", ".", ",", "'"],
    ]
)


def judge(text: str, figures: Mapping[str, Shown]) -> bool | QuantityError:
    """Whether a claim is so, or what is wrong with it."""
    try:
        return check_claim(parse_claim(text), figures).holds
    except QuantityError as error:
        return error


@given(st.text(max_size=60) | st.lists(PIECES, max_size=30).map(" ".join))
@example("9" * 200)
@example("-" * 200)
@example("not " * 50)
@example("1+" * 99 + "1>1")
@example("1<" * 99 + "1")
def test_any_text_is_a_claim_or_a_mistake_with_its_place(text: str) -> None:
    judged = judge(text, FIGURES)
    if isinstance(judged, QuantityError):
        assert 0 <= judged.offset <= judged.offset + judged.length <= len(text)


@dataclass(frozen=True)
class Rough:
    """A number for Python's own evaluation that is compared as claims are."""

    value: float

    def is_near(self, other: Rough) -> bool:
        return math.isclose(self.value, other.value, rel_tol=1e-9)

    def __neg__(self) -> Rough:
        return Rough(-self.value)

    def __add__(self, other: Rough) -> Rough:
        return Rough(self.value + other.value)

    def __sub__(self, other: Rough) -> Rough:
        return Rough(self.value - other.value)

    def __mul__(self, other: Rough) -> Rough:
        return Rough(self.value * other.value)

    def __truediv__(self, other: Rough) -> Rough:
        return Rough(self.value / other.value)

    def __lt__(self, other: Rough) -> bool:
        return self.value < other.value and not self.is_near(other)

    def __le__(self, other: Rough) -> bool:
        return self.value < other.value or self.is_near(other)

    def __gt__(self, other: Rough) -> bool:
        return other < self

    def __ge__(self, other: Rough) -> bool:
        return other <= self

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rough) and self.is_near(other)

    def __hash__(self) -> int:
        raise TypeError("equality is rough")


PLAIN = {"a": 3.5, "b": 0.25, "c": 12.0}
OPERANDS = st.sampled_from(["a", "b", "c"]) | st.integers(0, 20).map(str)


def joined(parts: st.SearchStrategy[str], signs: list[str]) -> st.SearchStrategy[str]:
    return st.builds("{} {} {}".format, parts, st.sampled_from(signs), parts)


NUMBERS = st.recursive(
    OPERANDS,
    lambda inner: (
        joined(inner, ["+", "-", "*", "/"]) | inner.map("({})".format) | inner.map("-{}".format)
    ),
    max_leaves=6,
)
COMPARISONS = st.lists(
    st.tuples(NUMBERS, st.sampled_from(["<", "<=", ">", ">=", "=="])), min_size=1, max_size=2
).flatmap(
    lambda links: NUMBERS.map(
        lambda last: " ".join(f"{side} {relation}" for side, relation in links) + f" {last}"
    )
)
CLAIMS = st.recursive(
    COMPARISONS,
    lambda inner: (
        joined(inner, ["and", "or"]) | inner.map("not {}".format) | inner.map("({})".format)
    ),
    max_leaves=3,
).filter(lambda text: len(text) <= 200)


@given(CLAIMS)
def test_claims_are_so_where_python_says_so(text: str) -> None:
    figures = {name: Shown(value, "", name) for name, value in PLAIN.items()}
    judged = judge(text, figures)
    if isinstance(judged, QuantityError):
        assert " is zero, and divides nothing" in judged.message
    else:
        assert judged == evaluate(text)


def evaluate(text: str) -> bool:
    """What Python makes of a claim, whose grammar has the same precedence."""
    names = {name: Rough(value) for name, value in PLAIN.items()}
    words = [f"Rough({word})" if word.isdigit() else word for word in split(text)]
    return bool(eval(" ".join(words), {"Rough": Rough, **names}))


def split(text: str) -> list[str]:
    for sign in "()-":
        text = text.replace(sign, f" {sign} ")
    return text.split()
