"""The classes that stand for inline styles of formulas, and stylesheets of those that pages use.

A class is named after what it says, whatever page it stands on, so the HTML of a formula follows
from the formula alone. Which pages share a stylesheet, `build/math_shelves.py` says.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterable
from functools import lru_cache

import msgspec

from site_gen.markdown.fill import View, absolute
from site_gen.site.templates import AssetLink

_LENGTH = re.compile(r"([a-z-]+):(-?[0-9.]+)em")
_HARMLESS = re.compile(r"[a-z-]+:[\w#%.,()+* -]+")
_SHORT = {
    "border-bottom-width": "bb",
    "border-right-width": "br",
    "border-top-width": "bt",
    "bottom": "b",
    "height": "h",
    "left": "l",
    "margin-left": "ml",
    "margin-right": "mr",
    "margin-top": "mt",
    "min-width": "mw",
    "padding-left": "pl",
    "top": "t",
    "vertical-align": "v",
    "width": "w",
}
"""What KaTeX sets to a length."""
_NAMES_AT_HAND = 32768


class MathSheet(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A stylesheet that is published beside pages."""

    path: str
    """From the output folder, e.g. `assets/math.1f2e3d4c5b6a7988.css`."""
    sha256: str
    size_bytes: int

    def link(self, view: View) -> AssetLink:
        """How a page loads it."""
        digest = b64encode(bytes.fromhex(self.sha256)).decode()
        return AssetLink(absolute(f"/{self.path}", view), f"sha256-{digest}")


def make_sheet(declarations: Iterable[str]) -> tuple[MathSheet, bytes]:
    """The stylesheet of the classes for these declarations, and what it holds."""
    content = format_rules(declarations).encode()
    sha256 = hashlib.sha256(content).hexdigest()
    return MathSheet(f"assets/math.{sha256[:16]}.css", sha256, len(content)), content


def format_rules(declarations: Iterable[str]) -> str:
    """The rules of the classes for these declarations.

    >>> format_rules(["height:1em"])
    '.kh1{height:1em!important}'
    """
    # Whatever rule of KaTeX's an inline style was stronger than, an important one is.
    return "".join(f".{name_class(each)}{{{each}!important}}" for each in declarations)


@lru_cache(_NAMES_AT_HAND)
def name_class(declaration: str) -> str:
    """The class that stands for a declaration.

    >>> name_class("margin-right:0.05em"), name_class("color:#c00")
    ('kmr0_05', 'kx3904a66cc2')
    """
    if not _HARMLESS.fullmatch(declaration):
        raise ValueError(f"KaTeX has set an unknown style: {declaration}")
    found = _LENGTH.fullmatch(declaration)
    if found and found[1] in _SHORT:
        return f"k{_SHORT[found[1]]}{found[2].replace('.', '_')}"
    return f"kx{hashlib.sha256(declaration.encode()).hexdigest()[:10]}"
