"""Publishing: what is written, kept, removed and refused, and what is left when it is cut off."""

from __future__ import annotations

import json
import os
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from site_gen.diagnostics import SiteError
from site_gen.publish import (
    DiskPool,
    DiskPublisher,
    MemoryPool,
    MemoryPublisher,
    Published,
    find_conflicts,
)
from site_gen.publish.folder import clean, exclusive
from site_gen.publish.manifest import output_problem
from tests.files import read_tree
from tests.publish.publishing import Site, as_outputs, check_published, publish, read_site


def check_refused(call: Callable[[], object], message: str, hint: str = "") -> None:
    with pytest.raises(SiteError) as caught:
        call()
    assert caught.value.message == message
    if hint:
        assert caught.value.hint == hint


def test_a_publication_says_what_it_did(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "_site"
    publish(folder, {"a.html": b"1", "b/b.html": b"2", "c/c.html": b"3"})
    report = publish(folder, {"a.html": b"1", "b/b.html": b"two", "d.html": b"4"})
    assert report == Published(
        written=("b/b.html", "d.html"), unchanged=("a.html",), removed=("c/c.html",)
    )
    assert not (folder / "c").exists()
    check_published(folder, {"a.html": b"1", "b/b.html": b"two", "d.html": b"4"})


def test_memory_reports_as_disk_does(tmp_path: Path) -> None:
    memory, disk = MemoryPublisher(), DiskPublisher(tmp_path / "_site", ())
    for site in ({"a": b"1", "b": b"2"}, {"b": b"3", "c": b""}, {"b": b"3", "c": b""}):
        held, pooled = MemoryPool(), DiskPool(tmp_path / "pool")
        told = memory.publish(as_outputs(site, held), held)
        assert told == disk.publish(as_outputs(site, pooled), pooled)
        assert memory.files == read_site(tmp_path / "_site") == site


def test_nothing_is_touched_where_nothing_changed(tmp_path: Path) -> None:
    site = {"a.html": b"1", "b/b.html": b"2"}
    publish(tmp_path / "_site", site)
    before = {path: path.stat().st_mtime_ns for path in sorted(tmp_path.rglob("*"))}
    publish(tmp_path / "_site", site)
    assert {path: path.stat().st_mtime_ns for path in sorted(tmp_path.rglob("*"))} == before


def test_what_is_no_longer_made_goes_where_nothing_is_new(tmp_path: Path) -> None:
    pool = DiskPool(tmp_path / "pool")
    publisher = DiskPublisher(tmp_path / "_site", ())
    publisher.publish(as_outputs({"a.html": b"1", "b.txt": b"2"}, pool), pool)
    kept = as_outputs({"a.html": b"1"}, MemoryPool())
    report = publisher.publish(kept, DiskPool(tmp_path / "pool"))
    assert report == Published(written=(), unchanged=("a.html",), removed=("b.txt",))
    check_published(tmp_path / "_site", {"a.html": b"1"})


def test_the_manifest_describes_every_file_and_nothing_else(tmp_path: Path) -> None:
    for name in ("one", "two"):
        publish(tmp_path / name, {"b.html": b"", "a.html": b"abc"})
    text = (tmp_path / "one/.site_gen/manifest.json").read_text(encoding="utf-8")
    assert text == (tmp_path / "two/.site_gen/manifest.json").read_text(encoding="utf-8")
    assert json.loads(text) == {
        "version": 1,
        "files": {
            "a.html": {
                "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                "size": 3,
            },
            "b.html": {
                "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                "size": 0,
            },
        },
    }


def test_files_that_site_gen_did_not_make_stay(tmp_path: Path) -> None:
    folder = tmp_path / "_site"
    publish(folder, {"a/a.html": b"1"})
    (folder / "a/CNAME").write_bytes(b"example.org")
    publish(folder, {"b.html": b"2"})
    assert read_site(folder) == {"a/CNAME": b"example.org", "b.html": b"2"}


def test_a_file_changed_by_hand_is_made_right_again(tmp_path: Path) -> None:
    site = {"a.html": b"1", "b.html": b"2", "c.html": b"3"}
    publish(tmp_path / "_site", site)
    (tmp_path / "_site/a.html").write_bytes(b"!")
    (tmp_path / "_site/b.html").unlink()
    assert publish(tmp_path / "_site", site).written == ("a.html", "b.html")
    check_published(tmp_path / "_site", site)


def test_a_file_may_become_a_folder_and_a_folder_a_file(tmp_path: Path) -> None:
    folder = tmp_path / "_site"
    one = {"a": b"1", "b/c/d.html": b"2", "b/e.html": b"3"}
    other = {"a/index.html": b"4", "b": b"5"}
    publish(folder, one)
    (folder / "b/empty").mkdir()
    assert publish(folder, other).removed == ("a", "b/c/d.html", "b/e.html")
    check_published(folder, other)
    publish(folder, one)
    check_published(folder, one)


def test_what_is_in_the_way_and_not_ours_is_left_and_named(tmp_path: Path) -> None:
    folder = tmp_path / "_site"
    publish(folder, {"a/index.html": b"1"})
    (folder / "a/notes.txt").write_bytes(b"mine")
    (folder / "b").write_bytes(b"mine")
    before = read_tree(folder)
    for site, path in (({"a": b"2"}, "a/notes.txt"), ({"b/index.html": b"2"}, "b")):
        check_refused(
            lambda site=site: publish(folder, site),  # type: ignore[misc]
            f"`{(folder / path).as_posix()}` is in the way and was not made by site_gen",
            "move it out of the output folder",
        )
    assert read_tree(folder) == before


def test_files_have_the_rights_that_the_user_gives_new_files(tmp_path: Path) -> None:
    old = os.umask(0o027)
    try:
        publish(tmp_path / "_site", {"a.html": b"1"})
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "_site/a.html").stat().st_mode) == 0o640


