"""The browser that tests get draws pages, and the server under it answers as a static host does."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser import find_chromium
from tests.build.rebuilding import Pen
from tests.sites import article, build_site, publish

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def test_a_served_page_is_drawn(
    browser: Browser, serve_folder: Callable[[Path], str], tmp_path: Path
) -> None:
    (tmp_path / "index.html").write_text("<!doctype html><title>Hello</title><h1>Hello</h1>")
    page = browser.new_page()
    page.goto(serve_folder(tmp_path))
    assert page.title() == "Hello"
    assert page.locator("h1").bounding_box()
    assert page.screenshot().startswith(PNG_SIGNATURE)
    page.close()


def test_a_missing_page_is_the_site_s_own_404(
    browser: Browser, serve_folder: Callable[[Path], str], tmp_path: Path
) -> None:
    (tmp_path / "404.html").write_text("<!doctype html><title>Nothing here</title>")
    page = browser.new_page()
    response = page.goto(f"{serve_folder(tmp_path)}/gone/")
    assert response is not None
    assert (response.status, page.title()) == (404, "Nothing here")
    page.close()


def test_an_alias_leads_to_the_same_anchor_of_its_page(
    browser: Browser, serve_folder: Callable[[Path], str], tmp_path: Path
) -> None:
    text = article("## grip", aliases="[/old/]")
    publish(build_site({"content/articles/crop.md": text}, renderer=Pen()), tmp_path / "site")
    address, page = serve_folder(tmp_path / "site"), browser.new_page()
    page.goto(f"{address}/old/#grip")
    page.wait_for_url(f"{address}/articles/crop/#grip")
    page.close()
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{address}/old/#grip")
    page.wait_for_url(f"{address}/articles/crop/")
    page.close()


def test_a_browser_named_in_the_environment_is_the_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SITE_GEN_BROWSER", "/opt/mine/chrome")
    assert find_chromium().executable == Path("/opt/mine/chrome")


def test_a_browser_on_the_path_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SITE_GEN_BROWSER", raising=False)
    monkeypatch.delenv("CHROME", raising=False)
    monkeypatch.setattr(shutil, "which", {"google-chrome": "/opt/google/chrome"}.get)
    assert find_chromium().executable == Path("/opt/google/chrome")
