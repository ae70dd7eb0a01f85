"""Outputs that cannot stand as they are: on any file system, not just on this machine's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from site_gen.diagnostics import OPENING, Diagnostic, Source, Span
from site_gen.model import Document, Output
from site_gen.paths import output_path
from site_gen.publish import find_conflicts, output_problem
from site_gen.site.index import SiteIndex, find_clashing_tags, tag_url

_HINTS = {
    "slug": "give one of them another `slug`",
    "aliases": "take the alias out, or choose another",
    "tags": "choose another tag",
}
"""The key of the front matter that an output comes from → what to do about it."""
_OWN = ("index.html", "article.jsonld", "figures.json")
"""What a document is published as, below its URL."""


class Conflicts:
    """Looks for outputs that are in each other's way, and knows where each of them comes from."""

    def __init__(
        self, index: SiteIndex, documents: Iterable[Document], sources: Mapping[str, Source]
    ) -> None:
        self._index = index
        self._documents = {document.path: document for document in documents}
        self._sources = sources
        self._tagged = {output_path(tag.url): tag.articles[0].path for tag in index.tags}

    def find(self, outputs: Iterable[Output]) -> list[Diagnostic]:
        """An error for each two outputs that are one file somewhere, and each that is none.

        What else an article publishes collides along with its page, which alone is spoken of.
        """
        taken: dict[str, Output] = {}
        pairs, diagnostics = [], []
        for output in outputs:
            first = taken.setdefault(output.path, output)
            if first is not output:
                pairs.append((first, output))
            if problem := output_problem(output.path):
                message = f"`{_url(output)}` cannot be a file everywhere: {problem}"
                diagnostics.append(self._error(output, message, self._key(output)))
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

    def _explain(self, first: Output, second: Output) -> Diagnostic:
        """The error at the one of the two that has a source, the later one where both have.

        A document's files for machines have names of their own: what is in their way must move.
        """
        is_page = first.origin in self._documents and first.path.endswith(".html")
        if second.origin not in self._documents and is_page:
            first, second = second, first
        url = _url(second)
        if first.path == second.path:
            message = f"`{url}` is made twice: by {first.origin} and by {second.origin}"
        else:
            message = f"`{url}` and `{_url(first)}` of {first.origin} are one file on some disks"
        return self._error(second, message, self._key(second, first))

    def _error(self, output: Output, message: str, key: str) -> Diagnostic:
        path = self._tagged.get(output.path, output.origin)
        return self._error_at(path, key, message, _HINTS.get(key, "rename it"))

    def _error_at(self, path: str, key: str, message: str, hint: str) -> Diagnostic:
        """An error at a key of a document's front matter, or at a file that is no document."""
        document = self._documents.get(path)
        if document is None:
            at_file = path if path.startswith(("content/", "static/")) else "content"
            return Diagnostic(Span(at_file), message, hint)
        place = document.front.places.get(key, OPENING)
        return self._sources[path].error(message, place, hint)

    def _key(self, output: Output, rival: Output | None = None) -> str:
        """The key of the front matter that decides an output's path; empty for other outputs.

        What is in the way of its own document's page can only be an alias.
        """
        if output.path in self._tagged:
            return "tags"
        document = self._documents.get(output.origin)
        if document is None:
            return ""
        is_page = _is_own(output, document)
        is_alias = not is_page or (rival is not None and rival.origin == output.origin)
        return "aliases" if is_alias else "slug"


def _is_own(output: Output, document: Document) -> bool:
    """Whether an output is a document's page, or one of its files for machines."""
    folder = document.url.lstrip("/")
    names = (*_OWN, *(file.name for file in document.files))
    return output.path in (folder + name for name in names)


def _url(output: Output) -> str:
    return "/" + output.path.removesuffix("index.html")
