"""The state that the last build left: read when it is asked for, changed into that of this one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import tzinfo
from functools import cached_property
from typing import Any

import msgspec

from site_gen.build.choice import Choice
from site_gen.build.fonts import FONTS, name_font
from site_gen.build.forms import name_form, name_picture
from site_gen.build.inputs import FileRow
from site_gen.build.last import Last
from site_gen.build.report import ReportRow
from site_gen.build.rows import CardRow, DocumentRow, MadeRow, OutputRow, ReadyRow, StateRow
from site_gen.build.store import Store
from site_gen.build.table import Table
from site_gen.build.theme import static_urls
from site_gen.config import Config
from site_gen.model import Asset, PageSummary
from site_gen.site.index import make_index
from site_gen.site.known import Known
from site_gen.site.outputs import generated_urls


class Kept:
    """What the last build left, and what the one that runs puts in its place; every mapping is
    empty where there was none.
    """

    last: Last | None = None
    """What the last build worked out beside, where it was this process that did."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def within(self, store: Store) -> Kept:
        """The same, for a build that holds the store by now."""
        self._store = store
        return self

    @cached_property
    def files(self) -> dict[str, FileRow]:
        """What the last build read, by path."""
        return self._store.load(FileRow)

    @cached_property
    def unsettled(self) -> set[str]:
        """Paths of the files whose stamps cannot be trusted."""
        return {path for path, row in self.files.items() if row.stamp is None}

    @cached_property
    def state(self) -> StateRow | None:
        """What the last build was about."""
        return self._store.load(StateRow).get("")

    @cached_property
    def documents(self) -> Table[DocumentRow]:
        """Documents by path."""
        rows = self._store.load(DocumentRow)
        if self.state:
            _put_into_zone((row.summary for row in rows.values()), self.state.config.zone)
        return Table(rows)

    @cached_property
    def readies(self) -> Table[ReadyRow]:
        """Those with their links followed, by path."""
        return Table(self._store.load(ReadyRow))

    @cached_property
    def outputs(self) -> Table[OutputRow]:
        """Outputs by path, but for copies."""
        return Table(self._store.load(OutputRow))

    @cached_property
    def cards(self) -> Table[CardRow]:
        """Cards by the path of their page; that of the site has none."""
        return Table(self._store.load(CardRow))

    @property
    def _tables(self) -> tuple[Table[Any], ...]:
        return self.documents, self.readies, self.cards, self.outputs

    def save(
        self,
        files: Mapping[str, FileRow | None],
        made: Mapping[str, MadeRow],
        state: StateRow,
    ) -> None:
        """Leave the state of this build instead, all of it or nothing; `files` are the rows that
        have changed.

        What was said of the last one holds no longer.
        """
        self._store.save(
            [
                (FileRow, files),
                (DocumentRow, self.documents.changes),
                (ReadyRow, self.readies.changes),
                (CardRow, self.cards.changes),
                (OutputRow, self.outputs.changes),
                (MadeRow, made),
                (StateRow, {} if state == self.state else {"": state}),
                (ReportRow, {"": None}),
            ]
        )

    def settle(self, files: Mapping[str, FileRow | None], state: StateRow, last: Last) -> None:
        """Become what the next build finds where this has been saved."""
        for path, row in files.items():
            if row is None:
                del self.files[path]
            else:
                self.files[path] = row
        unsettled = {path for path, row in files.items() if row and row.stamp is None}
        self.unsettled = (self.unsettled - files.keys()) | unsettled
        for table in self._tables:
            table.settle()
        self.state, self.last = state, last

    def index(self) -> None:
        """Make it quick to find rows, for the builds that follow."""
        for table in self._tables:
            table.index()


def tidy(store: Store) -> None:
    """Make a store smaller that has grown: what the last build did not use, the oldest first."""
    if not store.has_grown:
        return
    used: set[bytes] = set()
    for document in store.load(DocumentRow).values():
        used.update((document.outline, document.body, document.transcript))
    for ready in store.load(ReadyRow).values():
        used.update((*ready.fillers.formulas, *ready.fillers.plots))
    used.update(card.drawing for card in store.load(CardRow).values())
    for state in store.load(StateRow).values():
        used.update(map(name_font, state.cells[FONTS].split()))
        for asset in state.assets.values():
            forms = (each.form for each in asset.renditions)
            used.update((name_picture(asset.sha256), *map(name_form, forms)))
    store.touch(used)
    store.compact(used)


def make_known(
    config: Config,
    documents: Mapping[str, DocumentRow],
    choice: Choice,
    assets: Mapping[str, Asset],
    files: frozenset[str],
) -> Known:
    """What is known of a site once its documents are chosen."""
    published = [documents[path].summary for path in choice.published]
    return _make_known(
        config, [each for each in published if each], assets, files, choice.left_out, choice.broken
    )


def find_known(
    kept: Kept,
    config: Config,
    choice: Choice,
    assets: Mapping[str, Asset],
    files: frozenset[str],
) -> tuple[Known, Known]:
    """What the last build knew of the site, and what is known now: one and the same where nothing
    of it has changed.
    """
    documents, state, last = kept.documents, kept.state, kept.last
    is_same = (
        state is not None
        and (state.config, state.assets) == (config, assets)
        and (state.files, state.left_out) == (files, choice.left_out)
        and documents.is_same_in(lambda row: (row.summary, row.is_whole))
    )
    if is_same and last:
        return last.known, last.known
    known = make_known(config, documents.rows, choice, assets, files)
    if is_same or state is None:
        return known, known
    return last.known if last else _make_old_known(state, documents.old_rows()), known


def _make_old_known(state: StateRow, documents: Mapping[str, DocumentRow]) -> Known:
    rows = {path: row for path, row in documents.items() if path not in state.left_out}
    summaries = [row.summary for row in rows.values() if row.is_whole and row.summary]
    broken = frozenset(path for path, row in rows.items() if not row.is_whole)
    return _make_known(state.config, summaries, state.assets, state.files, state.left_out, broken)


def _make_known(
    config: Config,
    summaries: Iterable[PageSummary],
    assets: Mapping[str, Asset],
    files: frozenset[str],
    left_out: Mapping[str, str],
    broken: frozenset[str],
) -> Known:
    listed = list(summaries)
    articles = sum(summary.kind == "article" for summary in listed)
    static = [path.removeprefix("static/") for path in files if path.startswith("static/")]
    urls = generated_urls(articles, config) + static_urls(static)
    return Known(config, make_index(listed, assets, files, left_out, broken, urls))


def _put_into_zone(summaries: Iterable[PageSummary | None], zone: tzinfo) -> None:
    """Give dates that have just been read their time zone back: MessagePack has instants alone.

    They are changed in place, since there may be many and nobody else has seen them.
    """
    put = msgspec.structs.force_setattr
    for summary in filter(None, summaries):
        if summary.date:
            put(summary, "date", summary.date.astimezone(zone))
        if summary.updated:
            put(summary, "updated", summary.updated.astimezone(zone))
