"""Text that compares quantities → a tree that knows where each of its parts stands.

Grammar:

    claim       = conjunction { "or" conjunction }
    conjunction = negation { "and" negation }
    negation    = "not" negation | comparison
    comparison  = sum { relation sum }
    relation    = "<" | "<=" | "≤" | ">" | ">=" | "≥" | "=="
    sum         = product { ("+" | "-") product }
    product     = signed { ("*" | "/") signed }
    signed      = "-" signed | factor
    factor      = quantity | name | "(" claim ")"
    quantity    = number [scale] [unit], as `quantity` has it
    name        = word [ "." word ]

A word may hold `-`, so a minus between two of them has a blank before it; a unit holds no blanks
around its `/`, so `5 tokens/s` is a quantity and `5 tokens / s` a division.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from site_gen.estimator import literals
from site_gen.estimator.quantity import QuantityError, quote

MAXIMUM_LENGTH = 200
"""Characters that a claim may have; it bounds the depth of the tree."""
MAXIMUM_DEPTH = 20
"""How many parentheses and signs may stand in each other."""

_WORD = r"[^\W\d]\w*(?:-\w+)*"
_TOKEN = re.compile(
    rf"\s*(?:(?P<number>[0-9.])|(?P<name>{_WORD}(?:\.{_WORD})?)|(?P<sign><=|>=|==|[-<>≤≥+*/()])|$)"
)
_RELATIONS = {"<": "<", "<=": "<=", "≤": "<=", ">": ">", ">=": ">=", "≥": ">=", "==": "=="}
_WORDS = frozenset({"and", "or", "not"})
_HINTS = {
    "=": "equality is `==`",
    "!": "write `not` before what must not be so",
    "&": "write `and`",
    "|": "write `or`",
    "×": "write `*`",
    ",": "write `.` before decimals and nothing between thousands",
}
_EXAMPLE = "a claim is a comparison, for example `observed < bound / 10`"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit, as it is written."""

    start: int
    end: int
    literal: literals.Literal


@dataclass(frozen=True, slots=True)
class Name:
    """A figure, e.g. `bound` or `deepseek.bound`."""

    start: int
    end: int
    name: str


