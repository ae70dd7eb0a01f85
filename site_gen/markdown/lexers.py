"""Pygments' lexers, the patterns of each state joined: a token takes one search instead of thirty.

A `RegexLexer` tries the patterns of its state one after the other until one matches, and most of
its time goes into starting searches. `first()|second()|…` tries the same in the same order at the
same place, as one search, and the number of the empty group that took part says which it was.

It finds what they would find alone, since nothing follows them in the joined pattern that could
make one give back what it has matched. Their own groups are made to capture nothing; an action that
looks at groups gets a match of its rule's own pattern. What names groups or refers to them is left
as it is, and so is a pattern with comments, where a parenthesis need be none.

Joining takes as long as reading some thousand characters, so a lexer that reads few never does it.
Which way a lexer takes is decided by what its process has read before, and shows in nothing but
time. The loop is that of Pygments 2.21; the tests hold both to the same tokens.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import groupby
from typing import Any

from pygments.lexer import Lexer, RegexLexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Error, Whitespace, _TokenType
from pygments.util import ClassNotFound

_CHARACTERS_TO_JOIN = 20_000
"""How much a lexer has read when joining its patterns has become worth its time."""
_REFERENCE = re.compile(r"\\[1-9]|\(\?(?:\(|P)")
"""What may name a group or refer to one."""
_FLAGS = re.compile(r"\(\?[aiLmsux]+\)")
_GROUP = re.compile(r"(\\.|\[\^?\]?(?:\\.|[^\]\\])*\])|\((?!\?)", re.DOTALL)
"""A parenthesis that opens a capturing group, or what may hold one that opens nothing."""

_Match = Callable[[str, int], re.Match[str] | None]
_Rule = tuple[_Match, Any, Any]
"""A pattern, what becomes of its match (a kind of token or a function), and the change of state."""
_Search = tuple[_Match, tuple[_Rule, ...]]
"""A pattern and the rules that it is joined of; one alone where it is that rule's own."""
_Found = tuple[int, _TokenType, str]

find_one_by_one = RegexLexer.get_tokens_unprocessed
"""How Pygments finds the tokens of a text."""


@cache
def find_lexer(name: str) -> Lexer | None:
    """The lexer of this name, which keeps blank lines; made once, since that takes a while.

    Lexers within lexers, and some that call their base class by its name, get the quick way too:
    it is put in the place of Pygments' own.
    """
    RegexLexer.get_tokens_unprocessed = _find_tokens  # type: ignore[method-assign, assignment]
    try:
        return get_lexer_by_name(name, stripnl=False)
    except ClassNotFound:
        return None


def find_joined(lexer: RegexLexer, text: str, stack: Iterable[str] = ("root",)) -> Iterator[_Found]:
    """What `find_one_by_one` finds, by joined patterns: each token with its offset."""
    joined = _joined_states(type(lexer))
    states = list(stack)
    searches = joined[states[-1]]
    position = 0
    while True:
        for search, rules in searches:
            found = search(text, position)
            if found is None:
                continue
            own, action, change = rules[(found.lastindex or 1) - 1 if len(rules) > 1 else 0]
            end = found.end()
            if type(action) is _TokenType:
                yield position, action, text[position:end]
            elif action is not None:
                yield from action(lexer, own(text, position))
            position = end
            if change is not None:
                _change_state(states, change)
                searches = joined[states[-1]]
            break
        else:
            if position >= len(text):
                return
            is_line_end = text[position] == "\n"
            if is_line_end:
                states = ["root"]
                searches = joined["root"]
            yield position, Whitespace if is_line_end else Error, text[position]
            position += 1


class _States(dict[str, list[_Search]]):
    """The states of a class of lexers, each with its patterns joined when it is first asked for."""

    def __init__(self, rules: dict[str, list[_Rule]]) -> None:
        super().__init__()
        self.characters = 0
        """How much has been read by these rules."""
        self._rules = rules

    def __missing__(self, state: str) -> list[_Search]:
        self[state] = _join(self._rules[state])
        return self[state]


@cache
def _joined_states(kind: type[RegexLexer]) -> _States:
    return _States(vars(kind)["_tokens"])


def _find_tokens(
    lexer: RegexLexer, text: str, stack: Iterable[str] = ("root",)
) -> Iterator[_Found]:
    if "_tokens" in vars(lexer):  # those of .NET have other rules for other options
        return find_one_by_one(lexer, text, stack)
    joined = _joined_states(type(lexer))
    joined.characters += len(text)
    is_worth_it = joined.characters > _CHARACTERS_TO_JOIN
    return (find_joined if is_worth_it else find_one_by_one)(lexer, text, stack)


def _change_state(states: list[str], change: Any) -> None:
    """Do to the stack of states what a rule says; its last one stays."""
    if isinstance(change, int):
        del states[max(1, len(states) + change) :]
        return
    for state in (change,) if isinstance(change, str) else change:
        if state == "#push":
            states.append(states[-1])
        elif state != "#pop":
            states.append(state)
        elif len(states) > 1:
            states.pop()


def _join(rules: list[_Rule]) -> list[_Search]:
    """The searches that are as good as trying these rules in order."""
    searches: list[_Search] = []
    texts = [(_joinable(rule[0]), rule) for rule in rules]
    for can_be_joined, group in groupby(texts, lambda each: each[0] is not None):
        run = list(group)
        if can_be_joined and len(run) > 1:
            pattern = re.compile("|".join(f"{text}()" for text, _ in run))
            searches.append((pattern.match, tuple(rule for _, rule in run)))
        else:
            searches += [(rule[0], (rule,)) for _, rule in run]
    return searches


def _joinable(match: _Match) -> str | None:
    """A rule's pattern as a part of a longer one, without groups; None where it cannot be one."""
    pattern: re.Pattern[str] = match.__self__  # type: ignore[attr-defined]
    if pattern.flags & re.VERBOSE or _REFERENCE.search(pattern.pattern):
        return None
    text = _GROUP.sub(lambda found: found[1] or "(?:", _FLAGS.sub("", pattern.pattern, count=1))
    flags = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL}
    on = "".join(letter for letter, flag in flags.items() if pattern.flags & flag)
    off = "".join(letter for letter in flags if letter not in on)
    text = f"(?{on}{off and '-' + off}:{text})"
    return text if re.compile(text).groups == 0 else None
