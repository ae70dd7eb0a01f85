"""Releases: how each file is sent, and which assets of older ones stay."""

from __future__ import annotations

from datetime import timedelta

import pytest

from site_gen.deploy.release import Release, make_release
from site_gen.deploy.site import SiteFile
from tests.deploy.sites import NOW


def release_of(paths: list[str], live: Release | None, *, decides_caching: bool = True) -> Release:
    days = timedelta(days=int(live.id[6:8]) - 21 if live else 0)
    files = {path: SiteFile(path, 1) for path in paths}
    return make_release(files, live, NOW + days, decides_caching=decides_caching)


def test_what_is_sent_follows_from_the_path() -> None:
    release = release_of(["index.html", "assets/style.1f2e3d4c.css", "feed.json"], None)
    assert {
        path: (file.content_type, file.cache_control) for path, file in release.files.items()
    } == {
        "assets/style.1f2e3d4c.css": (
            "text/css; charset=utf-8",
            "public, max-age=31536000, immutable",
        ),
        "feed.json": ("application/feed+json", "public, max-age=0, must-revalidate"),
        "index.html": ("text/html; charset=utf-8", "public, max-age=0, must-revalidate"),
    }


def test_nothing_is_said_of_caching_where_the_host_decides() -> None:
    release = release_of(["index.html"], None, decides_caching=False)
    assert release.files["index.html"].cache_control == ""


@pytest.mark.parametrize(
    "path",
    [
        "assets/style.1f2e3d4c.css",
        "assets/katex/KaTeX_Main-Regular.c2342cd8.woff2",
        "articles/crop/crop.1200.f182fd60cd.webp",
        "articles/crop/card.0d03391ef3.png",
        "search/pagefind/fragment/en_212b3f2.pf_fragment",
    ],
)
def test_an_asset_that_is_named_by_its_bytes_stays_for_two_releases(path: str) -> None:
    release = release_of(["index.html", path], None)
    ages = []
    for number in range(4):
        release = release_of(["index.html", f"{number}.html"], release)
        ages.append(release.files[path].age if path in release.files else None)
    assert ages == [1, 2, None, None]
    assert release_of(["index.html", path], release).files[path].age == 0


@pytest.mark.parametrize(
    "path", ["a/index.html", "a/index.md", "a/data.csv", "a/photo.jpg", "a/data.20250522.csv"]
)
def test_what_else_is_gone_is_gone(path: str) -> None:
    release = release_of(["index.html", path], None)
    assert path not in release_of(["index.html"], release).files


def test_a_name_says_when_and_differs_with_the_files() -> None:
    one, other = release_of(["index.html"], None), release_of(["index.html", "a.txt"], None)
    assert one.id.startswith("20250522T183000Z-")
    assert one.id != other.id
