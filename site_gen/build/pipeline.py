"""From sources to the outputs of a finished site, and everything that is wrong on the way.

A build has four parts: what the documents say (`content.py`), what is published beside the pages
(`beside.py`), the pages and all else that is made (`making.py`), what there is to say of it
(`judging.py`). In each, a wave gets the cells that have changed so far and runs the tasks that
read one of them; what comes out equal changes no cell, and the wave ends there. Mistakes are
gathered, and the work goes on, so that one build tells of all of them; a site with errors is for
looking at, never for publishing.
"""

from __future__ import annotations

from collections.abc import Mapping

from site_gen.build.beside import Beside, collect_beside
from site_gen.build.content import Content, read_content
from site_gen.build.inputs import Inputs
from site_gen.build.judging import Judged, judge_site, list_slots
from site_gen.build.kept import Kept
from site_gen.build.last import Last
from site_gen.build.making import Made, make_all
from site_gen.build.outputs import LOST
from site_gen.build.ready import Documents
from site_gen.build.result import Build, Ran
from site_gen.build.rows import CardRow, OutputRow, StateRow
from site_gen.build.site_wide import choose_changed_leaves, choose_leaves, share_listing
from site_gen.build.store_folder import open_in_memory
from site_gen.build.typesetter import Typesetter
from site_gen.build.urls import list_published
from site_gen.build.work import Crew, Options, Work, World


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
    content = read_content(work, kept)
    beside = collect_beside(work, kept, content)
    made = make_all(work, kept, content, beside)
    judged = judge_site(work, kept, content, made)
    _leave(work, kept, content, beside, made, judged)
    return _describe(work, kept, content, beside, made, judged)


def _leave(
    work: Work, kept: Kept, content: Content, beside: Beside, made: Made, judged: Judged
) -> None:
    """Leave the state of this build for the next one."""
    work.world.on_stage("saving")
    known, leaves = content.known, work.leaves
    state = StateRow(
        cells=dict(leaves.cells),
        asset_links=dict(beside.theme.asset_links),
        config=leaves.config,
        lock=leaves.facts.lock,
        files=known.index.files,
        left_out=dict(content.choice.left_out),
        assets=dict(known.index.assets),
        places=judged.places,
        has_conflicts=judged.has_conflicts,
        math_needs=beside.math_needs,
        page_needs=made.page_needs,
        urls=judged.urls,
    )
    changed_files = work.inputs.changed_rows()
    kept.save(changed_files, beside.rows, state)
    if memory := work.world.memory:
        kept.settle(changed_files, state, _describe_last(work, content, beside, made, judged))
        memory.keep(work.store, work.options, kept)


def _describe_last(
    work: Work, content: Content, beside: Beside, made: Made, judged: Judged
) -> Last:
    return Last(
        listing=work.inputs.listing,
        leaves=work.leaves,
        parse=content.parse,
        choice=content.choice,
        offered=content.offered,
        shelves=beside.shelves,
        known=content.known,
        copied=beside.copied,
        sheets=made.sheets,
        cards=made.drawn,
        late=made.late,
        outputs=made.outputs,
        computing=judged.computing,
    )


def _describe(
    work: Work, kept: Kept, content: Content, beside: Beside, made: Made, judged: Judged
) -> Build:
    index, choice, inputs = content.known.index, content.choice, work.inputs
    compressed = judged.compressed
    return Build(
        outputs=compressed.join(made.outputs),
        pool=work.world.pool,
        diagnostics=tuple(sorted(set(judged.diagnostics))),
        index=index,
        drafts=choice.drafts,
        scheduled=choice.scheduled,
        early={index.by_path[path].url: why for path, why in choice.early.items()},
        documents=judged.computing,
        lock=work.leaves.facts.lock,
        changes=tuple(judged.changes),
        urls=judged.urls,
        list_published=lambda: list_published(list_slots(kept, made), index, inputs.listing),
        inputs=inputs,
        ran=Ran(
            parsed=tuple(content.parsed),
            readied=tuple(content.readied),
            formulas=work.typesetter.count,
            outputs=made.pages,
            pictures=content.assets.made,
            cards=made.cards,
            indexed=beside.search.is_made,
            compressed=compressed.count,
        ),
        has_lost=content.assets.has_lost
        or compressed.has_lost
        or _has_lost(kept.outputs.flawed, kept.cards.flawed),
    )


def _has_lost(*flawed: Mapping[str, OutputRow] | Mapping[str, CardRow]) -> bool:
    """Whether a process died or hung that made one of these."""
    return any(LOST in row.reads for rows in flawed for row in rows.values())
