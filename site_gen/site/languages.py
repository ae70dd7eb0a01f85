"""What a language's tag (BCP 47) says about how it is written."""

from __future__ import annotations

from typing import Literal

_LANGUAGES = frozenset(
    ("ar", "arc", "ckb", "dv", "fa", "he", "nqo", "pnb", "ps", "sd", "syr", "ug", "ur", "yi")
)
"""Those usually written in one of these scripts."""
_SCRIPTS = frozenset(("adlm", "arab", "hebr", "nkoo", "rohg", "syrc", "thaa"))
"""Those written from right to left."""


def direction_of(language: str) -> Literal["ltr", "rtl"]:
    """Where the lines of a language begin; its script decides where the tag names one.

    >>> [direction_of(tag) for tag in ("en", "he-IL", "az-Arab", "ar-Latn")]
    ['ltr', 'rtl', 'rtl', 'ltr']
    """
    first, *others = language.lower().split("-")
    script = next((part for part in others if len(part) == 4 and part.isalpha()), "")
    return "rtl" if (script in _SCRIPTS if script else first in _LANGUAGES) else "ltr"
