"""Checking key-value data against a type, every mistake at its own place and in plain words."""

from __future__ import annotations

from typing import Annotated

import msgspec
import pytest
from msgspec import Meta

from site_gen.diagnostics import Place, Source
from site_gen.fields import Part, check_fields


class Inner(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table in a table."""

    names: dict[str, str] = {}


class Example(msgspec.Struct):
    """One field of each kind."""

    text: Annotated[str, Meta(examples=["a"])] = ""
    count: Annotated[int, Meta(ge=1, le=9)] = 1
    share: float = 0.5
    flag: bool = False
    names: list[Annotated[str, Meta(min_length=1)]] = []
    code: Annotated[str, Meta(pattern="^[a-z]+$", title="small letters")] = "a"
    bare: Annotated[str, Meta(pattern="^x$")] = "x"
    inner: Inner = Inner()


def locate(key: str, part: Part) -> Place:
    return Place(1, 1, len(key)) if part == "key" else Place(1, len(key) + 3, 1)


def check(key: str, value: object) -> tuple[str, str]:
    """The message and the hint about one value."""
    good, (found,) = check_fields(Example, {key: value}, Source("a", "x" * 40), locate)
    assert good == {}
    return found.message, found.hint


def test_good_values_go_through_and_bad_ones_do_not_stop_them() -> None:
    values = {"text": "a", "count": 99, "flag": True}
    good, diagnostics = check_fields(Example, values, Source("a", ""), locate)
    assert good == {"text": "a", "flag": True}
    assert [each.message for each in diagnostics] == ["`count` must be at most 9"]


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("text", 1, "`text` must be text, not a whole number"),
        ("text", None, "`text` has no value"),
        ("count", "1", "`count` must be a whole number, not text"),
        ("count", 0, "`count` must be at least 1"),
        ("count", 1.5, "`count` must be a whole number, not a number"),
        ("share", True, "`share` must be a number, not true or false"),
        ("flag", "no", "`flag` must be true or false, not text"),
        ("names", "a", "`names` must be a list, not text"),
        ("names", ["a", 1], "`names[1]` must be text, not a whole number"),
        ("names", [""], "`names[0]` must have at least 1 in it"),
        ("code", "A", "`code` must be small letters"),
        ("inner", {"name": {}}, "`inner` has no key `name`"),
        ("inner", {"names": []}, "`inner.names` must be a table of keys and values, not a list"),
        (
            "inner",
            {"names": {"a": 1}},
            "each item of `inner.names` must be text, not a whole number",
        ),
    ],
)
def test_a_mistake_is_told_in_plain_words(key: str, value: object, message: str) -> None:
    assert check(key, value)[0] == message


def test_an_example_and_the_nearest_key_are_hints() -> None:
    assert check("text", 1)[1] == "for example `text: a`"
    assert check("txt", 1) == ("unknown key `txt`", "did you mean `text`?")


def test_a_pattern_without_words_is_shown_as_it_is() -> None:
    assert check("bare", "y")[0] == "`bare`: expected `str` matching regex '^x$'"
