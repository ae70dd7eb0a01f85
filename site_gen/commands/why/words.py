"""The cells that tasks read, in plain words; see `site_gen.site.known` for what each holds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cached_property

from site_gen.catalogue import load_catalogue
from site_gen.commands.why.answer import Group
from site_gen.diagnostics import Source
from site_gen.estimator.catalogue import fold_name, names_of

_PLURALS = {
    "device": "devices",
    "model": "models",
    "quantization": "quantizations",
    "cache type": "cache types",
}
_LABELS: Mapping[str, str] = {
    "": "sources",
    "ready": "texts",
    "transcript": "texts",
    "page": "listed",
    "math": "formulas",
    "neighbours": "around it",
    "related": "around it",
    "articles": "lists",
    "tags": "lists",
    "tag": "lists",
    "stack": "lists",
    "feed": "lists",
    "map": "lists",
    "outline": "lists",
    "card": "cards",
    "figure": "cards",
    "target": "links",
    "url": "links",
    "anchor": "links",
    "locked": "locked",
    "template": "templates",
    "templates": "templates",
    "asset": "assets",
    "assets": "assets",
    "fonts": "fonts",
    "setting": "settings",
    "site": "site",
}
"""Family of a cell → the label of its group, in the order in which groups are shown. `sources` are
those of which both the text is read and what lists show."""
_NAMES: Mapping[str, Callable[[str], str]] = {
    "math": lambda _: "the styles of its formulas, which it shares with other pages",
    "neighbours": lambda _: "the articles before and after",
    "related": lambda _: "the articles that share tags with it",
    "articles": lambda _: "all articles",
    "tags": lambda _: "all tags",
    "tag": lambda url: f"the articles at {url}",
    "stack": lambda number: f"the articles on front page {number}",
    "feed": lambda _: "the articles in the feeds",
    "map": lambda _: "all pages, for the sitemap",
    "outline": lambda _: "the titles and descriptions of all pages",
    "card": lambda path: f"that of {path}" if path else "that of the site",
    "figure": lambda path: f"the figure on that of {path}",
    "fonts": lambda _: "those of cards",
    "templates": lambda _: "the names of all",
    "assets": lambda _: "the names of all",
    "locked": lambda name: name.rpartition("/")[2] or "whether it can be read",
}
_PHRASES: Mapping[str, str] = {
    "ready": "the text of {}",
    "transcript": "the Markdown of {}",
    "page": "what lists show of {}",
    "math": "the stylesheet of its formulas, which pages share",
    "neighbours": "the articles before and after {}",
    "related": "the articles that share tags with {}",
    "articles": "the list of all articles",
    "tags": "the list of all tags",
    "tag": "the articles at {}",
    "stack": "the articles on front page {}",
    "feed": "the articles in the feeds",
    "map": "the pages in the sitemap",
    "outline": "the titles and descriptions of all pages",
    "card": "the card of {}",
    "figure": "the figure on the card of {}",
    "fonts": "the fonts of cards",
    "target": "what a link to {} finds",
    "url": "what answers at {}",
    "anchor": "the anchor {}",
    "locked": "what is locked of {}",
    "template": "the template {}",
    "templates": "the names of the templates",
    "asset": "the asset {}",
    "assets": "the names of the assets",
    "setting": "the setting {}",
    "site": "the site's {}",
}


class Words:
    """Words for cells; the catalogue is loaded when one of its names is to be said."""

    def __init__(self, data: Callable[[], Iterable[Source]]) -> None:
        """`data` gives the site's own part of the catalogue."""
        self._data = data

    def group(self, cells: Iterable[str]) -> tuple[Group, ...]:
        """Cells by what they are about."""
        groups: dict[str, list[str]] = {}
        read = set(cells)
        for cell in sorted(read):
            family, _, path = cell.partition(":")
            if family in ("page", "transcript") and f"ready:{path}" in read:
                continue
            is_both = family == "ready" and f"page:{path}" in read
            label, name = ("sources", path) if is_both else self._sort(cell)
            groups.setdefault(label, []).append(name)
        order = [*_PLURALS.values(), *dict.fromkeys(_LABELS.values())]
        return tuple(Group(label, tuple(groups[label])) for label in order if label in groups)

    def describe(self, cell: str) -> str:
        """A cell as the cause of something, e.g. `the template article.html`; any other cause as
        it is.
        """
        family, _, name = cell.partition(":")
        if family == "catalogue":
            kind, _, entry = name.partition("/")
            return f"the {kind} {self._find(name)}" if entry else f"the list of all {_plural(kind)}"
        phrase = _PHRASES.get(family)
        return phrase.format(name or "the site") if phrase else cell

    def describe_all(self, causes: Collection[str]) -> tuple[str, ...]:
        """Causes in words; a text that has changed stands for its parts as well."""
        texts = tuple(cause[6:] for cause in causes if cause.startswith("ready:"))
        parts = {f"{family}:{path}" for family in ("page", "transcript") for path in texts}
        return tuple(self.describe(cause) for cause in causes if cause not in parts)

    def _sort(self, cell: str) -> tuple[str, str]:
        """Label of the group, and the name in it."""
        family, _, name = cell.partition(":")
        if family == "catalogue":
            kind, _, entry = name.partition("/")
            return _plural(kind), self._find(name) if entry else "all"
        return _LABELS.get(family, family), _NAMES.get(family, str)(name)

    def _find(self, name: str) -> str:
        """The name of an entry as it is written, or as it was looked up where there is none."""
        return self._entries.get(name, name.partition("/")[2])

    @cached_property
    def _entries(self) -> dict[str, str]:
        catalogue, _ = load_catalogue(list(self._data()))
        kinds = (
            catalogue.devices,
            catalogue.models,
            catalogue.quantizations,
            catalogue.cache_types,
        )
        return {
            f"{kind.kind}/{fold_name(name)}": entry.name
            for kind in kinds
            for entry in kind.by_name.values()
            for name in names_of(entry)
        }


def _plural(kind: str) -> str:
    return _PLURALS.get(kind, f"{kind}s")
