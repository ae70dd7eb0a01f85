"""What a build says of URLs and anchors that were published: which are lost, which not locked yet.

Left out of the lock is what nobody links to and what moves on by itself: front pages after the
first, files of the theme, assets, pictures and cards with a digest in their name, what a page's
scripts fetch, its transcript, the page for what is not found, and the anchors of footnotes, which
have numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cached_property
from itertools import groupby

from site_gen.build.choice import Choice
from site_gen.build.kept import Kept
from site_gen.build.listing import THEME, Listing
from site_gen.build.places import Places
from site_gen.build.rows import DocumentRow, UrlsRow
from site_gen.build.theme import Copy
from site_gen.build.work import Work
from site_gen.diagnostics import WHOLE, Diagnostic, Place, Source, Span, has_errors
from site_gen.lock.urls import (
    LockedAddress,
    NewAddress,
    UrlChanges,
    UrlLock,
    compare_urls,
    write_address,
)
from site_gen.markdown.headings import is_footnote_anchor
from site_gen.model import PageSummary
from site_gen.paths import URLS_PATH
from site_gen.site.index import SiteIndex, tag_url
from site_gen.site.known import Known
from site_gen.site.outputs import OWN, Kind, Slot

_UNLOCKED = frozenset[Kind](
    (
        "asset",
        "card",
        "file beside",
        "headers",
        "llms",
        "missing",
        "picture",
        "redirects",
        "search",
        "transcript",
    )
)
_WITH_SOURCE: frozenset[str] = frozenset((*OWN, "file", "redirect", "static file"))
"""Kinds of outputs whose subject is the path of what they are made from."""
_SUGGESTIONS = 20
"""Lost URLs for which the nearest new one is looked for."""
_MOST_NAMED = 3
"""Addresses that are named before the others are counted."""


def list_published(slots: Iterable[Slot], index: SiteIndex, listing: Listing) -> dict[str, str]:
    """Every address that can be locked, as it is written → path of its source, empty for none."""
    published = {
        write_address("/" + slot.path.removesuffix("index.html")): (
            slot.subject if slot.kind in _WITH_SOURCE else ""
        )
        for slot in slots
        if _can_be_locked(slot, listing)
    }
    for page in index.by_path.values():
        for anchor in page.anchors:
            if not is_footnote_anchor(anchor):
                published[write_address(page.url, anchor)] = page.path
    return published


def _can_be_locked(slot: Slot, listing: Listing) -> bool:
    if slot.kind == "front page":
        return slot.subject == "1"
    if slot.kind == "static file":
        return not listing.static[slot.subject.removeprefix("static/")].startswith(THEME)
    return slot.kind not in _UNLOCKED


def list_all_slots(
    kept: Kept, listed: Sequence[Slot] | None, copies: Iterable[Copy]
) -> Iterator[Slot]:
    """The places of all outputs; `listed` are those that are made, None where they are those of the
    last build.
    """
    if listed is None:
        yield from (row.slot(path) for path, row in kept.outputs.rows.items())
    else:
        yield from listed
    yield from (copy.slot for copy in copies)


def find_url_changes(
    work: Work, kept: Kept, slots: Iterable[Slot], known: Known, places: Places
) -> tuple[UrlsRow | None, list[Diagnostic]]:
    """What is lost and what is new, and what is wrong with the lock; None where that cannot be
    read. A site without a lock has lost nothing.

    `places` are the digests of the places of all outputs.
    """
    if URLS_PATH not in work.inputs.stamps:
        return UrlsRow("", UrlChanges()), []
    sha256 = work.inputs.sha256(URLS_PATH)
    old = kept.state.urls if kept.state else None
    if old and old.sha256 == sha256 and _has_same_addresses(kept, places):
        return old, []
    source = work.inputs.source(URLS_PATH)
    if source is None:
        return None, []
    pages = known.index.by_path.values()
    moved = {
        write_address(alias): write_address(page.url) for page in pages for alias in page.aliases
    }
    published = list_published(slots, known.index, work.inputs.listing)
    changes, problems = compare_urls(UrlLock(source), published, moved)
    return (None if problems else UrlsRow(sha256, changes)), problems


def _has_same_addresses(kept: Kept, places: Places) -> bool:
    """Whether all that could be locked is what it was at the last build."""
    is_there = kept.state is not None and kept.state.places == places
    return is_there and kept.documents.is_same_in(_look_at_addresses)


def _look_at_addresses(row: DocumentRow) -> object:
    page = row.summary
    return page and (page.url, page.anchors, page.aliases)


def count_unlocked_urls(urls: UrlsRow | None, early: Mapping[str, str]) -> int:
    """How many addresses are not locked yet; none are missed where drafts, or articles that are
    not due, are taken in.
    """
    return len(urls.changes.new) if urls and not early else 0


def tell_url_changes(
    work: Work, kept: Kept, urls: UrlsRow, known: Known, choice: Choice, told: list[Diagnostic]
) -> list[Diagnostic]:
    """An error for each address that is lost; where all must be locked, one for each source of some
    that are not.

    What may be lost because of other mistakes, which are `told`, is not told.
    """
    changes = urls.changes
    if not changes.lost and not (work.options.locked and changes.new):
        return []
    teller = _Teller(work, kept, changes, known.index, choice)
    broken = {each.span.path for each in told if has_errors([each])}
    lost = [each for each in changes.lost if not teller.is_excused(each, broken)]
    diagnostics = [teller.tell(each) for each in lost]
    if work.options.locked and not choice.early:
        by_source = groupby(sorted(changes.new, key=_source_of), _source_of)
        diagnostics += [_tell_new(path, list(found)) for path, found in by_source]
    return diagnostics


def _source_of(new: NewAddress) -> str:
    return new.source


class _Teller:
    """Finds where a change is to be mended, and what could take the place of what is lost."""

    def __init__(
        self, work: Work, kept: Kept, changes: UrlChanges, index: SiteIndex, choice: Choice
    ) -> None:
        self._work = work
        self._rows = kept.documents.rows
        self._index = index
        self._choice = choice
        self._lock = work.inputs.source(URLS_PATH) or Source(URLS_PATH, "")
        self._by_alias = {alias: page for page in index.by_path.values() for alias in page.aliases}
        self._new = {each.address for each in changes.new}
        self._left = _SUGGESTIONS
        lost = {each.address.url for each in changes.lost}
        summaries = ((path, self._rows[path].summary) for path in choice.left_out)
        self._withdrawn = {each.url: path for path, each in summaries if each and each.url in lost}

    def is_excused(self, lost: LockedAddress, broken: set[str]) -> bool:
        """Whether mistakes at these paths may be why it is lost."""
        page = self._find_page(lost.address.url)
        if page and lost.address.anchor:
            return page.path in broken
        inputs = self._work.inputs
        if self._choice.broken or inputs.diagnostics or inputs.listing.misplaced:
            return True
        if lost.address.url in self._beside_withdrawn:
            return True
        flawed = filter(None, map(self._index.by_path.get, broken))
        return any(lost.address.url.startswith(each.url) for each in flawed)

    def tell(self, lost: LockedAddress) -> Diagnostic:
        """At the page that lacks an anchor, at the source that is no longer published, or else at
        the line of the lock.
        """
        url, anchor = lost.address
        page = self._find_page(url)
        if page and anchor:
            return self._tell_anchor(lost, page)
        if url in self._withdrawn:
            return self._tell_withdrawn(lost, self._withdrawn[url])
        place = Place(lost.line, 1, len(self._lock.lines[lost.line - 1].rstrip()))
        hint = f"{self._propose(url)}, or end this line in `gone:` and a reason"
        return self._lock.error(f"`{url}` was published, and is lost", place, hint)

    def _find_page(self, url: str) -> PageSummary | None:
        """The page that answers at a URL, be it by an alias."""
        return self._index.by_url.get(url) or self._by_alias.get(url)

    @cached_property
    def _beside_withdrawn(self) -> set[str]:
        """The aliases and tags of pages that are no longer published, which is told of those."""
        pages = filter(None, (self._rows[path].summary for path in self._withdrawn.values()))
        return {url for page in pages for url in (*page.aliases, *map(tag_url, page.tags))}

    def _tell_anchor(self, lost: LockedAddress, page: PageSummary) -> Diagnostic:
        """At the heading that is most like it of those that are new, where there is one."""
        source = self._work.inputs.source(page.path) or Source(page.path, "")
        document = self._work.documents.load(self._rows[page.path].outline)
        places = {
            heading.anchor: place
            for heading, place in zip(document.headings, document.heading_places, strict=True)
            if write_address(page.url, heading.anchor) in self._new
        }
        anchor = lost.address.anchor
        nearest = get_close_matches(anchor, places, n=1, cutoff=0)
        place = places[nearest[0]] if nearest else WHOLE
        mend = f"give `{{#{anchor}}}` to what says the same now"
        if nearest and source.lines[place.line - 1].rstrip().endswith("}"):
            mend = f"if this heading says the same, put its words into `[…]{{#{anchor}}}`"
        elif nearest:
            mend = f"if this heading says the same, put `{{#{anchor}}}` behind it"
        named = f"#{anchor}" if lost.address.url == page.url else str(lost.address)
        message = f"the anchor `{named}` was published, and is lost"
        return source.error(message, place, f"{mend}; {_give_up(lost)}")

    def _tell_withdrawn(self, lost: LockedAddress, path: str) -> Diagnostic:
        why = self._choice.left_out[path]
        source = self._work.inputs.source(path) or Source(path, "")
        front = self._work.documents.load(self._rows[path].outline).front
        place = front.places.get("draft" if front.draft else "date", WHOLE)
        message = f"`{lost.address.url}` was published, and this is {why}"
        return source.error(message, place, f"publish it; {_give_up(lost)}")

    def _propose(self, url: str) -> str:
        """What could keep a URL."""
        if not url.endswith("/"):
            return f"keep a file at `static{url}`"
        pages = self._new_pages
        nearest = list(pages) if len(pages) == 1 else self._find_nearest(url, pages)
        if not nearest:
            return f"add `aliases: [{url}]` to the page that has taken its place"
        page = pages[nearest[0]]
        if page.aliases:
            return f"add `{url}` to the `aliases` of `{page.path}`"
        return f"add `aliases: [{url}]` to `{page.path}`"

    def _find_nearest(self, url: str, known: Iterable[str]) -> list[str]:
        """To look for it takes as long as there are others, and nobody reads many hints."""
        self._left -= 1
        return get_close_matches(url, known, n=1) if self._left >= 0 else []

    @cached_property
    def _new_pages(self) -> dict[str, PageSummary]:
        """The pages that are not locked, by URL."""
        pages = self._index.by_url.items()
        return {url: page for url, page in pages if write_address(url) in self._new}


def _tell_new(path: str, addresses: list[NewAddress]) -> Diagnostic:
    named = ", ".join(f"`{each.address}`" for each in addresses[:_MOST_NAMED])
    more = len(addresses) - _MOST_NAMED
    message = f"not locked yet: {named}" + (f" and {more:,} more" if more > 0 else "")
    return Diagnostic(Span(path or URLS_PATH), message, "if that is meant, run `site-gen accept`")


def _give_up(lost: LockedAddress) -> str:
    return f"or end line {lost.line:,} of {URLS_PATH} in `gone:` and a reason"
