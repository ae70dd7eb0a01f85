"""From sources to the outputs of a finished site, and everything that is wrong on the way.

The order of the functions is the order of the work: look at the inputs, parse what has changed,
choose, index, make ready, render. Each wave gets the cells that have changed so far and runs the
tasks that read one of them; what comes out equal changes no cell, and the wave ends there.
Mistakes are gathered, and the work goes on, so that one build tells of all of them; a site with
errors is for looking at, never for publishing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial

from site_gen.build.assets import copy_assets, read_assets
from site_gen.build.cards import make_cards, tell_card_problems
from site_gen.build.choice import Choice, find_problems
from site_gen.build.compression import compress_outputs, load_forms, with_forms
from site_gen.build.inputs import Inputs
from site_gen.build.kept import Kept, find_known
from site_gen.build.last import Last
from site_gen.build.lock import find_changes, find_sources, tell_changes
from site_gen.build.making import choose_ahead, find_bytes, make_pages
from site_gen.build.math_needs import MathNeeds
from site_gen.build.math_shelves import find_changed_shelves
from site_gen.build.outputs import (
    LOST,
    take_copies,
    tell_problems,
)
from site_gen.build.places import (
    Places,
    digest_places,
    find_conflicts,
    has_same_places,
    list_places,
)
from site_gen.build.ready import Documents
from site_gen.build.result import Build, Ran
from site_gen.build.rows import CardRow, OutputRow, StateRow, UrlsRow
from site_gen.build.search import collect_search
from site_gen.build.site_wide import (
    choose_changed_leaves,
    choose_documents,
    choose_leaves,
    choose_math_needs,
    choose_offered,
    choose_page_needs,
    choose_parse,
    choose_shelves,
    describe_copy,
    list_cards,
    list_outputs,
    list_sheets,
    load_computing,
    share_listing,
)
from site_gen.build.store_folder import open_in_memory
from site_gen.build.theme import Theme, collect_static, collect_theme, list_headers
from site_gen.build.typesetter import Typesetter
from site_gen.build.urls import (
    find_url_changes,
    list_all_slots,
    list_published,
    tell_url_changes,
)
from site_gen.build.waves import make_documents_ready, parse_documents
from site_gen.build.work import Crew, Options, Work, World
from site_gen.diagnostics import Diagnostic
from site_gen.lock.changes import Change
from site_gen.model import Document
from site_gen.site.changes import changed_cells
from site_gen.site.hints import find_hints
from site_gen.site.known import Known


def build(world: World, options: Options) -> Build:
    """The whole site; SiteError only where the set-up is wrong, such as a Node that cannot run."""
    store = world.store or open_in_memory()
    world.on_stage("reading")
    kept = world.memory.recall(store, options) if world.memory else Kept(store)
    inputs = world.inputs or Inputs(world.site, world.theme)
    if not inputs.is_remembering:
        inputs.remember(kept.files)
    share_listing(inputs, kept)
    leaves = choose_leaves(inputs, kept)
    with (
        Crew(options.jobs) as crew,
        Typesetter(store, world.renderer, world.katex) as typesetter,
    ):
        work = Work(
            world=world,
            options=options,
            store=store,
            inputs=inputs,
            leaves=leaves,
            changed={LOST, *choose_changed_leaves(kept, leaves)},
            crew=crew,
            typesetter=typesetter,
            documents=Documents(store),
        )
        return _build(work, kept)


def _build(work: Work, kept: Kept) -> Build:
    inputs, documents = work.inputs, kept.documents
    parse = choose_parse(work, kept.last)
    parsed = parse_documents(work, kept, parse)
    choice = choose_documents(work, kept)
    offered = choose_offered(work, kept, choice)
    old_assets = kept.state.assets if kept.state else {}
    static = collect_static(inputs, work.store, work.world.renderer)
    read = read_assets(work, offered, static, old_assets)
    assets, files = read.by_path, inputs.listing.files
    old, known = find_known(kept, work.leaves.config, choice, assets, files)
    work.changed.update(changed_cells(old, known))
    readied = make_documents_ready(work, kept, choice, known, parsed)
    work.world.on_stage("reading static files")
    math_needs, shelves = choose_math_needs(kept, choice), choose_shelves(kept, choice)
    work.changed.update(find_changed_shelves(kept.readies, shelves) if kept.state else ())
    theme, made_rows = collect_theme(
        static, work.leaves.config, math_needs, work.world.katex, work.store
    )
    work.changed.update(_changed_assets(kept.state, theme))
    search = collect_search(work, kept, known)
    made_rows |= search.rows
    has_bytes = find_bytes(work)
    forms = load_forms(work)
    is_there = with_forms(work, forms, has_bytes)
    cards = make_cards(work, kept, known, parsed, theme.asset_links, is_there)
    copies = [*theme.copies, *copy_assets(assets, inputs, work.store), *search.copies]
    is_same = old is known and has_same_places(kept)
    listed = None if is_same else list_places(work, known, choice, documents.rows)
    copied = tuple(map(describe_copy, copies))
    if not (work.has_all_bytes and kept.last and kept.last.copied == copied):
        take_copies(work, copies, is_there)
    ahead = choose_ahead(
        work, kept, copied, [*_gather(work, kept, choice, known), *static.problems]
    )
    fresh = make_pages(work, kept, listed, known, shelves, theme, is_there, ahead)
    page_needs = choose_page_needs(kept)
    told = list(list_headers(inputs, work.leaves.config, page_needs))
    take_copies(work, told, is_there)
    copies += told
    sheets, drawn = list_sheets(kept), list_cards(kept)
    late = (*sheets, *drawn, *map(describe_copy, told))
    places = digest_places(kept, listed, known, copies)
    conflicts = find_conflicts(work, kept, listed, known, copies, places)
    computing = load_computing(work, kept, choice)
    slots = partial(list_all_slots, kept, listed, copies)
    urls, url_problems = find_url_changes(work, kept, slots(), known, places)
    diagnostics = [*_gather(work, kept, choice, known), *static.problems, *conflicts, *url_problems]
    changes = _find_changes(work, computing, diagnostics)
    diagnostics += _tell_locked(work, kept, choice, known, urls, changes, diagnostics)
    outputs = list_outputs(kept, listed, copied, late)
    compressed = compress_outputs(work, outputs, forms, has_bytes, diagnostics)
    diagnostics += compressed.problems
    last = Last(
        listing=inputs.listing,
        leaves=work.leaves,
        parse=parse,
        choice=choice,
        offered=offered,
        shelves=shelves,
        known=known,
        copied=copied,
        sheets=sheets,
        cards=drawn,
        late=late,
        outputs=outputs,
        computing=computing,
    )
    needs = math_needs, page_needs
    state = _describe(work, known, choice, theme, places, bool(conflicts), needs, urls)
    work.world.on_stage("saving")
    changed_files = inputs.changed_rows()
    kept.save(changed_files, made_rows, state)
    if memory := work.world.memory:
        kept.settle(changed_files, state, last)
        memory.keep(work.store, work.options, kept)
    return Build(
        outputs=compressed.join(outputs),
        pool=work.world.pool,
        diagnostics=tuple(sorted(set(diagnostics))),
        index=known.index,
        drafts=choice.drafts,
        scheduled=choice.scheduled,
        early={known.index.by_path[path].url: why for path, why in choice.early.items()},
        documents=computing,
        lock=work.leaves.facts.lock,
        changes=tuple(changes),
        urls=urls,
        list_published=lambda: list_published(slots(), known.index, inputs.listing),
        inputs=inputs,
        ran=Ran(
            parsed=tuple(parsed),
            readied=tuple(readied),
            formulas=work.typesetter.count,
            outputs=fresh,
            pictures=read.made,
            cards=cards,
            indexed=search.is_made,
            compressed=compressed.count,
        ),
        has_lost=read.has_lost
        or compressed.has_lost
        or _has_lost(kept.outputs.flawed, kept.cards.flawed),
    )


def _has_lost(*flawed: Mapping[str, OutputRow] | Mapping[str, CardRow]) -> bool:
    """Whether a process died or hung that made one of these."""
    return any(LOST in row.reads for rows in flawed for row in rows.values())


def _gather(work: Work, kept: Kept, choice: Choice, known: Known) -> list[Diagnostic]:
    """What is wrong with each part of the site, whichever build has found it."""
    mistakes = (mistake for row in kept.readies.flawed.values() for mistake in row.mistakes)
    return [
        *work.inputs.diagnostics,
        *work.leaves.problems,
        *work.inputs.listing.misplaced,
        *find_problems(kept.documents.flawed, choice),
        *find_hints(mistakes, known.index),
        *tell_card_problems(kept.cards.flawed),
        *tell_problems(kept.outputs.flawed),
    ]


def _tell_locked(
    work: Work,
    kept: Kept,
    choice: Choice,
    known: Known,
    urls: UrlsRow | None,
    changes: Sequence[Change],
    told: list[Diagnostic],
) -> list[Diagnostic]:
    """What is not as it was locked: URLs, anchors and figures. What may follow from mistakes that
    are `told` is not told.
    """
    lost = tell_url_changes(work, kept, urls, known, choice, told) if urls else []
    return lost + tell_changes(changes, find_sources(work.inputs, changes), work.options.locked)


def _describe(
    work: Work,
    known: Known,
    choice: Choice,
    theme: Theme,
    places: Places,
    has_conflicts: bool,
    needs: tuple[MathNeeds | None, tuple[str, ...]],
    urls: UrlsRow | None,
) -> StateRow:
    """What this build was about."""
    return StateRow(
        cells=dict(work.leaves.cells),
        asset_links=dict(theme.asset_links),
        config=work.leaves.config,
        lock=work.leaves.facts.lock,
        files=known.index.files,
        left_out=dict(choice.left_out),
        assets=dict(known.index.assets),
        places=places,
        has_conflicts=has_conflicts,
        math_needs=needs[0],
        page_needs=needs[1],
        urls=urls,
    )


def _changed_assets(state: StateRow | None, theme: Theme) -> Iterator[str]:
    """The cells of the theme's assets that are not as they were."""
    old = state.asset_links if state else theme.asset_links
    new = theme.asset_links
    yield from (
        f"asset:{name}" for name in old.keys() | new.keys() if old.get(name) != new.get(name)
    )
    if old.keys() != new.keys():
        yield "assets"


def _find_changes(
    work: Work, computing: Iterable[Document], diagnostics: Iterable[Diagnostic]
) -> list[Change]:
    files = work.inputs.listing.files
    return find_changes(work.leaves.facts.lock, computing, files, diagnostics)
