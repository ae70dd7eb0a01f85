"""Deploying to object stores that run on this machine, and fetching what is there by HTTP."""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import msgspec
import pytest
import urllib3

from site_gen.deploy.in_place import s3
from site_gen.deploy.in_place.bucket import ABSENT, TakenError
from site_gen.deploy.in_place.deployment import carry_out
from site_gen.deploy.in_place.records import is_state, look
from site_gen.deploy.in_place.s3 import S3Bucket
from site_gen.deploy.in_place.target import BucketTarget
from site_gen.deploy.plan import Plan, make_plan
from site_gen.deploy.release import Served, make_release
from site_gen.deploy.site import Needs, SiteFile
from site_gen.diagnostics import SiteError
from tests.deploy.in_place.faulty_proxy import proxied
from tests.deploy.in_place.stores import (
    BUCKET,
    KEY,
    SECRET,
    Moto,
    open_s3,
    running_moto,
    running_rclone,
)
from tests.deploy.sites import NOW, Site, describe, new_site, old_site, page, plan_for

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture(scope="module")
def moto() -> Iterator[Moto]:
    with running_moto() as moto:
        yield moto


@pytest.fixture(scope="module")
def rclone() -> Iterator[int]:
    with running_rclone(":memory:") as port:
        yield port


@pytest.fixture(autouse=True)
def _empty(moto: Moto) -> None:
    moto.restore({})


def deploy(bucket: S3Bucket, site: Site, days: int = 0) -> Plan:
    plan = plan_for(look(bucket), site, NOW + timedelta(days=days))
    carry_out(bucket, plan, site.__getitem__, lambda _: None)
    return plan


def go_back(bucket: S3Bucket) -> None:
    target = BucketTarget("test", "a bucket", bucket, Needs(), decides_caching=True)
    target.roll_back(target.plan_back(NOW), lambda _: None)


def fetch(moto: Moto, path: str) -> tuple[bytes, Served]:
    """What a reader gets, and how it was sent."""
    url = f"{moto.endpoint}/{BUCKET}/{path}"
    answer = urllib3.request("GET", url, decode_content=False, preload_content=True)
    assert answer.status == 200, path
    coding = answer.headers.get("Content-Encoding", "")
    content = gzip.decompress(answer.data) if coding == "gzip" else answer.data
    sent_as = Served(
        hashlib.sha256(content).hexdigest(),
        len(answer.data),
        answer.headers["Content-Type"],
        answer.headers.get("Cache-Control", ""),
        coding,
    )
    return content, sent_as


def served(bucket: S3Bucket) -> Site:
    """What readers can get."""
    found = {name: bucket.read(name) for name in bucket.list_tags() if not is_state(name)}
    return {name: held.content for name, held in found.items() if held}


def test_what_is_fetched_is_what_was_planned(moto: Moto) -> None:
    bucket = open_s3(moto.port)
    deploy(bucket, old_site())
    plan = deploy(bucket, new_site(), 1)
    site = {**new_site(), "assets/style.1.css": b"old style"}
    assert plan.release.files.keys() == site.keys()
    for path, file in plan.release.files.items():
        content, sent_as = fetch(moto, path)
        assert content == site[path]
        assert sent_as == msgspec.structs.replace(file, age=0), path
    assert look(bucket).find_changed() == ()


def test_a_second_run_transfers_nothing(moto: Moto) -> None:
    deploy(open_s3(moto.port), old_site())
    before = moto.read_all()
    plan = plan_for(look(open_s3(moto.port)), old_site(), NOW + timedelta(days=9))
    assert plan.is_empty
    assert moto.read_all() == before


def test_going_back_brings_back_bytes_and_headers(moto: Moto) -> None:
    bucket = open_s3(moto.port)
    before = deploy(bucket, old_site())
    deploy(bucket, new_site(), 1)
    go_back(bucket)
    assert served(bucket) == old_site()
    for path, file in before.release.files.items():
        assert fetch(moto, path)[1] == file


