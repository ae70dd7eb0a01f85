"""A small site that is written while it is served, and what a page of it shows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import Page

from tests.build.test_data_of_a_site import DATA, USES
from tests.sites import CONFIG, article

POST = "content/articles/post.md"
OTHER = "content/articles/other.md"
DRAFT = "content/articles/draft.md"
DEVICES = "content/data/mine.toml"
LONG = "\n\n".join(f"Paragraph {n} of many, long enough that the page scrolls." for n in range(60))
SITE = {
    "pyproject.toml": CONFIG,
    POST: article(f"$x$ first\n\n{USES}\n{LONG}", title="a post"),
    OTHER: article("another", title="another post", date="2025-05-23"),
    DRAFT: article("not done", title="a draft", draft="true"),
    DEVICES: DATA.replace("BANDWIDTH", "8 x DDR5-4800"),
}


def write(root: Path, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")


def replace(root: Path, path: str, old: str, new: str) -> None:
    text = (root / path).read_text(encoding="utf-8")
    assert old in text
    (root / path).write_text(text.replace(old, new), encoding="utf-8")


def wait_for(page: Page, text: str) -> None:
    page.wait_for_function("text => document.body.innerText.includes(text)", arg=text)


def mark_as_loaded(page: Page) -> None:
    """Whatever loads the page anew forgets this."""
    page.evaluate("window.isSame = true")


def is_same(page: Page) -> bool:
    return bool(page.evaluate("window.isSame === true"))


def overlay_text(page: Page) -> str:
    shown = page.wait_for_selector("site-gen-overlay pre")
    assert shown
    return str(shown.text_content())
