"""What follows from all files together, and does from one build to the next as long as nothing
has changed that it follows from: then it is taken from the last build, if this process made it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from site_gen.build.cells import Leaves, changed_leaves, read_leaves
from site_gen.build.choice import Choice, choose, look_at_choice
from site_gen.build.documents import Parse
from site_gen.build.inputs import Inputs
from site_gen.build.kept import Kept
from site_gen.build.last import Last
from site_gen.build.math_needs import MathNeeds, join_needs, unpack_needs
from site_gen.build.math_shelves import Shelves, arrange
from site_gen.build.offered import Offered, find_offered, look_at_offered
from site_gen.build.rows import CardRow, OutputRow
from site_gen.build.theme import Copy
from site_gen.build.work import Work
from site_gen.model import Document, Output
from site_gen.site.math_sheet import MathSheet
from site_gen.site.outputs import Slot, card_slot


def share_listing(inputs: Inputs, kept: Kept) -> None:
    """Let files that have the same paths as those of the last build have its listing."""
    if kept.last and kept.last.listing.paths == inputs.listing.paths:
        inputs.listing = kept.last.listing


def choose_leaves(inputs: Inputs, kept: Kept) -> Leaves:
    """What is read of files that are no documents."""
    last = kept.last
    if last and last.listing is inputs.listing and last.leaves.holds(inputs):
        return last.leaves
    return read_leaves(inputs, kept.state)


def choose_changed_leaves(kept: Kept, leaves: Leaves) -> set[str]:
    """The cells of these that hold something else than at the last build."""
    is_same = kept.last and kept.last.leaves is leaves
    return set() if is_same else changed_leaves(kept.state, leaves)


def choose_parse(work: Work, last: Last | None) -> Parse:
    """What parses documents."""
    world, leaves = work.world, work.leaves
    if last and last.leaves is leaves:
        return last.parse.within(world.site, world.katex)
    return Parse(world.site, world.katex, leaves.config, leaves.facts)


def choose_documents(work: Work, kept: Kept) -> Choice:
    """Which documents are published; what was chosen the last time, where that still holds."""
    last, now, listing = kept.last, work.world.now, work.inputs.listing
    if (
        last
        and last.listing is listing
        and last.choice.holds(now)
        and kept.documents.is_same_in(look_at_choice)
    ):
        return last.choice
    options = work.options
    rows = kept.documents.rows
    return choose(listing.documents, rows, now, options.drafts, options.future)


def choose_offered(work: Work, kept: Kept, choice: Choice) -> Offered:
    """The files that documents show or offer."""
    last = kept.last
    if last and last.choice is choice and kept.documents.is_same_in(look_at_offered):
        return last.offered
    return find_offered(kept.documents.rows, choice.checked, work.inputs.listing.files)


def choose_math_needs(kept: Kept, choice: Choice) -> MathNeeds | None:
    """What all formulas need; None for a site without math."""
    state, documents, readies = kept.state, kept.documents, kept.readies
    if (
        state
        and documents.is_same_in(lambda row: row.has_math)
        and readies.is_same_in(lambda row: row.packed_needs)
    ):
        return state.math_needs
    if not any(documents.rows[path].has_math for path in choice.checked):
        return None
    return join_needs(map(unpack_needs, {row.packed_needs for row in readies.rows.values()}))


def choose_shelves(kept: Kept, choice: Choice) -> Shelves:
    """Which documents share a stylesheet of formulas."""
    last = kept.last
    return last.shelves if last and last.choice is choice else arrange(choice.checked)


def choose_page_needs(kept: Kept) -> tuple[str, ...]:
    """What all pages load beside the site itself, sorted."""
    if kept.state and kept.outputs.is_same_in(lambda row: row.needs):
        return kept.state.page_needs
    rows = kept.outputs.rows.values()
    return tuple(sorted(frozenset[str]().union(*(row.needs for row in rows))))


def list_sheets(kept: Kept) -> tuple[Output, ...]:
    """The stylesheets that pages have for their formulas, each once."""
    if kept.last and kept.outputs.is_same_in(lambda row: row.sheet):
        return kept.last.sheets
    sheets = {row.sheet.path: row.sheet for row in kept.outputs.rows.values() if row.sheet}
    return tuple(describe_sheet(sheets[path]) for path in sorted(sheets))


def list_cards(kept: Kept) -> tuple[Output, ...]:
    """The cards for link previews."""
    if kept.last and kept.cards.is_same_in(lambda row: (row.url, row.sha256)):
        return kept.last.cards
    rows = kept.cards.rows.items()
    outputs = (describe_card(name, row) for name, row in rows if row.url)
    return tuple(sorted(outputs, key=lambda output: output.path))


def describe_card(name: str, row: CardRow) -> Output:
    """A card as it is published."""
    slot = card_slot(name, row.url)
    return Output(slot.path, row.sha256, row.size_bytes, slot.origin)


def describe_sheet(sheet: MathSheet) -> Output:
    """A stylesheet of formulas as it is published."""
    return Output(sheet.path, sheet.sha256, sheet.size_bytes, "styles of formulas")


def list_outputs(
    kept: Kept,
    listed: Sequence[Slot] | None,
    copied: tuple[Output, ...],
    late: tuple[Output, ...],
) -> tuple[Output, ...]:
    """All outputs by path."""
    rows, last = kept.outputs.rows, kept.last
    if last and listed is None and (last.copied, last.late) == (copied, late):
        outputs = list(last.outputs)
        for path in kept.outputs.before:
            place = bisect_left(outputs, path, key=lambda output: output.path)
            outputs[place] = _made(path, rows[path])
        return tuple(outputs)
    made = (_made(path, row) for path, row in rows.items())
    return tuple(sorted((*made, *copied, *late), key=lambda output: output.path))


def _made(path: str, row: OutputRow) -> Output:
    return Output(path, row.sha256, row.size_bytes, row.slot(path).origin)


def describe_copy(copy: Copy) -> Output:
    """A copied file as it is published."""
    return Output(copy.slot.path, copy.sha256, copy.size_bytes, copy.slot.origin)


def load_computing(work: Work, kept: Kept, choice: Choice) -> tuple[Document, ...]:
    """The documents that are published and compute, or did when they were locked."""
    last, documents, locked = kept.last, kept.documents, work.leaves.facts.lock.posts
    held = {document.path: document for document in last.computing} if last else {}
    if (
        last
        and last.choice is choice
        and last.leaves is work.leaves
        and documents.is_same_in(lambda row: row.has_figures)
        and documents.before.keys().isdisjoint(held)
    ):
        return last.computing
    return tuple(
        held[path]
        if path in held and path not in documents.before
        else work.documents.load(documents.rows[path].outline)
        for path in choice.published
        if documents.rows[path].has_figures or path in locked
    )