def test_what_a_page_shows_is_there_before_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = []
    replace = os.replace

    def record(path: str | Path, target: str | Path) -> None:
        moved.append(Path(target).name)
        replace(path, target)

    monkeypatch.setattr(os, "replace", record)
    names = ["sitemap.xml", "feed.json", "a.html", "z.css", "b/x.json", "b/atom.xml", "robots.txt"]
    publish(tmp_path / "_site", dict.fromkeys(names, b""))
    assert moved == [
        *("next.json", "x.json", "z.css", "a.html"),
        *("atom.xml", "feed.json", "robots.txt", "sitemap.xml", "manifest.json"),
    ]


@pytest.mark.parametrize(
    "path",
    [
        *("", "/a", "../a", "a/../b", "a//b", "./a", "a\0", "a\\b", "C:/a", "con.html", "a/b."),
        *("\udcff", ".site_gen/manifest.json", ".SITE_GEN/x", "x" * 256),
    ],
)
def test_paths_that_are_not_fit_are_never_written(tmp_path: Path, path: str) -> None:
    assert output_problem(path)
    for publisher in (MemoryPublisher(), DiskPublisher(tmp_path / "_site", ())):
        pool = MemoryPool()
        outputs = as_outputs({"fine.html": b"", path: b""}, pool)
        with pytest.raises(AssertionError):
            publisher.publish(outputs, pool)
    assert not (tmp_path / "_site").exists()


def test_paths_that_some_disk_cannot_hold_both_are_never_written(tmp_path: Path) -> None:
    assert find_conflicts(["b.html", "a/b.html", "a.html"]) == []
    assert find_conflicts(["A.html", "a.html"]) == [("A.html", "a.html")]
    assert find_conflicts(["caf\u00e9", "cafe\u0301/b/c"]) == [("caf\u00e9", "cafe\u0301/b/c")]
    with pytest.raises(AssertionError):
        publish(tmp_path / "_site", {"a/b": b"", "A": b""})
    pool = MemoryPool()
    twice = as_outputs({"a": b""}, pool) * 2
    with pytest.raises(AssertionError):
        DiskPublisher(tmp_path / "_site", ()).publish(twice, pool)
    assert not (tmp_path / "_site").exists()