def test_headers_alone_are_changed_by_putting_the_same_bytes(moto: Moto) -> None:
    bucket, site = open_s3(moto.port), old_site()
    deploy(bucket, site)
    live = look(bucket)
    release = make_release(describe(site), live.release, NOW, decides_caching=False)
    plan = make_plan("test", live.tag, live.find_files(), release, NOW)
    assert plan.count("headers") == len(site)
    carry_out(bucket, plan, lambda _: pytest.fail("bytes were sent"), lambda _: None)
    for path, file in release.files.items():
        content, sent_as = fetch(moto, path)
        assert (content, sent_as.cache_control, sent_as.content_type) == (
            site[path],
            "",
            file.content_type,
        )


def test_a_compressed_form_is_sent_in_its_coding(moto: Moto) -> None:
    bucket, text = open_s3(moto.port), b"<p>a text</p>" * 99
    form = gzip.compress(text, mtime=0)
    files = {"index.html": SiteFile(hashlib.sha256(text).hexdigest(), len(form), "gzip")}
    release = make_release(files, None, NOW, decides_caching=True)
    plan = make_plan("test", ABSENT, {}, release, NOW)
    carry_out(bucket, plan, lambda _: form, lambda _: None)
    assert fetch(moto, "index.html") == (text, release.files["index.html"])
    held = bucket.read("index.html")
    assert held
    assert held.content == form


def test_a_prefix_keeps_a_site_apart(moto: Moto) -> None:
    others = open_s3(moto.port)
    others.put("blogs.txt", b"of another", None)
    bucket = open_s3(moto.port, prefix="blog/")
    deploy(bucket, old_site())
    assert served(bucket) == old_site()
    assert set(moto.read_all()) >= {"blogs.txt", "blog/index.html", "blog/.site_gen/live.json"}
    assert fetch(moto, "blog/a/index.html")[0] == old_site()["a/index.html"]


def test_what_is_known_is_asked_for_in_parts(moto: Moto, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3, "_LISTED", 3)
    open_s3(moto.port).put("b/other", b"", None)
    with proxied(moto.port) as proxy:
        bucket = open_s3(proxy.port, prefix="b/")
        tags = {name: bucket.put(name, b"", None) for name in ("a/z", "a-b", "B", "ü", "a.b", "~")}
        proxy.begin(lambda _: None)
        assert bucket.list_tags(tags) == {**tags, "other": tags["B"]}
        assert proxy.requests == 2
        assert bucket.list_tags() == {**tags, "other": tags["B"]}
        assert proxy.requests == 3


@pytest.mark.parametrize("name", ["a/ü ~%41#[x]?&=+.html", "日本/'\"*.txt", "a b/€.md"])
def test_names_are_what_they_are(moto: Moto, name: str) -> None:
    bucket = open_s3(moto.port)
    tag = bucket.put(name, b"1", None)
    bucket.copy(name, f".site_gen/before/{name}")
    assert bucket.list_tags() == {name: tag, f".site_gen/before/{name}": tag}
    assert set(moto.read_all()) == {name, f".site_gen/before/{name}"}
    bucket.remove([name, f".site_gen/before/{name}"])
    assert moto.read_all() == {}


def test_a_large_file_goes_in_parts(moto: Moto) -> None:
    bucket, content = open_s3(moto.port), bytes(range(256)) * 40_000
    tag = bucket.put("large.bin", content, None)
    assert bucket.list_tags() == {"large.bin": tag}
    assert moto.read_all() == {"large.bin": content}
    bucket.put_if("large.bin", content[1:], tag)
    with pytest.raises(TakenError):
        bucket.put_if("large.bin", content, tag)
    assert moto.read_all()["large.bin"] == content[1:]


