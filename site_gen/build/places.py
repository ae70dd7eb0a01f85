"""The places of outputs: which there are, whether any has changed, whether each can be had."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from site_gen.build.choice import Choice
from site_gen.build.conflicts import Conflicts
from site_gen.build.kept import Kept
from site_gen.build.rows import DocumentRow
from site_gen.build.theme import Copy
from site_gen.build.work import Work
from site_gen.diagnostics import Diagnostic, Place, Source
from site_gen.site.known import Known
from site_gen.site.outputs import Extras, Slot, list_slots

Places = tuple[bytes, bytes]
"""Digests of the places of what is made, and of what is copied."""

_OVERRIDABLE = frozenset(("atom feed", "json feed", "llms", "redirects", "robots", "sitemap"))
"""What a site's own `static/robots.txt` and the like stand in for."""


def list_places(
    work: Work, known: Known, choice: Choice, documents: Mapping[str, DocumentRow]
) -> list[Slot]:
    """The places of all outputs that are made; a file of `static/` may stand in for some."""
    extras = {
        path: Extras(documents[path].has_figures, documents[path].beside)
        for path in choice.published
    }
    static = work.inputs.listing.static
    return [
        slot
        for slot in list_slots(known, extras)
        if slot.kind not in _OVERRIDABLE or slot.path not in static
    ]


def has_same_places(kept: Kept) -> bool:
    """Whether the documents are published where they were, with as many files beside them, given
    that no summary has changed.
    """
    return (
        kept.state is not None
        and not kept.state.has_conflicts
        and kept.documents.is_same_in(lambda row: (row.has_figures, row.beside))
    )


def digest_places(
    kept: Kept,
    listed: Sequence[Slot] | None,
    known: Known,
    copies: Sequence[Copy],
) -> Places:
    """What changes whenever a place does, or a tag comes that may clash with another: of what is
    made, and of what is copied.
    """
    copied = _digest_slots(copy.slot for copy in copies)
    if listed is None and kept.state:
        return kept.state.places[0], copied
    tags = {name for article in known.index.articles for name in article.tags}
    return _digest_slots(listed or (), sorted(tags)), copied


def _digest_slots(slots: Iterable[Slot], words: Iterable[str] = ()) -> bytes:
    places = (f"{slot.path}\t{slot.kind}\t{slot.subject}" for slot in slots)
    text = "\n".join((*places, *words))
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def find_conflicts(
    work: Work,
    kept: Kept,
    listed: Sequence[Slot] | None,
    known: Known,
    copies: Sequence[Copy],
    places: Places,
) -> list[Diagnostic]:
    """What is wrong with the places of outputs; nothing where nothing was and none has changed.

    `places` are the digests of them all.
    """
    if kept.state and not kept.state.has_conflicts and kept.state.places == places:
        return []

    def find_key(path: str, key: str) -> tuple[Source, Place | None] | None:
        row = kept.documents.rows.get(path)
        source = work.inputs.source(path) if row and row.summary else None
        if row is None or source is None:
            return None
        return source, work.documents.load(row.outline).front.places.get(key)

    slots = listed or [row.slot(path) for path, row in kept.outputs.rows.items()]
    all_slots = [*slots, *(copy.slot for copy in copies)]
    return Conflicts(known.index, find_key).find(all_slots)
