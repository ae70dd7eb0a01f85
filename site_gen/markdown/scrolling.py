"""What may be wider than the page scrolls by itself: code, tables, equations."""

from __future__ import annotations

from html import escape


def scrolling(name: str) -> str:
    """The attributes of an element that scrolls, with a blank before each: the keyboard reaches it,
    and who gets there without seeing it hears its name, e.g. `Table`.
    """
    return f' tabindex="0" role="group" aria-label="{escape(name)}"'
