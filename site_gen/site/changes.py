"""In which cells two builds of a site differ: their values are compared, so nothing is hashed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from site_gen.config import Config
from site_gen.model import PageSummary
from site_gen.site.index import tag_url
from site_gen.site.known import Known, count_stacks, list_page, make_site

_SETTINGS = (*Config.__struct_fields__, "origin", "base_url", "base_path")


def changed_cells(old: Known, new: Known) -> set[str]:
    """Every cell that holds something else than it did, of those that a Reader knows."""
    if old == new:
        return set()
    changed = _diff(_common(old), _common(new)) | _diff(_by_page(old), _by_page(new))
    before, after = old.index.by_path, new.index.by_path
    pairs = [(path, before.get(path), after.get(path)) for path in before.keys() | after.keys()]
    pairs = [pair for pair in pairs if pair[1] is not pair[2] and pair[1] != pair[2]]
    for path, was, becomes in pairs:
        changed.update(_changed_of_page(path, was, becomes))
    changed.update(_changed_relations(old, new, [pair[1:] for pair in pairs]))
    urls = old.index.urls ^ new.index.urls
    changed.update(f"url:{url}" for url in urls)
    odd = {*_odd_targets(old), *_odd_targets(new)}
    changed.update(cell for cell in odd if old.value(cell) != new.value(cell))
    return changed


def _changed_of_page(path: str, old: PageSummary | None, new: PageSummary | None) -> Iterator[str]:
    """The cells about a page of which the summary has changed, came or went."""
    if old is None or new is None or list_page(old) != list_page(new):
        yield f"page:{path}"
    if old is None or new is None or old.url != new.url:
        yield f"target:{path}"
        yield from (f"url:{each.url}" for each in (old, new) if each)
    if (old and old.figure) != (new and new.figure):
        yield f"figure:{path}"
    anchors = (old.anchors if old else frozenset()) ^ (new.anchors if new else frozenset())
    yield from (f"anchor:{path}|{name}" for name in anchors)


def _changed_relations(
    old: Known, new: Known, pairs: Iterable[tuple[PageSummary | None, PageSummary | None]]
) -> Iterator[str]:
    """What is related to the articles that share a tag with one of those that have changed, looked
    at where what others can see of it has: a new heading is no reason to go through a whole tag.
    """
    moved = [pair for pair in pairs if _as_related(pair[0]) != _as_related(pair[1])]
    urls = {tag_url(name) for pair in moved for page in pair if page for name in page.tags}
    tags = [site.index.by_tag.get(url) for site in (old, new) for url in urls]
    for path in {article.path for tag in tags if tag for article in tag.articles}:
        if old.value(f"related:{path}") != new.value(f"related:{path}"):
            yield f"related:{path}"


def _as_related(page: PageSummary | None) -> tuple[object, ...] | None:
    """All that decides to which articles a page is related, and how they show it."""
    return (page.kind, page.title, page.url, page.date, page.tags) if page else None


def _common(known: Known) -> dict[str, Any]:
    """The cells that are about no page in particular."""
    cells = {f"setting:{key}": known.value(f"setting:{key}") for key in _SETTINGS}
    site = make_site(known)
    cells |= {f"site:{key}": getattr(site, key) for key in site.__struct_fields__}
    whole = ("articles", "tags", "feed", "map", "outline", "aliases")
    cells |= {name: known.value(name) for name in whole}
    return cells | {f"tag:{tag.url}": known.value(f"tag:{tag.url}") for tag in known.index.tags}


def _by_page(known: Known) -> dict[str, Any]:
    """The cells that follow from the order of the articles."""
    index, per_page = known.index, known.config.articles_per_page
    cells = {f"neighbours:{path}": known.value(f"neighbours:{path}") for path in index.neighbours}
    count = count_stacks(len(index.articles), per_page)
    return cells | {f"stack:{n}": known.value(f"stack:{n}") for n in range(1, count + 1)}


def _odd_targets(known: Known) -> Iterator[str]:
    """Targets that are no pages."""
    yield from (f"target:{path}" for path in known.index.assets)
    yield from (f"target:{path}" for path in known.index.left_out)
    yield from (f"target:{path}" for path in known.index.broken)


def _diff(old: Mapping[str, Any], new: Mapping[str, Any]) -> set[str]:
    return {cell for cell in old.keys() | new.keys() if old.get(cell) != new.get(cell)}
