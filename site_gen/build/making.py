"""The third part of a build: making what is published and is no copy, those pages first that
somebody looks at.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, partial
from typing import NamedTuple

from site_gen.build.beside import Beside
from site_gen.build.cards import make_cards
from site_gen.build.compressed import CompressedRow
from site_gen.build.compression import IsThere, load_forms, with_forms
from site_gen.build.content import Content
from site_gen.build.kept import Kept
from site_gen.build.memory import name_texts
from site_gen.build.mistakes import gather_mistakes
from site_gen.build.outputs import Wanted, find_unmade, make_outputs, take_copies
from site_gen.build.places import has_same_places, list_places
from site_gen.build.readied import AllReadied
from site_gen.build.render import Render, choose_blobs
from site_gen.build.site_wide import (
    choose_page_needs,
    describe_copy,
    describe_sheet,
    list_cards,
    list_outputs,
    list_sheets,
)
from site_gen.build.theme import Copy, Theme, list_headers
from site_gen.build.work import Ahead, Work
from site_gen.diagnostics import Diagnostic, has_errors
from site_gen.model import Output
from site_gen.paths import FINGERPRINTED
from site_gen.site.known import CardLink, Known, make_site
from site_gen.site.outputs import Slot
from site_gen.site.reader import Reader


class Made(NamedTuple):
    """All that is published, but for compressed forms."""

    listed: Sequence[Slot] | None
    """The places of what is no copy; None where they are those of the last build."""
    cards: tuple[str, ...]
    """The names of the cards that had to be written."""
    pages: tuple[str, ...]
    """The paths of the outputs that had to be made, of those that are no copies."""
    page_needs: tuple[str, ...]
    """What all pages load beside the site itself."""
    copies: tuple[Copy, ...]
    """All that is a copy, as files."""
    sheets: tuple[Output, ...]
    drawn: tuple[Output, ...]
    late: tuple[Output, ...]
    """These two, and what else is known when all pages are."""
    outputs: tuple[Output, ...]
    """All of them, by path."""
    has_bytes: IsThere
    forms: dict[str, CompressedRow]
    """What is known of compressed forms."""


def make_all(work: Work, kept: Kept, content: Content, beside: Beside) -> Made:
    """Make what has changed; `kept` has the rows of all outputs by then."""
    known, has_bytes, forms = content.known, find_bytes(work), load_forms(work)
    is_there = with_forms(work, forms, has_bytes)
    links = beside.theme.asset_links
    cards = make_cards(work, kept, known, content.parsed, links, is_there)
    is_same = content.is_known and has_same_places(kept)
    listed = None if is_same else list_places(work, known, content.choice, kept.documents.rows)
    if not (work.has_all_bytes and kept.last and kept.last.copied == beside.copied):
        take_copies(work, beside.copies, is_there)
    ahead = _choose_ahead(work, kept, beside.copied, gather_mistakes(work, kept, content))
    pages = _make_pages(work, kept, listed, known, beside, is_there, ahead)
    page_needs = choose_page_needs(kept)
    told = tuple(list_headers(work.inputs, work.leaves.config, page_needs))
    take_copies(work, told, is_there)
    sheets, drawn = list_sheets(kept), list_cards(kept)
    late = (*sheets, *drawn, *map(describe_copy, told))
    return Made(
        listed=listed,
        cards=cards,
        pages=pages,
        page_needs=page_needs,
        copies=(*beside.copies, *told),
        sheets=sheets,
        drawn=drawn,
        late=late,
        outputs=list_outputs(kept, listed, beside.copied, late),
        has_bytes=has_bytes,
        forms=forms,
    )


def _make_pages(
    work: Work,
    kept: Kept,
    listed: Sequence[Slot] | None,
    known: Known,
    beside: Beside,
    is_there: IsThere,
    ahead: Ahead | None,
) -> tuple[str, ...]:
    """The paths of the outputs that had to be made; those that somebody looks at come first."""
    outputs = kept.outputs
    places = listed and {slot.path: slot for slot in reversed(listed)}.values()
    if places:
        outputs.keep_only({slot.path for slot in places})
    has_all = kept.last and work.has_all_bytes
    wanted = list(find_unmade(outputs, places, work.changed, None if has_all else is_there))
    work.world.on_stage(f"making {len(wanted):,} files")

    def find_card(name: str) -> CardLink | None:
        card = kept.cards.rows.get(name)
        return card.card if card else None

    if not wanted:
        return ()
    ask = partial(Reader, known, find_card)
    render = _make_render(work, known, beside.theme)
    readied = AllReadied(work, kept, beside.shelves)
    first, others = list[Wanted](), wanted
    if ahead and all(each.slot.path in outputs.rows for each in wanted):
        first = [each for each in wanted if each.slot.path in ahead.paths]
        others = [each for each in wanted if each.slot.path not in ahead.paths]
    for path, row in make_outputs(work, first, ask, readied, render):
        outputs.put(path, row)
        if ahead and row.sha256:
            ahead.offer({row.sheet.path: describe_sheet(row.sheet)} if row.sheet else {})
            ahead.show(path, row.sha256)
    for path, row in make_outputs(work, others, ask, readied, render):
        outputs.put(path, row)
    return tuple(each.slot.path for each in wanted)


def _choose_ahead(
    work: Work, kept: Kept, copied: tuple[Output, ...], diagnostics: Iterable[Diagnostic]
) -> Ahead | None:
    """Who may see pages ahead: nobody where there are mistakes, or what pages may load is new."""
    is_settled = kept.last and work.world.has_all_bytes and _is_steady(kept.last.copied, copied)
    is_good = kept.state and not kept.state.has_conflicts and not has_errors(diagnostics)
    if not (work.world.ahead and is_settled and is_good):
        return None
    work.world.ahead.offer({output.path: output for output in copied})
    return work.world.ahead


def _is_steady(old: tuple[Output, ...], new: tuple[Output, ...]) -> bool:
    """Whether copied files are what they were, but for those with a name for each content."""
    old_steady, new_steady = (
        [each for each in outputs if not each.path.startswith(FINGERPRINTED)]
        for outputs in (old, new)
    )
    return old == new or old_steady == new_steady


def _make_render(work: Work, known: Known, theme: Theme) -> Render:
    templates = name_texts(work.leaves.templates)
    blobs, memory = choose_blobs(work.store), work.world.memory
    made = memory.find_templates(templates, theme.asset_links) if memory else None
    return Render(templates, theme.asset_links, make_site(known), work.world.pool, blobs, made)


def find_bytes(work: Work) -> IsThere:
    """Whether the bytes of an output, by path and SHA-256, are published or in the pool."""
    world = work.world
    if world.holds is None:
        return lambda _path, _sha256: True
    holds = cache(world.holds)  # nobody looks unless it is asked for
    return lambda path, sha256: holds().get(path) == sha256 or world.pool.holds(sha256)
