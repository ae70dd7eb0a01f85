"""A site that is made anew when its files change, and is whole at every moment in between.

It is the same build as always, into the same store. What it makes waits in a pool of its own
instead of being published, and what a finished site has already is read from there. A request is
answered from one state of the site: the last one without a mistake.
"""

from __future__ import annotations

import gc
import hashlib
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from unicodedata import normalize

import msgspec

from site_gen.build.inputs import FOLDERS, Inputs
from site_gen.build.listing import THEME
from site_gen.build.memory import Memory
from site_gen.build.pipeline import build
from site_gen.build.result import is_good
from site_gen.build.store import Store
from site_gen.build.typesetter import Renderer
from site_gen.build.work import Ahead, Options, World
from site_gen.diagnostics import SiteError
from site_gen.effects import DiskTree, is_left_out
from site_gen.file_systems import is_link
from site_gen.model import Output
from site_gen.paths import CONFIG_PATH, FINGERPRINTED, LOCK_PATH, URLS_PATH, output_path
from site_gen.publish import DiskPool
from site_gen.publish.intact import look_at
from site_gen.publish.manifest import PublishedFile
from site_gen.serve.files import PublishedFiles
from site_gen.serve.rebuilt import Rebuilt, find_moved
from site_gen.serve.watching import Changes
from site_gen.site.known import SEARCH_URL
from site_gen.site.search import SEARCH

Show = Callable[[str, str], None]
"""Given path and SHA-256 of a page that will be so if nothing goes wrong: see `read_made`."""

_NO_PAGE = b"""<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="color-scheme" content="light dark">
<title>no page yet</title>
<body><p>There is no page to show yet.</p></body></html>
"""
_NO_PAGE_SHA256 = hashlib.sha256(_NO_PAGE).hexdigest()
_MISSING = "404.html"
_SPARE = 256
"""Files of the pool."""


class Roots(msgspec.Struct, frozen=True):
    """Where everything is that a site is made from, and what there is of it already."""

    site: Path
    theme: Path
    katex: Path
    finished: Path
    """The folder that `build` publishes into; nothing is written there."""
    stamps: Path
    """Where the stamps are of what is published there."""
    pool: Path
    """The folder of what is made here, for this server alone."""

    @property
    def watched(self) -> list[Path]:
        """The folders whose files are sources."""
        own = [self.site / name for name in FOLDERS]
        return [*own, *(self.theme / name for name in FOLDERS[1:] if self.theme != self.site)]

    def find_source(self, path: str) -> Path:
        """Where a source is that messages name so."""
        root = self.theme if path.startswith(THEME) else self.site
        return root / path.removeprefix(THEME)


def _show_nobody(path: str, sha256: str) -> None:
    pass