@pytest.mark.parametrize(
    ("output", "relation", "source"),
    [
        (".", "holds", "content"),
        ("..", "holds", "content"),
        ("content", "is", "content"),
        ("content/articles/new", "is inside", "content"),
        ("content/../content", "is", "content"),
        ("link", "is", "content"),
        ("link/new", "is inside", "content"),
        ("static", "is", "static"),
    ],
)
def test_the_site_goes_neither_into_its_sources_nor_around_them(
    tmp_path: Path, output: str, relation: str, source: str
) -> None:
    root = tmp_path / "root"
    (root / "content").mkdir(parents=True)
    (root / "link").symlink_to("content")
    folder = root / output
    publisher = DiskPublisher(folder, [root / "content", root / "static"])
    check_refused(
        lambda: publisher.publish([], MemoryPool()),
        f"the site cannot be written to `{folder.as_posix()}`: "
        f"it {relation} `{(root / source).as_posix()}`",
        "choose another folder with `--output`",
    )
    assert read_tree(root) == {"content/": b"", "link": b"link to content"}


def test_a_folder_that_site_gen_did_not_make_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "Documents"
    folder.mkdir()
    (folder / "letter.txt").write_bytes(b"mine")
    shown = folder.as_posix()
    for call in (lambda: publish(folder, {"a.html": b""}), lambda: clean(folder)):
        check_refused(
            call,
            f"`{shown}` holds files and was not made by site_gen",
            "choose another folder with `--output`, or empty this one",
        )
    assert read_tree(folder) == {"letter.txt": b"mine"}
    file = folder / "letter.txt"
    for call in (lambda: publish(file, {"a.html": b""}), lambda: clean(file)):
        check_refused(call, f"`{shown}/letter.txt` is not a folder")


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    publish(tmp_path, {"a.html": b"1"})
    check_published(tmp_path, {"a.html": b"1"})


@pytest.mark.parametrize("link", ["a", "a/b", ".site_gen", ".site_gen/lock"])
def test_nothing_is_written_through_a_link(tmp_path: Path, link: str) -> None:
    folder, outside = tmp_path / "_site", tmp_path / "outside"
    publish(folder, {"a/b/c.html": b"1"})
    (folder / link).rename(outside)
    (folder / link).symlink_to(outside)
    before = read_tree(tmp_path)
    check_refused(
        lambda: publish(folder, {"a/b/c.html": b"2"}),
        f"`{(folder / link).as_posix()}` is a link, and nothing is written through links",
        "remove the link",
    )
    assert read_tree(tmp_path) == before


def test_nothing_is_removed_through_a_link(tmp_path: Path) -> None:
    folder, outside = tmp_path / "_site", tmp_path / "outside"
    publish(folder, {"a/b/c.html": b"1", "x.html": b"1"})
    (outside / "b/empty").mkdir(parents=True)
    (outside / "b/c.html").write_bytes(b"mine")
    (folder / "a/b/c.html").unlink()
    (folder / "a/b").rmdir()
    (folder / "a").rmdir()
    (folder / "a").symlink_to(outside)
    assert publish(folder, {"x.html": b"1"}).removed == ()
    publish(folder, {"x.html": b"1"})
    clean(folder)
    assert read_tree(outside) == {"b/c.html": b"mine", "b/empty/": b""}


def test_a_link_in_the_place_of_a_file_is_replaced_and_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / "_site"
    publish(folder, {"a.html": b"1", "b.html": b"1"})
    (tmp_path / "outside.html").write_bytes(b"1")
    for name in ("a.html", "b.html"):
        (folder / name).unlink()
        (folder / name).symlink_to(tmp_path / "outside.html")
    publish(folder, {"a.html": b"1"})
    check_published(folder, {"a.html": b"1"})
    assert (tmp_path / "outside.html").read_bytes() == b"1"


