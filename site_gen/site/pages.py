"""Every HTML page of the site: which there are, what each shows, which template sets it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from site_gen.diagnostics import Diagnostic
from site_gen.markdown.fill import View, absolute
from site_gen.model import Output
from site_gen.paths import output_path
from site_gen.site.context import (
    Head,
    Link,
    Ready,
    Shelf,
    local,
    make_body,
    make_entry,
    make_head,
    make_site,
    make_tag_link,
)
from site_gen.site.templates import Templates


class PagePlan(msgspec.Struct, frozen=True):
    """A page before its template: where it goes, what it shows, what it came from."""

    url: str
    template: str
    origin: str
    """For messages: the source's path, or what the page is."""
    context: Mapping[str, Any]


def plan_pages(shelf: Shelf) -> Iterator[PagePlan]:
    """Every page of the site."""
    yield from _plan_front(shelf)
    yield from (_plan_document(ready, shelf) for ready in shelf.documents.values())
    yield _plan_archive(shelf)
    yield from _plan_tags(shelf)
    yield from _plan_redirects(shelf)
    yield _plan_missing(shelf)


def render_pages(
    plans: Iterable[PagePlan], shelf: Shelf, templates: Templates
) -> tuple[list[Output], list[Diagnostic]]:
    """An output for each page, and what is wrong in their templates, each mistake said once."""
    site = make_site(shelf)
    outputs, diagnostics = [], []
    for plan in plans:
        content, problems = templates.render(plan.template, {"site": site, **plan.context})
        diagnostics += [problem for problem in problems if problem not in diagnostics]
        outputs.append(Output(output_path(plan.url), content, plan.origin))
    return outputs, diagnostics


def generated_urls(article_count: int, per_page: int) -> list[str]:
    """The URLs that a site has beside those of its documents, tags and files."""
    own = [
        "/articles/",
        "/tags/",
        "/404.html",
        "/feed.xml",
        "/feed.json",
        "/sitemap.xml",
        "/robots.txt",
    ]
    numbers = range(1, _count_front_pages(article_count, per_page) + 1)
    return own + [_front_url(number) for number in numbers]


def _count_front_pages(article_count: int, per_page: int) -> int:
    return max(1, math.ceil(article_count / per_page))


def _front_url(number: int) -> str:
    return "/" if number == 1 else f"/page/{number}/"


def _canonical(url: str, shelf: Shelf) -> str:
    return absolute(url, View(base=shelf.config.base_url))


def _plan_front(shelf: Shelf) -> Iterator[PagePlan]:
    """The articles in full, newest first, so many a page."""
    per_page = shelf.config.articles_per_page
    articles = shelf.index.articles
    count = _count_front_pages(len(articles), per_page)
    for number in range(1, count + 1):
        shown = articles[(number - 1) * per_page : number * per_page]
        ready = [shelf.documents[article.path] for article in shown]
        view = local(shelf.config)
        head = Head(
            title="" if number == 1 else f"page {number}",
            canonical=_canonical(_front_url(number), shelf),
            description=shelf.config.description,
            has_math=any(each.document.formulas for each in ready),
            has_code=any(each.document.has_code for each in ready),
            scripts=_unite(each.document.scripts for each in ready),
        )
        context = {
            "head": head,
            "articles": [make_body(each, _stacked(each, shelf)) for each in ready],
            "newer": absolute(_front_url(number - 1), view) if number > 1 else "",
            "older": absolute(_front_url(number + 1), view) if number < count else "",
        }
        yield PagePlan(_front_url(number), "home.html", f"front page {number}", context)


def _unite(scripts: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """The scripts of several documents, each once."""
    return tuple(dict.fromkeys(name for names in scripts for name in names))


def _stacked(ready: Ready, shelf: Shelf) -> View:
    """The view of a document among others: headings a level deeper, anchors with a prefix."""
    prefix = ready.document.front.slug + ":"
    return View(base=shelf.config.base_path, anchor_prefix=prefix, heading_shift=1)


def _plan_document(ready: Ready, shelf: Shelf) -> PagePlan:
    document, view = ready.document, local(shelf.config)
    context: dict[str, Any] = {
        "head": make_head(ready, shelf),
        "article": make_body(ready, view),
    }
    if document.kind == "article":
        older, newer = shelf.index.neighbours[document.path]
        context["previous"] = Link(older.title, absolute(older.url, view)) if older else None
        context["next"] = Link(newer.title, absolute(newer.url, view)) if newer else None
    template = "article.html" if document.kind == "article" else "page.html"
    return PagePlan(document.url, template, document.path, context)


def _plan_archive(shelf: Shelf) -> PagePlan:
    entries = [make_entry(each, local(shelf.config)) for each in shelf.index.articles]
    head = Head(
        "all articles", _canonical("/articles/", shelf), f"Everything on {shelf.config.title}."
    )
    return PagePlan(
        "/articles/", "archive.html", "list of all articles", {"head": head, "entries": entries}
    )


def _plan_tags(shelf: Shelf) -> Iterator[PagePlan]:
    view = local(shelf.config)
    head = Head("tags", _canonical("/tags/", shelf), f"What {shelf.config.title} is about.")
    counted = [(make_tag_link(tag, view), len(tag.articles)) for tag in shelf.index.tags]
    yield PagePlan("/tags/", "tags.html", "list of tags", {"head": head, "tags": counted})
    for tag in shelf.index.tags:
        entries = [make_entry(each, view) for each in tag.articles]
        title, description = f"tagged {tag.name}", f"Articles about {tag.name}."
        head = Head(title, _canonical(tag.url, shelf), description)
        context = {"head": head, "tag": tag.name, "entries": entries}
        yield PagePlan(tag.url, "tag.html", f"page of the tag `{tag.name}`", context)


def _plan_redirects(shelf: Shelf) -> Iterator[PagePlan]:
    for summary in shelf.index.by_path.values():
        for alias in summary.aliases:
            head = Head(summary.title, _canonical(summary.url, shelf), is_indexed=False)
            context = {"head": head, "target": absolute(summary.url, local(shelf.config))}
            yield PagePlan(alias, "redirect.html", summary.path, context)


def _plan_missing(shelf: Shelf) -> PagePlan:
    head = Head("not found", _canonical("/404.html", shelf), is_indexed=False)
    return PagePlan("/404.html", "404.html", "page for what is not found", {"head": head})
