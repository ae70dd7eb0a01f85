"""Which outputs a site has, and what makes each of them.

A `Slot` is the place of one output, known before anything is made for it; `plan` makes from it the
page before its template, or the bytes of what has none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Literal

import msgspec

from site_gen.config import Config
from site_gen.model import PageSummary
from site_gen.paths import output_path
from site_gen.site.context import TRANSCRIPT
from site_gen.site.feeds import (
    FillIn,
    make_atom,
    make_json_feed,
    make_robots,
    make_sitemap,
)
from site_gen.site.figures import make_figures, make_file
from site_gen.site.known import SEARCH_URL, Known, count_stacks
from site_gen.site.pages import (
    PagePlan,
    Readied,
    plan_archive,
    plan_article,
    plan_missing,
    plan_page,
    plan_redirect,
    plan_search,
    plan_stack,
    plan_tag,
    plan_tags,
    stack_url,
)
from site_gen.site.reader import Reader
from site_gen.site.redirects import REDIRECTS, make_redirects
from site_gen.site.transcripts import TranscriptPlan, make_llms, plan_transcript

Kind = Literal[
    "archive",
    "article",
    "asset",
    "atom feed",
    "card",
    "compressed file",
    "figures",
    "file beside",
    "file",
    "front page",
    "headers",
    "json feed",
    "llms",
    "missing",
    "page",
    "picture",
    "redirect",
    "redirects",
    "robots",
    "search",
    "search page",
    "sitemap",
    "static file",
    "tag",
    "tags",
    "transcript",
]
OWN = frozenset(("article", "figures", "file beside", "page", "transcript"))
"""What is published at a document's own URL and below it."""
COPIED = frozenset(
    ("asset", "card", "compressed file", "file", "headers", "picture", "search", "static file")
)
"""What is not made but copied, or made along with all that is."""
_ALWAYS: tuple[tuple[str, Kind], ...] = (
    ("/articles/", "archive"),
    ("/tags/", "tags"),
    ("/404.html", "missing"),
    ("/feed.xml", "atom feed"),
    ("/feed.json", "json feed"),
    ("/sitemap.xml", "sitemap"),
    ("/robots.txt", "robots"),
    ("/llms.txt", "llms"),
)
_WITH_SEARCH: tuple[tuple[str, Kind], ...] = ((SEARCH_URL, "search page"),)
_FOR_MACHINES: Mapping[Kind, Callable[[Reader], bytes]] = {
    "llms": make_llms,
    "redirects": make_redirects,
    "robots": make_robots,
    "sitemap": make_sitemap,
}
"""What has no page and shows no document."""
_ORIGINS: Mapping[str, str] = {
    "archive": "list of all articles",
    "atom feed": "Atom feed",
    "headers": "headers for hosts",
    "json feed": "JSON feed",
    "llms": "llms.txt",
    "missing": "page for what is not found",
    "redirects": "redirects for hosts",
    "robots": "robots.txt",
    "search": "search index",
    "search page": "search page",
    "sitemap": "sitemap",
    "tags": "list of tags",
}


class Slot(msgspec.Struct, frozen=True, gc=False):
    """The place of an output."""

    path: str
    """From the output folder, e.g. `articles/riding-crop/index.html`."""
    kind: Kind
    subject: str
    """What it is about: the path of a source, the number of a front page, the URL of a tag."""

    @property
    def origin(self) -> str:
        """What makes it, for messages: the path of a source, or what the output is."""
        if self.kind in _ORIGINS:
            return _ORIGINS[self.kind]
        if self.kind == "front page":
            return f"front page {self.subject}"
        if self.kind == "card":
            return f"card of {self.subject}"
        return f"page of the tag at {self.subject}" if self.kind == "tag" else self.subject


class Extras(msgspec.Struct, frozen=True):
    """What is published beside a document's page."""

    has_figures: bool
    files: tuple[str, ...]
    """Names of what its directives made."""


