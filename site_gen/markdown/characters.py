"""Characters that no page can hold: XML, which feeds are made of, allows them in no form at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from markdown_it import MarkdownIt
from markdown_it.common.utils import unescapeAll
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from site_gen.diagnostics import Diagnostic, Place, Source
from site_gen.markdown.collector import Collector

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""All but tab and line breaks of the control characters below U+0020, and what is no character."""
_MOST_ERRORS = 20
"""A file that is no text at all holds thousands."""
_NUMBERED = "&#"
"""How an entity starts that may stand for one; no other does."""
_HINT = "take it out; it cannot be seen, and feeds cannot hold it"


def check_characters(source: Source, start: int) -> list[Diagnostic]:
    """An error for each of the first control characters of a text from the offset `start` on."""
    found = islice(CONTROL.finditer(source.text, start), _MOST_ERRORS)
    return [source.error(_message(each[0]), source.place(each.start()), _HINT) for each in found]


def characters_plugin(md: MarkdownIt) -> None:
    """Note an error for each control character that is written as an entity, e.g. `&#12;`."""
    md.core.ruler.after("places", "characters", _check_decoded)


def _check_decoded(state: StateCore) -> None:
    collector: Collector = state.env["collector"]
    if _NUMBERED not in state.src or CONTROL.search(collector.source.text):
        return  # there is none, or those that are not written as entities come first
    line = 1
    for token in state.tokens:
        line = token.map[0] + 1 if token.map else line
        for each in _with_children(token):
            if found := CONTROL.search(_decoded(each)):
                place = each.meta.get("place", Place(line, 1))
                collector.error(_message(found[0]), place, _HINT)


def _with_children(token: Token) -> Iterator[Token]:
    yield token
    for child in token.children or ():
        yield from _with_children(child)


def _decoded(token: Token) -> str:
    """What a token holds that was written with entities; what was not has been looked at before."""
    words = [str(token.attrs["title"])] if "title" in token.attrs else []
    if token.type == "text_special":
        words.append(token.content)
    elif token.type == "fence":
        words.append(unescapeAll(token.info))
    return "".join(words)


def _message(character: str) -> str:
    return f"a control character (U+{ord(character):04X}) in the text"
