"""`site-gen verify`: it finds what is not as a clean build makes it, wherever that is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from site_gen.build.code import digest_code
from site_gen.build.rows import OutputRow
from site_gen.build.store_folder import open_store
from tests.commands.running import run, write_site
from tests.sites import article

PAGE = "articles/a/index.html"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A site that has just been built."""
    write_site(tmp_path, {"content/articles/a.md": article("some text", tags="[gpu]")})
    assert run("--root", tmp_path).code == 0
    return tmp_path


def verify(root: Path, *options: str) -> tuple[int, str]:
    done = run("verify", "--root", root, *options)
    assert done.stdout == ""
    return done.code, done.stderr


def test_a_site_that_nobody_has_touched_is_what_a_clean_build_makes(root: Path) -> None:
    count = run("--root", root).stderr.split()[2]
    assert verify(root) == (0, f"{count} files are what a clean build makes\n")


def test_so_is_one_that_was_built_piece_by_piece(root: Path) -> None:
    write_site(root, {"content/articles/b.md": article("more", date="2025-05-23", tags="[gpu]")})
    run("--root", root)
    write_site(root, {"templates/tag.html": "{{ entries | length }}", "static/robots.txt": "x"})
    run("--root", root)
    (root / "content/articles/a.md").unlink()
    run("--root", root)
    assert verify(root)[0] == 0


def test_so_is_one_that_is_published_compressed_by_several_processes(root: Path) -> None:
    config = '[tool.site_gen]\nurl = "https://example.org/"\ncompress = ["brotli", "gzip"]\n'
    write_site(root, {"pyproject.toml": config})
    assert run("--root", root, "--jobs", "2").code == 0
    assert (root / "_site" / f"{PAGE}.br").is_file()
    assert verify(root, "--jobs", "1")[0] == 0
    (root / "_site" / f"{PAGE}.gz").write_bytes(b"other")
    code, told = verify(root, "--jobs", "1")
    assert (code, told.splitlines()[0]) == (1, f"{PAGE}.gz has other bytes")


def test_a_changed_a_missing_and_a_superfluous_file_are_each_told(root: Path) -> None:
    count = run("--root", root).stderr.split()[2]
    page = root / "_site" / PAGE
    page.write_text(page.read_text(encoding="utf-8").replace("some text", "a lie"), "utf-8")
    (root / "_site/feed.xml").unlink()
    manifest = root / "_site/.site_gen/manifest.json"
    described = json.loads(manifest.read_bytes())
    described["files"]["old.html"] = {"sha256": "0" * 64, "size": 1}
    manifest.write_text(json.dumps(described), "utf-8")
    (root / "_site/old.html").touch()
    (root / "_site/notes.txt").write_text("not site_gen's")
    code, told = verify(root)
    lines = told.splitlines()
    assert code == 1
    assert lines == [
        f"{PAGE} has other bytes, from line 8 on",
        '  is        <meta name="description" content="a lie">',
        '  should be <meta name="description" content="some text">',
        "feed.xml is not there",
        "old.html is there, and no clean build makes it",
        f"of {count} files, 3 are not what a clean build makes",
    ]


def test_of_long_lines_the_part_is_shown_where_they_begin_to_differ(root: Path) -> None:
    write_site(root, {"content/articles/a.md": article(f"{'long ' * 100}one {'end ' * 100}")})
    run("--root", root)
    page = root / "_site" / PAGE
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace("one end", "two end"), "utf-8")
    lines = verify(root)[1].splitlines()
    long, end = "long " * 8, "end " * 19
    assert lines[1:3] == [
        f"  is        …{long}two {end.strip()} …",
        f"  should be …{long}one {end.strip()} …",
    ]


def test_a_wrong_row_in_the_store_is_told(root: Path) -> None:
    with open_store(root / ".cache", digest_code()) as store:
        row = store.get(OutputRow, PAGE)
        assert row
        changes = {PAGE: replace(row, sha256="0" * 64), "gone.html": row, "feed.xml": None}
        store.save([(OutputRow, changes)])
    code, told = verify(root)
    assert code == 1
    assert told.splitlines()[:3] == [
        f"{PAGE} had other bytes when the last build made it",
        "feed.xml is not known to the last build",
        "gone.html was made by the last build, and no clean build makes it",
    ]


def test_machines_get_the_same(root: Path) -> None:
    (root / "_site/feed.xml").unlink()
    done = run("verify", "--root", root, "--json")
    difference, report = map(json.loads, done.stdout.splitlines())
    assert difference == {
        "type": "difference",
        "path": "feed.xml",
        "where": "folder",
        "what": "missing",
        "line": 0,
        "found": "",
        "wanted": "",
    }
    assert report.pop("files") > 10
    assert report == {"type": "report", "good": False, "differences": 1}


def test_a_manifest_that_is_wrong_by_itself_is_told(root: Path) -> None:
    manifest = root / "_site/.site_gen/manifest.json"
    manifest.write_bytes(manifest.read_bytes() + b"\n")
    assert verify(root)[1].startswith(".site_gen/manifest.json has other bytes, from line ")


def test_what_lies_in_another_folder_can_be_compared(root: Path) -> None:
    other = root / "elsewhere"
    assert "index.html is not there\n" in verify(root, "--output", str(other))[1]
    run("--root", root, "--output", other)
    assert verify(root, "--output", str(other))[0] == 0


def test_it_is_about_the_last_build_and_no_other_options_files_or_day(root: Path) -> None:
    refusal = (
        2,
        "site-gen: the last build is not of this day, these files and these options\n"
        "hint: build once more with the options that `verify` is given\n",
    )
    assert verify(root, "--drafts") == refusal
    run("--root", root, "--drafts")
    assert verify(root, "--drafts")[0] == 0
    write_site(root, {"content/articles/a.md": article("other text")})
    assert verify(root, "--drafts") == refusal


def test_without_a_build_there_is_nothing_to_compare(tmp_path: Path) -> None:
    write_site(tmp_path, {"content/articles/a.md": article()})
    assert verify(tmp_path) == (
        2,
        f"site-gen: there is no build to look at in {tmp_path / '.cache'}\n"
        "hint: build the site first: `site-gen build`\n",
    )
    with open_store(tmp_path / ".cache", "another's"):
        pass
    assert verify(tmp_path)[1] == (
        "site-gen: the last build is the work of another site_gen\n"
        "hint: build once more; then it is as this one makes it\n"
    )


def test_a_site_with_errors_has_nothing_to_compare(root: Path) -> None:
    write_site(root, {"content/articles/a.md": article("[x](nowhere.md)")})
    run("--root", root)
    code, told = verify(root)
    assert code == 1
    assert told == (
        "content/articles/a.md:6:1: there is no `nowhere.md`\n"
        "6 | [x](nowhere.md)\n"
        "  | ^^^^^^^^^^^^^^^\n"
        "\n"
        "a site with errors is not published, so there is nothing to compare\n"
    )
