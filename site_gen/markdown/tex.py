"""The few commands of TeX that are ours and not KaTeX's, found where they are no comment.

piece = "%" rest of the line | "\\\\" name [ blanks "{" argument "}" ] | "\\\\" character
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_PIECE = re.compile(
    r"""(?P<comment>%[^\n]*+)
      | \\(?P<name>(?:label|eqref|begin)(?![A-Za-z]))[ \t]*+\{(?P<argument>[^{}\n]*+)\}
      | \\(?P<word>[A-Za-z]++)
      | \\.""",
    re.VERBOSE | re.DOTALL,
)
_NUMBERED = frozenset({"equation", "align", "gather", "alignat"})
_REFERENCES = frozenset({"ref", "autoref", "cref", "Cref", "pageref"})
_OURS = re.compile(r"\\(?:label|eqref|begin|tag|(?:auto|c|C|page)?ref)")
"""All that anything here is said of."""


def find_commands(tex: str) -> Iterator[re.Match[str]]:
    """Each command, in order: `name` and `argument` of ours with one, else `word`.

    There are none in a text without any that is ours, which most formulas are.
    """
    if not _OURS.search(tex):
        return iter(())
    return (piece for piece in _PIECE.finditer(tex) if piece["name"] or piece["word"])


def find_labels(tex: str) -> Iterator[re.Match[str]]:
    """Each `\\label{…}`."""
    return (command for command in find_commands(tex) if command["name"] == "label")


def ends_in_comment(tex: str) -> bool:
    """Whether what is put behind the text would be a part of a comment."""
    last_line = tex.rpartition("\n")[2]
    return any(piece["comment"] for piece in _PIECE.finditer(last_line))


def find_mistake(command: re.Match[str], is_labelled: bool) -> tuple[str, str] | None:
    """What is wrong with a command of a display formula, and a hint; None when nothing is.

    KaTeX numbers some environments by itself, from 1 on each page, and knows no references.
    """
    word, environment = command["word"], command["argument"]
    if command["name"] == "begin" and environment in _NUMBERED:
        hint = f"use `aligned` inside `$$` with a `\\label`, or `{environment}*` for no numbers"
        return f"`{environment}` would number its lines by itself", hint
    if word == "tag" and is_labelled:
        return "a formula with a `\\label` has its number from it", "take the `\\tag` out"
    if word in ("label", "eqref"):
        return f"`\\{word}` names no equation", f"write `\\{word}{{name}}` on one line"
    return find_reference_mistake(command)


def find_reference_mistake(command: re.Match[str]) -> tuple[str, str] | None:
    """What is wrong with a command that would refer to an equation, and a hint, or None."""
    if command["word"] in _REFERENCES:
        return f"there is no `\\{command['word']}`", "`\\eqref{name}` shows an equation's number"
    return None
