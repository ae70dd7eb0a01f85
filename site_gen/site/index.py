"""The site index: what is known of all pages together, from their summaries alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache

import msgspec

from site_gen.model import Asset, PageSummary
from site_gen.paths import slugify


class Tag(msgspec.Struct, frozen=True):
    """A tag and the articles that have it."""

    name: str
    url: str
    """E.g. `/tags/llm/`."""
    articles: tuple[PageSummary, ...]
    """Newest first."""


class SiteIndex(msgspec.Struct, frozen=True):
    """Every page and file that the site has."""

    articles: tuple[PageSummary, ...]
    """Newest first; of two with one date, the path that sorts first."""
    pages: tuple[PageSummary, ...]
    """Pages that are no articles, by title."""
    neighbours: Mapping[str, tuple[PageSummary | None, PageSummary | None]]
    """Path of an article → the articles before and after it in time; None at either end."""
    tags: tuple[Tag, ...]
    """By name."""
    by_tag: Mapping[str, Tag]
    """By URL."""
    by_path: Mapping[str, PageSummary]
    by_url: Mapping[str, PageSummary]
    assets: Mapping[str, Asset]
    """Path of the source → asset, for those that some page refers to and those of `static/`."""
    files: frozenset[str]
    """Every file of `content/` and `static/`, referred to or not."""
    left_out: Mapping[str, str]
    """Path of a source that is not published → why, e.g. `a draft`."""
    broken: frozenset[str]
    """Sources with mistakes that leave nothing to link to; links to them are not blamed too."""
    urls: frozenset[str]
    """Every URL that the site answers, e.g. `/feed.xml`."""


def make_index(
    summaries: Iterable[PageSummary],
    assets: Mapping[str, Asset],
    files: frozenset[str],
    left_out: Mapping[str, str],
    broken: Iterable[str],
    urls: Iterable[str],
) -> SiteIndex:
    """The index of these pages; `urls` are those that are no page's own."""
    by_path = {summary.path: summary for summary in summaries}
    articles = newest_first(each for each in by_path.values() if each.kind == "article")
    pages = [summary for summary in by_path.values() if summary.kind == "page"]
    pages.sort(key=lambda summary: (summary.title, summary.path))
    tags = _collect_tags(articles)
    own = [summary.url for summary in by_path.values()]
    return SiteIndex(
        articles=tuple(articles),
        pages=tuple(pages),
        neighbours=_find_neighbours(articles),
        tags=tags,
        by_tag={tag.url: tag for tag in tags},
        by_path=by_path,
        by_url={summary.url: summary for summary in by_path.values()},
        assets=assets,
        files=files,
        left_out=left_out,
        broken=frozenset(broken),
        urls=frozenset([*own, *urls, *(tag.url for tag in tags)]),
    )


def find_clashing_tags(index: SiteIndex) -> list[tuple[PageSummary, str, str]]:
    """Articles with a tag that shares its URL with another tag: the article, its tag, the other."""
    names = {tag.url: tag.name for tag in index.tags}
    return [
        (article, name, names[tag_url(name)])
        for article in index.articles
        for name in article.tags
        if names[tag_url(name)] != name
    ]


@lru_cache(4096)
def tag_url(name: str) -> str:
    """Where a tag's articles are listed, e.g. `/tags/llm/`."""
    return f"/tags/{slugify(name.casefold())}/"


def newest_first(articles: Iterable[PageSummary]) -> list[PageSummary]:
    """Articles by their date; of two with one date, the path that sorts first."""
    by_path = sorted(articles, key=lambda article: article.path)
    return sorted(by_path, key=publication_of, reverse=True)


def newest_change(articles: Iterable[PageSummary]) -> datetime | None:
    """When the latest of these was written or updated; None where there are none."""
    return max((article.updated or publication_of(article) for article in articles), default=None)


def publication_of(summary: PageSummary) -> datetime:
    """When an article was published."""
    assert summary.date is not None, "an article without a date is refused before"
    return summary.date


def _find_neighbours(
    articles: Sequence[PageSummary],
) -> dict[str, tuple[PageSummary | None, PageSummary | None]]:
    older, newer = (*articles[1:], None), (None, *articles)
    around = zip(articles, older, newer, strict=False)
    return {article.path: (before, after) for article, before, after in around}


def _collect_tags(articles: Iterable[PageSummary]) -> tuple[Tag, ...]:
    """By name; of several names with one URL the first, which `find_clashing_tags` objects to."""
    tagged: dict[str, list[PageSummary]] = {}
    spelled: set[str] = set()
    for article in articles:
        spelled.update(article.tags)
        for name in article.tags:
            tagged.setdefault(tag_url(name), []).append(article)
    names = {tag_url(name): name for name in sorted(spelled, reverse=True)}
    tags = [Tag(names[url], url, tuple(listed)) for url, listed in tagged.items()]
    return tuple(sorted(tags, key=lambda tag: (tag.name.casefold(), tag.name)))
