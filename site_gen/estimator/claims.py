"""What an author claims of figures: `observed < bound / 10`, and whether it is so.

`expressions` has the grammar. Values are compared with a relative tolerance of 1e-9: what is equal
to nine digits is equal, and neither less nor more. What is counted, such as channels, is a plain
number: `channels == 12`.
"""

import difflib
import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from site_gen.estimator import expressions, numbers
from site_gen.estimator.expressions import (
    Arithmetic,
    Comparison,
    Joined,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Quantity,
    Truth,
    parse_expression,
)
from site_gen.estimator.literals import (
    PLAIN,
    Dimension,
    describe_dimension,
    format_value,
    measure_unit,
    multiply,
)
from site_gen.estimator.quantity import QuantityError, quote
from site_gen.estimator.units import find_unit

MAXIMUM_LENGTH = expressions.MAXIMUM_LENGTH
"""Characters that a claim may have."""

_TOLERANCE = 1e-9
_MOST_SIGNIFICANT = 15
_MOST_LISTED = 12
"""Names in a hint."""
_WORDS = {"<": "less than", "<=": "at most", ">": "more than", ">=": "at least", "==": "equal to"}
_OPERATORS: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


class Figure(Protocol):
    """A figure that claims can speak of."""

    @property
    def value(self) -> float:
        """Unrounded, in `unit`."""

    @property
    def unit(self) -> str:
        """As `units` knows it, e.g. "token/s", or what is counted; "" for a plain number."""

    @property
    def text(self) -> str:
        """For people, e.g. "51.46 tokens/s"."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim that can be checked once its figures are there."""

    text: str
    """As it is written."""

    names: tuple[str, ...]
    """The figures that it speaks of, in order and each once, e.g. ("observed", "other.bound")."""

    tree: Truth


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a claim is so."""

    holds: bool

    explanation: str
    """The claim with the numbers put in, without a full stop.

    For example "`observed < bound / 10` is not so: 4.6 tokens/s is not less than 3.2 tokens/s".
    """


@dataclass(frozen=True, slots=True)
class _Amount:
    """A number of a claim, computed."""

    value: float
    """In the base units, finite."""
    dimension: Dimension
    text: str = ""
    """As it is shown or written; empty for what was computed from others."""


def parse_claim(text: str) -> Claim:
    """Return what a text claims.

    Raises QuantityError where it is no claim, is too long or is nested too deeply.
    """
    tree, names = parse_expression(text)
    return Claim(text, names, tree)


def check_claim(claim: Claim, figures: Mapping[str, Figure]) -> Verdict:
    """Return whether a claim is so of figures, which are known by their names in claims.

    Raises QuantityError, with its place in the claim, for a name that is none of theirs, for
    quantities that do not go together, and for what cannot be computed.
    """
    holds, reason = _Check(claim.text, figures).judge(claim.tree)
    verdict = "" if holds else " is not so"
    return Verdict(holds, f"{quote(claim.text)}{verdict}: {reason}")


class _Check:
    """One look at a claim with the figures at hand."""

    def __init__(self, text: str, figures: Mapping[str, Figure]) -> None:
        self._text = text
        self._figures = figures

    def judge(self, node: Truth) -> tuple[bool, str]:
        """Whether it is so, and why; all of it is computed, so that no mistake in it hides."""
        if isinstance(node, Comparison):
            return self._compare(node)
        if isinstance(node, Not):
            holds, reason = self.judge(node.operand)
            return not holds, reason
        return _join(node, [self.judge(part) for part in node.parts])

    def _compare(self, node: Comparison) -> tuple[bool, str]:
        """All of a chain where it holds, else the links of it that do not."""
        amounts = [self._compute(side) for side in node.sides]
        links = []
        for index, relation in enumerate(node.relations):
            left, right = amounts[index : index + 2]
            self._check_alike(node.sides[index], node.sides[index + 1], left, right, "compared")
            holds = _holds(left.value, relation, right.value)
            links.append((holds, _explain(left, relation, right, holds)))
        holds = all(so for so, _ in links)
        return holds, " and ".join(reason for so, reason in links if so == holds)

    def _compute(self, node: Number) -> _Amount:
        if isinstance(node, Quantity):
            literal = node.literal
            return _Amount(literal.value, literal.dimension, literal.text)
        if isinstance(node, Name):
            return self._find(node)
        if isinstance(node, Negative):
            amount = self._compute(node.operand)
            return _Amount(-amount.value, amount.dimension)
        return self._calculate(node)

    def _find(self, node: Name) -> _Amount:
        figure = self._figures.get(node.name)
        if figure is None:
            raise self._error(node, f"there is no figure {quote(node.name)}", self._suggest(node))
        try:
            factor, dimension = measure_unit("" if _is_count(figure.unit) else figure.unit)
        except QuantityError as error:
            message = f"{quote(node.name)} is in {quote(figure.unit)}, which no claim can speak of"
            raise self._error(node, message, "compare another figure") from error
        amount = _Amount(figure.value * factor, dimension, figure.text)
        return self._check_finite(node, amount)

    def _suggest(self, node: Name) -> str:
        known = sorted(self._figures)
        if nearest := difflib.get_close_matches(node.name, known, n=1):
            return f"did you mean `{nearest[0]}`?"
        if find_unit(node.name):
            return "a unit has no blanks around its `/`, for example `5 tokens/s`"
        if "-" in node.name:
            return "put blanks around a minus"
        listed = ", ".join(f"`{name}`" for name in known[:_MOST_LISTED])
        more = len(known) - _MOST_LISTED
        return f"known: {listed}{f' and {more} more' if more > 0 else ''}"

    def _calculate(self, node: Arithmetic) -> _Amount:
        left, right = self._compute(node.left), self._compute(node.right)
        if node.operator in "+-":
            done = "added" if node.operator == "+" else "subtracted"
            self._check_alike(node.left, node.right, left, right, done)
            dimension = left.dimension
        else:
            dimension = multiply(left.dimension, right.dimension, 1 if node.operator == "*" else -1)
        if node.operator == "/" and right.value == 0:
            shown = quote(self._text[node.right.start : node.right.end])
            hint = "divide by what cannot become zero"
            raise self._error(node.right, f"{shown} is zero, and divides nothing", hint)
        value = _OPERATORS[node.operator](left.value, right.value)
        return self._check_finite(node, _Amount(value, dimension))

    def _check_finite(self, node: Number, amount: _Amount) -> _Amount:
        if math.isfinite(amount.value):
            return amount
        shown = quote(self._text[node.start : node.end])
        raise self._error(node, f"{shown} is too large to compute with", "use smaller numbers")

    def _check_alike(
        self, left: Number, right: Number, first: _Amount, second: _Amount, done: str
    ) -> None:
        """Raise QuantityError where two numbers do not measure the same."""
        if first.dimension == second.dimension:
            return
        one, other = (
            f"{quote(self._text[node.start : node.end])} is {describe_dimension(amount.dimension)}"
            for node, amount in ((left, first), (right, second))
        )
        hint = f"only what measures the same can be {done}"
        if PLAIN in (first.dimension, second.dimension):
            hint += ": give the number its unit, or divide by one with that unit"
        whole = replace(left, end=right.end)
        raise self._error(whole, f"{one}, and {other}", hint)

    def _error(self, node: Node, message: str, hint: str) -> QuantityError:
        return QuantityError(message, hint, node.start, node.end - node.start)


def _is_count(unit: str) -> bool:
    """Whether this names things that are counted, e.g. "channel", and no unit that is known."""
    return unit.isalpha() and find_unit(unit) is None


def _join(node: Joined, judged: list[tuple[bool, str]]) -> tuple[bool, str]:
    """Of `and` the parts that fail, of `or` the first that holds; else all of them."""
    decisive = node.word == "or"
    deciding = [reason for holds, reason in judged if holds == decisive]
    if not deciding:
        return not decisive, " and ".join(reason for _, reason in judged)
    return decisive, deciding[0] if decisive else " and ".join(deciding)


def _holds(left: float, relation: str, right: float) -> bool:
    if math.isclose(left, right, rel_tol=_TOLERANCE):
        return "=" in relation
    return left < right if relation[0] == "<" else relation[0] == ">" and left > right


def _explain(left: _Amount, relation: str, right: _Amount, holds: bool) -> str:
    """E.g. "4.6 tokens/s is not less than 3.2 tokens/s", with the digits that tell them apart."""
    first, second = _show(left, numbers.SIGNIFICANT), _show(right, numbers.SIGNIFICANT)
    is_near = math.isclose(left.value, right.value, rel_tol=_TOLERANCE)
    if first == second and not is_near:
        first, second = _tell_apart(left, right)
    return f"{first} is {'' if holds else 'not '}{_WORDS[relation]} {second}"


def _tell_apart(left: _Amount, right: _Amount) -> tuple[str, str]:
    first = second = ""
    for significant in range(numbers.SIGNIFICANT + 1, _MOST_SIGNIFICANT + 1):
        first, second = (
            format_value(amount.value, amount.dimension, significant) for amount in (left, right)
        )
        if first != second:
            break
    return first, second


def _show(amount: _Amount, significant: int) -> str:
    return amount.text or format_value(amount.value, amount.dimension, significant)