def card_slot(path: str, url: str) -> Slot:
    """The place of a page's card, or of that of the site, at its URL."""
    return Slot(output_path(url), "card", path or "the site")


def generated_urls(article_count: int, config: Config) -> list[str]:
    """The URLs that a site has beside those of its documents, tags and files."""
    numbers = range(1, count_stacks(article_count, config.articles_per_page) + 1)
    return [url for url, _ in _list_common(config)] + [stack_url(number) for number in numbers]


def list_slots(known: Known, extras: Mapping[str, Extras]) -> Iterator[Slot]:
    """Every output that is made; a front page follows the articles on it. `extras` by path."""
    index, per_page = known.index, known.config.articles_per_page
    has_transcripts = known.config.transcripts
    for number in range(1, count_stacks(len(index.articles), per_page) + 1):
        for article in index.articles[(number - 1) * per_page : number * per_page]:
            yield from _list_document(article, extras[article.path], has_transcripts)
        yield Slot(output_path(stack_url(number)), "front page", str(number))
    for page in index.pages:
        yield from _list_document(page, extras[page.path], has_transcripts)
    moved = [summary for summary in index.by_path.values() if summary.aliases]
    for summary in moved:
        for alias in summary.aliases:
            yield Slot(output_path(alias), "redirect", summary.path)
    if moved:
        yield Slot(REDIRECTS, "redirects", "")
    yield from (Slot(output_path(tag.url), "tag", tag.url) for tag in index.tags)
    yield from (Slot(output_path(url), kind, "") for url, kind in _list_common(known.config))


Plan = PagePlan | TranscriptPlan | bytes
"""A page before its template, a transcript before its text, or the bytes of what has neither."""


def plan(slot: Slot, reader: Reader, documents: Readied, fill_in: FillIn) -> Plan:
    """What goes into a slot."""
    subject, find = slot.subject, documents.find
    match slot.kind:
        case "article":
            return plan_article(subject, reader, documents)
        case "front page":
            return plan_stack(subject, reader, documents)
        case "page":
            return plan_page(subject, reader, documents)
        case "transcript":
            return plan_transcript(find(subject), reader.page(subject), reader)
        case "figures":
            return make_figures(subject, reader, find)
        case "file beside":
            return make_file(slot.path.rpartition("/")[2], subject, find)
        case "atom feed":
            return make_atom(reader, find, fill_in)
        case "json feed":
            return make_json_feed(reader, find, fill_in)
        case _:
            return _plan_without_documents(slot, reader)


def _plan_without_documents(slot: Slot, reader: Reader) -> PagePlan | bytes:
    """What shows no document in full."""
    match slot.kind:
        case "archive":
            return plan_archive(slot.subject, reader)
        case "tags":
            return plan_tags(slot.subject, reader)
        case "tag":
            return plan_tag(slot.subject, reader)
        case "redirect":
            return plan_redirect(slot.subject, reader)
        case "missing":
            return plan_missing(slot.subject, reader)
        case "search page":
            return plan_search(slot.subject, reader)
        case _:
            assert slot.kind in _FOR_MACHINES, f"{slot.kind} is not planned"
            return _FOR_MACHINES[slot.kind](reader)


def _list_common(config: Config) -> tuple[tuple[str, Kind], ...]:
    """What there is once: its URL and what it is."""
    return _ALWAYS + (_WITH_SEARCH if config.search else ())


def _list_document(page: PageSummary, extras: Extras, has_transcript: bool) -> Iterable[Slot]:
    path, url = page.path, page.url
    yield Slot(output_path(url), page.kind, path)
    if has_transcript:
        yield Slot(_below(url, TRANSCRIPT), "transcript", path)
    if extras.has_figures:
        yield Slot(_below(url, "figures.json"), "figures", path)
    yield from (Slot(_below(url, name), "file beside", path) for name in extras.files)


def _below(url: str, name: str) -> str:
    return url.lstrip("/") + name
