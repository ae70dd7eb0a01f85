"""A folder as a bucket: files are whole, nothing is written through links, mistakes are told."""

from __future__ import annotations

import errno
import os
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from stat import S_IMODE
from threading import Barrier, Thread

import pytest

from site_gen.config import Config
from site_gen.deploy.in_place.bucket import ABSENT, TakenError
from site_gen.deploy.in_place.folder import FolderBucket
from site_gen.deploy.in_place.target import BucketTarget
from site_gen.deploy.opening import open_target
from site_gen.deploy.release import Served
from site_gen.deploy.site import Needs
from site_gen.diagnostics import SiteError
from site_gen.targets import FolderSettings
from tests.deploy.sites import NOW, build, old_site
from tests.files import read_tree

FILE = Served("", 0, "")


@pytest.fixture
def bucket(tmp_path: Path) -> FolderBucket:
    return FolderBucket(tmp_path / "www")


def check_refused(root: Path, path: str, reason: str) -> None:
    with pytest.raises(SiteError) as caught:
        open_target("test", FolderSettings(path=path), Config(), root)
    assert (
        caught.value.message
        == f"the target `test` cannot be `{os.path.normpath(root / path)}`: {reason}"
    )


def test_it_is_apart_from_the_sites_own_folders(tmp_path: Path) -> None:
    root = tmp_path / "blog"
    for name in ("content", "templates", "static", "_site"):
        (root / name).mkdir(parents=True)
        check_refused(root, name, f"it is `{name}`")
        check_refused(root, f"{name}/public", f"it is inside `{name}`")
    check_refused(root, ".", "it holds `content`")
    check_refused(root, "..", "it holds `content`")
    (root / "by-the-way").symlink_to(root / "static")
    check_refused(root, "by-the-way/public", "it is inside `static`")
    for path in ("public", "../public"):
        open_target("test", FolderSettings(path=path), Config(), root)


def test_a_web_server_can_read_it_whatever_the_umask(bucket: FolderBucket, tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        bucket.put("a/b/index.html", b"page", FILE)
    finally:
        os.umask(before)
    paths = ("www", "www/a", "www/a/b", "www/a/b/index.html")
    modes = [S_IMODE((tmp_path / path).stat().st_mode) for path in paths]
    assert modes == [0o755, 0o755, 0o755, 0o644]


def test_nothing_goes_through_links(bucket: FolderBucket, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "live.json").write_bytes(b"{}")
    bucket.put("index.html", b"page", FILE)
    (tmp_path / "www/a").symlink_to(elsewhere)
    for job in (
        lambda: bucket.put("a/index.html", b"page", FILE),
        lambda: bucket.copy("index.html", "a/index.html"),
        lambda: bucket.remove(["a/live.json"]),
        lambda: bucket.read("a/live.json"),
    ):
        with pytest.raises(SiteError, match=r"www/a` is a link, and nothing is written through"):
            job()
    (tmp_path / "link").symlink_to(tmp_path / "www")
    with pytest.raises(SiteError, match=r"link` is a link, and nothing is written through links"):
        FolderBucket(tmp_path / "link").put("index.html", b"page", FILE)
    assert read_tree(elsewhere) == {"live.json": b"{}"}


def test_a_link_in_place_of_a_file_is_replaced_and_not_followed(
    bucket: FolderBucket, tmp_path: Path
) -> None:
    (tmp_path / "mine").write_bytes(b"mine")
    (tmp_path / "www").mkdir()
    (tmp_path / "www/index.html").symlink_to(tmp_path / "mine")
    bucket.put("index.html", b"page", FILE)
    assert (tmp_path / "mine").read_bytes() == b"mine"
    assert not (tmp_path / "www/index.html").is_symlink()


def test_what_is_in_the_way_is_named(bucket: FolderBucket, tmp_path: Path) -> None:
    bucket.put("a/index.html", b"page", FILE)
    for name in ("a", "a/index.html/more"):
        with pytest.raises(SiteError) as caught:
            bucket.put(name, b"file", FILE)
        message = (
            f"a folder is in the way of a file, or a file of a folder: `{tmp_path}/www/{name}`"
        )
        assert caught.value.message == message
    assert (tmp_path / "www/a/index.html").read_bytes() == b"page"


def test_a_full_disk_leaves_what_was_there(
    bucket: FolderBucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket.put("index.html", b"old", FILE)

    def fail(path: Path, content: bytes) -> int:
        with path.open("wb") as file:
            file.write(content[:1])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", fail)
    with pytest.raises(SiteError) as caught:
        bucket.put("index.html", b"new", FILE)
    assert caught.value.message == f"`{tmp_path}/www/index.html`: no space left on device"
    assert caught.value.hint == "free some space, and deploy once more; each file there is whole"
    assert read_tree(tmp_path / "www") == {"index.html": b"old", ".site_gen/tmp/": b""}


def test_what_a_crash_has_left_is_removed_when_nobody_can_need_it(
    bucket: FolderBucket, tmp_path: Path
) -> None:
    left = tmp_path / "www/.site_gen/tmp"
    left.mkdir(parents=True)
    for name, age_s in (("old", 7200), ("new", 60)):
        (left / name).write_bytes(b"half")
        os.utime(left / name, (time.time() - age_s,) * 2)
    bucket.put("index.html", b"page", FILE)
    assert read_tree(left) == {"new": b"half"}


def test_of_many_who_exchange_a_record_at_once_one_does(bucket: FolderBucket) -> None:
    barrier, done = Barrier(8), []

    def exchange(number: int) -> None:
        barrier.wait()
        with suppress(TakenError):
            done.append((number, bucket.put_if(".site_gen/live.json", bytes([number]), ABSENT)))

    threads = [Thread(target=exchange, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ((winner, tag),) = done
    held = bucket.read(".site_gen/live.json")
    assert held is not None
    assert (held.content, held.tag) == (bytes([winner]), tag)


def test_records_of_different_names_do_not_hinder_each_other(bucket: FolderBucket) -> None:
    barrier, lost = Barrier(2), []

    def exchange(name: str) -> None:
        tag = ABSENT
        for number in range(50):
            barrier.wait()
            try:
                tag = bucket.put_if(name, str(number).encode(), tag)
            except TakenError:
                lost.append(name)

    threads = [Thread(target=exchange, args=(name,)) for name in ("live", "lease")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert lost == []


def test_headers_are_noted_once_where_there_are_none(bucket: FolderBucket, tmp_path: Path) -> None:
    site = build(tmp_path / "built", old_site())
    kinds = []
    for day, decides_caching in enumerate((True, False, False)):
        target = BucketTarget("test", "", bucket, Needs(), decides_caching=decides_caching)
        plan = target.plan(site, NOW + timedelta(days=day))
        kinds.append({step.change for step in plan.steps})
        target.carry_out(plan, site, lambda _: None)
    assert kinds == [{"new"}, {"headers"}, {"kept"}]
