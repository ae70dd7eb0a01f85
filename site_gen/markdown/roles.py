"""Roles as syntax: `` {name}`content` ``, or with two and more backticks around content with some.

    role = "{" name "}" backticks content backticks

As with code spans, the backticks that close are as many as those that open.
"""

from __future__ import annotations

import re
from bisect import bisect_left

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

_OPENING = re.compile(r"\{([A-Za-z][\w-]*+)\}(`++)")
_BACKTICKS = re.compile("`+")
_RUNS = "backtick_runs"


def role_plugin(md: MarkdownIt) -> None:
    """Parse roles into `role` tokens."""
    md.inline.ruler.before("backticks", "role", _role_rule)


def _role_rule(state: StateInline, silent: bool) -> bool:
    found = _OPENING.match(state.src, state.pos, state.posMax) if _at_brace(state) else None
    if found is None:
        return False
    closing = _closing(state, found.end(), len(found[2]))
    if closing < 0:
        return False
    if not silent:
        token = state.push("role", "", 0)
        token.meta = {"name": found[1]}
        token.content = " ".join(state.src[found.end() : closing].split())
    state.pos = closing + len(found[2])
    return True


def _at_brace(state: StateInline) -> bool:
    return state.src[state.pos] == "{"


def _closing(state: StateInline, start: int, length: int) -> int:
    """Where the next run of exactly so many backticks starts, or -1.

    The runs of a text are found once, so that many roles left open take no longer than one.
    """
    source, runs = state.env.get(_RUNS, ("", {}))
    if source is not state.src:
        runs = {}
        for found in _BACKTICKS.finditer(state.src):
            runs.setdefault(len(found[0]), []).append(found.start())
        state.env[_RUNS] = (state.src, runs)
    starts: list[int] = runs.get(length, [])
    index = bisect_left(starts, start)
    return starts[index] if index < len(starts) and starts[index] < state.posMax else -1
