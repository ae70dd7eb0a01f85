"""An article of a bit of everything: in small windows, in large type, on paper, right to left."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.theme.visiting import NARROW, ServeFolder, make_site, overflow, violations, visiting

FORMULA = " + ".join(f"x_{{{n}}}" for n in range(40))
FRACTION = rf"\frac{{{FORMULA}}}{{2}}"
TEXT = rf"""
Words with a formula ${FORMULA}$, and one that cannot be broken: ${FRACTION}$.

$$
{FORMULA} \label{{eq:sum}}
$$

Within a paragraph: $${FORMULA}$$ and on.

| {FORMULA.replace("_", "")} | b |
|---|--:|
| ${FORMULA}$ | 2 |

## A part[^1]

[^1]: See [elsewhere](https://example.com/a/page).

```python {{1}} linenos
print("{"long " * 60}end")
```

    indented, {"long " * 60}

{{lang=ar dir=rtl}}
> - نص

- [ ] to do
"""


FRONT = {"toc": "true", "updated": "2025-06-01"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [NARROW, 640, 1280])
def test_whatever_is_wide_scrolls_in_itself(
    browser: Browser, address: str, width: int, scheme: str
) -> None:
    with visiting(browser, address, width, color_scheme=scheme) as page:
        assert overflow(page) <= 0
        assert violations(page) == []


def test_whatever_scrolls_is_reached_by_keyboard_and_has_a_name(
    browser: Browser, address: str
) -> None:
    with visiting(browser, address, NARROW) as page:
        names = page.locator("[tabindex='0']").evaluate_all(
            "all => all.map(e => `${e.getAttribute('role')} ${e.getAttribute('aria-label')}`)"
        )
        assert names == [
            "group Formula",
            "group Formula",
            "group Equation 1",
            "group Equation",
            "group Table",
            "group Formula",
            "group Code",
            "group Code",
        ]


@pytest.mark.parametrize("width", [NARROW, 1280])
def test_large_type_fits(browser: Browser, address: str, width: int) -> None:
    with visiting(browser, address, width) as page:
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert overflow(page) <= 0


def test_nothing_moves_where_that_is_not_wanted(browser: Browser, address: str) -> None:
    with visiting(browser, address, reduced_motion="reduce") as page:
        behavior = "getComputedStyle(document.documentElement).scrollBehavior"
        assert page.evaluate(behavior) == "auto"
        assert page.evaluate("document.getAnimations().length") == 0


TALL = r"""
So $\dfrac{M}{P}$ and $\sqrt{\frac{a}{b}}$ and $\hat{X}^{2^{2}}$ and
$\boxed{a}$ and $\not\in$ and $\tilde{f}$.
"""


def test_what_stands_out_of_a_line_is_not_cut_and_scrolls_nothing(
    browser: Browser, tmp_path: Path, serve_folder: ServeFolder
) -> None:
    with visiting(browser, serve_folder(make_site(tmp_path, TALL)), NARROW) as page:
        scrolling = "all => all.filter(e => e.scrollHeight > e.clientHeight).length"
        assert page.locator(".katex").evaluate_all(scrolling) == 0
        sideways = "all => all.filter(e => e.scrollWidth > e.clientWidth).length"
        assert page.locator(".katex").evaluate_all(sideways) == 0


def is_shown(page: Page, selector: str) -> bool:
    return any(each.is_visible() for each in page.locator(selector).all())


def test_paper_has_the_text_its_notes_and_where_links_lead(browser: Browser, address: str) -> None:
    with visiting(browser, address) as page:
        page.emulate_media(media="print")
        for gone in ("nav", ".copy", ".anchor", ".skip", ".site-footer", ".footnote-back"):
            assert not is_shown(page, gone), gone
        link = page.locator("a[href^='https://example.com']")
        content = link.evaluate("e => getComputedStyle(e, '::after').content")
        assert "example.com/a/page" in link.evaluate("e => e.href")
        assert "attr(href)" in content or "example.com/a/page" in content
        page.set_viewport_size({"width": 640, "height": 800})
        cut = "all => all.filter(e => e.scrollWidth > e.clientWidth + 1).length"
        assert page.locator("pre, .equation, .table").evaluate_all(cut) == 0


def test_a_page_from_right_to_left_is_the_other_way_round(
    browser: Browser, tmp_path: Path, serve_folder: ServeFolder
) -> None:
    folder = make_site(tmp_path, TEXT, 'language = "ar"\n', toc="true")
    with visiting(browser, serve_folder(folder)) as page:
        assert page.evaluate("document.documentElement.dir") == "rtl"
        prose, byline = (
            page.locator(".prose").bounding_box(),
            page.locator(".byline").bounding_box(),
        )
        assert prose
        assert byline
        assert byline["x"] > prose["x"] + prose["width"]
        directions = page.locator("pre, .katex").evaluate_all(
            "all => all.map(e => getComputedStyle(e).direction)"
        )
        assert set(directions) == {"ltr"}
        assert overflow(page) <= 0
        assert violations(page) == []
