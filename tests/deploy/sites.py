"""Small sites to deploy, as manifests and bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from site_gen.deploy.in_place.deployment import plan_release
from site_gen.deploy.in_place.records import Live
from site_gen.deploy.plan import Plan
from site_gen.deploy.release import forget_lost, make_release
from site_gen.deploy.site import BuiltSite, SiteFile

NOW = datetime(2025, 5, 22, 18, 30, tzinfo=UTC)
Site = dict[str, bytes]


def page(*urls: str) -> bytes:
    """A page that leads to these."""
    return "".join(f'<a href="{url}">{url}</a>' for url in urls).encode()


def old_site() -> Site:
    """Two articles and what they load."""
    return {
        "index.html": page("/a/", "/b/", "/assets/style.1.css"),
        "a/index.html": page("/", "/b/", "/assets/style.1.css", "/a/picture.png"),
        "a/picture.png": b"a picture",
        "b/index.html": page("/", "/a/", "/assets/style.1.css"),
        "gone/index.html": page("/", "/gone/data.csv"),
        "gone/data.csv": b"1,2",
        "assets/style.1.css": b"old style",
        "feed.xml": b"<feed>b a</feed>",
    }


def new_site() -> Site:
    """The same with another style, an article more, and one less."""
    site = {path: content.replace(b"style.1", b"style.2") for path, content in old_site().items()}
    del site["gone/index.html"], site["gone/data.csv"], site["assets/style.1.css"]
    return site | {
        "index.html": page("/c/", "/a/", "/b/", "/assets/style.2.css"),
        "b/index.html": page("/", "/a/", "/c/", "/assets/style.2.css"),
        "c/index.html": page("/", "/b/", "/assets/style.2.css", "/c/picture.png"),
        "c/picture.png": b"another picture",
        "assets/style.2.css": b"new style",
        "feed.xml": b"<feed>c b a</feed>",
    }


def describe(site: Mapping[str, bytes]) -> dict[str, SiteFile]:
    """What a build says of it."""
    return {
        path: SiteFile(hashlib.sha256(content).hexdigest(), len(content))
        for path, content in site.items()
    }


def build(folder: Path, site: Mapping[str, bytes]) -> BuiltSite:
    """A site as a build leaves it in a folder, where each file is another one than before."""
    for path, content in site.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.unlink(missing_ok=True)
        place.write_bytes(content)
    return BuiltSite(folder, describe(site), {})


def plan_for(live: Live, site: Mapping[str, bytes], now: datetime = NOW) -> Plan:
    """How a bucket comes from what is live to a site."""
    known = forget_lost(live.release, live.find_changed()) if live.release else None
    release = make_release(describe(site), known, now, decides_caching=True)
    return plan_release("test", live, release, now)
