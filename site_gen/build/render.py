"""Pages from their plans: bodies filled in, templates run, bytes put into the pool."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, lru_cache, partial
from typing import Any, Protocol

import msgspec
from msgspec.structs import replace

from site_gen.build.documents import decode_segments
from site_gen.build.sealing import DamagedStoreError
from site_gen.build.store import Store
from site_gen.build.store_folder import BlobReader
from site_gen.build.typesetter import decode_drawing
from site_gen.charts import Drawing
from site_gen.diagnostics import Diagnostic, Source, Span
from site_gen.markdown.fill import Fillings, fill_body
from site_gen.markdown.fill_transcript import fill_transcript
from site_gen.model import Segment
from site_gen.publish.pool import Pool
from site_gen.site.context import Shown, make_body
from site_gen.site.known import Site
from site_gen.site.pages import PagePlan
from site_gen.site.policy import MARK, find_needs, format_policy
from site_gen.site.templates import AssetLink, Templates
from site_gen.site.transcripts import TranscriptPlan

_MARK = MARK.encode()
_FORMULA = b' class="katex-html"'
_AT_HAND = 64
"""Documents."""
_NOT_THERE = "what a page is made from is not where it was"
_Long = tuple[tuple[Segment, ...], list[str], list[Drawing]]


class Blobs(Protocol):
    """Where bodies, formulas and drawings are: the store, or a connection to it."""

    def contents(self, digests: Iterable[bytes]) -> dict[bytes, bytes]:
        """The contents of those that are there."""


class RenderTask(msgspec.Struct, frozen=True):
    """A page to make."""

    path: str
    plan: PagePlan | TranscriptPlan


class Rendered(msgspec.Struct, frozen=True):
    """What came of it."""

    sha256: str
    """Of its bytes, which are in the pool; empty where it could not be made."""
    size_bytes: int
    problems: tuple[Diagnostic, ...] = ()
    reads: tuple[str, ...] = ()
    """The cells that its template asked for."""
    needs: tuple[str, ...] = ()
    """What it loads beside the site itself, where it says so."""
    elapsed_us: int = 0


class Render:
    """Makes pages one by one, in whatever process it was sent to."""

    def __init__(
        self,
        templates: Mapping[str, tuple[str, str]],
        asset_links: Mapping[str, AssetLink],
        site: Site,
        pool: Pool,
        blobs: Blobs,
        made: Templates | None = None,
    ) -> None:
        """`templates` are path and text by name; `made` are the same where somebody has them."""
        self._parts = (templates, asset_links, site, pool, blobs)
        if made:
            self._templates = made

    def __getstate__(self) -> dict[str, object]:
        return {"_parts": self._parts}

    def __call__(self, task: RenderTask) -> Rendered:
        """What a plan is of."""
        started = time.perf_counter()
        if isinstance(task.plan, TranscriptPlan):
            made = self._keep(self.write(task.plan))
        else:
            made = self._set_page(task.plan)
        return replace(made, elapsed_us=round(1e6 * (time.perf_counter() - started)))

    def _set_page(self, plan: PagePlan) -> Rendered:
        site = self._parts[2]
        context: dict[str, Any] = {"head": plan.head, **plan.context}
        if plan.article:
            context["article"] = make_body(plan.article, self.fill_in(plan.article))
        if plan.articles is not None:
            context["articles"] = [make_body(each, self.fill_in(each)) for each in plan.articles]
        content, problems, reads = self._templates.render(plan.template, site, context)
        if "asset:katex.css" in reads:
            problems += self._check_sheet(plan, content)
        needs = tuple[str, ...]()
        if _MARK in content:
            needs = tuple(sorted({*find_needs(content), *plan.head.needs}))
            content = content.replace(_MARK, format_policy(needs, site.allowed).encode())
            reads.add("site:allowed")
        if problems:
            return Rendered("", len(content), tuple(problems), tuple(reads), needs)
        return replace(self._keep(content), reads=tuple(reads), needs=needs)

    def _keep(self, content: bytes) -> Rendered:
        return Rendered(self._parts[3].add(content), len(content))

    def _check_sheet(self, plan: PagePlan, content: bytes) -> list[Diagnostic]:
        """What is wrong with a page that loads KaTeX's stylesheet and shows formulas without their
        own one.
        """
        link = plan.head.math_sheet
        if link is None or link.url.encode() in content or _FORMULA not in content:
            return []
        template = self._parts[0].get(plan.template, ("templates", ""))[0]
        hint = 'put `<link rel="stylesheet" href="{{ head.math_sheet.url }}">` below `katex.css`'
        message = "formulas are shown without the stylesheet of the page, `head.math_sheet`"
        return [Diagnostic(Span(template), message, hint)]

    def fill_in(self, shown: Shown) -> str:
        """The HTML of a document in a view."""
        body, formulas, plots = self._load(shown.body, shown.formulas, shown.plots)
        return fill_body(body, shown.url, Fillings(shown.targets, formulas, plots), shown.view)

    def write(self, plan: TranscriptPlan) -> bytes:
        """A transcript."""
        found = self._parts[-1].contents([plan.transcript])
        if not found:
            raise DamagedStoreError(_NOT_THERE)
        transcript = decode_segments(found[plan.transcript])
        text = fill_transcript(transcript, plan.url, plan.targets, plan.view)
        return (plan.opening + text).encode()

    @cached_property
    def _load(self) -> Callable[..., _Long]:
        # An article is shown on its own page and, right after, on a front page.
        return lru_cache(_AT_HAND)(partial(_load, self._parts[-1]))

    @cached_property
    def _templates(self) -> Templates:
        templates, asset_links, *_ = self._parts
        sources = {name: Source(path, text) for name, (path, text) in templates.items()}
        return Templates(sources, asset_links)


def _load(
    blobs: Blobs, body: bytes, formulas: tuple[bytes, ...], plots: tuple[bytes, ...]
) -> _Long:
    """What is long about a document, by the digests of its parts."""
    wanted = (body, *formulas, *plots)
    found = blobs.contents(wanted)
    if len(found) < len(set(wanted)):
        raise DamagedStoreError(_NOT_THERE)
    return (
        decode_segments(found[body]),
        [found[each].decode() for each in formulas],
        [decode_drawing(found[each]) for each in plots],
    )


def choose_blobs(store: Store) -> Blobs:
    """What a worker reads blobs from: a connection of its own, where the store is a file."""
    return BlobReader(store.folder, store) if store.folder else store
