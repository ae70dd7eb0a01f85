"""`site-gen accept` and `urls.lock`: what is added, kept and refused, and what builds say then."""

from pathlib import Path

import pytest

from tests.commands.running import report_of, run, write_site
from tests.sites import article

HEAD = """\
# Every URL and every anchor that was published: a build that loses one fails, unless its
# line ends in `gone:` and a reason. `site-gen accept` adds new ones: commit this file.
"""
GENERATED = "/\n/articles/\n"
FILES = "/feed.json\n/feed.xml\n/robots.txt\n/sitemap.xml\n/tags/\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A site with one article, one draft and one article that is not due, and no lock."""
    write_site(
        tmp_path,
        {
            "content/articles/a.md": article("## part"),
            "content/articles/b.md": article("## secret", draft="true", tags="[cat]"),
            "content/articles/c.md": article("## later", date="2026-06-01", tags="[dog]"),
        },
    )
    return tmp_path


def lock_of(root: Path) -> str:
    return (root / "urls.lock").read_text(encoding="utf-8")


def accept(root: Path, *arguments: str) -> str:
    done = run("accept", "--root", root, *arguments)
    assert done.code == 0, done.stderr
    return done.stderr


def test_the_first_acceptance_makes_a_lock_of_what_is_published(root: Path) -> None:
    told = accept(root)
    assert told.endswith("urls.lock holds 8 URLs and 1 anchor, 9 of them new\n")
    assert lock_of(root) == HEAD + GENERATED + "/articles/a/\n/articles/a/#part\n" + FILES
    assert accept(root).endswith("urls.lock holds 8 URLs and 1 anchor\n")


def test_neither_drafts_nor_what_is_not_due_are_ever_taken(root: Path) -> None:
    accept(root)
    before = lock_of(root)
    for option in ("--drafts", "--future"):
        told = accept(root, option)
        ending = "urls.lock is as it was: drafts, or articles that are not due, are taken in\n"
        assert told.endswith(ending)
        assert lock_of(root) == before
        done = run("check", "--root", root, option, "--locked")
        assert done.code == 0, done.stderr
        assert "not locked yet" not in done.stderr


def test_a_build_counts_what_is_not_locked_and_accepting_adds_it(root: Path) -> None:
    accept(root)
    write_site(root, {"content/articles/d.md": article("## one\n\n## two")})
    done = run("--root", root)
    assert done.code == 0
    assert done.stderr.endswith(" s; 3 URLs are not locked yet (site-gen accept)\n")
    assert report_of(run("--root", root, "--json"))["unlocked_urls"] == 3
    assert accept(root).endswith("urls.lock holds 9 URLs and 3 anchors, 3 of them new\n")
    assert run("--root", root).stderr.endswith(" s\n")


def test_naming_a_post_takes_every_url_all_the_same(root: Path) -> None:
    write_site(root, {"content/articles/d.md": article()})
    accept(root, "a")
    assert "/articles/d/\n" in lock_of(root)


def test_nothing_is_forgotten_by_accepting(root: Path) -> None:
    accept(root)
    before = lock_of(root)
    (root / "content/articles/a.md").rename(root / "content/articles/d.md")
    done = run("accept", "--root", root)
    assert (done.code, done.stderr) == (
        1,
        "urls.lock:5:1: `/articles/a/` was published, and is lost\n"
        "5 | /articles/a/\n"
        "  | ^^^^^^^^^^^^\n"
        "hint: add `aliases: [/articles/a/]` to `content/articles/d.md`, "
        "or end this line in `gone:` and a reason\n\n"
        "1 error: nothing was accepted\n",
    )
    assert lock_of(root) == before


def test_a_reason_mends_the_build_and_stays(root: Path) -> None:
    accept(root)
    (root / "content/articles/a.md").rename(root / "content/articles/d.md")
    text = lock_of(root).replace("/articles/a/\n", "/articles/a/ gone: a test\n")
    write_site(root, {"urls.lock": text})
    assert run("--root", root).code == 0
    accept(root)
    assert "/articles/a/ gone: a test\n/articles/a/#part\n/articles/d/\n" in lock_of(root)


def test_json_counts_what_is_held_and_what_is_new(root: Path) -> None:
    report = report_of(run("accept", "--root", root, "--json"))
    assert (report["urls"], report["anchors"], report["new"]) == (8, 1, 9)
    assert "urls" not in report_of(run("accept", "--root", root, "--json", "--drafts"))


def test_what_was_lost_is_told_again_where_nothing_has_changed(root: Path) -> None:
    accept(root)
    write_site(root, {"content/articles/a.md": article("## other")})
    first, second = run("--root", root), run("--root", root)
    assert first.code == second.code == 1
    assert first.stderr == second.stderr
    assert first.stderr == (
        "content/articles/a.md:6:1: the anchor `#part` was published, and is lost\n"
        "6 | ## other\n"
        "  | ^^^^^^^^\n"
        "hint: if this heading says the same, put `{#part}` behind it; "
        "or end line 6 of urls.lock in `gone:` and a reason\n\n"
        "1 error: nothing was published\n"
    )


def test_what_a_file_is_called_cannot_reach_the_terminal(root: Path) -> None:
    accept(root)
    write_site(root, {"urls.lock": lock_of(root) + "/\x1b[2J/\n/%1B[2J/\n"})
    done = run("--root", root)
    assert "\x1b" not in done.stderr
    assert "`/\\x1b[2J/` was published" in done.stderr
