"""Dates of what a build did not have to parse: they are those that a clean build makes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from site_gen.build.pipeline import build
from site_gen.build.result import Build
from site_gen.build.store import Store
from site_gen.build.store_folder import open_store
from site_gen.build.work import Options, World
from site_gen.effects import DiskTree, MemoryTree
from site_gen.publish import MemoryPool
from site_gen.setup import theme_root
from site_gen.sidecar import Bundled, Formula, MathResult
from tests.sites import NOW, article, messages_of, page_of

THEME = {"templates/article.html": "{{ article.entry.date | day }} {{ article.entry.date | iso }}"}


class NoNode:
    """Nothing here has to be set."""

    def render_math(self, formulas: list[Formula]) -> list[MathResult]:
        assert not formulas
        return []

    def bundle_scripts(self, scripts: Mapping[str, str]) -> Bundled:
        return Bundled(dict(scripts))

    def rest(self) -> None:
        pass


def make(store: Store, pool: MemoryPool, text: str, zone: str, date: str) -> Build:
    config = f'[tool.site_gen]\nurl = "https://example.org/"\ntimezone = "{zone}"\n'
    files = {"pyproject.toml": config, "content/articles/a.md": article(date=date)}
    files |= {"templates/article.html": THEME["templates/article.html"] + text}
    world = World(
        site=MemoryTree({path: each.encode() for path, each in files.items()}),
        theme=DiskTree(theme_root()),
        katex=DiskTree(Path()),
        renderer=NoNode(),  # type: ignore[arg-type]
        now=NOW,
        store=store,
        pool=pool,
    )
    built = build(world, Options())
    assert messages_of(built) == ""
    return built


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / ".cache"


def test_a_day_stays_what_it_is_when_only_a_template_changes(cache: Path) -> None:
    pool = MemoryPool()
    for text in ("", "!"):
        with open_store(cache, "") as store:
            built = make(store, pool, text, "Europe/Berlin", "2025-05-22")
        page = page_of(built, "articles/a/index.html")
        assert page == f"22 May 2025 2025-05-22T00:00:00+02:00{text}"
    assert built.ran.parsed == ()


def test_another_time_zone_changes_the_day_of_an_instant_that_stays(cache: Path) -> None:
    pool = MemoryPool()
    days: list[str] = []
    for zone in ("UTC", "Asia/Tokyo"):
        with open_store(cache, "") as store:
            built = make(store, pool, "", zone, "2025-05-22T20:00:00Z")
        days += re.findall(r"^\d+ May", page_of(built, "articles/a/index.html"))
    assert days == ["22 May", "23 May"]
