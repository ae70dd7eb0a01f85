"""What a build gives: the site, what is wrong with it, and what was done for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import msgspec

from site_gen.build.inputs import Inputs
from site_gen.build.rows import UrlsRow
from site_gen.diagnostics import Diagnostic, has_errors
from site_gen.lock.changes import Change
from site_gen.lock.model import Lock
from site_gen.model import Document, Output
from site_gen.publish.pool import Pool
from site_gen.site.index import SiteIndex


class Ran(msgspec.Struct, frozen=True):
    """The tasks that a build ran; all others were right as they were."""

    parsed: tuple[str, ...]
    """Paths of documents."""
    readied: tuple[str, ...]
    """Paths of documents whose links were followed."""
    formulas: int
    """How many were set."""
    outputs: tuple[str, ...]
    """Paths of outputs."""
    pictures: int = 0
    """How many were made into what is published of them."""
    cards: tuple[str, ...] = ()
    """Paths of the pages whose cards were written; empty for that of the site."""
    indexed: bool = False
    """Whether the index that readers search was made."""
    compressed: int = 0
    """How many contents were."""


class Build(msgspec.Struct, frozen=True):
    """A finished site and what was wrong in making it."""

    outputs: tuple[Output, ...]
    """By path; not fit to be published when there are errors."""
    pool: Pool
    """Where the bytes are of those that are not published yet."""
    diagnostics: tuple[Diagnostic, ...]
    """By place."""
    index: SiteIndex
    drafts: int
    """Drafts left out."""
    scheduled: tuple[datetime, ...]
    """When the articles that were left out are due, soonest first."""
    early: Mapping[str, str]
    """URL of each page that is here because it was asked for → why else it would not be."""
    documents: tuple[Document, ...]
    """Those that are published and compute, or did when they were locked, by path; without their
    bodies."""
    lock: Lock
    """As it was read."""
    changes: tuple[Change, ...]
    """What is not as it was locked, what is not locked yet included."""
    urls: UrlsRow | None
    """What is published against what `urls.lock` has; None where that is not right."""
    list_published: Callable[[], Mapping[str, str]]
    """What could be locked: addresses → path of the source, empty for none."""
    inputs: Inputs
    """What was read."""
    ran: Ran
    has_lost: bool
    """Whether a process died or hung, so that another build may tell of something else."""

    @property
    def articles(self) -> int:
        """How many articles are published."""
        return len(self.index.articles)

    @property
    def pages(self) -> int:
        """How many pages that are no articles."""
        return len(self.index.pages)

    def read(self, output: Output) -> bytes:
        """What an output holds that is not published yet."""
        return self.pool.read(output.sha256)


def is_good(build: Build) -> bool:
    """Whether a build can be published."""
    return not has_errors(build.diagnostics)
