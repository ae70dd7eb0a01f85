"""What the template of a card gets to see, and what the head of a page says of its picture."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from site_gen.model import CardFigure
from site_gen.site.reader import Reader

TEMPLATE = "card.svg"
THE_SITE = ""
"""The name of the card for lists and the front page, where that of another is its page's path."""


class Card(msgspec.Struct, frozen=True):
    """What a card says."""

    kind: Literal["page", "site"]
    title: str
    date: datetime | None
    """None for pages that are no articles."""
    description: str
    tags: tuple[str, ...]
    figure: CardFigure | None
    """What the front matter names under `card: figure:`."""


def plan_card(path: str, reader: Reader) -> Card:
    """What is on the card of a page, or on that of the site."""
    if path == THE_SITE:
        title, about = reader.setting("title"), reader.setting("description")
        return Card("site", title, None, about, (), None)
    page = reader.page(path)
    figure = reader.figure(path)
    return Card("page", page.title, page.date, page.description, page.tags, figure)
