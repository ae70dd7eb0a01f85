"""The index that readers search: made anew when a text that is found in it has changed.

It follows from all articles and pages, so that is looked at in two steps: whether anything has
changed that their texts are made from, and then whether the texts have. Only the second takes
Pagefind, which takes longer than all else that a build does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial

import msgspec

from site_gen.build.documents import decode_segments
from site_gen.build.kept import Kept
from site_gen.build.ready import find_ready
from site_gen.build.rows import MadeRow, describe_assets
from site_gen.build.sealing import DamagedStoreError
from site_gen.build.theme import Copy
from site_gen.build.work import Work
from site_gen.charts import Drawing
from site_gen.markdown.fill import Fillings, fill_body
from site_gen.model import PageSummary
from site_gen.sidecar import Indexed
from site_gen.site.known import Known, list_page
from site_gen.site.outputs import Slot
from site_gen.site.search import INDEXED_VIEW, SEARCH, read_formula, write_indexed

SEARCH_ROW = "search"
"""What the index is remembered as."""
_NO_DRAWING = Drawing(wide="", narrow="", key="")


class Search(msgspec.Struct, frozen=True):
    """The index as it is published."""

    copies: tuple[Copy, ...] = ()
    rows: Mapping[str, MadeRow] = {}
    is_made: bool = False
    """Whether it had to be made to know its files."""


def collect_search(work: Work, kept: Kept, known: Known) -> Search:
    """The index of a site; an empty one where readers cannot search, or nobody waits for it.

    All documents are ready.
    """
    indexer = work.world.indexer
    if not known.config.search or indexer is None:
        return Search()
    work.world.on_stage("making the search index")
    language = known.config.language.partition("-")[0].lower()
    make_pages = cache(lambda: tuple(_list_indexed(work, kept, known)))
    make_files = cache(lambda: indexer(make_pages(), language))
    old = work.store.get(MadeRow, SEARCH_ROW)
    row = _find_row(old, _digest_sources(kept, known), make_pages, make_files)
    is_made = old is None or old.assets is not row.assets
    return Search(tuple(_list_copies(row, make_files)), {SEARCH_ROW: row}, is_made)


def search_slot(name: str) -> Slot:
    """The place of a file of the index."""
    return Slot(SEARCH + name, "search", name)


def _find_row(
    old: MadeRow | None,
    sources: str,
    make_pages: Callable[[], Sequence[Indexed]],
    make_files: Callable[[], dict[str, bytes]],
) -> MadeRow:
    """What is remembered of the index: digests of what its texts are made from and of the texts
    themselves, and its files.
    """
    if old and old.made_from[0] == sources:
        return old
    made_from = (sources, _digest(make_pages()))
    if old and old.made_from[1] == made_from[1]:
        return MadeRow(made_from, old.assets)
    return MadeRow(made_from, describe_assets(make_files()))


def _list_copies(row: MadeRow, make_files: Callable[[], dict[str, bytes]]) -> Iterator[Copy]:
    for name, (sha256, size_bytes) in sorted(row.assets.items()):
        yield Copy(search_slot(name), sha256, size_bytes, partial(_make_one, make_files, name))


def _make_one(make_files: Callable[[], dict[str, bytes]], name: str) -> bytes:
    return make_files()[name]


def _list_pages(known: Known) -> tuple[PageSummary, ...]:
    """All that is found, in the order of the index: equal results keep it."""
    return (*known.index.articles, *known.index.pages)


def _digest_sources(kept: Kept, known: Known) -> str:
    """What changes whenever a text may, without a look at the texts."""
    readies = kept.readies.rows
    pages = [(list_page(each), readies[each.path].digest) for each in _list_pages(known)]
    return _digest((known.config.language, known.config.timezone, pages))


def _digest(value: object) -> str:
    encoded = msgspec.msgpack.encode(value)
    return hashlib.blake2b(encoded, digest_size=16).hexdigest()


def _list_indexed(work: Work, kept: Kept, known: Known) -> Iterator[Indexed]:
    for summary in _list_pages(known):
        html = _fill(work, kept, summary.path)
        document = write_indexed(list_page(summary), html, known.config.language)
        yield Indexed(summary.url, document)


def _fill(work: Work, kept: Kept, path: str) -> str:
    """The text of a document as the index has it."""
    row = kept.documents.rows[path]
    ready = find_ready(row, kept.readies.rows[path], work.documents.load(row.outline))
    wanted = (ready.body, *ready.formulas)
    found = work.store.contents(wanted)
    if len(found) < len(set(wanted)):
        raise DamagedStoreError("what a text is made from is not where it was")
    fillings = Fillings(
        targets=ready.targets,
        formulas=[read_formula(found[each].decode()) for each in ready.formulas],
        plots=[_NO_DRAWING] * len(ready.plots),
    )
    return fill_body(decode_segments(found[ready.body]), ready.document.url, fillings, INDEXED_VIEW)
