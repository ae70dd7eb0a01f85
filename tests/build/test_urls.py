"""Whole sites of which URLs and anchors are locked: what a build says when one is lost, what
`--locked` refuses, what accepting adds.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from site_gen.build.memory import Memory
from site_gen.build.result import Build
from site_gen.build.work import Options
from site_gen.diagnostics import Source
from site_gen.lock.urls import UrlLock, accept_urls
from tests.build.rebuilding import NOTHING_RAN, Asked, Blog, Pen, check_equal
from tests.sites import CONFIG, article, build_site, messages_of

A, B, CROP = "content/articles/a.md", "content/articles/b.md", "content/articles/crop/index.md"
Files = Mapping[str, str | bytes]
FILES: Files = {
    A: article("## What I found\n\ntext\n\n## Why {#reasons}\n", tags="[gpu]"),
    CROP: article("[red](p.txt)\n\nnote[^n]\n\n[^n]: small", aliases="[/2024/crop/]"),
    "content/articles/crop/p.txt": "red",
    "content/about.md": "---\ntitle: about\n---\n",
}
LOCK = """\
# Every URL and every anchor that was published: a build that loses one fails, unless its
# line ends in `gone:` and a reason. `site-gen accept` adds new ones: commit this file.
/
/2024/crop/
/about/
/articles/
/articles/a/
/articles/a/#reasons
/articles/a/#what-i-found
/articles/crop/
/articles/crop/p.txt
/feed.json
/feed.xml
/robots.txt
/sitemap.xml
/tags/
/tags/gpu/
"""


def build(files: Files, options: Options | None = None) -> Build:
    return build_site(files, options, renderer=Pen())


def check(change: Mapping[str, str | bytes | None], told: str, lock: str = LOCK) -> Build:
    """What is said once files have changed, of which None removes one."""
    files = {**FILES, "urls.lock": lock, **change}
    built = build({path: each for path, each in files.items() if each is not None})
    assert messages_of(built) == told
    return built


def test_all_that_readers_can_come_to_is_locked() -> None:
    published = build(FILES).list_published()
    assert accept_urls(UrlLock(Source("urls.lock", "")), published) == LOCK


def test_front_pages_after_the_first_are_not_locked() -> None:
    config = CONFIG + "articles_per_page = 1\n"
    built = build({**FILES, "pyproject.toml": config})
    assert "page/2/index.html" in {output.path for output in built.outputs}
    assert not [address for address in built.list_published() if "page" in address]


def test_nothing_is_said_while_nothing_is_lost() -> None:
    built = check({B: article("## new")}, "")
    assert built.urls
    assert [each.address for each in built.urls.changes.new] == ["/articles/b/", "/articles/b/#new"]


def test_without_a_lock_nothing_is_lost_or_missed() -> None:
    built = build({A: article()}, Options(locked=True))
    assert messages_of(built) == ""


def test_a_heading_of_other_words_is_told_where_it_stands() -> None:
    check(
        {A: article("## What was found\n\ntext\n\n## Why {#reasons}\n", tags="[gpu]")},
        "content/articles/a.md:7:1: the anchor `#what-i-found` was published, and is lost\n"
        "7 | ## What was found\n"
        "  | ^^^^^^^^^^^^^^^^^\n"
        "hint: if this heading says the same, put `{#what-i-found}` behind it; "
        "or end line 9 of urls.lock in `gone:` and a reason",
    )


@pytest.mark.parametrize("heading", ["## Findings {#what-i-found}", "## [Findings]{#what-i-found}"])
def test_a_heading_keeps_an_anchor_that_it_is_given(heading: str) -> None:
    check({A: article(f"{heading}\n\n## Why {{#reasons}}\n", tags="[gpu]")}, "")


def test_a_heading_that_has_an_anchor_of_its_own_can_have_another() -> None:
    check(
        {A: article("## What I found\n\n## Why {#causes}\n", tags="[gpu]")},
        "content/articles/a.md:9:1: the anchor `#reasons` was published, and is lost\n"
        "9 | ## Why {#causes}\n"
        "  | ^^^^^^^^^^^^^^^^\n"
        "hint: if this heading says the same, put its words into `[…]{#reasons}`; "
        "or end line 8 of urls.lock in `gone:` and a reason",
    )


def test_an_anchor_without_a_heading_is_told_of_the_page() -> None:
    check(
        {A: article("## What I found", tags="[gpu]")},
        "content/articles/a.md: the anchor `#reasons` was published, and is lost\n"
        "hint: give `{#reasons}` to what says the same now; "
        "or end line 8 of urls.lock in `gone:` and a reason",
    )


def test_a_page_that_was_renamed_is_told_with_the_alias_that_it_needs() -> None:
    renamed = {A: None, B: FILES[A]}
    check(
        renamed,
        "urls.lock:7:1: `/articles/a/` was published, and is lost\n"
        "7 | /articles/a/\n"
        "  | ^^^^^^^^^^^^\n"
        "hint: add `aliases: [/articles/a/]` to `content/articles/b.md`, "
        "or end this line in `gone:` and a reason",
    )
    text = str(FILES[A]).replace("tags:", "aliases: [/articles/a/]\ntags:")
    check({A: None, B: text}, "")


def test_an_alias_has_to_lead_to_what_its_page_had() -> None:
    text = article("## What I found", tags="[gpu]", aliases="[/articles/a/]")
    check(
        {A: None, B: text},
        "content/articles/b.md:8:1: the anchor `/articles/a/#reasons` was published, and is lost\n"
        "8 | ## What I found\n"
        "  | ^^^^^^^^^^^^^^^\n"
        "hint: if this heading says the same, put `{#reasons}` behind it; "
        "or end line 8 of urls.lock in `gone:` and a reason",
    )


def test_an_alias_that_is_taken_out_is_lost() -> None:
    check(
        {CROP: str(FILES[CROP]).replace("[/2024/crop/]", "[]")},
        "urls.lock:4:1: `/2024/crop/` was published, and is lost\n"
        "4 | /2024/crop/\n"
        "  | ^^^^^^^^^^^\n"
        "hint: add `aliases: [/2024/crop/]` to the page that has taken its place, "
        "or end this line in `gone:` and a reason",
    )


def test_a_page_with_aliases_gets_another() -> None:
    check(
        {A: None, B: str(FILES[A]).replace("tags:", "aliases: [/x/]\ntags:")},
        "urls.lock:7:1: `/articles/a/` was published, and is lost\n"
        "7 | /articles/a/\n"
        "  | ^^^^^^^^^^^^\n"
        "hint: add `/articles/a/` to the `aliases` of `content/articles/b.md`, "
        "or end this line in `gone:` and a reason",
    )


def test_a_file_that_no_page_shows_any_more_is_told() -> None:
    check(
        {CROP: article("nothing", aliases="[/2024/crop/]")},
        "urls.lock:11:1: `/articles/crop/p.txt` was published, and is lost\n"
        "11 | /articles/crop/p.txt\n"
        "   | ^^^^^^^^^^^^^^^^^^^^\n"
        "hint: keep a file at `static/articles/crop/p.txt`, "
        "or end this line in `gone:` and a reason",
    )


def test_a_page_that_is_a_draft_again_is_told_with_all_that_goes_with_it() -> None:
    check(
        {A: str(FILES[A]).replace("tags:", "draft: true\ntags:")},
        "content/articles/a.md:4:8: `/articles/a/` was published, and this is a draft\n"
        "4 | draft: true\n"
        "  |        ^^^^\n"
        "hint: publish it; or end line 7 of urls.lock in `gone:` and a reason",
    )


def test_a_page_that_is_put_off_is_told_at_its_date() -> None:
    check(
        {A: str(FILES[A]).replace("2025-05-22", "2027-05-22")},
        "content/articles/a.md:3:7: `/articles/a/` was published, and this is not yet due\n"
        "3 | date: 2027-05-22\n"
        "  |       ^^^^^^^^^^\n"
        "hint: publish it; or end line 7 of urls.lock in `gone:` and a reason",
    )


def test_what_is_given_up_with_a_reason_is_not_told() -> None:
    lock = LOCK.replace("/articles/a/\n", "/articles/a/ gone: it was wrong\n")
    check({A: None}, "", lock.replace("/tags/gpu/", "/tags/gpu/ gone: no more of them"))


def test_what_another_mistake_may_have_lost_is_not_told_as_well() -> None:
    built = build({**FILES, "urls.lock": LOCK, A: "no front matter\n"})
    assert [each.span.path for each in built.diagnostics] == [A]
    lost = article("[x](nowhere.md)", tags="[gpu]")
    built = build({**FILES, "urls.lock": LOCK, A: lost})
    assert [each.span.path for each in built.diagnostics] == [A]


def test_a_damaged_lock_is_told_at_its_line() -> None:
    check(
        {},
        "urls.lock:3:1: a merge was not finished here\n"
        "3 | <<<<<<< HEAD\n"
        "  | ^^^^^^^^^^^^\n"
        "hint: keep the lines of both sides, and remove this one",
        LOCK.replace("/\n", "<<<<<<< HEAD\n/\n", 1),
    )
    check(
        {"urls.lock": b"\xff"}, "urls.lock:1:1: not UTF-8: byte 0xff\nhint: save the file as UTF-8"
    )


def test_locked_what_is_not_locked_yet_is_an_error_of_its_source() -> None:
    files = {**FILES, "urls.lock": LOCK, B: article("## x\n\n## y\n\n## z", tags="[cat]")}
    built = build(files, Options(locked=True))
    assert messages_of(built) == (
        "content/articles/b.md: not locked yet: `/articles/b/`, `/articles/b/#x`, "
        "`/articles/b/#y` and 1 more\n"
        "hint: if that is meant, run `site-gen accept`\n\n"
        "urls.lock: not locked yet: `/tags/cat/`\n"
        "hint: if that is meant, run `site-gen accept`"
    )


def test_locked_drafts_that_are_taken_in_need_no_lock() -> None:
    files = {**FILES, "urls.lock": LOCK, B: article("## x", draft="true", tags="[cat]")}
    assert messages_of(build(files, Options(locked=True))) == ""
    assert messages_of(build(files, Options(locked=True, drafts=True))) == ""


def test_what_is_lost_is_told_by_every_build_until_it_is_mended() -> None:
    for is_one_process in (False, True):
        blog = blog_of(is_one_process)
        check_equal(blog)
        blog.files[A] = blog.files[A].replace(b"What I", b"Nothing")
        assert "`#what-i-found` was published" in messages_of(check_equal(blog))
        blog.files[A] += b"\nmore\n"
        assert "`#what-i-found` was published" in messages_of(check_equal(blog))
        blog.files["urls.lock"] = blog.files["urls.lock"].replace(
            b"#what-i-found", b"#what-i-found gone: there is nothing"
        )
        assert messages_of(check_equal(blog)) == ""
        blog.files[CROP] = blog.files[CROP].replace(b"[red](p.txt)", b"")
        assert "`/articles/crop/p.txt` was published" in messages_of(check_equal(blog))


def test_a_change_of_the_lock_makes_nothing_anew() -> None:
    blog = blog_of(is_one_process=True)
    check_equal(blog)
    blog.files["urls.lock"] += b"/old/\n"
    built = blog.build()
    assert built.ran == NOTHING_RAN
    assert "`/old/` was published" in messages_of(built)


def test_the_day_alone_can_make_something_new() -> None:
    blog = blog_of(is_one_process=False)
    blog.files[B] = article("## x", date="2026-02-01").encode()
    built = check_equal(blog)
    assert built.urls
    assert built.urls.changes.new == ()
    later = check_equal(blog, Asked(now=datetime(2026, 3, 1, tzinfo=UTC)))
    assert later.urls
    assert [each.address for each in later.urls.changes.new] == ["/articles/b/", "/articles/b/#x"]


def blog_of(is_one_process: bool) -> Blog:
    files = {"pyproject.toml": CONFIG, "urls.lock": LOCK, **FILES}
    encoded = {
        path: text.encode() if isinstance(text, str) else text for path, text in files.items()
    }
    return Blog(encoded, memory=Memory() if is_one_process else None)
