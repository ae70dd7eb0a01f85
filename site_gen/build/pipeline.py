"""From sources to the outputs of a finished site, and everything that is wrong on the way.

Nothing here writes. The order of the functions is the order of the work: read, parse, choose, read
assets, index, set formulas, draw charts, resolve, render. Mistakes are gathered, and the work goes
on, so that one build tells of all of them; a site with errors is for looking at, never for
publishing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

import msgspec

from site_gen.build.assets import Assets, make_asset, read_assets
from site_gen.build.conflicts import Conflicts
from site_gen.build.documents import Parsed, parse_documents
from site_gen.build.lock import find_changes, read_lock, tell_changes
from site_gen.build.math import MathRenderer, Rendered, make_stylesheet, render_formulas
from site_gen.build.plots import Drawings, PlotRenderer, draw_charts
from site_gen.build.sources import Sources, read_sources
from site_gen.build.theme import collect_static, static_url, static_urls
from site_gen.config import Config, parse_config
from site_gen.diagnostics import Diagnostic, Source, Suggestions, has_errors
from site_gen.directives.facts import Facts
from site_gen.directives.token_rate import check_data
from site_gen.effects import SourceTree
from site_gen.events import OnStage, ignore_stage
from site_gen.lock.changes import Change
from site_gen.lock.model import Lock
from site_gen.markdown.document import summarize
from site_gen.markdown.fill import Fillings
from site_gen.model import Document, Output
from site_gen.site.context import Ready, Shelf
from site_gen.site.feeds import make_feeds
from site_gen.site.figures import make_figures, make_files
from site_gen.site.index import SiteIndex, make_index
from site_gen.site.links import find_assets, resolve_references
from site_gen.site.pages import generated_urls, plan_pages, render_pages
from site_gen.site.templates import Templates

_SUGGESTIONS = 20
"""Hints of a build about links, each of which looks at every file of the site."""


class Renderer(MathRenderer, PlotRenderer, Protocol):
    """What only Node can do: the sidecar, or a stand-in in tests."""


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
    on_stage: OnStage = ignore_stage


class Options(msgspec.Struct, frozen=True):
    """What the command line chooses."""

    drafts: bool = False
    """Whether drafts are published."""
    future: bool = False
    """Whether articles that are not due are published."""
    jobs: int | None = None
    """Processes that parse; None to let the number of documents decide."""
    locked: bool = False
    """Whether every figure must be as it was locked."""


class Build(msgspec.Struct, frozen=True):
    """A finished site and what was wrong in making it."""

    outputs: tuple[Output, ...]
    """By path; not fit to be published when there are errors."""
    diagnostics: tuple[Diagnostic, ...]
    """By place."""
    articles: int
    pages: int
    drafts: int
    """Drafts left out."""
    scheduled: tuple[datetime, ...]
    """When the articles that were left out are due, soonest first."""
    documents: tuple[Document, ...]
    """Those that are published, by path."""
    lock: Lock
    """As it was read."""
    changes: tuple[Change, ...]
    """What is not as it was locked, what is not locked yet included."""


class _Chosen(msgspec.Struct, frozen=True):
    """The documents that are published, and why the others are not."""

    documents: tuple[Document, ...]
    unfit: tuple[Document, ...]
    """Documents with wrong front matter, whose text is checked all the same."""
    left_out: Mapping[str, str]
    broken: frozenset[str]
    drafts: int
    scheduled: tuple[datetime, ...]


def build(world: World, options: Options) -> Build:
    """The whole site; SiteError only where the set-up is wrong, such as a Node that cannot run."""
    world.on_stage("reading")
    sources, diagnostics = read_sources(world.site, world.theme)
    lock, problems = read_lock(sources.lock, diagnostics)
    diagnostics += problems
    config, problems = parse_config(sources.config)
    diagnostics += problems
    world.on_stage(f"parsing {len(sources.documents):,} documents")
    facts = Facts(sources.data, lock)
    diagnostics += check_data(facts)
    parsed = parse_documents(sources.documents, config, facts, options.jobs)
    chosen, problems = _choose(sources.documents, parsed, world.now, options)
    diagnostics += problems
    checked = (*chosen.documents, *chosen.unfit)
    assets, problems = _read_assets(checked, sources, world.site)
    diagnostics += problems
    index = _make_index(chosen, assets, sources, config)
    world.on_stage(f"setting {sum(len(each.formulas) for each in checked):,} formulas")
    by_path = _by_path(sources)
    rendered, problems = render_formulas(checked, by_path, world.renderer, config)
    diagnostics += problems
    drawings, problems = draw_charts(checked, by_path, world.renderer)
    diagnostics += problems
    shelf, problems = _make_shelf(checked, index, rendered, drawings, by_path, config)
    diagnostics += problems
    world.on_stage("rendering")
    outputs, problems = _render(shelf, sources, assets, rendered, world.katex)
    diagnostics += problems
    diagnostics += Conflicts(index, chosen.documents, by_path).find(outputs)
    changes = find_changes(lock, chosen.documents, sources.files, diagnostics)
    diagnostics += tell_changes(changes, by_path, options.locked)
    return Build(
        outputs=tuple(sorted(outputs, key=lambda output: output.path)),
        diagnostics=_in_order(diagnostics),
        articles=len(index.articles),
        pages=len(index.pages),
        drafts=chosen.drafts,
        scheduled=chosen.scheduled,
        documents=chosen.documents,
        lock=lock,
        changes=tuple(changes),
    )


def _by_path(sources: Sources) -> dict[str, Source]:
    """The documents, and the lock where there is one."""
    return {each.path: each for each in (*sources.documents, sources.lock) if each}


def _choose(
    sources: Iterable[Source], parsed: Iterable[Parsed], now: datetime, options: Options
) -> tuple[_Chosen, list[Diagnostic]]:
    """The documents to publish; what is wrong in those that are left out is not spoken of."""
    documents, unfit, left_out, broken = [], [], {}, set()
    scheduled, diagnostics = [], []
    for source, (document, problems) in zip(sources, parsed, strict=True):
        front = document.front if document else None
        if front and front.draft and not options.drafts:
            left_out[source.path] = "a draft"
        elif front and front.date and front.date > now and not options.future:
            left_out[source.path] = "not yet due"
            scheduled.append(front.date)
        else:
            diagnostics += problems
            if document and document.is_whole:
                documents.append(document)
            else:
                broken.add(source.path)
                unfit += [document] if document else []
    drafts = len(left_out) - len(scheduled)
    chosen = _Chosen(
        tuple(documents),
        tuple(unfit),
        left_out,
        frozenset(broken),
        drafts,
        tuple(sorted(scheduled)),
    )
    return chosen, diagnostics


def _read_assets(
    documents: Iterable[Document], sources: Sources, tree: SourceTree
) -> tuple[Assets, list[Diagnostic]]:
    """Files that documents refer to; those of `static/` have been read and go out by themselves."""
    wanted = {path for each in documents for path in find_assets(each, sources.files)}
    content = {path for path in wanted if path.startswith("content/")}
    assets, diagnostics = read_assets(content, tree, documents)
    static = {
        path: make_asset(path, static_url(name, sources.static[name]), sources.static[name])
        for path in wanted - content
        if (name := path.removeprefix("static/")) in sources.static
    }
    return Assets({**assets.by_path, **static}, assets.outputs), diagnostics


def _make_index(chosen: _Chosen, assets: Assets, sources: Sources, config: Config) -> SiteIndex:
    summaries = [summarize(document) for document in chosen.documents]
    articles = sum(summary.kind == "article" for summary in summaries)
    urls = generated_urls(articles, config.articles_per_page) + static_urls(sources.static)
    return make_index(
        summaries, assets.by_path, sources.files, chosen.left_out, chosen.broken, urls
    )


def _make_shelf(
    documents: Iterable[Document],
    index: SiteIndex,
    rendered: Rendered,
    drawings: Drawings,
    sources: Mapping[str, Source],
    config: Config,
) -> tuple[Shelf, list[Diagnostic]]:
    """Every document with its references resolved, its formulas set and its charts drawn."""
    ready, diagnostics = {}, []
    suggestions = Suggestions(_SUGGESTIONS)
    for document in documents:
        source = sources[document.path]
        targets, problems = resolve_references(document, index, source, suggestions)
        diagnostics += problems
        if document.is_whole:
            path = document.path
            fillings = Fillings(targets, rendered.by_path[path], drawings[path])
            ready[path] = Ready(document, index.by_path[path], fillings)
    return Shelf(config, index, ready), diagnostics


def _render(
    shelf: Shelf, sources: Sources, assets: Assets, rendered: Rendered, katex: SourceTree
) -> tuple[list[Output], list[Diagnostic]]:
    """Every output of the site."""
    made = make_stylesheet(rendered, katex) if rendered.any else {}
    static = collect_static(sources.static, made, shelf.config)
    templates = Templates(sources.templates, static.asset_urls)
    pages, diagnostics = render_pages(plan_pages(shelf), shelf, templates)
    # A site's own `static/robots.txt` and the like stand in for what would be made.
    feeds = [output for output in make_feeds(shelf) if output.path not in sources.static]
    beside = [*make_figures(shelf), *make_files(shelf)]
    return [*pages, *feeds, *beside, *assets.outputs, *static.outputs], diagnostics


def _in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    return tuple(sorted(set(diagnostics)))


def is_good(build: Build) -> bool:
    """Whether a build can be published."""
    return not has_errors(build.diagnostics)
