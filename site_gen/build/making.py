"""Making what is published and is no copy, those pages first that somebody looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache, partial

from site_gen.build.kept import Kept
from site_gen.build.math_shelves import Shelves
from site_gen.build.memory import name_texts
from site_gen.build.outputs import Wanted, find_unmade, make_outputs
from site_gen.build.readied import AllReadied
from site_gen.build.render import Render, choose_blobs
from site_gen.build.site_wide import describe_sheet
from site_gen.build.theme import FINGERPRINTED, Theme
from site_gen.build.work import Ahead, Work
from site_gen.diagnostics import Diagnostic, has_errors
from site_gen.model import Output
from site_gen.site.known import CardLink, Known, make_site
from site_gen.site.outputs import Slot
from site_gen.site.reader import Reader


def make_pages(
    work: Work,
    kept: Kept,
    listed: Sequence[Slot] | None,
    known: Known,
    shelves: Shelves,
    theme: Theme,
    is_there: Callable[[str, str], bool],
    ahead: Ahead | None,
) -> tuple[str, ...]:
    """The paths of the outputs that had to be made, of those that are no copies; `listed` are their
    places, None where they are those of the last build. Those that somebody looks at come first.
    """
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
    render, readied = _make_render(work, known, theme), AllReadied(work, kept, shelves)
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


def choose_ahead(
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


def find_bytes(work: Work) -> Callable[[str, str], bool]:
    """Whether the bytes of an output, by path and SHA-256, are published or in the pool."""
    world = work.world
    if world.holds is None:
        return lambda _path, _sha256: True
    holds = cache(world.holds)  # nobody looks unless it is asked for
    return lambda path, sha256: holds().get(path) == sha256 or world.pool.holds(sha256)