def test_more_than_a_page_is_listed_and_removed(rclone: int) -> None:
    bucket = open_s3(rclone, conditional_writes=False)
    names = [f"many/{number:04}" for number in range(2345)]
    with ThreadPoolExecutor(16) as threads:
        list(threads.map(lambda name: bucket.put(name, b"", None), names))
    tags = bucket.list_tags()
    assert sorted(tags) == names
    assert bucket.list_tags(names) == tags
    assert bucket.list_tags(names[1000:1020]) == tags
    # One that is not there has it look once more, and not fail.
    assert bucket.list_tags([*names[:1500], "many/none"]) == tags
    bucket.remove(names)
    assert bucket.list_tags(names) == {}
    assert bucket.list_tags() == {}


def test_a_write_on_a_condition_is_refused_where_that_does_not_hold(moto: Moto) -> None:
    bucket = open_s3(moto.port)
    tag = bucket.put_if("a", b"1", ABSENT)
    with pytest.raises(TakenError):
        bucket.put_if("a", b"2", ABSENT)
    other = bucket.put_if("a", b"2", tag)
    with pytest.raises(TakenError):
        bucket.put_if("a", b"3", tag)
    bucket.remove(["a"])
    with pytest.raises(TakenError):
        bucket.put_if("a", b"3", other)
    assert "a" not in moto.read_all()


def test_a_store_that_ignores_conditions_is_told_of_before_anything_changes(rclone: int) -> None:
    bucket = open_s3(rclone)
    plan = plan_for(look(bucket), old_site())
    with pytest.raises(SiteError) as caught:
        carry_out(bucket, plan, old_site().__getitem__, lambda _: None)
    assert caught.value.message == "`s3://blog`: the store does not know conditional writes"
    assert caught.value.hint == (
        "if never two deployments begin at once, add `conditional_writes = false` to the target"
    )
    assert served(bucket) == {}
    assert ".site_gen/lease.json" not in bucket.list_tags()


def test_a_store_without_conditions_is_deployed_to_where_the_settings_say_so(rclone: int) -> None:
    bucket = open_s3(rclone, conditional_writes=False)
    deploy(bucket, old_site())
    deploy(bucket, new_site(), 1)
    assert served(bucket) == {**new_site(), "assets/style.1.css": b"old style"}
    assert plan_for(look(bucket), new_site(), NOW).is_empty
    go_back(bucket)
    assert served(bucket) == old_site()
    tag = bucket.put_if("taken", b"1", ABSENT)
    for wrong in (ABSENT, "of something else"):
        with pytest.raises(TakenError):
            bucket.put_if("taken", b"2", wrong)
    bucket.put_if("taken", b"2", tag)


def test_of_two_at_once_one_is_whole_and_the_other_says_so(moto: Moto) -> None:
    told = set[str]()
    sites: list[Site] = [{"index.html": page("/a/"), f"{name}/index.html": b""} for name in "ab"]
    buckets, together = [open_s3(moto.port), open_s3(moto.port)], threading.Barrier(2)

    def run(bucket: S3Bucket, site: Site, plan: Plan) -> str:
        together.wait()
        try:
            carry_out(bucket, plan, site.__getitem__, lambda _: None)
        except SiteError as error:
            return error.message
        return ""

    for _ in range(30):
        moto.restore({})
        plans = [plan_for(look(buckets[0]), site) for site in sites]
        with ThreadPoolExecutor(2) as threads:
            said = list(threads.map(run, buckets, sites, plans))
        assert said.count("") == 1, said
        assert served(buckets[0]) == sites[said.index("")]
        told.update(filter(None, said))
    assert all(
        message.startswith(("another deployment", "the target has changed")) for message in told
    ), told


def test_no_secret_is_in_what_an_object_says_of_itself(moto: Moto) -> None:
    bucket = open_s3(moto.port)
    deploy(bucket, old_site())
    said = f"{bucket!r} {vars(bucket)!r} {moto.read_all()!r}"
    assert SECRET not in said
    assert KEY not in said
