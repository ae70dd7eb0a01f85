"""What there is to ask for after a deployment, and what is wrong with answers."""

from __future__ import annotations

import pytest

from site_gen.deploy.plan import make_plan
from site_gen.deploy.release import Served, make_release
from site_gen.deploy.verify import Reply, Request, judge, list_requests
from tests.deploy.sites import NOW, describe, old_site


def test_each_file_is_asked_for_where_readers_find_it() -> None:
    site = {
        **old_site(),
        "404.html": b"nothing here",
        ".nojekyll": b"",
        "_headers": b"/*\n",
        ".well-known/security.txt": b"mail us",
        "b/käse & co.csv": b"1",
        "style.css": b"p {}",
        "style.css.gz": b"smaller",
        "b/data.tar.gz": b"no form of anything",
    }
    release = make_release(describe(site), None, NOW, decides_caching=True)
    plan = make_plan("test", "", {}, release, NOW)
    urls = {request.url: request.status for request in list_requests(plan, "https://a.org/blog/")}
    assert urls == dict.fromkeys(
        (
            "https://a.org/blog/",
            "https://a.org/blog/.well-known/security.txt",
            "https://a.org/blog/a/",
            "https://a.org/blog/a/picture.png",
            "https://a.org/blog/assets/style.1.css",
            "https://a.org/blog/b/",
            "https://a.org/blog/b/data.tar.gz",
            "https://a.org/blog/b/k%C3%A4se%20&%20co.csv",
            "https://a.org/blog/feed.xml",
            "https://a.org/blog/gone/",
            "https://a.org/blog/gone/data.csv",
            "https://a.org/blog/style.css",
        ),
        200,
    ) | {f"https://a.org/blog/no-such-page-{plan.release.id}": 404}


@pytest.mark.parametrize(
    ("planned", "served"),
    [
        ("text/javascript; charset=utf-8", "application/javascript"),
        ("application/feed+json", "application/json; charset=utf-8"),
        ("application/xml", "text/xml"),
        ("text/html; charset=utf-8", "Text/HTML"),
    ],
)
def test_where_the_host_decides_types_may_have_other_names(planned: str, served: str) -> None:
    reply = Reply(200, {"content-type": served, "cache-control": "max-age=600"}, "1f2e")
    file = Served("1f2e", 12, planned)
    assert list(judge(Request("/", file), reply)) == []
    assert list(judge(Request("/", file), Reply(200, {"content-type": "image/png"}, "1f2e")))
    ours = Served("1f2e", 12, planned, "max-age=600")
    assert list(judge(Request("/", ours), reply)) != []


@pytest.mark.parametrize(
    ("status", "is_gone"), [(404, True), (410, True), (403, True), (301, True), (503, False)]
)
def test_what_was_deleted_is_to_be_gone(status: int, is_gone: bool) -> None:
    said = list(judge(Request("/", None), Reply(status, {}, "")))
    assert (said == []) == is_gone
    assert list(judge(Request("/", None), Reply(200, {}, ""))) == [
        "was deleted and is answered with 200"
    ]


def test_a_host_may_lead_on_from_an_alias_where_it_reads_redirects() -> None:
    site = old_site() | {"_redirects": b"/gone/ /a/ 301\n"}
    release = make_release(describe(site), None, NOW, decides_caching=True)
    requests = list_requests(make_plan("test", "", {}, release, NOW), "https://a.org/")
    (gone,) = [each for each in requests if each.url.endswith("/gone/")]
    assert list(judge(gone, Reply(301, {}, ""))) == []
    assert list(judge(Request(gone.url, gone.file), Reply(301, {}, ""))) != []


def test_assets_that_caches_have_for_ever_are_not_asked_for_when_they_go() -> None:
    live = make_release(describe(old_site()), None, NOW, decides_caching=True)
    left = {"index.html": b"<p>"}
    release = make_release(describe(left), None, NOW, decides_caching=True)
    plan = make_plan("test", "", live.files, release, NOW)
    urls = [request.url for request in list_requests(plan, "https://a.org/")]
    assert "https://a.org/assets/style.1.css" not in urls
    assert "https://a.org/gone/data.csv" in urls


def test_where_nothing_has_changed_the_front_page_is_asked_for() -> None:
    release = make_release(describe(old_site()), None, NOW, decides_caching=True)
    plan = make_plan("test", "", release.files, release, NOW)
    (request,) = list_requests(plan, "https://a.org/")
    assert (request.url, request.file) == ("https://a.org/", release.files["index.html"])
    other = make_release(describe({"notes.txt": b"no site"}), None, NOW, decides_caching=True)
    same = make_plan("test", "", other.files, other, NOW)
    assert list_requests(same, "https://a.org/") == []


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [("gzip", []), ("", ["has no `Content-Encoding`"])],
)
def test_what_is_stored_in_a_coding_is_to_be_sent_in_it(encoding: str, expected: list[str]) -> None:
    file = Served("1f2e", 12, "text/css; charset=utf-8", content_encoding="gzip")
    headers = {"content-type": file.content_type, "content-encoding": encoding}
    assert list(judge(Request("/", file), Reply(200, headers, "1f2e"))) == expected
