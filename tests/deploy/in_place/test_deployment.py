"""Deploying where files change one by one, cut off at every change and begun again."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from site_gen.deploy.in_place import lease
from site_gen.deploy.in_place.bucket import Bucket
from site_gen.deploy.in_place.deployment import carry_out
from site_gen.deploy.in_place.folder import FolderBucket
from site_gen.deploy.in_place.records import look
from site_gen.deploy.in_place.target import BucketTarget
from site_gen.deploy.plan import Plan, make_plan
from site_gen.deploy.release import make_release
from site_gen.deploy.site import Needs
from site_gen.diagnostics import SiteError
from tests.deploy.in_place.buckets import CutOffError, MemoryBucket, find_dead
from tests.deploy.sites import NOW, Site, describe, new_site, old_site, page, plan_for


def deploy(bucket: Bucket, site: Site, days: int = 0) -> Plan:
    plan = plan_for(look(bucket), site, NOW + timedelta(days=days))
    carry_out(bucket, plan, site.__getitem__, lambda _: None)
    return plan


def go_back(bucket: Bucket) -> None:
    target = BucketTarget("test", "a bucket", bucket, Needs(), decides_caching=True)
    target.roll_back(target.plan_back(NOW), lambda _: None)


def served(bucket: MemoryBucket) -> Site:
    """What readers can get."""
    return {
        path: content for path, content in bucket.files.items() if not path.startswith(".site_gen/")
    }


def test_a_site_is_served_and_its_last_assets_are_kept() -> None:
    bucket = MemoryBucket()
    deploy(bucket, old_site())
    assert served(bucket) == old_site()
    deploy(bucket, new_site(), 1)
    assert served(bucket) == {**new_site(), "assets/style.1.css": b"old style"}


def test_assets_stay_for_two_releases() -> None:
    bucket, sites = MemoryBucket(), [old_site()]
    for number in range(2, 6):
        old, new = f"style.{number - 1}".encode(), f"style.{number}".encode()
        site = {path: content.replace(old, new) for path, content in sites[-1].items()}
        del site[f"assets/style.{number - 1}.css"]
        sites.append(site | {f"assets/style.{number}.css": new})
    kept = []
    for days, site in enumerate(sites):
        deploy(bucket, site, days)
        kept.append([path[13] for path in sorted(bucket.files) if path.startswith("assets/")])
    assert kept == [["1"], ["1", "2"], ["1", "2", "3"], ["2", "3", "4"], ["3", "4", "5"]]


def test_a_second_run_has_nothing_to_do() -> None:
    bucket = MemoryBucket()
    deploy(bucket, old_site())
    deploy(bucket, new_site())
    assert plan_for(look(bucket), new_site(), NOW + timedelta(days=9)).is_empty


def test_what_somebody_else_has_changed_is_put_again() -> None:
    bucket = MemoryBucket()
    deploy(bucket, old_site())
    bucket.files["a/index.html"] = b"graffiti"
    del bucket.files["a/picture.png"]
    plan = deploy(bucket, old_site())
    assert [step.path for step in plan.steps if step.change != "kept"] == [
        "a/picture.png",
        "a/index.html",
    ]
    assert served(bucket) == old_site()


def test_cut_off_anywhere_no_reader_finds_a_dead_end_and_the_next_run_completes() -> None:
    whole = MemoryBucket()
    deploy(whole, old_site())
    before = whole.changes
    deploy(whole, new_site())
    count = whole.changes - before
    assert count >= 20
    for changes in range(count):
        bucket = MemoryBucket()
        deploy(bucket, old_site())
        bucket.changes, bucket.changes_left = 0, changes
        with pytest.raises(CutOffError):
            deploy(bucket, new_site())
        assert find_dead(served(bucket)) == [], changes
        bucket.changes_left = float("inf")
        bucket.files.pop(lease.LEASE, None)
        deploy(bucket, new_site())
        assert served(bucket) == {**new_site(), "assets/style.1.css": b"old style"}, changes
        go_back(bucket)
        assert served(bucket) == old_site(), changes


def test_headers_that_were_changed_before_it_was_cut_off_are_changed_back() -> None:
    for changes in range(20):
        bucket = MemoryBucket()
        deploy(bucket, old_site())
        sent_as = {path: bucket.sent_as[path] for path in old_site()}
        live = look(bucket)
        release = make_release(describe(old_site()), live.release, NOW, decides_caching=False)
        plan = make_plan("test", live.tag, live.find_files(), release, NOW)
        assert plan.count("headers") == len(old_site())
        bucket.changes, bucket.changes_left = 0, changes
        with suppress(CutOffError):
            carry_out(bucket, plan, old_site().__getitem__, lambda _: None)
        bucket.changes_left = float("inf")
        bucket.files.pop(lease.LEASE, None)
        deploy(bucket, old_site())
        assert {path: bucket.sent_as[path] for path in old_site()} == sent_as, changes


def test_a_first_deployment_puts_the_front_page_last() -> None:
    site = {"index.html": page("/z/"), "z/index.html": page("/")}
    whole = MemoryBucket()
    deploy(whole, site)
    for changes in range(whole.changes):
        bucket = MemoryBucket(changes)
        with pytest.raises(CutOffError):
            deploy(bucket, site)
        assert "index.html" not in bucket.files or find_dead(served(bucket)) == [], changes


def test_an_older_record_is_no_base_for_a_plan() -> None:
    bucket = MemoryBucket()
    deploy(bucket, old_site())
    plan = plan_for(look(bucket), new_site())
    other = {**old_site(), "index.html": page("/a/", "/b/")}
    deploy(bucket, other)
    with pytest.raises(SiteError, match="the target has changed since the plan was made"):
        carry_out(bucket, plan, new_site().__getitem__, lambda _: None)
    assert served(bucket) == {**other}


def test_going_back_undoes_what_was_cut_off() -> None:
    for changes in range(30):
        bucket = MemoryBucket()
        deploy(bucket, old_site())
        bucket.changes, bucket.changes_left = 0, changes
        with suppress(CutOffError):
            deploy(bucket, new_site())
        bucket.changes_left = float("inf")
        bucket.files.pop(lease.LEASE, None)
        with suppress(SiteError):  # where there was nothing to undo yet
            go_back(bucket)
        assert served(bucket) == old_site(), changes


def test_what_something_else_has_put_there_is_told_apart() -> None:
    bucket = MemoryBucket()
    bucket.files |= {"a/index.html": b"of another tool", "notes.txt": b"mine"}
    plan = plan_for(look(bucket), old_site())
    assert [step.path for step in plan.steps if step.is_foreign] == ["a/index.html"]
    deploy(bucket, old_site())
    assert served(bucket) == {**old_site(), "notes.txt": b"mine"}
    assert not any(step.is_foreign for step in plan_for(look(bucket), new_site()).steps)


def test_what_a_deployment_that_was_cut_off_has_put_is_nobody_elses() -> None:
    bucket = MemoryBucket(changes_left=6)
    with pytest.raises(CutOffError):
        deploy(bucket, old_site())
    bucket.changes_left = float("inf")
    assert served(bucket)
    plan = plan_for(look(bucket), new_site())
    assert not any(step.is_foreign for step in plan.steps)
    left = [step.path for step in plan.steps if step.change == "deleted"]
    assert set(left) == served(bucket).keys() - new_site().keys()


def test_what_a_deployment_that_was_cut_off_has_put_is_not_put_again() -> None:
    bucket = MemoryBucket()
    deploy(bucket, old_site())
    bucket.changes, bucket.changes_left = 0, 14
    with pytest.raises(CutOffError):
        deploy(bucket, new_site())
    put = {path for path, content in new_site().items() if bucket.files.get(path) == content}
    there = put - {"a/picture.png"}  # which has not changed
    assert 2 <= len(there) < 7
    bucket.changes_left = float("inf")
    bucket.files.pop(lease.LEASE, None)
    before = dict(bucket.sent_as)
    plan = deploy(bucket, new_site())
    sent = {step.path for step in plan.find("new", "bytes")}
    assert {path for path in sent if bucket.sent_as[path] is before.get(path)} == there


def test_what_was_to_be_sent_otherwise_is_put_again() -> None:
    bucket = MemoryBucket(changes_left=9)
    release = make_release(describe(old_site()), None, NOW, decides_caching=False)
    with pytest.raises(CutOffError):
        carry_out(
            bucket,
            make_plan("test", "", {}, release, NOW),
            old_site().__getitem__,
            lambda _: None,
        )
    assert served(bucket)
    bucket.changes_left = float("inf")
    bucket.files.pop(lease.LEASE, None)
    deploy(bucket, old_site())
    assert all(file.cache_control for file in bucket.sent_as.values() if file)


def test_of_two_at_once_one_is_told_of_the_other() -> None:
    bucket = MemoryBucket()
    plan = plan_for(look(bucket), old_site())
    with (
        lease.leased(bucket),
        pytest.raises(SiteError, match="another deployment to it goes on: it began at"),
    ):
        carry_out(bucket, plan, old_site().__getitem__, lambda _: None)
    carry_out(bucket, plan, old_site().__getitem__, lambda _: None)
    assert served(bucket) == old_site()


def test_going_back_needs_somewhere_to_go() -> None:
    bucket = MemoryBucket()
    deploy(bucket, old_site())
    with pytest.raises(SiteError, match="no release is kept"):
        go_back(bucket)


def test_a_folder_is_deployed_to_as_a_bucket_is(tmp_path: Path) -> None:
    bucket = FolderBucket(tmp_path / "www")
    deploy(bucket, old_site())
    deploy(bucket, new_site(), 1)
    assert read_folder(tmp_path / "www") == {**new_site(), "assets/style.1.css": b"old style"}
    assert plan_for(look(bucket), new_site()).is_empty
    go_back(bucket)
    assert read_folder(tmp_path / "www") == old_site()


def read_folder(folder: Path) -> Site:
    """What a host would serve of a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".site_gen" not in path.parts
    }


