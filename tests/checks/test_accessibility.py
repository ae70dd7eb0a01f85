"""Every kind of page can be used by everybody: by axe's rules, none broken and none left open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser

from tests.axe_rules import find_barriers
from tests.kinds import BLOG, CORPUS

Scheme = Literal["dark", "light"]


def look(browser: Browser, url: str, width: int, scheme: Scheme) -> list[str]:
    """What axe and we find on a page in such a window."""
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    page.goto(url)
    found = find_barriers(page)
    context.close()
    return found


@pytest.mark.parametrize("url", BLOG.values(), ids=BLOG.keys())
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_every_kind_of_page_of_the_blog_can_be_used_by_everybody(
    browser: Browser,
    published: Path,
    serve_folder: Callable[[Path], str],
    url: str,
    width: int,
    scheme: Scheme,
) -> None:
    assert look(browser, serve_folder(published) + url, width, scheme) == []


@pytest.mark.parametrize("url", CORPUS.values(), ids=CORPUS.keys())
@pytest.mark.parametrize(("width", "scheme"), [(320, "dark"), (1280, "light")])
def test_every_kind_of_page_of_300_articles_can_be_used_by_everybody(
    browser: Browser,
    published_corpus: Path,
    serve_folder: Callable[[Path], str],
    url: str,
    width: int,
    scheme: Scheme,
) -> None:
    assert look(browser, serve_folder(published_corpus) + url, width, scheme) == []


SHELL = """<!doctype html>
<html lang="en"><title>a</title>
<main style="background: white"><h1>a</h1>{}</main>
"""


@pytest.mark.parametrize(
    ("rule", "content"),
    [
        ("violation image-alt", '<img src="x">'),
        ("undecided color-contrast", '<p style="color: #999">·</p>'),
        ("undecided color-contrast", '<p style="opacity: 0.5">·</p>'),
        ("undecided color-contrast", '<text fill="#888" y="9">word</text>'),
    ],
)
def test_what_somebody_could_not_use_is_told(browser: Browser, rule: str, content: str) -> None:
    drawn = f"<svg viewBox='0 0 9 9'>{content}</svg>" if "<text" in content else content
    assert look_at(browser, drawn) == [f"{rule}: {content}"]


@pytest.mark.parametrize("content", ["<p>·</p>", '<p style="color: #949494; font-size: 2em">·</p>'])
def test_what_axe_only_asks_for_is_decided(browser: Browser, content: str) -> None:
    assert look_at(browser, content) == []


def look_at(browser: Browser, content: str) -> list[str]:
    """What is found on a page with this content."""
    page = browser.new_page()
    page.set_content(SHELL.format(content))
    found = find_barriers(page)
    page.close()
    return found
