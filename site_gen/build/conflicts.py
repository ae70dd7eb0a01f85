"""Slots that cannot stand as they are: on any file system, not just on this machine's."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from site_gen.diagnostics import OPENING, Diagnostic, Place, Source, Span
from site_gen.paths import output_path
from site_gen.publish import find_conflicts, output_problem
from site_gen.site.index import SiteIndex, find_clashing_tags, tag_url
from site_gen.site.outputs import OWN, Slot

_HINTS = {
    "slug": "give one of them another `slug`",
    "aliases": "take the alias out, or choose another",
    "tags": "choose another tag",
}
"""The key of the front matter that an output comes from → what to do about it."""
FindKey = Callable[[str, str], tuple[Source, Place | None] | None]
"""Path of a document, and a key of its front matter → its source, and where that key's value is."""


class Conflicts:
    """Looks for outputs that are in each other's way, and knows where each of them comes from."""

    def __init__(self, index: SiteIndex, find_key: FindKey) -> None:
        self._index = index
        self._find_key = find_key
        self._tagged = {output_path(tag.url): tag.articles[0].path for tag in index.tags}

    def find(self, slots: Iterable[Slot]) -> list[Diagnostic]:
        """An error for each two outputs that are one file somewhere, and each that is none.

        What else an article publishes collides along with its page, which alone is spoken of.
        """
        taken: dict[str, Slot] = {}
        pairs, diagnostics = [], []
        for slot in slots:
            first = taken.setdefault(slot.path, slot)
            if first is not slot:
                pairs.append((first, slot))
            if problem := output_problem(slot.path):
                message = f"`{_url(slot)}` cannot be a file everywhere: {problem}"
                diagnostics.append(self._error(slot, message, self._key(slot)))
        pairs += [(taken[one], taken[other]) for one, other in find_conflicts(taken)]
        pairs.sort(key=lambda pair: not pair[1].path.endswith(".html"))
        spoken_of: dict[object, Diagnostic] = {}
        for first, second in pairs:
            is_alias = self._key(second, first) == "aliases"
            topic = second.path if is_alias else first.origin
            spoken_of.setdefault((second.origin, topic), self._explain(first, second))
        return [*diagnostics, *spoken_of.values(), *self._find_clashing_tags()]

    def _find_clashing_tags(self) -> list[Diagnostic]:
        return [
            self._error_at(
                article.path,
                "tags",
                f"the tags `{name}` and `{other}` have one URL, `{tag_url(name)}`",
                "choose one of them for all articles",
            )
            for article, name, other in find_clashing_tags(self._index)
        ]

    def _explain(self, first: Slot, second: Slot) -> Diagnostic:
        """The error at the one of the two that has a source, the later one where both have.

        A document's files for machines have names of their own: what is in their way must move.
        """
        documents = self._index.by_path
        is_page = first.origin in documents and first.path.endswith(".html")
        if second.origin not in documents and is_page:
            first, second = second, first
        url = _url(second)
        if first.path == second.path:
            message = f"`{url}` is made twice: by {first.origin} and by {second.origin}"
        else:
            message = f"`{url}` and `{_url(first)}` of {first.origin} are one file on some disks"
        return self._error(second, message, self._key(second, first))

    def _error(self, slot: Slot, message: str, key: str) -> Diagnostic:
        path = self._tagged.get(slot.path, slot.origin)
        return self._error_at(path, key, message, _HINTS.get(key, "rename it"))

    def _error_at(self, path: str, key: str, message: str, hint: str) -> Diagnostic:
        """An error at a key of a document's front matter, or at a file that is no document."""
        found = self._find_key(path, key)
        if found is None:
            at_file = path if path.startswith(("content/", "static/")) else "content"
            return Diagnostic(Span(at_file), message, hint)
        source, place = found
        return source.error(message, place or OPENING, hint)

    def _key(self, slot: Slot, rival: Slot | None = None) -> str:
        """The key of the front matter that decides an output's path; empty for other outputs.

        What is in the way of its own document's page can only be an alias.
        """
        if slot.path in self._tagged:
            return "tags"
        if slot.origin not in self._index.by_path:
            return ""
        is_alias = slot.kind not in OWN or (rival is not None and rival.origin == slot.origin)
        return "aliases" if is_alias else "slug"


def _url(slot: Slot) -> str:
    return "/" + slot.path.removesuffix("index.html")