class LiveSite:
    """The site as it is now; `find` and `read` may be called from any thread while it is made."""

    def __init__(
        self,
        roots: Roots,
        options: Options,
        renderer: Renderer,
        read_clock: Callable[[], datetime],
        on_loss: Callable[[], None],
    ) -> None:
        """`on_loss` is called, from any thread, when the site has to be made again although no
        source has changed: something has gone that was made.
        """
        self._roots = roots
        self._options = options
        self._renderer = renderer
        self._read_clock = read_clock
        self._on_loss = on_loss
        self._outputs: Mapping[str, Output] = {}
        self._listed: tuple[Output, ...] = ()
        self._coming: Mapping[str, Output] = {}
        """What pages that are shown ahead may load beside the site as it is."""
        self._memory = Memory()
        self._inputs: Inputs | None = None
        self._pool = DiskPool(roots.pool)
        self._published = _find_published(roots.finished)
        """Shown as long as there has been no site without a mistake; its search index longer."""
        self._is_prepared = False
        self._swept = 0
        """How many files the pool had when what nobody needs any more was removed."""
        self._losses, self._mended = 1, 0
        """How often something was not where it was made, and how much of that is made anew."""

    def find(self, path: str) -> PublishedFile | None:
        """What is known of a file."""
        output = self._outputs.get(path) or self._coming.get(path)
        if output:
            return PublishedFile(output.sha256, output.size_bytes)
        if self._outputs:
            return index.find(path) if (index := self._find_index(path)) else None
        if self._published:
            return self._published.find(path)
        return PublishedFile(_NO_PAGE_SHA256, len(_NO_PAGE)) if path == _MISSING else None

    def read(self, path: str) -> bytes | None:
        """What a file holds; None where somebody has taken it away."""
        output = self._outputs.get(path) or self._coming.get(path)
        if output is None and not self._outputs:
            return self._published.read(path) if self._published else _NO_PAGE
        if output is None:
            return index.read(path) if (index := self._find_index(path)) else None
        for place in (self._roots.pool / output.sha256, self._roots.finished / path):
            try:
                content = b"" if is_link(str(place)) else place.read_bytes()
            except OSError:
                continue
            if hashlib.sha256(content).hexdigest() == output.sha256:
                return content
            if place.parent == self._roots.pool:
                place.unlink(missing_ok=True)  # as if it had never been made
        self._losses += 1
        self._on_loss()
        return None

    def _find_index(self, path: str) -> PublishedFiles | None:
        """Where a file of the search index is: in the finished site, so no save waits for it."""
        if not path.startswith(SEARCH) or output_path(SEARCH_URL) not in self._outputs:
            return None
        self._published = self._published or _find_published(self._roots.finished)
        return self._published

    def read_made(self, sha256: str) -> bytes | None:
        """What this build has made, be it of the site to come; None where it has gone already."""
        try:
            return self._pool.read(sha256)
        except OSError:
            return None

    def concerns(self, changes: Changes) -> bool:
        """Whether the site may be made from one of these files, or has lost something."""
        has_lost = self._losses != self._mended
        return changes is None or has_lost or any(map(self._is_source, map(Path, changes)))

    def rebuild(
        self,
        store: Store,
        changes: Changes = None,
        looked_at: Collection[str] = (),
        show: Show = _show_nobody,
    ) -> Rebuilt:
        """Make the site as its files are now, of which these may be otherwise than the last time;
        pages that are looked at are shown ahead, and are not part of the site yet.

        SiteError where no build can run at all.
        """
        started, losses = time.perf_counter(), self._losses
        ahead = Ahead(looked_at, show, self._offer)
        if losses != self._mended:
            self._pool = DiskPool(self._roots.pool)
        gc.disable()  # garbage can wait, whoever saves does
        try:
            result = build(self._make_world(store, changes, ahead), self._options)
        finally:
            gc.enable()
        self._inputs, self._mended = result.inputs, losses
        before = self._outputs
        fresh = self._take(result.outputs) if is_good(result) else []
        self._coming = {}
        after = self._outputs
        removed = tuple(sorted(before.keys() - after.keys()))
        return Rebuilt(
            changed=tuple(each.path for each in fresh),
            removed=removed,
            moved=find_moved(before, after, result.index) if removed else {},
            early=result.early,
            diagnostics=result.diagnostics,
            seconds=time.perf_counter() - started,
        )

    def prepare(self) -> None:
        """Make the next time quicker, while nobody waits."""
        self._memory.prepare()
        if not self._is_prepared:
            self._is_prepared = True
            # What is there by now stays, and is not to be looked through again and again.
            gc.collect()
            gc.freeze()

    def _offer(self, copied: Mapping[str, Output]) -> None:
        new = copied.keys() - self._outputs.keys()
        coming = {path: copied[path] for path in new if path.startswith(FINGERPRINTED)}
        self._coming = {**self._coming, **coming}

    def _make_world(self, store: Store, changes: Changes, ahead: Ahead) -> World:
        roots = self._roots
        before, self._inputs = self._inputs, None  # should it fail, all is looked at once more
        return World(
            site=DiskTree(roots.site),
            theme=DiskTree(roots.theme),
            inputs=before.after(self._find_names(changes))
            if before and changes is not None
            else None,
            katex=DiskTree(roots.katex),
            renderer=self._renderer,
            now=self._read_clock(),
            store=store,
            memory=self._memory,
            pool=self._pool,
            holds=self._list_held,
            has_all_bytes=self._losses == self._mended,
            compresses=False,
            ahead=ahead,
        )

    def _is_source(self, path: Path) -> bool:
        if path.parent == self._roots.site and path.name in (CONFIG_PATH, LOCK_PATH, URLS_PATH):
            return True
        return any(
            path.is_relative_to(folder)
            and not any(map(is_left_out, path.relative_to(folder).parts))
            for folder in self._roots.watched
        )

    def _find_names(self, changes: Iterable[str]) -> Iterator[str]:
        """These files as inputs name them; what is in both roots is in both trees."""
        site, theme = self._roots.site, self._roots.theme
        for path in filter(self._is_source, map(Path, changes)):
            if path.is_relative_to(site):
                yield normalize("NFC", path.relative_to(site).as_posix())
            if any(path.is_relative_to(theme / name) for name in FOLDERS[1:]):
                yield THEME + normalize("NFC", path.relative_to(theme).as_posix())

    def _take(self, outputs: tuple[Output, ...]) -> list[Output]:
        """Become a site of these outputs; those that are new or other than before."""
        before, listed, self._listed = self._outputs, self._listed, outputs
        # Most are the very same, in the same place.
        is_aligned = len(listed) == len(outputs)
        pairs = zip(listed if is_aligned else (None,) * len(outputs), outputs, strict=True)
        fresh = [new for old, new in pairs if old is not new]
        after = {**before, **{each.path: each for each in fresh}}
        if len(after) > len(outputs):
            after = {each.path: each for each in outputs}
        self._outputs = after
        self._sweep(before.values())
        return [
            each
            for each in fresh
            if each.path not in before or before[each.path].sha256 != each.sha256
        ]

    def _sweep(self, before: Iterable[Output]) -> None:
        """Remove from the pool what neither the site nor the one before it has: who has just been
        told of that may still be fetching it. It is done once in a while.
        """
        if len(self._pool) > self._swept + _SPARE:
            self._pool.keep({each.sha256 for each in (*before, *self._outputs.values())})
            self._swept = len(self._pool)

    def _list_held(self) -> Mapping[str, str]:
        """Digests by path of what is at hand beside the pool."""
        if self._outputs and self._losses == self._mended:
            return {path: output.sha256 for path, output in self._outputs.items()}
        try:
            return look_at(self._roots.finished, self._roots.stamps).intact
        except SiteError:
            return {}


def _find_published(folder: Path) -> PublishedFiles | None:
    try:
        return PublishedFiles(folder)
    except SiteError:
        return None
