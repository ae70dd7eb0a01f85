"""A build from beginning to end: the world around it, what it publishes, what it leaves."""

from __future__ import annotations

import gc
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click
import msgspec

from site_gen.build.inputs import Inputs
from site_gen.build.kept import tidy
from site_gen.build.lock import count_unlocked
from site_gen.build.pipeline import build
from site_gen.build.report import Report, ReportRow
from site_gen.build.result import Build, is_good
from site_gen.build.sealing import DamagedStoreError
from site_gen.build.store import Store
from site_gen.build.store_folder import no_store, open_temporary, reopen
from site_gen.build.urls import count_unlocked_urls
from site_gen.build.work import Options, World
from site_gen.diagnostics import SiteError
from site_gen.effects import DiskTree
from site_gen.events import OnStage, ignore_stage
from site_gen.progress import Progress
from site_gen.publish import DiskPool, DiskPublisher
from site_gen.publish.intact import digest_manifest, locate_stamps
from site_gen.setup import node_executable, node_root, theme_root
from site_gen.sidecar import Sidecar, make_index

if TYPE_CHECKING:
    from site_gen.commands.profile import Profiler

_THEME = ("templates", "static")
_POOL = "made"
_Holds = Callable[[], Mapping[str, str]]
Made = TypeVar("Made")


def build_site(
    root: Path,
    store: Store,
    inputs: Inputs,
    chosen: tuple[bool, bool, int | None, bool],
    options_digest: str,
    now: datetime,
    output: Path | None,
    profiler: Profiler | None = None,
) -> Report:
    """Build a site, publish it where it is good, and leave in the store what there is to say.

    `chosen` are the values of `Options`. Without `output` nothing is published. A store that turns
    out to be damaged is begun anew; one that cannot be written is done without, and that is said.
    """
    gc.freeze()  # what was imported is no garbage
    options = Options(*chosen)
    on_stage = profiler.on_stage if profiler else ignore_stage
    order = _Order(root, options, now, on_stage)
    publisher = _make_publisher(root, output, store) if output else None
    if publisher:
        publisher.check()
    holds = publisher.holds if publisher else None
    with ExitStack() as others:
        result, store = build_with(
            store, others, lambda each: _build(order, each, inputs, publisher, holds)
        )
        on_stage("saving")
        # Without this the next build has to look for itself, and finds the same.
        with suppress(DamagedStoreError, sqlite3.Error):
            if not result.has_lost:
                _leave(store, result, options_digest, now, publisher)
        if profiler:
            profiler.finish(store)
        return make_report(result)


def build_with(
    store: Store, others: ExitStack, work: Callable[[Store], Made]
) -> tuple[Made, Store]:
    """What `work` makes with a store, and that store: another one, which `others` closes, where it
    turns out to be damaged or cannot be written, and that is said.
    """
    for attempt in range(3):
        _tell(store)
        try:
            return work(store), store
        except DamagedStoreError as damage:
            reason: Exception = damage
            other = reopen(store) if attempt == 0 else open_temporary(f"the cache: {damage}")
            store = others.enter_context(other)
        except sqlite3.Error as error:
            reason = error
            notice = f"the cache cannot be written: {error}; nothing is kept"
            store = others.enter_context(open_temporary(notice))
    raise no_store(reason)


def build_unpublished(root: Path, options: Options, now: datetime) -> Build:
    """The site as it is now, for commands that look at it; nothing is kept or published."""
    with open_temporary("") as store:
        return _build(_Order(root, options, now), store, None, None, None)


@contextmanager
def build_clean(root: Path, options: Options, now: datetime) -> Iterator[Build]:
    """The site as it is made from nothing, with all its bytes at hand for as long as this lasts."""
    with open_temporary("") as store:
        yield _build(_Order(root, options, now), store, None, None, dict)


