"""Which pages share a stylesheet of formulas; what that makes anew is in `test_edits.py`."""

from __future__ import annotations

from collections import Counter

from site_gen.build.math_shelves import arrange, find_shelf


def test_pages_of_a_small_site_have_a_sheet_each() -> None:
    assert len({find_shelf(f"content/articles/{number}.md") for number in range(6)}) == 6


def test_a_large_site_has_few_pages_on_each_of_some_thousand_shelves() -> None:
    paths = [f"content/articles/{number:05}/index.md" for number in range(10_000)]
    shelves = arrange(paths)
    sizes = Counter({number: len(standing) for number, standing in shelves.items()})
    assert 1000 < len(shelves) <= 1024
    assert max(sizes.values()) < 40
    assert sorted(path for standing in shelves.values() for path in standing) == paths
