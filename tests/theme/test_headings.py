"""Headings in a browser: the link to each, and the table of contents."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.theme.visiting import violations, visiting

TEXT = "Words.\n\n## First part\n\nWords.\n\n### Größe & more\n\nWords.\n"


def test_a_heading_is_called_by_its_words_alone(browser: Browser, address: str) -> None:
    with visiting(browser, address) as page:
        headings = page.get_by_role("heading", level=2)
        assert headings.all_inner_texts() == ["First part"]
        assert page.get_by_role("link", name="Link to First part").count() == 1
        assert violations(page) == []


@pytest.mark.parametrize("width", [320, 1280])
def test_the_link_is_shown_before_the_heading_when_it_is_pointed_at(
    browser: Browser, address: str, width: int
) -> None:
    with visiting(browser, address, width) as page:
        heading, link = page.locator("h2"), page.locator("h2 + .anchor")
        opacity = "e => getComputedStyle(e).opacity"
        assert link.evaluate(opacity) == "0"
        heading.hover()
        assert link.evaluate(opacity) == "1"
        here, there = heading.bounding_box(), link.bounding_box()
        assert here
        assert there
        assert 0 <= there["x"] < here["x"]
        assert abs(here["y"] + here["height"] - there["y"] - there["height"]) < 2


def test_the_keyboard_comes_to_the_link_and_the_link_to_the_heading(
    browser: Browser, address: str
) -> None:
    with visiting(browser, address) as page:
        link = page.get_by_role("link", name="Link to Größe & more")
        link.focus()
        assert link.evaluate("e => getComputedStyle(e).opacity") == "1"
        page.keyboard.press("Enter")
        assert page.evaluate("document.querySelector(':target').textContent") == "Größe & more"


def test_no_list_has_such_links(browser: Browser, address: str) -> None:
    with visiting(browser, address) as page:
        page.goto(f"{address}/")
        assert page.get_by_role("heading", name="First part").count() == 1
        assert page.locator(".anchor").count() == 0
