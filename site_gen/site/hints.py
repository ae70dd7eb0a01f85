"""Hints about links that lead nowhere, found once all of them are known.

To look for the nearest name takes as long as there are names: a folder that was renamed would take
forever to complain about. So the first few mistakes of a build get a hint, whichever pages were
made anew, and nobody reads more of them.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from typing import Literal

import msgspec
from msgspec.structs import replace

from site_gen.diagnostics import Diagnostic, Suggestions
from site_gen.site.index import SiteIndex

_SUGGESTIONS = 20


class Wish(msgspec.Struct, frozen=True):
    """What was looked for in vain."""

    kind: Literal["file", "page or file", "url", "anchor"]
    name: str
    """As it was written."""
    near: str
    """Path of the document that looks for a file, or of the page that should have the anchor."""


class Mistake(msgspec.Struct, frozen=True):
    """What is wrong with a link."""

    diagnostic: Diagnostic
    wish: Wish | None = None
    """What a hint could be found by; None where the diagnostic says it all."""


def find_hints(mistakes: Iterable[Mistake], index: SiteIndex) -> list[Diagnostic]:
    """The diagnostics by place, the first of them with hints."""
    suggestions = Suggestions(_SUGGESTIONS)
    ordered = sorted(mistakes, key=lambda each: each.diagnostic)
    return [
        replace(each.diagnostic, hint=_find(each.wish, index, suggestions))
        if each.wish
        else each.diagnostic
        for each in ordered
    ]


def _find(wish: Wish, index: SiteIndex, suggestions: Suggestions) -> str:
    if wish.kind == "url":
        return suggestions.suggest(wish.name, index.urls)
    if wish.kind == "anchor":
        page = index.by_path.get(wish.near)
        return suggestions.suggest(wish.name, page.anchors if page else ())
    folder = posixpath.dirname(wish.near)
    known = (posixpath.relpath(path, folder) for path in _candidates(wish, index))
    return suggestions.suggest_nearest(wish.name, known)


def _candidates(wish: Wish, index: SiteIndex) -> list[str]:
    """What may have been meant: any file but the document itself, and no page where none fits."""
    files = [path for path in index.files if path.startswith("content/") and path != wish.near]
    return [path for path in files if wish.kind == "page or file" or not path.endswith(".md")]
