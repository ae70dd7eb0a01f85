"""Code in a browser: the button that copies it, and what `diff` marks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.theme.visiting import NARROW, ServeFolder, make_site, violations, visiting

TEXT = """
```python title="rate.py" {2} linenos=7
memory = 100e9
print(memory / 1e9)
```

    indented

```diff
@@ -1,2 +1,2 @@
 kept
-old
+new
```
"""
COPYING: dict[str, Any] = {"permissions": ["clipboard-read", "clipboard-write"]}
CLIPBOARD = "navigator.clipboard.readText()"


def style(page: Page, selector: str, name: str) -> str:
    value: str = page.locator(selector).first.evaluate(f"e => getComputedStyle(e).{name}")
    return value


def test_a_button_copies_the_code_and_nothing_else(browser: Browser, address: str) -> None:
    with visiting(browser, address, **COPYING) as page:
        page.get_by_role("button", name="copy rate.py").click()
        page.get_by_role("status").get_by_text("copied").wait_for()
        assert page.evaluate(CLIPBOARD) == "memory = 100e9\nprint(memory / 1e9)"


def test_the_keyboard_comes_from_the_code_to_its_button(browser: Browser, address: str) -> None:
    with visiting(browser, address, **COPYING) as page:
        page.locator("pre").first.focus()
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "copy"
        assert style(page, ".copy", "opacity") == "1"
        page.keyboard.press("Enter")
        page.get_by_role("status").get_by_text("copied").wait_for()
        page.wait_for_function("() => !document.querySelector('[role=status]').textContent")
        assert page.evaluate(CLIPBOARD).endswith("1e9)")


def test_a_browser_that_refuses_is_told_of(browser: Browser, address: str) -> None:
    with visiting(browser, address) as page:
        page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject() }")
        page.get_by_role("button", name="copy this code").first.click()
        page.get_by_role("status").get_by_text("not allowed").wait_for()


def test_a_page_is_the_same_to_who_runs_no_script(browser: Browser, address: str) -> None:
    with visiting(browser, address, java_script_enabled=False) as page:
        assert page.locator("button, .copy").count() == 0


def test_numbers_of_lines_are_not_selected(browser: Browser, address: str) -> None:
    with visiting(browser, address) as page:
        page.evaluate("getSelection().selectAllChildren(document.querySelector('.listing pre'))")
        selected = page.evaluate("getSelection().toString()")
        assert selected.strip() == "memory = 100e9\nprint(memory / 1e9)"


def test_the_button_stays_in_its_corner_while_the_code_scrolls(
    browser: Browser, tmp_path: Path, serve_folder: ServeFolder
) -> None:
    folder = make_site(tmp_path, f"```text\n{'long ' * 60}end\n```")
    with visiting(browser, serve_folder(folder), NARROW) as page:
        block, button = page.locator("pre"), page.locator(".copy")
        block.evaluate("e => e.scrollLeft = 1e6")
        box, corner = block.bounding_box(), button.bounding_box()
        assert box
        assert corner
        assert abs(box["x"] + box["width"] - corner["x"] - corner["width"]) < 2


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_marked_and_changed_lines_are_legible(
    browser: Browser, address: str, scheme: str, width: int
) -> None:
    with visiting(browser, address, width, color_scheme=scheme) as page:
        grounds = {style(page, each, "backgroundColor") for each in (".gi", ".gd", "pre")}
        assert len(grounds) == 3
        page.get_by_role("button").first.focus()
        assert violations(page) == []


def test_marked_and_changed_lines_are_told_apart_in_forced_colours(
    browser: Browser, address: str
) -> None:
    with visiting(browser, address, forced_colors="active") as page:
        edges = {style(page, each, "borderInlineStartStyle") for each in (".gi", ".gd")}
        assert edges == {"solid", "dashed"}
        assert style(page, "mark.line", "forcedColorAdjust") == "none"
        assert style(page, "mark.line .nb", "color") == style(page, "pre code", "color")
