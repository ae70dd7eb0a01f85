"""What was deployed to a folder or over ssh, as readers get it from nginx."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import brotli
import pytest
import urllib3

from site_gen import media_types
from site_gen.deploy.in_place.folder import FolderBucket
from site_gen.deploy.in_place.target import BucketTarget
from site_gen.deploy.opening import FOR_HOSTS
from site_gen.deploy.release import Release
from site_gen.deploy.site import BuiltSite, Needs, open_site
from site_gen.deploy.ssh.host import Host
from site_gen.deploy.ssh.target import SshTarget
from site_gen.deploy.target import Target
from tests.deploy.nginx import has_brotli, serving_by_nginx
from tests.deploy.sites import NOW, Site, build, new_site, old_site
from tests.deploy.ssh.server import HOST

DECODERS = {"gzip": gzip.decompress, "br": brotli.decompress, "": bytes}
SAFE = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "strict-origin-when-cross-origin",
}
"""Headers of all that is sent."""
ENDINGS = {"gzip": ".gz", "br": ".br"}


@pytest.fixture(params=["a folder", "ssh"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Target:
    """A target whose files are below `tmp_path/www/current`."""
    needs = Needs(("gzip", "brotli"), without=FOR_HOSTS)
    if request.param == "a folder":
        bucket = FolderBucket(tmp_path / "www/current")
        return BucketTarget("test", "a folder", bucket, needs, decides_caching=True)
    request.getfixturevalue("ssh_server")
    return SshTarget("test", Host(HOST, str(tmp_path / "www")), needs, 3, decides_caching=True)


@pytest.fixture
def nginx(tmp_path: Path) -> Iterator[str]:
    """The address of a server for it."""
    (tmp_path / "nginx").mkdir()
    with serving_by_nginx(tmp_path / "www/current", tmp_path / "nginx") as address:
        yield address


def deploy(target: Target, site: BuiltSite, days: int = 0) -> Release:
    plan = target.plan(site, NOW + timedelta(days=days))
    target.carry_out(plan, site, lambda _: None)
    return plan.release


def odd_site() -> Site:
    """The new site with a file of each kind, odd names, and a page for what is not there."""
    kinds = {f"kinds/file{ending}": ending.encode() for ending in media_types._TYPES}
    odd = {
        "a b/ü'%20.html": b"odd",
        "kinds/unknown.xyz": b"?",
        "feed.json": b"{}",
        "404.html": b"<p>nothing here",
    }
    return with_forms({**new_site(), **kinds, **odd})


def with_forms(site: Site) -> Site:
    """A site with what a build makes of its pages and styles when it compresses."""
    texts = {path: content for path, content in site.items() if path.endswith((".html", ".css"))}
    zipped = {f"{path}.gz": gzip.compress(content, mtime=0) for path, content in texts.items()}
    return site | zipped | {f"{path}.br": brotli.compress(text) for path, text in texts.items()}


def test_every_file_is_sent_as_was_planned(target: Target, tmp_path: Path, nginx: str) -> None:
    deploy(target, build(tmp_path / "built", with_forms(old_site())))
    release = deploy(target, build(tmp_path / "built", odd_site()), 1)
    check_served(nginx, release)


def test_pages_are_found_by_their_folders_and_what_is_not_there_is_told(
    target: Target, tmp_path: Path, nginx: str
) -> None:
    deploy(target, build(tmp_path / "built", odd_site()))
    page = fetch(nginx, "/c/")
    assert (page.status, page.data) == (200, new_site()["c/index.html"])
    assert fetch(nginx, "/c").headers["location"] == "/c/"
    none = (
        "/none",
        "/.site_gen/live.json",
        "/.site_gen",
        "/c/none.html",
        "/gone/",
        "/assets/no.css",
    )
    for url in none:
        missing = fetch(nginx, url)
        assert (missing.status, missing.data) == (404, b"<p>nothing here"), url
        assert missing.headers["content-type"] == "text/html; charset=utf-8"
        assert "cache-control" not in missing.headers
        assert {name: missing.headers[name] for name in SAFE} == SAFE


def test_a_reader_who_has_a_file_is_not_sent_it_again_until_it_changes(
    target: Target, tmp_path: Path, nginx: str
) -> None:
    def is_changed(etag: str) -> bool:
        answer = urllib3.request("GET", f"{nginx}/a/", headers={"if-none-match": etag})
        assert answer.headers["cache-control"] == "public, max-age=0, must-revalidate"
        return answer.status == 200

    deploy(target, build(tmp_path / "built", old_site()))
    etag = fetch(nginx, "/a/").headers["etag"]
    deploy(target, build(tmp_path / "built", {**old_site(), "feed.xml": b"other"}), 1)
    assert not is_changed(etag)
    # Of another size, since nginx sees no difference between two files of the same second.
    deploy(target, build(tmp_path / "built", {**old_site(), "a/index.html": b"other"}), 2)
    assert is_changed(etag)


def test_the_blog_is_sent_as_was_planned(target: Target, published: Path, nginx: str) -> None:
    site = open_site(published, (), target.needs)
    release = deploy(target, site)
    assert {"index.html", "feed.json", "404.html"} < release.files.keys()
    check_served(nginx, release)
    assert target.plan(site, NOW + timedelta(days=1)).is_empty


def check_served(address: str, release: Release) -> None:
    """Every file is sent as was planned, in each coding that it is there in."""
    for path, file in release.files.items():
        for coding in ("", "gzip", "br"):
            answer = fetch(address, f"/{quote(path)}", coding)
            sent = answer.headers.get("content-encoding", "")
            assert answer.status == 200, path
            assert answer.headers["content-type"] == file.content_type, path
            assert answer.headers["cache-control"] == file.cache_control, path
            assert {name: answer.headers[name] for name in SAFE} == SAFE, path
            assert sent == (coding if has_form(release, path, coding) else ""), path
            decoded = DECODERS[sent](answer.data)
            assert hashlib.sha256(decoded).hexdigest() == file.sha256, path


def has_form(release: Release, path: str, coding: str) -> bool:
    is_there = coding != "" and path + ENDINGS[coding] in release.files
    return is_there and (coding != "br" or has_brotli())


def fetch(address: str, url: str, coding: str = "") -> urllib3.BaseHTTPResponse:
    """An answer, its coding and any redirect left as they are."""
    headers = {"accept-encoding": coding or "identity"}
    return urllib3.request(
        "GET", address + url, headers=headers, redirect=False, decode_content=False
    )