@dataclass(frozen=True, slots=True)
class Negative:
    """A number with a minus before it."""

    start: int
    end: int
    operand: "Number"


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Two numbers and what joins them: `+`, `-`, `*` or `/`."""

    start: int
    end: int
    operator: str
    left: "Number"
    right: "Number"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two numbers or more, and what must be so between each and the next."""

    start: int
    end: int
    relations: tuple[str, ...]
    """Each of `<`, `<=`, `>`, `>=` and `==`; one fewer than sides."""
    sides: tuple["Number", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """What must not be so."""

    start: int
    end: int
    operand: "Truth"


@dataclass(frozen=True, slots=True)
class Joined:
    """Claims of which all (`and`) or one (`or`) must be so."""

    start: int
    end: int
    word: str
    parts: tuple["Truth", ...]


Number = Quantity | Name | Negative | Arithmetic
Truth = Comparison | Not | Joined
Node = Number | Truth


def parse_expression(text: str) -> tuple[Truth, tuple[str, ...]]:
    """Return the tree of a claim and the names in it, in order and each once.

    Raises QuantityError where a text is no claim, is too long or is nested too deeply.
    """
    if not text.strip():
        raise QuantityError("a claim is missing here", _EXAMPLE, 0, 0)
    if len(text) > MAXIMUM_LENGTH:
        message = f"{len(text)} characters are too many for a claim"
        hint = f"write at most {MAXIMUM_LENGTH}, and several claims where there is more to say"
        raise QuantityError(message, hint, MAXIMUM_LENGTH, len(text) - MAXIMUM_LENGTH)
    parser = _Parser(text)
    tree = parser.parse()
    return tree, tuple(dict.fromkeys(parser.names))


class _Parser:
    """One reading of a claim, from its first character to its last."""

    def __init__(self, text: str) -> None:
        self.names: list[str] = []
        self._text = text
        self._depth = 0
        self._end = 0
        """Where the last token that was taken ends."""
        self._advance()

    def parse(self) -> Truth:
        """Return the whole text as a claim."""
        tree = self._disjunction()
        if self._token:
            raise self._unexpected()
        return self._truth(tree)

    def _advance(self) -> None:
        """Look at the next token; at the end of the text it is empty."""
        found = _TOKEN.match(self._text, self._end)
        if found is None:
            raise self._bad_character()
        self._kind = found.lastgroup or "end"
        self._token = found[self._kind] if found.lastgroup else ""
        self._start = found.end() - len(self._token)

    def _take(self) -> str:
        token, self._end = self._token, self._start + len(self._token)
        self._advance()
        return token

    def _disjunction(self) -> Node:
        return self._joined("or", self._conjunction)

    def _conjunction(self) -> Node:
        return self._joined("and", self._negation)

    def _joined(self, word: str, parse: Callable[[], Node]) -> Node:
        first = parse()
        if self._token != word:
            return first
        parts = [self._truth(first)]
        while self._token == word:
            self._take()
            parts.append(self._truth(parse()))
        return Joined(parts[0].start, parts[-1].end, word, tuple(parts))

    def _negation(self) -> Node:
        if self._token != "not":
            return self._comparison()
        start = self._start
        self._take()
        operand = self._truth(self._deeper(self._negation))
        return Not(start, operand.end, operand)

    def _comparison(self) -> Node:
        first = self._sum()
        if self._token not in _RELATIONS:
            return first
        sides, relations = [self._number(first)], []
        while self._token in _RELATIONS:
            relations.append(_RELATIONS[self._take()])
            sides.append(self._number(self._sum()))
        return Comparison(sides[0].start, sides[-1].end, tuple(relations), tuple(sides))

    def _sum(self) -> Node:
        return self._arithmetic("+-", self._product)

    def _product(self) -> Node:
        return self._arithmetic("*/", self._signed)

    def _arithmetic(self, operators: str, parse: Callable[[], Node]) -> Node:
        left = parse()
        while self._token and self._token in operators:
            operator = self._take()
            right = self._number(parse())
            left = Arithmetic(left.start, right.end, operator, self._number(left), right)
        return left

    def _signed(self) -> Node:
        if self._token != "-":
            return self._factor()
        start = self._start
        self._take()
        operand = self._number(self._deeper(self._signed))
        return Negative(start, operand.end, operand)

    def _factor(self) -> Node:
        if self._kind == "number":
            return self._quantity()
        if self._kind == "name" and self._token not in _WORDS:
            start, name = self._start, self._take()
            self.names.append(name)
            return Name(start, start + len(name), name)
        if self._token != "(":
            raise self._unexpected()
        return self._parenthesized()

    def _parenthesized(self) -> Node:
        start = self._start
        self._take()
        inner = self._deeper(self._disjunction)
        if self._token != ")":
            raise self._unexpected()
        self._take()
        return replace(inner, start=start, end=self._end)

    def _quantity(self) -> Quantity:
        start = self._start
        literal, self._end = literals.read_literal(self._text, start)
        end = self._end
        self._advance()
        return Quantity(start, end, literal)

    def _deeper(self, parse: Callable[[], Node]) -> Node:
        if self._depth == MAXIMUM_DEPTH:
            message = f"this claim is nested deeper than {MAXIMUM_DEPTH} levels"
            raise QuantityError(message, "write it more simply", self._start, len(self._token))
        self._depth += 1
        node = parse()
        self._depth -= 1
        return node

    def _truth(self, node: Node) -> Truth:
        if isinstance(node, Truth):
            return node
        raise self._at(node, "is a number and says nothing that could be so", _EXAMPLE)

    def _number(self, node: Node) -> Number:
        if isinstance(node, Number):
            return node
        hint = "join comparisons with `and` or `or`"
        raise self._at(node, "is a comparison, and a number must stand here", hint)

    def _at(self, node: Node, what: str, hint: str) -> QuantityError:
        shown = quote(self._text[node.start : node.end])
        return QuantityError(f"{shown} {what}", hint, node.start, node.end - node.start)

    def _unexpected(self) -> QuantityError:
        if not self._token:
            message = "the claim ends where a number or a name must stand"
            if self._text.count("(") > self._text.count(")"):
                message = "the claim ends before its last `)`"
            return QuantityError(message, _EXAMPLE, len(self._text.rstrip()), 0)
        message = f"{quote(self._token)} cannot stand here"
        return QuantityError(message, self._advice(), self._start, len(self._token))

    def _advice(self) -> str:
        """What may have been meant by a token that stands where it cannot."""
        is_operand = self._kind in ("number", "name") and self._token not in _WORDS
        if is_operand:
            return "between two numbers stands one of `+ - * / < <= > >= ==`"
        return "every `(` has its `)`" if self._token == ")" else _EXAMPLE

    def _bad_character(self) -> QuantityError:
        rest = self._text[self._end :]
        start = self._end + len(rest) - len(rest.lstrip())
        character = self._text[start]
        message = f"{quote(character)} cannot stand in a claim"
        return QuantityError(message, _HINTS.get(character, _EXAMPLE), start, 1)
