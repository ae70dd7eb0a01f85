"""Pages from their plans: bodies filled in, templates run, bytes put into the pool."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import msgspec

from site_gen.build.documents import decode_body
from site_gen.build.store import BlobReader, DamagedStoreError
from site_gen.build.typesetter import decode_drawing
from site_gen.diagnostics import Diagnostic, Source
from site_gen.markdown.fill import Fillings, fill_body
from site_gen.publish.pool import Pool
from site_gen.site.context import Shown, make_body
from site_gen.site.known import Site
from site_gen.site.pages import PagePlan
from site_gen.site.templates import Templates


class Blobs(Protocol):
    """Where bodies, formulas and drawings are: the store, or a connection to it."""

    def contents(self, digests: Iterable[bytes]) -> dict[bytes, bytes]:
        """The contents of those that are there."""


class RenderTask(msgspec.Struct, frozen=True):
    """A page to make."""

    path: str
    plan: PagePlan


class Rendered(msgspec.Struct, frozen=True):
    """What came of it."""

    sha256: str
    """Of its bytes, which are in the pool; empty where it could not be made."""
    size_bytes: int
    problems: tuple[Diagnostic, ...]
    reads: tuple[str, ...]
    """The cells that its template asked for."""
    elapsed_us: int


class Render:
    """Makes pages one by one, in whatever process it was sent to."""

    def __init__(
        self,
        templates: Mapping[str, tuple[str, str]],
        asset_urls: Mapping[str, str],
        site: Site,
        pool: Pool,
        blobs: Blobs,
    ) -> None:
        """`templates` are path and text by name."""
        self._parts = (templates, asset_urls, site, pool, blobs)

    def __getstate__(self) -> dict[str, object]:
        return {"_parts": self._parts}

    def __call__(self, task: RenderTask) -> Rendered:
        """The page of a plan."""
        started = time.perf_counter()
        _, _, site, pool, _ = self._parts
        plan = task.plan
        context: dict[str, Any] = {"head": plan.head, **plan.context}
        if plan.article:
            context["article"] = make_body(plan.article, self.fill_in(plan.article))
        if plan.articles is not None:
            context["articles"] = [make_body(each, self.fill_in(each)) for each in plan.articles]
        content, problems, reads = self._templates.render(plan.template, site, context)
        return Rendered(
            sha256="" if problems else pool.add(content),
            size_bytes=len(content),
            problems=tuple(problems),
            reads=tuple(reads),
            elapsed_us=round(1e6 * (time.perf_counter() - started)),
        )

    def fill_in(self, shown: Shown) -> str:
        """The HTML of a document in a view."""
        wanted = (shown.body, *shown.formulas, *shown.plots)
        found = self._parts[-1].contents(wanted)
        if len(found) < len(set(wanted)):
            raise DamagedStoreError("what a page is made from is not where it was")
        fillings = Fillings(
            shown.targets,
            [found[each].decode() for each in shown.formulas],
            [decode_drawing(found[each]) for each in shown.plots],
        )
        return fill_body(decode_body(found[shown.body]), shown.url, fillings, shown.view)

    @cached_property
    def _templates(self) -> Templates:
        templates, asset_urls, *_ = self._parts
        sources = {name: Source(path, text) for name, (path, text) in templates.items()}
        return Templates(sources, asset_urls)


def choose_blobs(folder: Path | None, blobs: Blobs) -> Blobs:
    """What a worker reads blobs from: a connection of its own, where the store is a file."""
    return BlobReader(folder) if folder else blobs
