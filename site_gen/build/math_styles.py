"""Inline styles of formulas, which a strict Content-Security-Policy forbids, made into classes."""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape

from site_gen.site.math_sheet import name_class

_STYLES_AT_HAND = 32768
_STYLED = re.compile(rb'(?: class="([^"]*)")? style="([^"]*)"')


def use_classes(html: bytes) -> tuple[bytes, tuple[str, ...]]:
    """A formula's HTML in UTF-8 without inline styles, and the declarations that these held.

    >>> use_classes(b'<span class="strut" style="height:1em;vertical-align:-0.25em;"></span>')
    (b'<span class="strut kh1 kv-0_25"></span>', ('height:1em', 'vertical-align:-0.25em'))
    """
    declarations = set[str]()

    def exchange(found: re.Match[bytes]) -> bytes:
        style, classes = _read(found[2])
        declarations.update(style)
        return b' class="%s%s"' % (found[1] + b" " if found[1] else b"", classes)

    return _STYLED.sub(exchange, html), tuple(sorted(declarations))


@lru_cache(_STYLES_AT_HAND)
def _read(written: bytes) -> tuple[tuple[str, ...], bytes]:
    """The declarations of an attribute, and the classes for them."""
    style = tuple(each.strip() for each in unescape(written.decode()).split(";") if each.strip())
    return style, " ".join(map(name_class, style)).encode()
