"""A build from beginning to end: the world around it, what it publishes, what it leaves."""

from __future__ import annotations

import gc
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click
from rich.console import Console

from site_gen.build.inputs import Inputs
from site_gen.build.lock import count_unlocked
from site_gen.build.pipeline import Build, Options, World, build, is_good
from site_gen.build.report import Report, ReportRow
from site_gen.build.store import DamagedStoreError, Store, open_temporary, reopen
from site_gen.diagnostics import SiteError
from site_gen.effects import DiskTree
from site_gen.publish import DiskPool, DiskPublisher
from site_gen.publish.intact import digest_manifest, locate_stamps
from site_gen.setup import node_executable, node_root, theme_root
from site_gen.sidecar import Sidecar
from site_gen.terminal import Progress, make_console

_THEME = ("templates", "static")
_POOL = "made"
_COLLECT_AFTER = 100_000
"""Objects; Python's own is 700."""


def build_site(
    root: Path,
    store: Store,
    inputs: Inputs,
    chosen: tuple[bool, bool, int | None, bool],
    options_digest: str,
    now: datetime,
    output: Path | None,
) -> Report:
    """Build a site, publish it where it is good, and leave in the store what there is to say.

    `chosen` are the values of `Options`. Without `output` nothing is published. A store that turns
    out to be damaged is begun anew; one that cannot be written is done without, and that is said.
    """
    # Rows of 10,000 documents are no garbage: to look through them again and again took a tenth.
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER)
    console, options = make_console(), Options(*chosen)
    publisher = _make_publisher(root, output, store) if output else None
    if publisher:
        publisher.check()
    for attempt in range(3):
        _tell(store)
        try:
            result = _build(root, store, inputs, options, now, publisher, console)
        except DamagedStoreError as damage:
            store = reopen(store) if attempt == 0 else open_temporary(f"the cache: {damage}")
        except sqlite3.Error as error:
            store = open_temporary(f"the cache cannot be written: {error}; nothing is kept")
        else:
            _leave(store, result, options_digest, now, publisher)
            return make_report(result)
    raise SiteError("no cache can be kept, not even for this build", "is the disk full?")


def build_unpublished(root: Path, options: Options, now: datetime, console: Console) -> Build:
    """The site as it is now, for commands that look at it; nothing is kept or published."""
    with open_temporary("") as store:
        return _build(root, store, None, options, now, None, console)


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
    )


def _build(
    root: Path,
    store: Store,
    inputs: Inputs | None,
    options: Options,
    now: datetime,
    publisher: DiskPublisher | None,
    console: Console,
) -> Build:
    assert store.folder, "a store that workers can read"
    pool = DiskPool(store.folder / _POOL)
    try:
        with _open_world(root, store, inputs, pool, now, publisher, console) as world:
            result = build(world, options)
        if publisher and is_good(result):
            publisher.publish(result.outputs, pool)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        message = f"`{store.folder.name}` cannot be written: {reason}"
        hint = "free some space, or make it writable; the site is as it was"
        raise SiteError(message, hint) from error
    return result


@contextmanager
def _open_world(
    root: Path,
    store: Store,
    inputs: Inputs | None,
    pool: DiskPool,
    now: datetime,
    publisher: DiskPublisher | None,
    console: Console,
) -> Iterator[World]:
    """All that a build reads and uses, with Node at hand and progress shown while it lasts."""
    with (
        Sidecar(node_executable, node_root()) as sidecar,
        Progress(console) as progress,
        ThreadPoolExecutor(1) as looking,
    ):
        # To look at 20,000 published files takes 60 ms, most of it the system's.
        held = looking.submit(publisher.holds) if publisher else None
        yield World(
            site=DiskTree(root),
            theme=DiskTree(theme_root()),
            katex=DiskTree(node_root() / "node_modules" / "katex" / "dist"),
            renderer=sidecar,
            now=now,
            on_stage=progress.stage,
            inputs=inputs,
            store=store,
            pool=pool,
            holds=held.result if held else None,
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


def _tell(store: Store) -> None:
    """Say how a store was opened, where there is something to say."""
    if store.notice:
        click.echo(f"site-gen: {store.notice}", err=True)