def test_a_kept_asset_that_is_lost_is_forgotten() -> None:
    for loses in (True, False):
        bucket = MemoryBucket()
        deploy(bucket, old_site())
        deploy(bucket, new_site(), 1)
        if loses:
            del bucket.files["assets/style.1.css"]
        else:
            bucket.files["assets/style.1.css"] = b"graffiti"
        site = new_site() | {"index.html": page("/a/", "/b/", "/c/")}
        deploy(bucket, site, 2)
        assert served(bucket) == site


def test_what_is_put_where_a_page_has_gone_is_nobodys_own() -> None:
    bucket = MemoryBucket()
    deploy(bucket, old_site())
    deploy(bucket, new_site(), 1)
    bucket.files["gone/index.html"] = b"put there by hand"
    assert plan_for(look(bucket), new_site()).is_empty
    foreign = [each.path for each in plan_for(look(bucket), old_site()).steps if each.is_foreign]
    assert foreign == ["gone/index.html"]


def test_what_something_else_had_put_is_sent_as_it_is_to_be() -> None:
    for changes in range(1, 40):
        bucket = MemoryBucket()
        for path, content in old_site().items():
            bucket.put(path, content, None)
        bucket.changes, bucket.changes_left = 0, changes
        with suppress(CutOffError):
            deploy(bucket, old_site())
        bucket.changes_left = float("inf")
        bucket.files.pop(lease.LEASE, None)
        deploy(bucket, old_site())
        assert all(bucket.sent_as[path] for path in old_site()), changes


def test_going_back_is_refused_where_not_all_is_kept() -> None:
    bucket = MemoryBucket()
    deploy(bucket, old_site())
    deploy(bucket, new_site(), 1)
    del bucket.files[".site_gen/before/index.html"]
    before = dict(bucket.files)
    with pytest.raises(SiteError, match=r"1 file of the release before is not kept any more"):
        go_back(bucket)
    assert bucket.files == before