@pytest.mark.parametrize(
    "text",
    ["", "{", '{"version": 2, "files": {}}', '{"version": 1, "files": {"../x": %s}}', "[]"],
)
def test_a_damaged_manifest_is_refused_and_nothing_is_removed(tmp_path: Path, text: str) -> None:
    folder = tmp_path / "_site"
    publish(folder, {"a.html": b"1"})
    (tmp_path / "x").write_bytes(b"mine")
    manifest = folder / ".site_gen/manifest.json"
    manifest.write_text(text.replace("%s", '{"sha256": "", "size": 1}'), encoding="utf-8")
    before = read_tree(tmp_path)
    for call in (lambda: publish(folder, {"b.html": b"2"}), lambda: clean(folder)):
        check_refused(
            call,
            f"`{manifest.as_posix()}` is damaged or was written by another version",
            f"remove the folder `{folder.as_posix()}` and build again",
        )
    assert read_tree(tmp_path) == before


def test_of_two_builds_at_once_one_loses_with_one_line(tmp_path: Path) -> None:
    folder = tmp_path / "_site"
    publish(folder, {"a.html": b"1"})
    before = read_tree(folder)
    with exclusive(folder):
        for call in (lambda: publish(folder, {"a.html": b"2"}), lambda: clean(folder)):
            check_refused(call, f"another build is writing to `{folder.as_posix()}`")
    assert read_tree(folder) == before
    publish(folder, {"a.html": b"2"})
    check_published(folder, {"a.html": b"2"})


def test_a_lock_that_was_removed_before_it_was_held_does_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "_site"

    def lock_what_clean_removes(_: int) -> bool:
        (folder / ".site_gen/lock").unlink()
        return True

    monkeypatch.setattr("site_gen.publish.folder.try_to_lock", lock_what_clean_removes)
    check_refused(
        lambda: publish(folder, {"a.html": b"1"}),
        f"another build is writing to `{folder.as_posix()}`",
    )
    assert read_site(folder) == {}


def test_clean_removes_what_was_made_and_counts_the_rest(tmp_path: Path) -> None:
    folder = tmp_path / "_site"
    publish(folder, {"a/b/c.html": b"1", "x.html": b"1"})
    (folder / "a/mine.txt").write_bytes(b"mine")
    result = clean(folder)
    assert (result.removed, result.kept) == (("a/b/c.html", "x.html"), 1)
    assert read_tree(folder) == {"a/mine.txt": b"mine"}


def test_clean_leaves_nothing_of_a_site_of_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "_site"
    assert (clean(folder).removed, clean(folder).kept) == ((), 0)
    publish(folder, {"a/b/c.html": b"1"})
    assert clean(folder).kept == 0
    assert not folder.exists()


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_any_row_of_sites_ends_as_the_last_one_published_alone(data: st.DataObject) -> None:
    names = st.sampled_from(["a", "b", "c.html", "d.xml", "é"])
    paths = st.lists(names, min_size=1, max_size=3).map("/".join)
    sites = st.dictionaries(paths, st.sampled_from([b"", b"1", b"2", b"longer"]), max_size=6)
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(parent) / "_site"
        old: Site = {}
        for site in data.draw(
            st.lists(sites.filter(lambda site: not find_conflicts(site)), min_size=1, max_size=5)
        ):
            same = {path for path in site if old.get(path) == site[path]}
            before = {path: (folder / path).stat().st_mtime_ns for path in same}
            report = publish(folder, site)
            assert {path: (folder / path).stat().st_mtime_ns for path in same} == before
            assert set(report.unchanged) == same
            assert set(report.removed) == old.keys() - site.keys()
            check_published(folder, site)
            old = site
