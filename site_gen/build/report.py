"""What the last build said, and whether that still holds: then there is nothing to do.

Nothing is imported here that a build with nothing to do does not need.
"""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import suppress
from datetime import datetime

import msgspec

from site_gen.build.inputs import FileRow, Inputs
from site_gen.build.sealing import DamagedStoreError
from site_gen.build.store import Store
from site_gen.diagnostics import Diagnostic


class Report(msgspec.Struct, frozen=True):
    """What there is to say of a build."""

    is_good: bool
    """Whether it could be published."""
    diagnostics: tuple[Diagnostic, ...]
    articles: int
    pages: int
    files: int
    drafts: int
    """Drafts left out."""
    scheduled: tuple[datetime, ...]
    """When the articles that were left out are due, soonest first."""
    changed: int
    """Figures that are not as they were locked."""
    unlocked: int
    """Figures that are not locked yet."""
    unlocked_urls: int
    """URLs and anchors that are not."""


class ReportRow(msgspec.Struct, frozen=True):
    """The report of the last build, and what it holds for."""

    report: Report
    options: str
    """Digest of what the command line chose."""
    listing: str
    """Digest of the names of all files."""
    stamps: str
    """Digest of their stamps."""
    is_settled: bool
    """Whether those can be trusted: no file had just been written."""
    since: datetime | None
    """When the newest of its articles became due; None for no bound."""
    until: datetime | None
    """When the next one does."""
    published: dict[str, str] = {}
    """Output folder → SHA-256 of the manifest that this build has left there."""


def find_report(store: Store, inputs: Inputs, options: str, now: datetime) -> ReportRow | None:
    """The report of the last build where one of today would be the same; `options` as in a row."""
    try:
        return _find(store, inputs, options, now)
    except DamagedStoreError:
        return None  # the build finds that too, and says so


def _find(store: Store, inputs: Inputs, options: str, now: datetime) -> ReportRow | None:
    row = store.get(ReportRow, "")
    if row is None or not _is_about(row, inputs, options, now):
        return None
    if row.is_settled and row.stamps == inputs.stamps_digest:
        return row
    inputs.remember(store.load(FileRow))
    if not inputs.has_same_content():
        return None
    row = msgspec.structs.replace(row, stamps=inputs.stamps_digest, is_settled=inputs.is_settled)
    with suppress(sqlite3.Error):  # then the next build has to look as closely
        store.save([(FileRow, inputs.changed_rows()), (ReportRow, {"": row})])
    return row


def is_up_to_date(store: Store, inputs: Inputs, options: str, now: datetime) -> bool:
    """Whether a build of today would find nothing to do; nothing is noted."""
    row = store.get(ReportRow, "")
    inputs.remember(store.load(FileRow))
    return bool(row and _is_about(row, inputs, options, now) and inputs.has_same_content())


def _is_about(row: ReportRow, inputs: Inputs, options: str, now: datetime) -> bool:
    """Whether a report is about these options, this day and files of these names."""
    if row.options != options or row.listing != inputs.listing_digest:
        return False
    return not ((row.since and now < row.since) or (row.until and now >= row.until))


def digest_options(*options: object) -> str:
    """What tells apart what command lines chose."""
    return hashlib.sha256(repr(options).encode()).hexdigest()
