"""The last build as its store has it, for commands that look at it and build nothing."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

import msgspec

from site_gen import paths
from site_gen.build.choice import Choice
from site_gen.build.code import digest_code
from site_gen.build.compressed import CompressedRow, list_forms
from site_gen.build.inputs import FileRow
from site_gen.build.kept import make_known
from site_gen.build.listing import THEME
from site_gen.build.report import ReportRow
from site_gen.build.rows import CardRow, DocumentRow, MadeRow, OutputRow, ReadyRow, StateRow
from site_gen.build.scripts import ENDINGS as ENDINGS_OF_SCRIPTS
from site_gen.build.scripts import SCRIPTS
from site_gen.build.sealing import DamagedStoreError
from site_gen.build.search import SEARCH_ROW, search_slot
from site_gen.build.store import Store
from site_gen.build.store_folder import look_into
from site_gen.build.theme import fingerprinted_url, static_url
from site_gen.codings import ENDINGS, sort_codings
from site_gen.commands.site import CACHE
from site_gen.diagnostics import SiteError
from site_gen.paths import FINGERPRINTED
from site_gen.site.cards import TEMPLATE
from site_gen.site.headers import HEADERS, make_headers
from site_gen.site.known import Known
from site_gen.site.outputs import Slot, card_slot

_BUILD_FIRST = "build the site first: `site-gen build`"


class CopiedFile(msgspec.Struct, frozen=True):
    """An output that is a copy, or is made by the build without a page around it."""

    slot: Slot
    source: str
    """Path of the file; for one that the build makes, the name of what makes it."""
    sha256: str
    is_made: bool = False


class LastBuild:
    """What the last build that came to its end has left."""

    def __init__(self, store: Store, state: StateRow) -> None:
        self.store = store
        self.state = state
        self.number = store.build
        """Of the last build; it may have had nothing to do."""
        self.files = store.load(FileRow)
        self.documents = store.load(DocumentRow)
        self.readies = store.load(ReadyRow)
        self.cards = {
            card_slot(name, row.url).path: (name, row)
            for name, row in store.load(CardRow).items()
            if row.url
        }
        """Output path of each card → the path of its page, empty for the site, and its row."""
        self.outputs = store.load(OutputRow)
        self.made = store.load(MadeRow)
        self.report = store.get(ReportRow, "")

    @cached_property
    def copies(self) -> dict[str, CopiedFile]:
        """By output path."""
        own, late = [*self._list_static(), *self._list_files()], self._list_late()
        made = (*self._list_made(), *self._list_search())
        copies = {each.slot.path: each for each in (*own, *made, *late)}
        return copies | {each.slot.path: each for each in self._list_compressed(copies)}

    @cached_property
    def known(self) -> Known:
        """What it knew of the whole site."""
        return self.know(self.documents)

    def know(self, documents: Mapping[str, DocumentRow]) -> Known:
        """What it would have known with other documents at the same paths."""
        placed = [path for path in documents if path not in self.state.left_out]
        published = [path for path in placed if documents[path].is_whole]
        choice = Choice(
            published=tuple(published),
            unfit=(),
            left_out=self.state.left_out,
            broken=frozenset(placed) - frozenset(published),
            drafts=0,
            scheduled=(),
            early={},
            since=datetime.min.replace(tzinfo=UTC),
            until=None,
        )
        state = self.state
        return make_known(state.config, documents, choice, state.assets, state.files)

    def find_static(self, name: str) -> str:
        """The path of a file of `static/` as inputs know it; empty where there is none."""
        path = f"static/{name}"
        return next((each for each in (path, THEME + path) if each in self.files), "")

    def find_assets(self, name: str) -> list[str]:
        """The names of the assets that a file of `static/assets/` goes into, given its own."""
        scripts = self.made.get(SCRIPTS)
        bundles = scripts.parts.items() if scripts else ()
        return [bundle for bundle, parts in bundles if name in parts] or [name]

    def _list_static(self) -> Iterator[CopiedFile]:
        for path in self.state.files:
            name = path.removeprefix("static/")
            if name == path or not (source := self.find_static(name)):
                continue
            sha256 = self.files[source].sha256
            kind, subject = ("static file", path)
            if name.startswith(FINGERPRINTED):
                kind, subject = "asset", name.removeprefix(FINGERPRINTED)
                shorter = self.made.get(SCRIPTS if name.endswith(ENDINGS_OF_SCRIPTS) else name)
                if shorter and subject not in shorter.assets:
                    continue  # another script has it in its bundle
                sha256 = shorter.assets[subject][0] if shorter else sha256
            slot = Slot(static_url(name, sha256)[1:], kind, subject)  # type: ignore[arg-type]
            yield CopiedFile(slot, source, sha256)

    def _list_files(self) -> Iterator[CopiedFile]:
        for path, asset in self.state.assets.items():
            if path.startswith("content/") and asset.is_offered:
                slot = Slot(paths.output_path(asset.url), "file", path)
                yield CopiedFile(slot, path, asset.sha256)
            for each in asset.renditions:
                slot = Slot(paths.output_path(each.url), "picture", path)
                yield CopiedFile(slot, path, each.form.sha256)

    def _list_made(self) -> Iterator[CopiedFile]:
        links = self.state.asset_links
        for maker, row in self.made.items():
            if maker == SCRIPTS or maker.startswith(FINGERPRINTED):
                continue  # files of `static/`
            for name, (sha256, _) in row.assets.items():
                url = fingerprinted_url(name, sha256)
                # What is no longer published is still remembered.
                if name in links and links[name].url.endswith(url):
                    yield CopiedFile(Slot(url[1:], "asset", name), maker, sha256, is_made=True)

    def _list_search(self) -> Iterator[CopiedFile]:
        # Where readers can search no longer, the index is still remembered.
        row = self.made.get(SEARCH_ROW) if self.state.config.search else None
        for name, (sha256, _) in row.assets.items() if row else ():
            yield CopiedFile(search_slot(name), SEARCH_ROW, sha256, is_made=True)

    def _list_late(self) -> Iterator[CopiedFile]:
        """What is known after the documents, or when all pages are."""
        for name, card in self.cards.values():
            yield CopiedFile(card_slot(name, card.url), TEMPLATE, card.sha256, is_made=True)
        for sheet in {row.sheet for row in self.outputs.values() if row.sheet}:
            slot = Slot(sheet.path, "asset", sheet.path.removeprefix(FINGERPRINTED))
            yield CopiedFile(slot, "formulas", sheet.sha256, is_made=True)
        if f"static/{HEADERS}" not in self.state.files:
            content = make_headers(self.state.config, self.state.page_needs)
            sha256 = hashlib.sha256(content).hexdigest()
            yield CopiedFile(Slot(HEADERS, "headers", ""), "pages", sha256, is_made=True)

    def _list_compressed(self, copies: Mapping[str, CopiedFile]) -> Iterator[CopiedFile]:
        codings = sort_codings(self.state.config.compress)
        contents = [(path, row.sha256) for path, row in self.outputs.items()]
        contents += [(path, copy.sha256) for path, copy in copies.items()]
        rows = self.store.load(CompressedRow)
        for path, coding, form in list_forms(contents, codings, rows):
            slot = Slot(path + ENDINGS[coding], "compressed file", path)
            yield CopiedFile(slot, path, form.sha256, is_made=True)


@contextmanager
def open_last_build(root: Path) -> Iterator[LastBuild]:
    """The last build of a site; SiteError where there is none to look at."""
    try:
        store = look_into(root / CACHE)
        if store is None:
            raise SiteError(f"there is no build to look at in {root / CACHE}", _BUILD_FIRST)
        with store:
            yield _load(store)
    except (sqlite3.Error, DamagedStoreError) as error:
        raise SiteError(f"the cache cannot be read: {error}", _BUILD_FIRST) from error


def _load(store: Store) -> LastBuild:
    if store.code != digest_code():
        hint = "build once more; then it is as this one makes it"
        raise SiteError("the last build is the work of another site_gen", hint)
    state = store.get(StateRow, "")
    if state is None:
        raise SiteError("no build has come to its end here", _BUILD_FIRST)
    return LastBuild(store, state)
