"""How a task asks what is known of a site: each answer comes from a cell, and the cell is noted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from site_gen.markdown.fill import View
from site_gen.model import CardFigure
from site_gen.site.known import CardLink, Ends, Found, Known, Listed, Outlined, Stack

FindCard = Callable[[str], CardLink | None]
"""The card of a name, which is kept."""


def _find_none(_: str) -> None:
    """What a site without cards has."""


class Reader:
    """Answers for one task, and the cells that it asked for."""

    def __init__(self, known: Known, find_card: FindCard = _find_none) -> None:
        """`find_card` gives the card at the path of a page, that of the site at none."""
        self._known = known
        self._find_card = find_card
        self.reads: set[str] = set()

    def setting(self, key: str) -> Any:
        """A value of the configuration, or one that follows from it, such as `base_path`."""
        return self._ask(f"setting:{key}")

    @property
    def local(self) -> View:
        """How a page of the site shows one document."""
        return View(base=self.setting("base_path"))

    @property
    def outside(self) -> View:
        """How URLs are written for those who read elsewhere."""
        return View(base=self.setting("base_url"))

    def page(self, path: str) -> Listed:
        """What lists show of a page that there is."""
        listed: Listed = self._ask(f"page:{path}")
        if listed.date or listed.updated:
            self._read_dates()
        return listed

    def figure(self, path: str) -> CardFigure | None:
        """The figure that the card of a page shows."""
        found: CardFigure | None = self._ask(f"figure:{path}")
        return found

    def card(self, path: str = "") -> CardLink | None:
        """The card of a page, else that of the site; None where there is neither."""
        if not self.setting("cards"):
            return None
        self.reads.add(f"card:{path}")
        found = self._find_card(path)
        return found if found or not path else self.card()

    def neighbours(self, path: str) -> tuple[Ends, Ends]:
        """The articles before and after an article in time."""
        found: tuple[Ends, Ends] = self._ask(f"neighbours:{path}")
        return found

    def related(self, path: str) -> tuple[tuple[str, str], ...]:
        """Title and URL of the articles that share tags with an article, the nearest first."""
        found: tuple[tuple[str, str], ...] = self._ask(f"related:{path}")
        return found

    def articles(self) -> tuple[Listed, ...]:
        """All articles, newest first."""
        self._read_dates()
        found: tuple[Listed, ...] = self._ask("articles")
        return found

    def tags(self) -> tuple[tuple[str, str, int], ...]:
        """Name, URL and number of articles of every tag, by name."""
        found: tuple[tuple[str, str, int], ...] = self._ask("tags")
        return found

    def tag(self, url: str) -> tuple[str, tuple[Listed, ...]]:
        """Name of a tag, and its articles."""
        self._read_dates()
        found: tuple[str, tuple[Listed, ...]] = self._ask(f"tag:{url}")
        return found

    def stack(self, number: int) -> Stack:
        """The articles of a front page."""
        found: Stack = self._ask(f"stack:{number}")
        return found

    def feed(self) -> tuple[str, ...]:
        """Paths of the articles in the feeds."""
        found: tuple[str, ...] = self._ask("feed")
        return found

    def map(self) -> tuple[tuple[str, datetime | None], ...]:
        """Every URL for the sitemap, and when what is there changed."""
        self._read_dates()
        found: tuple[tuple[str, datetime | None], ...] = self._ask("map")
        return found

    def outline(self) -> tuple[tuple[Outlined, ...], tuple[Outlined, ...]]:
        """All articles, newest first, and all pages, by title."""
        found: tuple[tuple[Outlined, ...], tuple[Outlined, ...]] = self._ask("outline")
        return found

    def aliases(self) -> tuple[tuple[str, str], ...]:
        """Every alias, and the URL that it leads to, in order."""
        found: tuple[tuple[str, str], ...] = self._ask("aliases")
        return found

    def target(self, path: str) -> Found:
        """What a path from the site's root is."""
        found: Found = self._ask(f"target:{path}")
        return found

    def url(self, url: str) -> str | None:
        """The source of the page at a URL; empty where no document is; None where nothing is."""
        found: str | None = self._ask(f"url:{url}")
        return found

    def has_anchor(self, path: str, name: str) -> bool:
        """Whether a page has an anchor."""
        return bool(self._ask(f"anchor:{path}|{name}"))

    def _read_dates(self) -> None:
        """Note what decides how an instant is written, and is no part of it."""
        self.reads.add("setting:timezone")

    def _ask(self, cell: str) -> Any:
        self.reads.add(cell)
        return self._known.value(cell)
