"""From sources to the outputs of a finished site, and everything that is wrong on the way.

The order of the functions is the order of the work: look at the inputs, parse what has changed,
choose, index, make ready, render. Each wave gets the cells that have changed so far and runs the
tasks that read one of them; what comes out equal changes no cell, and the wave ends there.
Mistakes are gathered, and the work goes on, so that one build tells of all of them; a site with
errors is for looking at, never for publishing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import msgspec

from site_gen.build.assets import copy_assets, read_assets
from site_gen.build.cells import changed_leaves, read_leaves
from site_gen.build.choice import Choice, choose, find_problems
from site_gen.build.inputs import Inputs, place_documents
from site_gen.build.kept import Kept, find_old_known, make_known
from site_gen.build.lock import find_changes, tell_changes
from site_gen.build.outputs import LOST, find_unmade, make_outputs, take_copies
from site_gen.build.places import digest_places, find_conflicts, has_same_places, list_places
from site_gen.build.ready import Documents, find_ready
from site_gen.build.render import Render, choose_blobs
from site_gen.build.result import Build, Ran
from site_gen.build.rows import DocumentRow, MadeRow, OutputRow, PictureRow, ReadyRow, StateRow
from site_gen.build.store_folder import open_in_memory
from site_gen.build.theme import Copy, Theme, collect_theme
from site_gen.build.typesetter import Typesetter
from site_gen.build.waves import make_documents_ready, parse_documents
from site_gen.build.work import Crew, Options, Work, World
from site_gen.diagnostics import Diagnostic, Source
from site_gen.lock.changes import Change
from site_gen.model import Asset, Document, Output
from site_gen.paths import LOCK_PATH
from site_gen.site.changes import changed_cells
from site_gen.site.context import Ready
from site_gen.site.hints import find_hints
from site_gen.site.known import Known, make_site
from site_gen.site.outputs import Slot


class _Made(msgspec.Struct, frozen=True):
    """What the last wave leaves."""

    rows: Mapping[str, OutputRow]
    fresh: tuple[str, ...]
    """Paths of the outputs that were made by this build."""


def build(world: World, options: Options) -> Build:
    """The whole site; SiteError only where the set-up is wrong, such as a Node that cannot run."""
    store = world.store or open_in_memory()
    world.on_stage("reading")
    kept = world.memory.recall(store) if world.memory else Kept(store)
    inputs = world.inputs or Inputs(world.site, world.theme)
    if not inputs.is_remembering:
        inputs.remember(kept.files)
    leaves = read_leaves(inputs, kept.state)
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
            changed={LOST, *changed_leaves(kept.state, leaves)},
            crew=crew,
            typesetter=typesetter,
            documents=Documents(store),
        )
        return _build(work, kept)


def _build(work: Work, kept: Kept) -> Build:
    inputs = work.inputs
    placed, misplaced = place_documents(inputs.below("content"))
    documents, digests = parse_documents(work, placed, kept.documents)
    parsed = tuple(digests)
    choice = choose(documents, work.world.now, work.options.drafts, work.options.future)
    assets, pictures = _read_assets(work, documents, choice)
    known = make_known(work.leaves.config, documents, choice, assets, inputs.files)
    old = find_old_known(kept, known)
    work.changed.update(changed_cells(old, known))
    readies, readied = make_documents_ready(
        work, choice.checked, documents, kept.readies, known, digests
    )
    del digests  # of a large site they are much
    work.world.on_stage("reading static files")
    theme, made_rows = _collect_theme(work, documents, choice, readies)
    work.changed.update(_changed_assets(kept.state, theme))
    copies = [*theme.copies, *copy_assets(assets, inputs)]
    is_same = old is known and has_same_places(kept, documents, parsed)
    listed = None if is_same else list_places(work, known, choice, documents)
    made = _make(work, kept, listed, known, documents, readies, theme)
    take_copies(work, copies, _find_bytes(work))
    places = digest_places(kept, listed, known, copies)
    conflicts = find_conflicts(work, kept, listed, known, documents, copies, places)
    mistakes = (mistake for ready in readies.values() for mistake in ready.mistakes)
    diagnostics = [
        *inputs.diagnostics,
        *work.leaves.problems,
        *misplaced,
        *find_problems(documents, choice),
        *find_hints(mistakes, known.index),
        *(problem for row in made.rows.values() for problem in row.problems),
        *conflicts,
    ]
    computing = _load_computing(work, documents, choice)
    changes = _find_changes(work, computing, diagnostics)
    diagnostics += tell_changes(changes, _sources_of(work, changes), work.options.locked)
    state = StateRow(
        cells=dict(work.leaves.cells),
        asset_urls=dict(theme.asset_urls),
        config=work.leaves.config,
        lock=work.leaves.facts.lock,
        files=known.index.files,
        left_out=dict(choice.left_out),
        assets=assets,
        places=places,
        has_conflicts=bool(conflicts),
    )
    work.world.on_stage("saving")
    kept.save(inputs, documents, readies, made.rows, pictures, made_rows, state)
    if memory := work.world.memory:
        memory.keep(work.store, kept.replaced(inputs, documents, readies, made.rows, state))
    return Build(
        outputs=_list_outputs(made.rows, copies),
        pool=work.world.pool,
        diagnostics=tuple(sorted(set(diagnostics))),
        index=known.index,
        drafts=choice.drafts,
        scheduled=choice.scheduled,
        documents=computing,
        lock=work.leaves.facts.lock,
        changes=tuple(changes),
        inputs=inputs,
        ran=Ran(parsed, tuple(readied), work.typesetter.count, made.fresh),
        has_lost=any(LOST in row.reads for row in made.rows.values() if not row.sha256),
    )


def _list_outputs(rows: Mapping[str, OutputRow], copies: Iterable[Copy]) -> tuple[Output, ...]:
    """All outputs by path."""
    made = (
        Output(path, row.sha256, row.size_bytes, row.slot(path).origin)
        for path, row in rows.items()
    )
    copied = (
        Output(copy.slot.path, copy.sha256, copy.size_bytes, copy.slot.origin) for copy in copies
    )
    return tuple(sorted((*made, *copied), key=lambda output: output.path))


def _read_assets(
    work: Work, documents: Mapping[str, DocumentRow], choice: Choice
) -> tuple[dict[str, Asset], dict[str, PictureRow]]:
    """The files that documents show or offer."""
    files = work.inputs.files
    wanted = {path for each in choice.checked for path in documents[each].files if path in files}
    owners = {path: summary.url for path in choice.checked if (summary := documents[path].summary)}
    return read_assets(wanted, work.inputs, owners, work.store)


def _collect_theme(
    work: Work,
    documents: Mapping[str, DocumentRow],
    choice: Choice,
    readies: Mapping[str, ReadyRow],
) -> tuple[Theme, dict[str, MadeRow]]:
    has_math = any(documents[path].has_math for path in choice.checked)
    fonts = {font for ready in readies.values() for font in ready.fonts}
    chosen = tuple(sorted(fonts)) if has_math else None
    return collect_theme(work.inputs, work.leaves.config, chosen, work.world.katex, work.store)


def _changed_assets(state: StateRow | None, theme: Theme) -> Iterator[str]:
    """The cells of the theme's assets that are not as they were."""
    old = state.asset_urls if state else theme.asset_urls
    new = theme.asset_urls
    yield from (
        f"asset:{name}" for name in old.keys() | new.keys() if old.get(name) != new.get(name)
    )
    if old.keys() != new.keys():
        yield "assets"


