"""The last part of a build: all that is wrong with the site, what is not as it was locked, and the
compressed forms, which only a good one has.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from site_gen.build.compression import Compressed, compress_outputs
from site_gen.build.content import Content
from site_gen.build.kept import Kept
from site_gen.build.lock import find_changes, find_sources, tell_changes
from site_gen.build.making import Made
from site_gen.build.mistakes import gather_mistakes
from site_gen.build.places import Places, digest_places, find_conflicts
from site_gen.build.rows import UrlsRow
from site_gen.build.site_wide import load_computing
from site_gen.build.urls import find_url_changes, list_all_slots, tell_url_changes
from site_gen.build.work import Work
from site_gen.diagnostics import Diagnostic
from site_gen.lock.changes import Change
from site_gen.model import Document
from site_gen.site.outputs import Slot


class Judged(NamedTuple):
    """What there is to say of a site."""

    diagnostics: list[Diagnostic]
    places: Places
    """Digests of the places of all outputs."""
    has_conflicts: bool
    """Whether something is wrong with those."""
    urls: UrlsRow | None
    """What is published against `urls.lock`; None where the lock is not right."""
    computing: tuple[Document, ...]
    """The documents that are published and compute, or did when they were locked."""
    changes: list[Change]
    """Of figures, since they were locked."""
    compressed: Compressed


def judge_site(work: Work, kept: Kept, content: Content, made: Made) -> Judged:
    """All that is wrong, and what is published compressed where nothing is."""
    known = content.known
    places = digest_places(kept, made.listed, known, made.copies)
    conflicts = find_conflicts(work, kept, made.listed, known, made.copies, places)
    computing = load_computing(work, kept, content.choice)
    slots = list_slots(kept, made)
    urls, url_problems = find_url_changes(work, kept, slots, known, places)
    diagnostics = [*gather_mistakes(work, kept, content), *conflicts, *url_problems]
    lock, files = work.leaves.facts.lock, work.inputs.listing.files
    changes = find_changes(lock, computing, files, diagnostics)
    # What may follow from mistakes that are told is not told.
    lost = tell_url_changes(work, kept, urls, known, content.choice, diagnostics) if urls else []
    sources = find_sources(work.inputs, changes)
    diagnostics += [*lost, *tell_changes(changes, sources, work.options.locked)]
    compressed = compress_outputs(work, made.outputs, made.forms, made.has_bytes, diagnostics)
    diagnostics += compressed.problems
    return Judged(
        diagnostics=diagnostics,
        places=places,
        has_conflicts=bool(conflicts),
        urls=urls,
        computing=computing,
        changes=changes,
        compressed=compressed,
    )


def list_slots(kept: Kept, made: Made) -> Iterator[Slot]:
    """The places of all outputs."""
    return list_all_slots(kept, made.listed, made.copies)
