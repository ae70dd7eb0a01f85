"""What readers get, fetched from a real server and held against what was planned."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from site_gen.deploy.fetch import fetch
from site_gen.deploy.in_place.deployment import carry_out
from site_gen.deploy.in_place.folder import FolderBucket
from site_gen.deploy.in_place.records import look
from site_gen.deploy.plan import Plan
from site_gen.deploy.release import Served
from site_gen.deploy.verify import Problem, Request, list_requests
from tests.deploy.hosting import hosting
from tests.deploy.sites import NOW, new_site, old_site, plan_for

PAGE = Served("1f2e", 12, "text/html; charset=utf-8", "public, max-age=0, must-revalidate")


def deploy(folder: Path, site: dict[str, bytes], days: int = 0) -> Plan:
    bucket = FolderBucket(folder)
    plan = plan_for(look(bucket), site, NOW + timedelta(days=days))
    carry_out(bucket, plan, site.__getitem__, lambda _: None)
    return plan


def check(plan: Plan, url: str, patience_s: float = 0.0) -> list[str]:
    """What is complained of, by the paths of URLs."""
    problems = fetch(list_requests(plan, url), patience_s, lambda _: None)
    return [f"/{each.url.removeprefix(url)} {each.message}" for each in problems]


def test_all_is_well_where_it_is_served_as_planned(tmp_path: Path) -> None:
    old, new = ({**site, "404.html": b"nothing here"} for site in (old_site(), new_site()))
    passed: list[int] = []
    with hosting(tmp_path) as host:
        for days, site in enumerate((old, new)):
            requests = list_requests(deploy(tmp_path, site, days), host.url)
            assert fetch(requests, 0.0, passed.append) == []
            assert sum(passed) == len(requests) == len(host.asked)
            passed.clear()
            host.asked.clear()


def test_whatever_is_not_as_planned_is_told(tmp_path: Path) -> None:
    deploy(tmp_path, old_site())
    with hosting(tmp_path) as host:
        plan = deploy(tmp_path, new_site(), 1)
        (tmp_path / "c/picture.png").write_bytes(b"graffiti")
        (tmp_path / "assets/style.2.css").unlink()
        (tmp_path / "404.html").write_bytes(b"nothing here")
        (tmp_path / "gone").mkdir()
        (tmp_path / "gone/data.csv").write_bytes(b"1,2")
        assert check(plan, host.url) == [
            "/assets/style.2.css is answered with 404, not 200",
            "/c/picture.png has other bytes than were deployed",
            "/gone/data.csv was deleted and is answered with 200",
        ]


def test_headers_that_are_not_as_planned_are_told(tmp_path: Path) -> None:
    plan = deploy(tmp_path, {"index.html": b"home"})
    with hosting(tmp_path) as host:
        host.headers = {"Content-Type": "text/plain", "Cache-Control": ""}
        assert check(plan, host.url) == [
            "/ has `Content-Type: text/plain`, not `text/html; charset=utf-8`",
            "/ has no `Cache-Control`",
        ]
        host.headers = {
            "Content-Type": "Text/HTML;charset=UTF-8",
            "Cache-Control": "must-revalidate,public , max-age=0",
        }
        assert check(plan, host.url) == []


def test_what_caches_still_have_is_asked_for_again(tmp_path: Path) -> None:
    deploy(tmp_path, old_site())
    plan = deploy(tmp_path, new_site(), 1)
    with hosting(tmp_path) as host:
        (tmp_path / "404.html").write_bytes(b"nothing here")
        host.stale = {"/a/": [b"of before"]}
        assert check(plan, host.url) == ["/a/ has other bytes than were deployed"]
        host.stale = {"/a/": [b"of before"]}
        host.asked.clear()
        assert check(plan, host.url, patience_s=2.0) == []
        assert host.asked.count("/a/") == 2, "only what was wrong is asked for again"
        assert host.asked.count("/b/") == 1


def test_nobody_is_asked_for_ever() -> None:
    requests = [Request(f"http://127.0.0.1:9/{number}/", PAGE) for number in range(200)]
    problems = fetch(requests, 0.0, lambda _: None)
    assert len(problems) == 200
    assert problems[0].message == "cannot be fetched: connection refused"
    assert problems[-1].message == "was not asked for, since the server does not answer"


def test_a_server_that_is_not_there_is_told() -> None:
    request = Request("http://127.0.0.1:9/", PAGE)
    assert fetch([request], 0.0, lambda _: None) == [
        Problem("http://127.0.0.1:9/", "cannot be fetched: connection refused")
    ]