def _make(
    work: Work,
    kept: Kept,
    listed: Sequence[Slot] | None,
    known: Known,
    documents: Mapping[str, DocumentRow],
    readies: Mapping[str, ReadyRow],
    theme: Theme,
) -> _Made:
    """Every output that is no copy, those made that have to be; `listed` are their places, None
    where they are those of the last build.
    """
    if listed is None:
        places = {path: row.slot(path) for path, row in kept.outputs.items()}
    else:
        places = {slot.path: slot for slot in reversed(listed)}
    wanted = list(find_unmade(places.values(), kept.outputs, work.changed, _find_bytes(work)))
    work.world.on_stage(f"making {len(wanted):,} files")

    def find(path: str) -> Ready:
        row = documents[path]
        return find_ready(row, readies[path], work.documents.load(row.outline))

    render = _make_render(work, known, theme) if wanted else None
    fresh = dict(make_outputs(work, wanted, known, find, render)) if render else {}
    rows = {path: fresh.get(path) or kept.outputs[path] for path in places}
    return _Made(rows, tuple(fresh))


def _make_render(work: Work, known: Known, theme: Theme) -> Render:
    templates = {name: (source.path, source.text) for name, source in work.leaves.templates.items()}
    blobs, memory = choose_blobs(work.store), work.world.memory
    made = memory.find_templates(templates, theme.asset_urls) if memory else None
    return Render(templates, theme.asset_urls, make_site(known), work.world.pool, blobs, made)


def _find_bytes(work: Work) -> Callable[[str, str], bool]:
    """Whether the bytes of an output, by path and SHA-256, are published or in the pool."""
    world = work.world
    if world.holds is None:
        return lambda _path, _sha256: True
    published = world.holds()
    return lambda path, sha256: published.get(path) == sha256 or world.pool.holds(sha256)


def _load_computing(
    work: Work, documents: Mapping[str, DocumentRow], choice: Choice
) -> tuple[Document, ...]:
    """The documents that are published and compute, or did when they were locked."""
    locked = work.leaves.facts.lock.posts
    return tuple(
        work.documents.load(documents[path].outline)
        for path in choice.published
        if documents[path].has_figures or path in locked
    )


def _find_changes(
    work: Work, computing: Iterable[Document], diagnostics: Iterable[Diagnostic]
) -> list[Change]:
    files = work.inputs.files
    return find_changes(work.leaves.facts.lock, computing, files, diagnostics)


def _sources_of(work: Work, changes: Iterable[Change]) -> dict[str, Source]:
    """The texts that changes of figures are told in."""
    paths = {LOCK_PATH, *(change.post for change in changes)} & work.inputs.stamps.keys()
    return {path: source for path in paths if (source := work.inputs.source(path))}
