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
    ("encoding", "expected"),
    [("gzip", []), ("", ["has no `Content-Encoding`"])],
)
def test_what_is_stored_in_a_coding_is_to_be_sent_in_it(encoding: str, expected: list[str]) -> None:
    file = Served("1f2e", 12, "text/css; charset=utf-8", content_encoding="gzip")
    headers = {"content-type": file.content_type, "content-encoding": encoding}
    assert list(judge(Request("/", file), Reply(200, headers, "1f2e"))) == expected
