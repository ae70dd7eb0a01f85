"""Tables and charts on a built page: drawn by Node, and sorted by a reader in a real browser."""

import gzip
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from site_gen.build.result import Build
from site_gen.setup import checkout_root, node_root
from tests.sites import article, build_site, messages_of, page_of, publish

AXE = node_root() / "node_modules" / "axe-core" / "axe.min.js"
BODY = """:::{token-rate-table} gpus
devices: RTX 3060, RTX 4090, 2 x RTX 3090
models: Llama-3.1-8B, Llama-3.1-70B
quantizations: Q4_K_M
:::

:::{token-rate-chart} talk
device: RTX 4090
model: Llama-3.1-8B
quantization: Q4_K_M
sweep: context from 0 to 32K
observed: 8K = 90 token/s
:::

:::{token-rate-chart} roofs
device: RTX 4090
model: Llama-3.1-8B
quantization: Q4_K_M
roofline: true
:::"""
FASTEST_FIRST = ["RTX 4090", "2 × RTX 3090", "RTX 3060", "2 × RTX 3090"]
LEFT_OUT = ["RTX 3060", "RTX 4090"]


@pytest.fixture(scope="module")
def built() -> Build:
    build = build_site({"content/articles/a.md": article(BODY)})
    assert messages_of(build) == ""
    return build


@pytest.fixture(scope="module")
def folder(built: Build, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tables") / "_site"
    publish(built, folder)
    return folder


@pytest.fixture
def address(folder: Path, serve_folder: Callable[[Path], str]) -> str:
    return serve_folder(folder).rstrip("/") + "/articles/a/"


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The article; a complaint of the browser fails the test."""
    page = browser.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address)
    yield page
    page.close()
    assert complaints == []


def devices_in(page: Page) -> list[str]:
    """The first column, from the top."""
    return page.locator(".sortable tbody th:first-child").all_inner_texts()


def order_of(page: Page) -> dict[str, str]:
    """The columns that are sorted, and how."""
    heads = page.locator(".sortable [aria-sort]").all()
    return {
        head.locator("span").inner_text(): head.get_attribute("aria-sort") or "" for head in heads
    }


def test_charts_are_drawn_in_the_page_and_in_feeds(built: Build) -> None:
    html = page_of(built, "articles/a/index.html")
    assert html.count(' class="plot-drawing plot-wide"') == 2
    assert html.count(' class="plot-drawing plot-narrow"') == 2
    assert re.search(r"<title[^>]*>Llama-3.1-8B on RTX 4090 slows from \d", html)
    assert ">Roofline of Llama-3.1-8B on RTX 4090</title>" in html
    feed = page_of(built, "feed.xml")
    assert feed.count("plot-wide") == 2
    assert "plot-narrow" not in feed


def test_without_script_a_table_stands_sorted(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    assert devices_in(page) == FASTEST_FIRST + LEFT_OUT
    assert page.locator(".sortable button").count() == 0
    assert order_of(page) == {"likely": "descending"}
    context.close()


def test_a_press_sorts_by_numbers_and_another_turns_them_around(page: Page) -> None:
    assert devices_in(page) == FASTEST_FIRST + LEFT_OUT
    page.get_by_role("button", name="likely").click()
    assert order_of(page) == {"likely": "ascending"}
    assert devices_in(page) == FASTEST_FIRST[::-1] + LEFT_OUT
    page.get_by_role("button", name="ceiling").click()
    assert order_of(page) == {"ceiling": "descending"}
    assert devices_in(page) == FASTEST_FIRST + LEFT_OUT


def test_words_are_sorted_from_a_and_what_has_no_numbers_stays_below(page: Page) -> None:
    page.get_by_role("button", name="device").click()
    assert order_of(page) == {"device": "ascending"}
    assert devices_in(page) == ["2 × RTX 3090", "2 × RTX 3090", "RTX 3060", "RTX 4090", *LEFT_OUT]


def test_a_keyboard_sorts_too_and_stays_where_it_is(page: Page) -> None:
    page.locator(".table").first.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert order_of(page) == {"model": "ascending"}
    page.keyboard.press("Space")
    assert order_of(page) == {"model": "descending"}
    assert page.locator(".sortable button:focus").inner_text() == "model"


@pytest.mark.parametrize("width", [320, 1280])
def test_the_page_fits_and_can_be_used_by_everybody(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wider) <= 0
    page.evaluate(AXE.read_text(encoding="utf-8"))
    violations = page.evaluate("axe.run().then(result => result.violations)")
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in violations] == []


def test_the_script_is_small() -> None:
    script = (checkout_root() / "static" / "assets" / "sort.js").read_bytes()
    assert len(gzip.compress(script)) < 1000
