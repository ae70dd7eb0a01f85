"""What a build leaves in its process for the next one there, so that it need not be read again.

It is right under these conditions.

- One thread builds. While it does, nothing is remembered: a build changes the rows in place, and
  one that fails leaves none behind.
- What is remembered belongs to one store, and to the number of its last build: where another
  process has built there since, or the options are others, all is read from the store.
- A part of `Last` is used where nothing has changed that it follows from, which `site_wide.py` asks
  the tables; what is in no table (clock, files, leaves) is compared there with what it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING

from site_gen.build.documents import Parse, ParseTask
from site_gen.build.kept import Kept
from site_gen.build.last import Last
from site_gen.build.store import Store
from site_gen.diagnostics import Source
from site_gen.site.templates import AssetLink, Templates

if TYPE_CHECKING:
    from site_gen.build.work import Options

_Mark = tuple[bytes, int, "Options"]
"""Which store, how many builds have held it, and for what."""

_EXAMPLES = 2
"""Documents of a kind that are read to be ready for the next."""


class Memory:
    """The rows that are in the store, as long as no other build was there, and parsed templates."""

    def __init__(self) -> None:
        self._kept: Kept | None = None
        self._mark: _Mark | None = None
        self._templates: Templates | None = None
        self._made_of: tuple[object, ...] = ()
        self._rehearsed: Parse | None = None

    def recall(self, store: Store, options: Options) -> Kept:
        """What the last build left in a store. It is forgotten until it is kept once more: a build
        that fails may have changed some of it.
        """
        kept, self._kept = self._kept, None
        if kept is None or self._mark != (store.identity, store.build - 1, options):
            return Kept(store)
        return kept.within(store)

    def keep(self, store: Store, options: Options, kept: Kept) -> None:
        """Remember what a build has just left in a store."""
        self._kept, self._mark = kept, (store.identity, store.build, options)

    def prepare(self) -> None:
        """Make the next build quicker, where there is time for it now."""
        if self._kept is None or self._kept.last is None or self._kept.state is None:
            return
        self._kept.index()
        last, links = self._kept.last, self._kept.state.asset_links
        if last.parse is not self._rehearsed:
            self._rehearsed = last.parse
            _rehearse(last, self.find_templates(name_texts(last.leaves.templates), links))

    def find_templates(
        self, texts: Mapping[str, tuple[str, str]], asset_links: Mapping[str, AssetLink]
    ) -> Templates:
        """These templates, path and text by name, made once as long as they are the same."""
        made_of = (texts, asset_links)
        if self._templates is None or made_of != self._made_of:
            sources = {name: Source(path, text) for name, (path, text) in texts.items()}
            self._templates, self._made_of = Templates(sources, asset_links), made_of
        return self._templates


def name_texts(templates: Mapping[str, Source]) -> dict[str, tuple[str, str]]:
    """Path and text of each of these templates, by name."""
    return {name: (source.path, source.text) for name, source in templates.items()}


def _rehearse(last: Last, templates: Templates) -> None:
    """Do what the next build will have to, so that all that this takes is loaded and compiled."""
    articles = [article.path for article in last.known.index.articles[:_EXAMPLES]]
    computing = [document.path for document in last.computing[:_EXAMPLES]]
    for path in {*articles, *computing}:
        last.parse(ParseTask(path, ""))
    templates.compile_all()
    if last.leaves.config.cards:
        import_module("site_gen.cards.drawing")
