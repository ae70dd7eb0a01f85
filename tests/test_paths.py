"""Source path, URL and output path, one from another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_gen import paths


@pytest.mark.parametrize(
    ("slug", "problem"),
    [
        ("riding-crop", ""),
        ("größe", ""),
        ("日本語", ""),
        ("2.0", ""),
        ("", "is empty"),
        ("a/b", "holds '/'"),
        ("..", "starts or ends with a dot"),
        (".hidden", "starts or ends with a dot"),
        ("a.", "starts or ends with a dot"),
        ("a b", "holds ' '"),
        ("a\x00", "holds '\\x00'"),
        ("a\N{RIGHT-TO-LEFT OVERRIDE}b", "holds '\\u202e'"),
        ("a%2f", "holds '%'"),
        ("a\\b", "holds '\\\\'"),
        ("a?b", "holds '?'"),
        ("a#b", "holds '#'"),
        ("C:", "holds ':'"),
        ("con", "is a reserved file name on Windows"),
        ("Aux.txt", "is a reserved file name on Windows"),
        ("com1", "is a reserved file name on Windows"),
        ("é" * 101, "is longer than 200 bytes"),
    ],
)
def test_a_slug_is_one_part_of_a_url_and_of_a_path_anywhere(slug: str, problem: str) -> None:
    assert paths.slug_problem(slug) == problem


@given(st.text())
def test_a_slug_made_of_any_text_is_fit_or_empty(text: str) -> None:
    slug = paths.slugify(text)[:60]
    assert paths.slug_problem(slug) in ("", "is empty", "is a reserved file name on Windows")
    assert paths.slugify(slug) == slug


@pytest.mark.parametrize(
    ("text", "slug"),
    [("One, Two!", "one-two"), ("  a - b  ", "a-b"), ("e\u0301", "é"), ("!", ""), ("a_b", "a_b")],
)
def test_a_slug_keeps_letters_and_digits(text: str, slug: str) -> None:
    assert paths.slugify(text) == slug


@pytest.mark.parametrize(
    ("source", "is_article", "is_page", "slug", "url"),
    [
        ("content/articles/crop/index.md", True, False, "crop", "/articles/crop/"),
        ("content/articles/crop.md", True, False, "crop", "/articles/crop/"),
        ("content/about.md", False, True, "about", "/about/"),
        ("content/articles/crop/notes.md", False, False, "notes", "/notes/"),
        ("content/articles/a/b/index.md", False, False, "b", "/b/"),
    ],
)
def test_a_source_says_what_it_is_and_where_it_is_read(
    source: str, is_article: bool, is_page: bool, slug: str, url: str
) -> None:
    assert (paths.is_article(source), paths.is_page(source)) == (is_article, is_page)
    assert paths.default_slug(source) == slug
    assert paths.page_url(source, slug) == url


def test_an_asset_is_beside_the_page_whose_folder_holds_it() -> None:
    owner, url = "content/articles/crop/index.md", "/articles/x/"
    assert paths.asset_url("content/articles/crop/a/b.png", owner, url) == "/articles/x/a/b.png"
    assert paths.asset_url("content/b.png", owner, url) == "/b.png"


@pytest.mark.parametrize(
    ("url", "path"),
    [("/", "index.html"), ("/a/", "a/index.html"), ("/feed.xml", "feed.xml")],
)
def test_the_file_behind_a_url(url: str, path: str) -> None:
    assert paths.output_path(url) == path


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("b.png", "content/articles/crop/b.png"),
        ("../other/index.md", "content/articles/other/index.md"),
        ("./a/../b.png", "content/articles/crop/b.png"),
        ("../../../static/a.png", "static/a.png"),
        ("../../../../etc/passwd", None),
        ("/etc/passwd", None),
        ("../../../..", None),
    ],
)
def test_a_target_stays_in_the_site(target: str, path: str | None) -> None:
    assert paths.resolve("content/articles/crop/index.md", target) == path


def test_a_name_that_only_begins_with_two_dots_is_in_the_site() -> None:
    assert paths.resolve("a.md", "..b/c.png") == "..b/c.png"


def test_names_that_a_file_system_takes_for_one_fold_together() -> None:
    assert paths.fold("Straße/É.png") == paths.fold("STRASSE/e\u0301.PNG")
    assert paths.fold("a.png") != paths.fold("b.png")


def test_a_url_is_quoted_once() -> None:
    assert paths.quote_url("/größe/a b%.png") == "/gr%C3%B6%C3%9Fe/a%20b%25.png"