def make_report(result: Build) -> Report:
    """What there is to say of a build."""
    return Report(
        is_good=is_good(result),
        diagnostics=result.diagnostics,
        articles=result.articles,
        pages=result.pages,
        files=len(result.outputs),
        drafts=result.drafts,
        scheduled=result.scheduled,
        changed=sum(change.kind != "new" for change in result.changes),
        unlocked=count_unlocked(result.changes),
        unlocked_urls=count_unlocked_urls(result.urls, result.early),
    )


class _Order(msgspec.Struct, frozen=True):
    """What is to be built, and who is told of it."""

    root: Path
    options: Options
    now: datetime
    on_stage: OnStage = ignore_stage
    """Told of each stage besides the progress that is shown."""


def _build(
    order: _Order,
    store: Store,
    inputs: Inputs | None,
    publisher: DiskPublisher | None,
    holds: _Holds | None,
) -> Build:
    """`holds` is as in `World`."""
    assert store.folder, "a store that workers can read"
    pool = DiskPool(store.folder / _POOL)
    try:
        with _open_world(order, store, inputs, pool, holds) as world:
            result = build(world, order.options)
            if publisher and is_good(result):
                world.on_stage(f"publishing {len(result.outputs):,} files")
                publisher.publish(result.outputs, pool)
    except (SiteError, DamagedStoreError, sqlite3.Error):
        _drop(pool)
        raise
    except OSError as error:
        _drop(pool)
        reason = (error.strerror or str(error)).lower()
        message = f"`{store.folder.name}` cannot be written: {reason}"
        hint = "free some space, or make it writable; the site is as it was"
        raise SiteError(message, hint) from error
    return result


def _drop(pool: DiskPool) -> None:
    """Make room: what cannot be published is not kept."""
    with suppress(OSError):
        pool.clear()


@contextmanager
def _open_world(
    order: _Order,
    store: Store,
    inputs: Inputs | None,
    pool: DiskPool,
    holds: _Holds | None,
) -> Iterator[World]:
    """All that a build reads and uses, with Node at hand and progress shown while it lasts."""
    with (
        Sidecar(node_executable, node_root()) as sidecar,
        Progress() as progress,
        ThreadPoolExecutor(1) as looking,
    ):
        # A build from nothing waits for its workers, and may have to read all that is published. In
        # any other, two threads would wait for each other.
        if holds:
            holds = looking.submit(holds).result if store.build == 1 else cache(holds)

        def tell(stage: str) -> None:
            progress.stage(stage)
            order.on_stage(stage)

        yield World(
            site=DiskTree(order.root),
            theme=DiskTree(theme_root()),
            katex=DiskTree(node_root() / "node_modules" / "katex" / "dist"),
            renderer=sidecar,
            indexer=partial(make_index, node_executable, node_root()) if holds else None,
            now=order.now,
            on_stage=tell,
            inputs=inputs,
            store=store,
            pool=pool,
            holds=holds,
        )


def _make_publisher(root: Path, output: Path, store: Store) -> DiskPublisher:
    sources = [root / "content", *(top / name for top in (root, theme_root()) for name in _THEME)]
    assert store.folder
    return DiskPublisher(output, sources, locate_stamps(store.folder, output))


def _leave(
    store: Store, result: Build, options: str, now: datetime, publisher: DiskPublisher | None
) -> None:
    """Note what the next build can say where nothing has changed."""
    inputs = result.inputs
    dates = [article.date for article in result.index.articles if article.date]
    published = publisher and is_good(result)
    row = ReportRow(
        report=make_report(result),
        options=options,
        listing=inputs.listing_digest,
        stamps=inputs.stamps_digest,
        is_settled=inputs.is_settled,
        since=max((date for date in dates if date <= now), default=None),
        until=min(result.scheduled, default=None),
        published={str(publisher.folder): digest_manifest(publisher.folder)}
        if publisher and published
        else {},
    )
    store.save([(ReportRow, {"": row})])
    tidy(store)


def _tell(store: Store) -> None:
    """Say how a store was opened, where there is something to say."""
    if store.notice:
        click.echo(f"site-gen: {store.notice}", err=True)
