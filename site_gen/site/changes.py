"""In which cells two builds of a site differ: their values are compared, so nothing is hashed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from site_gen.config import Config
from site_gen.model import PageSummary
from site_gen.site.known import Known, count_stacks, list_page, make_site

_SETTINGS = (*Config.__struct_fields__, "origin", "base_url", "base_path")


def changed_cells(old: Known, new: Known) -> set[str]:
    """Every cell that holds something else than it did, of those that a Reader knows."""
    if old == new:
        return set()
    changed = _diff(_common(old), _common(new)) | _diff(_by_page(old), _by_page(new))
    before, after = old.index.by_path, new.index.by_path
    for path in before.keys() | after.keys():
        if before.get(path) is not after.get(path) and before.get(path) != after.get(path):
            changed.update(_changed_of_page(path, before.get(path), after.get(path)))
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
    anchors = (old.anchors if old else frozenset()) ^ (new.anchors if new else frozenset())
    yield from (f"anchor:{path}|{name}" for name in anchors)


def _common(known: Known) -> dict[str, Any]:
    """The cells that are about no page in particular."""
    cells = {f"setting:{key}": known.value(f"setting:{key}") for key in _SETTINGS}
    site = make_site(known)
    cells |= {f"site:{key}": getattr(site, key) for key in site.__struct_fields__}
    cells |= {name: known.value(name) for name in ("articles", "tags", "feed", "map")}
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
