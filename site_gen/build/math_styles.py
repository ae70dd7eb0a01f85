"""Inline styles of formulas, which a strict Content-Security-Policy forbids, made into classes."""

from __future__ import annotations

import re
from html import unescape

from site_gen.site.math_sheet import name_class

_STYLED = re.compile(rb'(?: class="([^"]*)")? style="([^"]*)"')


def use_classes(html: bytes) -> tuple[bytes, tuple[str, ...]]:
    """A formula's HTML in UTF-8 without inline styles, and the declarations that these held.

    >>> use_classes(b'<span class="strut" style="height:1em;vertical-align:-0.25em;"></span>')
    (b'<span class="strut kh1 kv-0_25"></span>', ('height:1em', 'vertical-align:-0.25em'))
    """
    declarations = set[str]()

    def exchange(found: re.Match[bytes]) -> bytes:
        style = [each.strip() for each in unescape(found[2].decode()).split(";") if each.strip()]
        declarations.update(style)
        classes = filter(None, (found[1], *(name_class(each).encode() for each in style)))
        return b' class="%s"' % b" ".join(classes)

    return _STYLED.sub(exchange, html), tuple(sorted(declarations))
