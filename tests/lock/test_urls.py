"""`urls.lock` written and read, and what is lost and new against it."""

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_gen.diagnostics import Source
from site_gen.lock.urls import UrlLock, accept_urls, compare_urls, write_address
from site_gen.terminal import format_diagnostic

HEAD = """\
# Every URL and every anchor that was published: a build that loses one fails, unless its
# line ends in `gone:` and a reason. `site-gen accept` adds new ones: commit this file.
"""
PUBLISHED = ("/", "/articles/crop/", "/articles/crop/#grip", "/articles/crop/a.png", "/feed.xml")
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
ADDRESSES = st.builds(write_address, TEXTS.map("/{}".format), st.just("") | TEXTS)


def lock_of(text: str) -> UrlLock:
    return UrlLock(Source("urls.lock", text))


def check(
    text: str,
    published: Sequence[str] = PUBLISHED,
    lost: Sequence[str] = (),
    new: Sequence[str] = (),
    moved: Mapping[str, str] | None = None,
) -> None:
    """What is lost and new; with what is lost given up, accepting all leaves nothing to say."""
    sources = dict.fromkeys(published, "")
    changes, problems = compare_urls(lock_of(text), sources, moved or {})
    assert problems == []
    assert [f"{each.line} {each.address}" for each in changes.lost] == list(lost)
    assert [each.address for each in changes.new] == list(new)
    given_up = "".join(f"{write_address(*each.address)} gone: why\n" for each in changes.lost)
    accepted = accept_urls(lock_of(f"{text}\n{given_up}"), published)
    after, problems = compare_urls(lock_of(accepted), sources, moved or {})
    assert (after.lost, after.new, problems) == ((), (), [])
    assert accept_urls(lock_of(accepted), published) == accepted


def test_the_first_lock_has_a_line_for_each_address_in_order() -> None:
    published = ["/feed.xml", "/a/#z", "/a/b.png", "/a/", "/a/#b-2", "/"]
    assert accept_urls(lock_of(""), published) == (
        HEAD + "/\n/a/\n/a/#b-2\n/a/#z\n/a/b.png\n/feed.xml\n"
    )


def test_what_is_published_and_locked_is_no_change() -> None:
    check(HEAD + "\n".join(PUBLISHED))


def test_lines_may_be_in_any_order_twice_and_end_as_on_windows() -> None:
    lines = [*reversed(PUBLISHED), "", *PUBLISHED]
    check("\r\n".join(lines))


def test_what_is_published_and_not_locked_is_new() -> None:
    check("/\n/feed.xml\n", new=["/articles/crop/", "/articles/crop/#grip", "/articles/crop/a.png"])


def test_a_url_and_an_anchor_can_be_lost() -> None:
    check(
        "/\n/articles/crop/#handle\n/tags/gpu/\n" + "\n".join(PUBLISHED),
        lost=["2 /articles/crop/#handle", "3 /tags/gpu/"],
    )


def test_of_a_page_that_is_lost_its_url_alone_is_told() -> None:
    check("/b/#c\n/b/\n/b/d.png\n", ["/"], lost=["1 /b/"], new=["/"])


def test_what_was_given_up_is_not_lost_nor_what_was_at_it() -> None:
    check(
        "/b/ gone: it was wrong\n/b/#c\n/b/d.png\n/a/#x\n/a/#x  gone:  no more\n",
        ["/a/"],
        new=["/a/"],
    )


def test_a_page_below_one_that_was_given_up_or_lost_is_lost_by_itself() -> None:
    check(
        "/2024/ gone: why\n/2024/old/\n/b/\n/b/c/\n", [], lost=["2 /2024/old/", "3 /b/", "4 /b/c/"]
    )


def test_an_alias_has_the_anchors_and_the_files_of_its_page() -> None:
    published = ["/new/", "/new/#grip", "/new/a.png", "/old/"]
    check(
        "/old/\n/old/#grip\n/old/#handle\n/old/a.png\n/old/b.png\n",
        published,
        lost=["3 /old/#handle", "5 /old/b.png"],
        new=["/new/", "/new/#grip", "/new/a.png"],
        moved={"/old/": "/new/"},
    )


def test_what_is_given_up_and_published_again_is_new() -> None:
    check("/a/ gone: for a while\n", ["/a/"], new=["/a/"])
    assert accept_urls(lock_of("/a/ gone: for a while\n"), ["/a/"]) == HEAD + "/a/\n"


def test_accepting_keeps_what_is_locked_given_up_and_remarked() -> None:
    text = HEAD + "# ours\n/z/ gone: it  was wrong \n/z/#a\n/z/\n/a/\n# theirs\n"
    assert accept_urls(lock_of(text), ["/b/"]) == (
        HEAD + "# ours\n# theirs\n/a/\n/b/\n/z/ gone: it  was wrong\n/z/#a\n"
    )


def test_blanks_and_marks_are_written_as_escapes_and_letters_as_they_are() -> None:
    assert write_address("/café/a b.png") == "/café/a%20b.png"
    assert write_address("/a#%/", "x y\x07\u2028") == "/a%23%25/#x%20y%07%E2%80%A8"


@given(st.lists(ADDRESSES, max_size=8))
def test_what_was_accepted_is_not_lost(addresses: list[str]) -> None:
    text = accept_urls(lock_of(""), addresses)
    assert len(text.splitlines()) == 2 + len(set(addresses))
    changes, problems = compare_urls(lock_of(text), dict.fromkeys(addresses, ""), {})
    assert (changes.lost, changes.new, problems) == ((), (), [])
    entries, problems = lock_of(text).read()
    assert {write_address(*entry.address) for entry in entries} == set(addresses)
    assert problems == []


@given(st.text("/#ab %\ngone:<=> ", max_size=60))
def test_any_text_is_read_or_told_about(text: str) -> None:
    compare_urls(lock_of(text), {"/a/": ""}, {})


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            "<<<<<<< HEAD",
            "urls.lock:2:1: a merge was not finished here\n"
            "2 | <<<<<<< HEAD\n"
            "  | ^^^^^^^^^^^^\n"
            "hint: keep the lines of both sides, and remove this one",
        ),
        (
            "articles/crop/",
            "urls.lock:2:1: this is neither a URL of the site nor a remark\n"
            "2 | articles/crop/\n"
            "  | ^^^^^^^^^^^^^^\n"
            "hint: a line is a URL such as `/articles/crop/` or `/articles/crop/#grip`",
        ),
        (
            "/old/ gone:  ",
            "urls.lock:2:1: `/old/` is given up without a reason\n"
            "2 | /old/ gone:  \n"
            "  | ^^^^^^^^^^^\n"
            "hint: say it behind `gone:`",
        ),
        (
            "/old/ was wrong",
            "urls.lock:2:1: what stands behind `/old/` means nothing\n"
            "2 | /old/ was wrong\n"
            "  | ^^^^^^^^^^^^^^^\n"
            "hint: what was given up ends in `gone:` and a reason",
        ),
    ],
)
def test_a_line_that_says_nothing_is_told(line: str, told: str) -> None:
    _, (problem,) = compare_urls(lock_of(f"/\n{line}\n/a/\n"), {"/": "", "/a/": ""}, {})
    assert format_diagnostic(problem).plain == told
