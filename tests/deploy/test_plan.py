"""Plans: what becomes of each file, in which order, and what has to be asked for."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from site_gen.deploy.plan import Plan, make_plan, rank
from site_gen.deploy.release import Release, Served, make_release
from tests.deploy.sites import NOW, describe, new_site, old_site


def release_of(site: Mapping[str, bytes], live: Release | None = None) -> Release:
    return make_release(describe(site), live, NOW, decides_caching=True)


def plan_from(live: Mapping[str, Served], release: Release) -> Plan:
    return make_plan("test", "", live, release, NOW)


def test_files_go_in_an_order_in_which_nothing_leads_to_what_is_not_there() -> None:
    old = release_of(old_site() | {"search/entry.json": b"1", "search/one.pf_index": b"one"})
    site = new_site() | {"search/entry.json": b"2", "search/two.pf_index": b"two"}
    plan = plan_from(old.files, release_of(site, old))
    assert [(step.change, step.path) for step in plan.steps if step.change != "kept"] == [
        ("new", "assets/style.2.css"),
        ("new", "c/picture.png"),
        ("new", "search/two.pf_index"),
        ("bytes", "search/entry.json"),
        ("new", "c/index.html"),
        ("bytes", "a/index.html"),
        ("bytes", "b/index.html"),
        ("bytes", "index.html"),
        ("bytes", "feed.xml"),
        ("deleted", "gone/index.html"),
        ("deleted", "gone/data.csv"),
        ("deleted", "search/one.pf_index"),
    ]
    assert {step.path for step in plan.find("kept")} == {"a/picture.png", "assets/style.1.css"}


def test_forms_go_with_what_they_are_forms_of() -> None:
    forms = {path + ".gz": content for path, content in new_site().items()}
    plan = plan_from(release_of(old_site()).files, release_of(new_site() | forms))
    order = [rank(step) for step in plan.steps]
    assert order == sorted(order)
    ranks = {step.path: rank(step) for step in plan.find("new", "bytes")}
    assert ranks["index.html.gz"] == ranks["index.html"] > ranks["c/index.html"]
    assert ranks["feed.xml.gz"] == ranks["feed.xml"]


def test_other_headers_are_a_change_of_their_own() -> None:
    release = release_of(old_site())
    plain = Served(
        **{name: getattr(release.files["index.html"], name) for name in ("sha256", "size_bytes")},
        content_type="text/html",
        cache_control="public",
    )
    plan = plan_from(release.files | {"index.html": plain}, release)
    assert [step.path for step in plan.find("headers")] == ["index.html"]
    assert plan.count("kept") == len(old_site()) - 1
    assert plan.count_bytes("new", "bytes") == 0


def test_the_same_site_is_no_change() -> None:
    release = release_of(old_site())
    assert release_of(old_site(), release) is release
    assert plan_from(release.files, release).is_empty


@pytest.mark.parametrize(
    ("deleted", "most", "is_much"), [(2, 100, False), (3, 100, True), (2, 1, True), (0, 0, False)]
)
def test_much_is_more_than_a_number_or_a_fifth(deleted: int, most: int, is_much: bool) -> None:
    site = {f"{number}/index.html": b"page" for number in range(10)}
    left = {path: site[path] for path in list(site)[deleted:]}
    plan = plan_from(release_of(site).files, release_of(left))
    assert plan.count("deleted") == deleted
    assert plan.deletes_more_than(most) == is_much
