"""Where a document's references lead: pages by the path of their source, files, anchors, URLs."""

from __future__ import annotations

import re

from site_gen import paths
from site_gen.diagnostics import Source, Suggestions
from site_gen.markdown.fill import AssetTarget, OutsideTarget, OwnTarget, PageTarget, Target
from site_gen.model import Asset, Document, Reference, ReferenceKind
from site_gen.renditions import Flaw
from site_gen.site.hints import Mistake, Wish
from site_gen.site.known import NOTHING, Found
from site_gen.site.reader import Reader

_BEHIND_PATH = re.compile("[?#].*$", re.DOTALL)
_NOWHERE = OutsideTarget("")
"""Stands for a target that is wrong; a site with one is never published."""
_SUGGESTIONS = 20
"""Hints about anchors of its own that a document gets."""


def find_files(document: Document, *kinds: ReferenceKind) -> tuple[str, ...]:
    """The paths from the site's root that may be files which a document refers to in one of these
    ways, or in any where none is named.
    """
    found = {
        _local_path(document.path, reference)
        for reference in document.references
        if not kinds or reference.kind in kinds
    }
    return tuple(sorted(path for path in found if path and not path.endswith(".md")))


def resolve_references(
    document: Document, reader: Reader, source: Source
) -> tuple[tuple[Target, ...], list[Mistake]]:
    """A target for each of a document's references, and an error for each that leads nowhere."""
    resolver = _Resolver(document, reader, source)
    targets = tuple(resolver.resolve(reference) for reference in document.references)
    return targets, resolver.mistakes


def _local_path(source: str, reference: Reference) -> str:
    """The path from the site's root that a relative target names; empty for any other target."""
    return "" if reference.is_outside else paths.local_target(source, reference.path)


def _behind_path(target: str) -> str:
    """The query and the fragment of a target, with their marks."""
    found = _BEHIND_PATH.search(target)
    return found[0] if found else ""


def _page_target(url: str, reference: Reference) -> PageTarget:
    query = _behind_path(reference.target).partition("#")[0]
    return PageTarget(url, reference.fragment, query)


class _Resolver:
    def __init__(self, document: Document, reader: Reader, source: Source) -> None:
        self._suggestions = Suggestions(_SUGGESTIONS)
        self._document = document
        self._reader = reader
        self._source = source
        self.mistakes: list[Mistake] = []

    def resolve(self, reference: Reference) -> Target:
        if reference.is_outside:
            return self._outside(reference)
        if not reference.path:
            return self._own(reference, reference.fragment)
        local = _local_path(self._document.path, reference)
        found = self._reader.target(local) if local else NOTHING
        if found.asset:
            return self._asset(reference, found.asset)
        if reference.path.startswith("/"):
            return self._url(reference, reference.path)
        if found.page:
            return self._page(reference, local, found.page)
        return self._missing(reference, found)

    def _outside(self, reference: Reference) -> Target:
        if reference.kind != "link":
            message = f"the {reference.kind} `{reference.target}` is not on this site"
            hint = "save it beside the page: readers get nothing from a third party"
            return self._error(message, reference, hint)
        return OutsideTarget(reference.target)

    def _own(self, reference: Reference, fragment: str) -> Target:
        if fragment in self._document.anchors:
            return OwnTarget(fragment)
        if not fragment:
            return self._error("the link leads nowhere", reference, "give it a target")
        message = f"there is no anchor `#{fragment}` on this page"
        hint = self._suggestions.suggest(fragment, self._document.anchors)
        return self._error(message, reference, hint)

    def _asset(self, reference: Reference, asset: Asset) -> Target:
        if reference.kind == "picture":
            for flaw in asset.flaws:
                self._tell_flaw(flaw, reference)
            if asset.width is None:
                return _NOWHERE
        return AssetTarget(asset, _behind_path(reference.target))

    def _tell_flaw(self, flaw: Flaw, reference: Reference) -> None:
        tell = self._source.error if flaw.severity == "error" else self._source.warning
        diagnostic = tell(f"`{reference.path}` {flaw.message}", reference.place, flaw.hint)
        self.mistakes.append(Mistake(diagnostic))

    def _url(self, reference: Reference, url: str) -> Target:
        page = self._reader.url(url)
        if page is None:
            wish = Wish("url", url, self._document.path)
            return self._error(f"this site has no `{url}`", reference, wish=wish)
        return self._page(reference, page, url) if page else _page_target(url, reference)

    def _page(self, reference: Reference, path: str, url: str) -> Target:
        if reference.kind != "link":
            return self._error(f"`{reference.path}` is a page, not a {reference.kind}", reference)
        fragment = reference.fragment
        if fragment and not self._reader.has_anchor(path, fragment):
            message = f"there is no anchor `#{fragment}` in `{path}`"
            return self._error(message, reference, wish=Wish("anchor", fragment, path))
        return _page_target(url, reference)

    def _missing(self, reference: Reference, found: Found) -> Target:
        if found.is_broken:
            return _NOWHERE
        if found.left_out:
            message = f"`{reference.path}` is {found.left_out}, so readers cannot follow this link"
            return self._error(message, reference, "publish it first, or take the link out")
        is_link = reference.kind == "link"
        wish = Wish("page or file" if is_link else "file", reference.path, self._document.path)
        return self._error(f"there is no `{reference.path}`", reference, wish=wish)

    def _error(
        self, message: str, reference: Reference, hint: str = "", wish: Wish | None = None
    ) -> Target:
        diagnostic = self._source.error(message, reference.place, hint)
        self.mistakes.append(Mistake(diagnostic, wish))
        return _NOWHERE
