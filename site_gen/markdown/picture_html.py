"""A picture as HTML: the forms that a browser may choose from, and one for all.

It chooses before it has the stylesheet, by how wide the picture will be. That is said in terms of
the theme: a text column of 31rem or the window without its margins, where `rem` follows the window
from 17 to 20 pixels (`:root`, `html` and `body` of static/assets/style.css). In `sizes`, `1rem` is
what the reader has set, mostly 16 pixels.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from site_gen.model import Asset
from site_gen.paths import quote_url
from site_gen.renditions import Rendition

_COLUMN = "100vw - 2.7rem, 31rem + 12.4vw, 38.75rem"
_TYPES = {"avif": "image/avif", "webp": "image/webp"}
"""Formats that stand before the one for all, by ending."""
_OWN_WIDTH = re.compile(r' width="([1-9][0-9]*)"')


def render_picture(asset: Asset, alt: str, attributes: str, base: str, is_lazy: bool) -> str:
    """A picture on a page. `attributes` is HTML, each with a blank before it; `base` stands before
    URLs. One that is seen at once must not wait until it comes into sight.
    """
    loading = ' loading="lazy" decoding="async"' if is_lazy else ""
    image = _render_image(asset, alt, f"{loading}{attributes}", base, attributes)
    width = _find_width(asset, attributes)
    sources = "".join(
        _render_source(kind, forms, base, width)
        for ending, kind in _TYPES.items()
        if (forms := [each for each in asset.renditions[:-1] if each.form.ending == ending])
    )
    return f"<picture>{sources}{image}</picture>" if sources else image


def render_plain_picture(asset: Asset, alt: str, attributes: str, base: str) -> str:
    """A picture where nobody has the stylesheet: the one form that all can show."""
    return _render_image(asset, alt, attributes, base, attributes)


def _render_image(asset: Asset, alt: str, attributes: str, base: str, own: str) -> str:
    size = ""
    if asset.width and " width=" not in own and " height=" not in own:
        size = f' width="{asset.width}" height="{asset.height}"'
    url = escape(base + quote_url(asset.shown_url))
    return f'<img src="{url}" alt="{escape(alt)}"{size}{attributes}>'


def _render_source(kind: str, forms: Iterable[Rendition], base: str, width: int) -> str:
    """The forms of one format, by width."""
    urls = [(escape(base + quote_url(each.url)), each.form.width) for each in forms]
    if len(urls) == 1:
        return f'<source type="{kind}" srcset="{urls[0][0]}">'
    choices = ", ".join(f"{url} {pixels}w" for url, pixels in urls)
    return f'<source type="{kind}" srcset="{choices}" sizes="min({width}px, {_COLUMN})">'


def _find_width(asset: Asset, attributes: str) -> int:
    """How wide the picture is shown where there is room, in CSS pixels."""
    own = _OWN_WIDTH.search(attributes)
    return int(own[1]) if own else asset.width or 0
