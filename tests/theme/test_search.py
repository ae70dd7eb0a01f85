"""Search in a browser: what is found, how it is shown, and how hands on a keyboard get there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.sites import CONFIG, article, build_site, messages_of, publish
from tests.theme.visiting import ServeFolder, overflow, violations

WORDS = "Caches `a < b & c` hold what is asked for again."
FILES = {
    "pyproject.toml": CONFIG.replace("example.org/", "example.org/blog/") + "search = true\n",
    "content/about.md": "---\ntitle: about\n---\n\nMostly caches.\n",
    "content/articles/levels.md": article(
        f"{WORDS}\n\n## L1 {{#first}}\n\nThe first of caches.\n\n## L2\n\nNot here.",
        title="caches in levels",
    ),
    **{
        f"content/articles/purr-{n}.md": article("A cat purrs.", title=f"purr {n}")
        for n in range(12)
    },
}
FOCUSED = "document.activeElement.textContent"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site that is not at the root of its host."""
    built = build_site(FILES)
    assert messages_of(built) == ""
    host = tmp_path_factory.mktemp("host")
    publish(built, host / "blog")
    return host


@pytest.fixture
def address(folder: Path, serve_folder: ServeFolder) -> str:
    return f"{serve_folder(folder)}/blog/search/"


@contextmanager
def searching(browser: Browser, address: str, width: int = 1280, **options: Any) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": width, "height": 800}, **options)
    page = context.new_page()
    page.goto(address)
    yield page
    context.close()


def wait_for(page: Page, message: str) -> None:
    page.get_by_role("status").get_by_text(message).wait_for()


def test_what_is_typed_is_found_and_marked(browser: Browser, address: str) -> None:
    with searching(browser, address) as page:
        page.keyboard.type("cache")
        wait_for(page, "2 pages found for “cache”")
        found = page.locator(".results > li")
        assert found.locator("h2").all_text_contents() == ["caches in levels", "about"]
        first = found.first
        assert first.locator("time").get_attribute("datetime") == "2025-05-22T00:00:00+00:00"
        assert first.locator("time").text_content() == "22 May 2025"
        assert first.locator("mark").all_text_contents() == ["Caches", "caches."]
        assert "Caches a < b & c hold what" in (first.locator("p").text_content() or "")
        assert first.locator("ul a").all_text_contents() == ["L1"]
        assert found.nth(1).locator("time").count() == 0
        first.locator("ul a").click()
        assert page.url.endswith("/blog/articles/levels/#first")


def test_nothing_is_loaded_for_it_before_somebody_types(browser: Browser, address: str) -> None:
    with searching(browser, address) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.reload(wait_until="networkidle")
        assert not [url for url in asked if "pagefind" in url]
        page.keyboard.type("cache")
        wait_for(page, "2 pages found")
        assert all(url.startswith(address.removesuffix("search/")) for url in asked)
        assert len([url for url in asked if "pagefind" in url]) == 7


def test_words_stand_in_the_address_and_come_back(browser: Browser, address: str) -> None:
    with searching(browser, f"{address}?q=caches") as page:
        wait_for(page, "2 pages found for “caches”")
        assert page.get_by_role("searchbox").input_value() == "caches"
        page.get_by_role("searchbox").fill("zebra & more")
        wait_for(page, "nothing found for “zebra & more”")
        assert page.url.endswith("?q=zebra+%26+more")
        page.get_by_role("searchbox").fill("first")
        page.get_by_role("link", name="caches in levels").click()
        page.go_back()
        wait_for(page, "1 page found for “first”")
        page.get_by_role("searchbox").fill("")
        page.wait_for_url(address)
        assert page.locator(".results > li").count() == 0


def test_a_keyboard_leads_through_what_is_found(browser: Browser, address: str) -> None:
    with searching(browser, address) as page:
        page.keyboard.type("caches")
        wait_for(page, "2 pages found")
        for key, focused in (
            ("ArrowDown", "caches in levels"),
            ("ArrowDown", "L1"),
            ("ArrowDown", "about"),
            ("ArrowDown", "about"),
            ("ArrowUp", "L1"),
            ("Escape", ""),
            ("ArrowDown", "caches in levels"),
            ("ArrowUp", ""),
            ("Tab", "search"),
            ("/", ""),
        ):
            page.keyboard.press(key)
            assert page.evaluate(FOCUSED) == focused, key
        assert page.evaluate("getSelection().toString()") == "caches"
        page.keyboard.press("Escape")
        wait_for(page, "")
        assert page.get_by_role("searchbox").input_value() == ""
        page.keyboard.type("and/or")
        assert page.get_by_role("searchbox").input_value() == "and/or"


def test_a_title_is_found_and_a_day_is_not(browser: Browser, address: str) -> None:
    with searching(browser, f"{address}?q=levels") as page:
        wait_for(page, "1 page found for “levels”")
        assert (
            page.locator(".results p").text_content()
            == f"{WORDS.replace('`', '')} L1. The first of caches. L2. Not here."
        )
        page.get_by_role("searchbox").fill("22")
        wait_for(page, "nothing found for “22”")


def test_enter_searches_without_loading_the_page_anew(browser: Browser, address: str) -> None:
    with searching(browser, address) as page:
        page.evaluate("window.isSame = true")
        page.keyboard.type("levels")
        page.keyboard.press("Enter")
        wait_for(page, "1 page found for “levels”")
        assert page.evaluate("window.isSame")


def test_more_than_ten_are_shown_when_they_are_asked_for(browser: Browser, address: str) -> None:
    with searching(browser, f"{address}?q=purrs") as page:
        wait_for(page, "12 pages found")
        assert page.locator(".results > li").count() == 10
        page.get_by_role("button", name="show more").click()
        page.locator(".results > li").nth(11).wait_for()
        eleventh = page.locator(".results h2").nth(10).text_content()
        assert page.evaluate(FOCUSED) == eleventh
        assert page.get_by_role("button", name="show more").count() == 0


@pytest.mark.parametrize(
    "lost", ["pagefind.js", "pagefind-entry.json", "wasm.en", "index/", "frag"]
)
def test_an_index_that_cannot_be_loaded_is_told(browser: Browser, address: str, lost: str) -> None:
    with searching(browser, address) as page:
        page.route(f"**/{lost}*", lambda route: route.abort())
        page.route(f"**/{lost}*/*", lambda route: route.abort())
        page.keyboard.type("caches")
        wait_for(page, "The index cannot be loaded, so nothing can be found.")
        assert page.locator(".results > li").count() == 0


def test_a_page_without_its_script_says_so_and_leads_on(browser: Browser, address: str) -> None:
    with searching(browser, f"{address}?q=caches", java_script_enabled=False) as page:
        assert not page.get_by_role("searchbox").is_visible()
        assert page.get_by_text("its script has not run").is_visible()
        page.get_by_role("link", name="the list of all articles").click()
        assert page.url.endswith("/blog/articles/")
    with searching(browser, "about:blank") as page:
        page.route("**/search.*.js", lambda route: route.abort())
        page.goto(address)
        page.get_by_text("its script has not run").wait_for(state="visible")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_what_is_found_can_be_used_by_everybody(
    browser: Browser, address: str, width: int, scheme: str
) -> None:
    with searching(browser, f"{address}?q=caches", width, color_scheme=scheme) as page:
        wait_for(page, "2 pages found")
        assert overflow(page) <= 0
        assert violations(page) == []
