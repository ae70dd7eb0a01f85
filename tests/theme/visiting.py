"""One article in a real browser, as its readers get it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from site_gen.setup import node_root
from tests.sites import CONFIG, article, build_site, messages_of, publish

ServeFolder = Callable[[Path], str]
WIDE, NARROW = 1280, 320
_AXE = node_root() / "node_modules" / "axe-core" / "axe.min.js"


def make_site(folder: Path, text: str, config: str = "", **front: str) -> Path:
    """A folder with the published site of one article at `/articles/a/`."""
    files = {"pyproject.toml": CONFIG + config, "content/articles/a.md": article(text, **front)}
    built = build_site(files)
    assert messages_of(built) == ""
    publish(built, folder / "_site")
    return folder / "_site"


@contextmanager
def visiting(browser: Browser, address: str, width: int = WIDE, **options: Any) -> Iterator[Page]:
    """The article's page in a window of a width; options are those of a browser's context."""
    context = browser.new_context(viewport={"width": width, "height": 800}, **options)
    page = context.new_page()
    page.goto(f"{address}/articles/a/")
    page.evaluate("document.fonts.ready")
    yield page
    context.close()


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    found: int = page.evaluate(width)
    return found


def violations(page: Page) -> list[tuple[str, list[str]]]:
    """What axe finds, each rule with the elements that break it."""
    page.evaluate(_AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run().then(result => result.violations)")
    return [(each["id"], [node["html"] for node in each["nodes"]]) for each in found]
