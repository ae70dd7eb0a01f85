"""How long a text takes to read, in words of prose: what is no prose is weighed against them.

A line of code counts as six words, a formula within the text as three and one on lines of its own
as twenty; two characters of Chinese or Japanese count as one word. What is computed, drawn or laid
out in pictures counts nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from markdown_it.token import Token

from site_gen.markdown.headings import plain_text
from site_gen.model import Heading

WORDS_PER_MINUTE = 220
LONG_MINUTES = 5
"""A text that takes as long has a table of contents by itself, if it has enough headings."""
LONG_HEADINGS = 3

_WORDS_A_CODE_LINE = 6
_WORDS_A_FORMULA = 3
_WORDS_AN_EQUATION = 20
_WORDS = {
    "math_block": _WORDS_AN_EQUATION,
    "math_inline": _WORDS_A_FORMULA,
    "math_inline_double": _WORDS_AN_EQUATION,
}
"""Kind of a token that is a formula → what it counts."""
_CODE = ("fence", "code_block")
_UNSPACED = re.compile("[\u3000-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
"""A character of a script that puts no blanks between words, or a sign beside one."""


def count_minutes(tokens: Sequence[Token]) -> int:
    """The whole minutes, at least one, that the tokens of a document take to read."""
    words = sum(map(_weigh, tokens))
    return max(1, (words + WORDS_PER_MINUTE // 2) // WORDS_PER_MINUTE)


def is_long(minutes: int, headings: Collection[Heading]) -> bool:
    """Whether a text needs a table of contents, if its author does not say."""
    return minutes >= LONG_MINUTES and len(headings) >= LONG_HEADINGS


def _weigh(token: Token) -> int:
    if token.type in _CODE:
        return _WORDS_A_CODE_LINE * sum(map(bool, map(str.strip, token.content.split("\n"))))
    children = token.children
    if not children:
        return _WORDS.get(token.type, 0)
    formulas = sum(_WORDS.get(child.type, 0) for child in children)
    prose = [child for child in children if child.type not in _WORDS] if formulas else children
    return formulas + _count_words(plain_text(prose))


def _count_words(text: str) -> int:
    if text.isascii():
        return len(text.split())
    rest, unspaced = _UNSPACED.subn(" ", text)
    return len(rest.split()) + (unspaced + 1) // 2
