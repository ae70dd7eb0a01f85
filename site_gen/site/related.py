"""Articles that are about the same: those that share tags, and rare tags more than common ones.

A tag that n articles have counts 1/n, and an article is as near to another as the sum over the tags
that both have. Of equally near ones the newer comes first.

To compare each article with each would take a minute for 10,000. So for every set of tags that some
article has, the newest few that have all of them are put on a shelf; the shelves of an article's
own sets, the heaviest first, hold all that can be nearest to it. A shelf has one more than is
wanted, since the article itself stands on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, groupby
from operator import itemgetter

from site_gen.model import PageSummary
from site_gen.site.index import SiteIndex, newest_first, tag_url

MOST = 3
"""Related articles that a page shows."""
COUNTED_TAGS = 6
"""Of an article with more, the first ones count: there are as many sets as 2 to that power."""

Tags = tuple[str, ...]
"""URLs of tags in order."""
Shelves = Mapping[Tags, Sequence[PageSummary]]


def make_shelves(articles: Iterable[PageSummary]) -> Shelves:
    """For each set of tags the newest few that have all of them; `articles` are newest first."""
    shelves: dict[Tags, list[PageSummary]] = {}
    for article in articles:
        for tags in _list_sets(article):
            shelf = shelves.setdefault(tags, [])
            if len(shelf) <= MOST:
                shelf.append(article)
    return shelves


def find_related(
    article: PageSummary, index: SiteIndex, shelves: Shelves
) -> tuple[PageSummary, ...]:
    """The few articles of the site that are nearest to one of it, the nearest first."""
    weights = {url: 1 / len(index.by_tag[url].articles) for url in map(tag_url, article.tags)}
    # Summed up in one order, equal sums are equal to the last bit.
    ranked = [(-sum(sorted(weights[url] for url in tags)), tags) for tags in _list_sets(article)]
    found: dict[str, PageSummary] = {}
    for _, sets in groupby(sorted(ranked), key=itemgetter(0)):
        equal = {each.path: each for _, tags in sets for each in shelves[tags]}
        new = [each for path, each in equal.items() if path not in (article.path, *found)]
        found |= {each.path: each for each in newest_first(new)}
        if len(found) >= MOST:
            break
    return tuple(found.values())[:MOST]


def _list_sets(article: PageSummary) -> Iterator[Tags]:
    """Every set of the article's tags but the empty one."""
    urls = sorted({tag_url(name) for name in article.tags[:COUNTED_TAGS]})
    for size in range(1, len(urls) + 1):
        yield from combinations(urls, size)
