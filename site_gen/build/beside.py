"""The second part of a build: what is published beside the pages and known before they are made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from site_gen.build.assets import copy_assets
from site_gen.build.content import Content
from site_gen.build.kept import Kept
from site_gen.build.math_needs import MathNeeds
from site_gen.build.math_shelves import Shelves, find_changed_shelves
from site_gen.build.rows import MadeRow, StateRow
from site_gen.build.search import Search, collect_search
from site_gen.build.site_wide import choose_math_needs, choose_shelves, describe_copy
from site_gen.build.theme import Copy, Theme, collect_theme
from site_gen.build.work import Work
from site_gen.model import Output


class Beside(NamedTuple):
    """What pages load, and what stands beside them."""

    math_needs: MathNeeds | None
    """Of all formulas; None for a site without math."""
    shelves: Shelves
    theme: Theme
    search: Search
    copies: tuple[Copy, ...]
    """All of it as files."""
    copied: tuple[Output, ...]
    """The same as they are published."""

    @property
    def rows(self) -> Mapping[str, MadeRow]:
        """What is remembered of those that the build makes."""
        return {**self.theme.rows, **self.search.rows}


def collect_beside(work: Work, kept: Kept, content: Content) -> Beside:
    """What is published beside them; `work.changed` gets the cells of what is not as it was."""
    work.world.on_stage("reading static files")
    config, choice = work.leaves.config, content.choice
    math_needs, shelves = choose_math_needs(kept, choice), choose_shelves(kept, choice)
    work.changed.update(find_changed_shelves(kept.readies, shelves) if kept.state else ())
    theme = collect_theme(content.static, config, math_needs, work.world.katex, work.store)
    work.changed.update(_find_changed_assets(kept.state, theme))
    search = collect_search(work, kept, content.known)
    offered = copy_assets(content.assets.by_path, work.inputs, work.store)
    copies = (*theme.copies, *offered, *search.copies)
    copied = tuple(map(describe_copy, copies))
    return Beside(math_needs, shelves, theme, search, copies, copied)


def _find_changed_assets(state: StateRow | None, theme: Theme) -> Iterator[str]:
    """The cells of the theme's assets that are not as they were."""
    old = state.asset_links if state else theme.asset_links
    new = theme.asset_links
    yield from (
        f"asset:{name}" for name in old.keys() | new.keys() if old.get(name) != new.get(name)
    )
    if old.keys() != new.keys():
        yield "assets"
