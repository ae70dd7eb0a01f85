"""The state that the last build left: read when it is asked for, replaced by that of this one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import tzinfo
from functools import cached_property
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from site_gen.build.choice import Choice
from site_gen.build.inputs import FileRow, Inputs
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

    @cached_property
    def state(self) -> StateRow | None:
        """What it was about."""
        return self._store.get(StateRow, "")

    @cached_property
    def documents(self) -> dict[str, DocumentRow]:
        """Its documents by path, with their dates in the time zone that they were read in."""
        rows = self._store.load(DocumentRow)
        if self.state is None or self.state.config.timezone == "UTC":
            return rows
        zone = self.state.config.zone
        return {path: _localize(row, zone) for path, row in rows.items()}

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
        """Leave the state of this build instead, all of it or nothing."""
        self._store.save(
            [
                (FileRow, inputs.changed_rows()),
                (DocumentRow, _differences(self.documents, documents)),
                (ReadyRow, _differences(self.readies, readies)),
                (OutputRow, _differences(self.outputs, outputs)),
                (PictureRow, pictures),
                (MadeRow, made),
                (StateRow, {} if state == self.state else {"": state}),
            ]
        )


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


def _localize(row: DocumentRow, zone: tzinfo) -> DocumentRow:
    """The row with its dates in a time zone: the store keeps instants alone."""
    summary = row.summary
    if summary is None or not (summary.date or summary.updated):
        return row
    date, updated = (
        moment.astimezone(zone) if moment else None for moment in (summary.date, summary.updated)
    )
    return replace(row, summary=replace(summary, date=date, updated=updated))


def _differences(old: Mapping[str, Row], new: Mapping[str, Row]) -> dict[str, Row | None]:
    """The rows that are not what they were, None for those that are gone."""
    changes: dict[str, Row | None] = dict.fromkeys(old.keys() - new.keys())
    return changes | {name: row for name, row in new.items() if old.get(name) is not row}
