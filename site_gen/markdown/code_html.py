"""Tokens of code as HTML: byte for byte what Pygments' HtmlFormatter writes, and sooner.

Neighbours of one class share an element; an element ends with its line, and an empty line has none.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from functools import cache, lru_cache
from html import escape

from pygments import format as format_tokens
from pygments.formatters.html import HtmlFormatter
from pygments.token import _TokenType

CodeToken = tuple[int, _TokenType, str]
"""As lexers find them: offset, kind and text."""

_CHARACTERS_A_STEP = 20
"""What a token counts for beside its characters, since some are short and take long to find."""
_CHARACTERS_UNWATCHED = 500
"""Looking at the clock takes as long as finding a token: it is done after so many characters."""


class TooSlowError(Exception):
    """Finding the tokens has used up its time."""


def write_code(tokens: Iterable[CodeToken], seconds: float) -> tuple[str, str]:
    """Tokens as HTML, and the text that they are made of.

    TooSlowError where finding them takes this thread, and not the others, more than `seconds`.
    """
    html, text = [], []
    openings = _openings()
    opening = run = ""
    end = time.thread_time() + seconds
    unwatched = 0
    for _, kind, value in tokens:
        unwatched += len(value) + _CHARACTERS_A_STEP
        if unwatched > _CHARACTERS_UNWATCHED:
            unwatched = 0
            if time.thread_time() > end:
                raise TooSlowError
        opening_here = openings[kind]
        if opening_here == opening or not value:
            run += value
            continue
        html.append(_element(opening, run))
        text.append(run)
        opening, run = opening_here, value
    html.append(_element(opening, run))
    text.append(run)
    return "".join(html), "".join(text)


@lru_cache(maxsize=1024)  # most of a code are the same few words and signs
def _element(opening: str, text: str) -> str:
    """A text as HTML, in an element of its own on each line that is not empty."""
    text = escape(text, quote=False)
    if not opening:
        return text
    if "\n" not in text:
        return f"{opening}{text}</span>"
    lines = text.split("\n")
    return "\n".join(f"{opening}{line}</span>" if line else "" for line in lines)


class _Openings(dict[_TokenType, str]):
    """The tag that Pygments writes before tokens of each kind; empty for none."""

    def __init__(self) -> None:
        super().__init__()
        self._formatter = HtmlFormatter(nowrap=True)

    def __missing__(self, kind: _TokenType) -> str:
        html = format_tokens([(kind, "~")], self._formatter)
        self[kind] = html.partition("~")[0]
        return self[kind]


@cache
def _openings() -> _Openings:
    return _Openings()
