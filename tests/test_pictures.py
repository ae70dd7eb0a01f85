"""Which form of a picture Chromium chooses, and how wide it shows it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.picturing import TURNED, coded, photo
from tests.sites import article, build_site, publish

URL = "/articles/a/"
TEXT = "![first](p.jpg)\n\n" + "words and words\n\n" * 200 + "![second](p.jpg){.second}"
CHOSEN = "img => ({ url: img.currentSrc, width: img.getBoundingClientRect().width })"
SAID = """() => {
  const sizes = document.querySelector("source").sizes;
  const ruler = document.createElement("div");
  ruler.style.width = sizes.replace(/([0-9.]+)rem/g, (_, n) => `${16 * n}px`);
  document.body.style.maxWidth = "none";
  document.documentElement.append(ruler);
  return ruler.getBoundingClientRect().width;
}"""
"""How wide a browser expects a picture to be; `rem` is what the reader has set there."""


@pytest.fixture
def address(serve_folder: Callable[[Path], str], tmp_path: Path) -> str:
    """Where a page with two pictures is served."""
    picture = coded(photo(1600, 1200), exif=TURNED)
    publish(
        build_site(
            {"content/articles/a/index.md": article(TEXT), "content/articles/a/p.jpg": picture}
        ),
        tmp_path,
    )
    return serve_folder(tmp_path) + URL


def opened(browser: Browser, address: str, width: int, scale: float = 1) -> Page:
    page = browser.new_page(viewport={"width": width, "height": 700}, device_scale_factor=scale)
    page.goto(address, wait_until="load")
    return page


@pytest.mark.parametrize(
    ("width", "scale", "chosen"),
    [(320, 1, 320), (320, 2, 640), (390, 3, 1200), (1280, 1, 640), (1280, 2, 1200)],
)
def test_the_form_that_fits_the_window_is_fetched_and_no_other(
    browser: Browser, address: str, width: int, scale: float, chosen: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 700}, device_scale_factor=scale)
    asked = list[str]()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address, wait_until="networkidle")
    found = page.locator("img").first.evaluate(CHOSEN)
    assert re.search(rf"/p\.{chosen}\.[0-9a-f]{{10}}\.avif$", found["url"])
    fetched = {url for url in asked if "/p." in url}
    assert fetched == {found["url"]}
    shown = page.locator("img").first.evaluate(
        "img => [img.naturalHeight > img.naturalWidth, img.complete]"
    )
    assert shown == [True, True]
    page.close()


@pytest.mark.parametrize("width", [320, 390, 500, 616, 700, 864, 1000, 1280, 1920])
def test_a_browser_expects_a_picture_to_be_as_wide_as_it_will_be(
    browser: Browser, address: str, width: int
) -> None:
    page = opened(browser, address, width)
    shown = page.locator("img").first.evaluate(CHOSEN)["width"]
    assert page.evaluate(SAID) == pytest.approx(shown, rel=0.02)
    page.close()


def test_what_is_far_below_is_fetched_when_it_comes_near(browser: Browser, address: str) -> None:
    page = opened(browser, address, 1280)
    assert page.locator("img.second").evaluate("img => img.loading") == "lazy"
    assert page.locator("img").first.evaluate("img => img.loading") != "lazy"
    height = page.evaluate("document.documentElement.scrollHeight")
    page.locator("img.second").scroll_into_view_if_needed()
    page.wait_for_function("() => document.querySelector('img.second').complete")
    assert page.evaluate("document.documentElement.scrollHeight") == height
    page.close()
