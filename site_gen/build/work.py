"""What a build is given, and what its waves share while it runs."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from types import TracebackType
from typing import TYPE_CHECKING, Self

import msgspec

from site_gen.build.cells import Leaves
from site_gen.build.inline import Inline
from site_gen.build.inputs import Inputs
from site_gen.build.memory import Memory
from site_gen.build.ready import Documents
from site_gen.build.store import Store
from site_gen.build.typesetter import Renderer, Typesetter
from site_gen.codings import Coding, sort_codings
from site_gen.effects import SourceTree
from site_gen.events import OnStage, ignore_stage
from site_gen.model import Output
from site_gen.publish.pool import MemoryPool, Pool
from site_gen.sidecar import Indexer

if TYPE_CHECKING:
    from site_gen.build.workers import Workers

_WORTH_A_PROCESS = 200
"""Tasks; with fewer, starting processes takes longer than doing them."""


class Ahead(msgspec.Struct, frozen=True):
    """Who looks at some pages, and would like to see them before all others are made."""

    paths: Collection[str]
    """Of outputs, e.g. `articles/riding-crop/index.html`."""
    show: Callable[[str, str], None]
    """Given the path and SHA-256 of one whose bytes are in the pool. It may yet turn out that the
    build has errors."""
    offer: Callable[[Mapping[str, Output]], None]
    """Given, before that, what such pages may load: by path all that is copied."""


class World(msgspec.Struct, frozen=True):
    """What a build reads and uses, each behind an interface that tests can stand in for."""

    site: SourceTree
    """The site's root."""
    theme: SourceTree
    """The folder of the built-in `templates/` and `static/`."""
    katex: SourceTree
    """KaTeX's `dist` folder; read only when the site has math."""
    renderer: Renderer
    now: datetime
    """Aware; articles later than this are left out."""
    indexer: Indexer | None = None
    """What makes the index that readers search; None where nobody waits for it: then it is no part
    of the site."""
    on_stage: OnStage = ignore_stage
    inputs: Inputs | None = None
    """The files of site and theme, where somebody has looked at them already."""
    store: Store | None = None
    """What the last build left; None where each begins anew."""
    memory: Memory | None = None
    """The same as far as it is in this process, for the next build here."""
    pool: Pool = msgspec.field(default_factory=MemoryPool)
    """Where made outputs wait to be published."""
    holds: Callable[[], Mapping[str, str]] | None = dict
    """SHA-256 of what is published already, by path: all other bytes have to be in the pool. None
    where nothing will be published, so that no bytes are wanted."""
    has_all_bytes: bool = False
    """Whether the bytes of all that the last build with this memory listed are surely at hand."""
    compresses: bool = True
    """Whether files are published in compressed forms too where the site asks for it: not where it
    is shown while it is written."""
    ahead: Ahead | None = None
    """Used where nothing comes or goes but what is in pages, and assets that have a name for each
    content."""


class Options(msgspec.Struct, frozen=True):
    """What the command line chooses."""

    drafts: bool = False
    """Whether drafts are published."""
    future: bool = False
    """Whether articles that are not due are published."""
    jobs: int | None = None
    """Processes that parse and render; None to let the number of tasks decide."""
    locked: bool = False
    """Whether every figure must be as it was locked."""


@dataclass(frozen=True)
class Work:
    """All that the waves of one build share."""

    world: World
    options: Options
    store: Store
    inputs: Inputs
    leaves: Leaves
    changed: set[str]
    """The cells that are known to hold something else than at the last build; waves add to it."""
    crew: Crew
    typesetter: Typesetter
    documents: Documents

    @property
    def codings(self) -> tuple[Coding, ...]:
        """Those in which files are published beside what they are."""
        return sort_codings(self.leaves.config.compress) if self.world.compresses else ()

    @property
    def has_all_bytes(self) -> bool:
        """Whether nobody need look for the bytes of what the last build listed."""
        return self.world.has_all_bytes and not self.codings


class Crew:
    """Whoever runs the tasks of a wave: this process, or several; `with` ends them."""

    def __init__(self, jobs: int | None) -> None:
        self._jobs = jobs
        self._workers: Workers | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._workers:
            self._workers.shutdown(wait=error is None, cancel_futures=True)

    def choose(self, count: int) -> Workers | Inline:
        """Who runs so many tasks."""
        jobs = self._jobs
        if jobs is None:
            jobs = (os.cpu_count() or 1) if count >= _WORTH_A_PROCESS else 1
        if jobs == 1 or count < 2:
            return Inline()
        if self._workers is None:
            # With it comes all that it takes to run processes, which few builds do.
            self._workers = import_module("site_gen.build.workers").Workers(jobs)
        return self._workers
