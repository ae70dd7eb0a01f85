"""The state that the last build left: read when it is asked for, replaced by that of this one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import tzinfo
from functools import cached_property
from typing import TypeVar

import msgspec

from site_gen.build.choice import Choice
from site_gen.build.inputs import FileRow, Inputs
from site_gen.build.report import ReportRow
from site_gen.build.rows import (
    DocumentRow,
    MadeRow,
    OutputRow,
    PictureRow,
    ReadyRow,
    StateRow,
)
from site_gen.build.store import Store
from site_gen.build.theme import static_urls
from site_gen.config import Config
from site_gen.model import Asset, PageSummary
from site_gen.site.index import make_index
from site_gen.site.known import Known
from site_gen.site.outputs import generated_urls

Row = TypeVar("Row", bound=msgspec.Struct)


class Kept:
    """What the last build left; every mapping is empty where there was none."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def within(self, store: Store) -> Kept:
        """The same, for a build that holds the store by now."""
        self._store = store
        return self

    @cached_property
    def files(self) -> dict[str, FileRow]:
        """What it read, by path."""
        return self._store.load(FileRow)

    @cached_property
    def state(self) -> StateRow | None:
        """What it was about."""
        return self._store.load(StateRow).get("")

    @cached_property
    def documents(self) -> dict[str, DocumentRow]:
        """Its documents by path."""
        rows = self._store.load(DocumentRow)
        if self.state:
            _put_into_zone((row.summary for row in rows.values()), self.state.config.zone)
        return rows

    @cached_property
    def readies(self) -> dict[str, ReadyRow]:
        """Those with their links followed, by path."""
        return self._store.load(ReadyRow)

    @cached_property
    def outputs(self) -> dict[str, OutputRow]:
        """Its outputs by path, but for copies."""
        return self._store.load(OutputRow)

    def save(
        self,
        inputs: Inputs,
        documents: Mapping[str, DocumentRow],
        readies: Mapping[str, ReadyRow],
        outputs: Mapping[str, OutputRow],
        pictures: Mapping[str, PictureRow],
        made: Mapping[str, MadeRow],
        state: StateRow,
    ) -> None:
        """Leave the state of this build instead, all of it or nothing.

        What was said of the last one holds no longer.
        """
        self._store.save(
            [
                (FileRow, inputs.changed_rows()),
                (DocumentRow, _differences(self.documents, documents)),
                (ReadyRow, _differences(self.readies, readies)),
                (OutputRow, _differences(self.outputs, outputs)),
                (PictureRow, pictures),
                (MadeRow, made),
                (StateRow, {} if state == self.state else {"": state}),
                (ReportRow, {"": None}),
            ]
        )

    def replaced(
        self,
        inputs: Inputs,
        documents: Mapping[str, DocumentRow],
        readies: Mapping[str, ReadyRow],
        outputs: Mapping[str, OutputRow],
        state: StateRow,
    ) -> Kept:
        """What the next build finds where this was saved, without reading it."""
        files = self.files | inputs.changed_rows()
        kept = Kept(self._store)
        kept.files = {path: row for path, row in files.items() if row is not None}
        kept.documents, kept.readies = dict(documents), dict(readies)
        kept.outputs, kept.state = dict(outputs), state
        return kept


def tidy(store: Store) -> None:
    """Make a store smaller that has grown: what the last build did not use, the oldest first."""
    if not store.has_grown:
        return
    used: set[bytes] = set()
    for document in store.load(DocumentRow).values():
        used.update((document.outline, document.body))
    for ready in store.load(ReadyRow).values():
        used.update((*ready.fillers.formulas, *ready.fillers.plots))
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


def find_old_known(kept: Kept, known: Known) -> Known:
    """What the last build knew of the site; `known` itself where that is the same."""
    state = kept.state
    if state is None:
        return known
    rows = {path: row for path, row in kept.documents.items() if path not in state.left_out}
    summaries = {path: row.summary for path, row in rows.items() if row.is_whole and row.summary}
    broken = frozenset(path for path, row in rows.items() if not row.is_whole)
    index = known.index
    old = (state.config, state.files, state.left_out, state.assets, broken, summaries)
    new = (known.config, index.files, index.left_out, index.assets, index.broken, index.by_path)
    if all(before == after for before, after in zip(old, new, strict=True)):
        return known
    return _make_known(
        state.config, summaries.values(), state.assets, state.files, state.left_out, broken
    )


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
    urls = generated_urls(articles, config.articles_per_page) + static_urls(static)
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


def _differences(old: Mapping[str, Row], new: Mapping[str, Row]) -> dict[str, Row | None]:
    """The rows that are not what they were, None for those that are gone."""
    changes: dict[str, Row | None] = dict.fromkeys(old.keys() - new.keys())
    return changes | {name: row for name, row in new.items() if old.get(name) is not row}
