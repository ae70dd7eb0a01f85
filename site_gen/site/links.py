"""Where a document's references lead: pages by the path of their source, files, anchors, URLs."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection

from site_gen import paths
from site_gen.diagnostics import Diagnostic, Source, Suggestions
from site_gen.markdown.fill import AssetTarget, OutsideTarget, OwnTarget, PageTarget, Target
from site_gen.model import Document, PageSummary, Reference
from site_gen.site.index import SiteIndex

_BEHIND_PATH = re.compile("[?#].*$", re.DOTALL)
_NOWHERE = OutsideTarget("")
"""Stands for a target that is wrong; a site with one is never published."""


def find_assets(document: Document, files: Collection[str]) -> set[str]:
    """The files, of those that there are, that a document refers to and that are no sources."""
    found = {_local_path(document.path, reference) for reference in document.references}
    return {path for path in found if path in files and not path.endswith(".md")}


def resolve_references(
    document: Document, index: SiteIndex, source: Source, suggestions: Suggestions
) -> tuple[tuple[Target, ...], list[Diagnostic]]:
    """A target for each of a document's references, and an error for each that leads nowhere."""
    resolver = _Resolver(document, index, source, suggestions)
    targets = tuple(resolver.resolve(reference) for reference in document.references)
    return targets, resolver.diagnostics


def _local_path(source: str, reference: Reference) -> str:
    """The path from the site's root that a relative target names; empty for any other target."""
    if reference.is_outside or not reference.path:
        return ""
    if reference.path.startswith("/"):
        return "static/" + reference.path.lstrip("/")
    return paths.resolve(source, reference.path) or ""


def _behind_path(target: str) -> str:
    """The query and the fragment of a target, with their marks."""
    found = _BEHIND_PATH.search(target)
    return found[0] if found else ""


def _page_target(url: str, reference: Reference) -> PageTarget:
    query = _behind_path(reference.target).partition("#")[0]
    return PageTarget(url, reference.fragment, query)


class _Resolver:
    def __init__(
        self, document: Document, index: SiteIndex, source: Source, suggestions: Suggestions
    ) -> None:
        self._suggestions = suggestions
        self._document = document
        self._index = index
        self._source = source
        self.diagnostics: list[Diagnostic] = []

    def resolve(self, reference: Reference) -> Target:
        if reference.is_outside:
            return self._outside(reference)
        if not reference.path:
            return self._own(reference, reference.fragment)
        local = _local_path(self._document.path, reference)
        if local in self._index.assets:
            return self._asset(reference, local)
        if reference.path.startswith("/"):
            return self._url(reference, reference.path, reference.fragment)
        if page := self._index.by_path.get(local):
            return self._page(reference, page, reference.fragment)
        return self._missing(reference, local)

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
        return self._error(
            message, reference, self._suggestions.suggest(fragment, self._document.anchors)
        )

    def _asset(self, reference: Reference, path: str) -> Target:
        asset = self._index.assets[path]
        if reference.kind == "picture" and asset.width is None:
            message = f"`{reference.path}` is not a picture that can be read"
            return self._error(message, reference, "known: PNG, JPEG, GIF, WebP, AVIF, SVG")
        return AssetTarget(asset, _behind_path(reference.target))

    def _url(self, reference: Reference, url: str, fragment: str) -> Target:
        if url not in self._index.urls:
            message = f"this site has no `{url}`"
            return self._error(message, reference, self._suggestions.suggest(url, self._index.urls))
        page = self._index.by_url.get(url)
        return self._page(reference, page, fragment) if page else _page_target(url, reference)

    def _page(self, reference: Reference, page: PageSummary, fragment: str) -> Target:
        if reference.kind != "link":
            return self._error(f"`{reference.path}` is a page, not a {reference.kind}", reference)
        if fragment and fragment not in page.anchors:
            message = f"there is no anchor `#{fragment}` in `{page.path}`"
            return self._error(
                message, reference, self._suggestions.suggest(fragment, page.anchors)
            )
        return _page_target(page.url, reference)

    def _missing(self, reference: Reference, path: str) -> Target:
        if path in self._index.broken:
            return _NOWHERE
        if reason := self._index.left_out.get(path):
            message = f"`{reference.path}` is {reason}, so readers cannot follow this link"
            return self._error(message, reference, "publish it first, or take the link out")
        folder = posixpath.dirname(self._document.path)
        known = (posixpath.relpath(path, folder) for path in self._candidates(reference))
        hint = self._suggestions.suggest_nearest(reference.path, known)
        return self._error(f"there is no `{reference.path}`", reference, hint)

    def _candidates(self, reference: Reference) -> list[str]:
        """What may have been meant: any file but this one, and no page where a file is wanted."""
        files = [path for path in self._index.files if path.startswith("content/")]
        pages_too = reference.kind == "link"
        own = self._document.path
        return [path for path in files if path != own and (pages_too or not path.endswith(".md"))]

    def _error(self, message: str, reference: Reference, hint: str = "") -> Target:
        self.diagnostics.append(self._source.error(message, reference.place, hint))
        return _NOWHERE
