"""Footnotes in a browser: in the margin where there is room, below the text elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, FloatRect, Page

from tests.theme.visiting import NARROW, ServeFolder, make_site, overflow, violations, visiting

WORDS = "word " * 60
TEXT = f"""
{WORDS} one[^1] and two[^2], then one again[^1].

{WORDS * 4}

{WORDS} three[^3].

[^1]: {WORDS}
[^2]: Short.
[^3]: With code:

    ```python
    x = "a line that is far too long for any margin, whatever it may be"
    ```
"""
NOTES = ".footnotes > ol > li"


def boxes(page: Page, selector: str) -> list[FloatRect]:
    found = [each.bounding_box() for each in page.locator(selector).all()]
    assert all(found)
    return [each for each in found if each]


@pytest.mark.parametrize("width", [1200, 1280, 1920])
def test_notes_stand_beside_their_references_and_clear_of_each_other(
    browser: Browser, address: str, width: int
) -> None:
    with visiting(browser, address, width) as page:
        first, second, third = boxes(page, NOTES)
        (text,) = boxes(page, ".prose")
        references = boxes(page, ".footnote-ref a")
        assert abs(first["y"] - references[0]["y"]) < 12
        assert second["y"] >= first["y"] + first["height"]
        assert abs(third["y"] - references[3]["y"]) < 12
        for note in (first, second, third):
            assert note["x"] > text["x"] + text["width"]
            assert note["x"] + note["width"] <= width
        assert overflow(page) <= 0
        assert violations(page) == []


def test_notes_are_below_the_text_where_there_is_no_room(browser: Browser, address: str) -> None:
    with visiting(browser, address, NARROW) as page:
        assert boxes(page, NOTES)[0]["y"] > boxes(page, ".prose > p")[-1]["y"]
        assert overflow(page) <= 0


def test_a_note_is_read_once_and_leads_back_to_each_reference(
    browser: Browser, address: str
) -> None:
    with visiting(browser, address) as page:
        assert page.get_by_text("Short.").count() == 1
        back = page.locator(f"{NOTES}:first-child").get_by_role("link")
        assert back.evaluate_all("all => all.map(e => e.hash)") == [
            "#footnote-ref-1",
            "#footnote-ref-1-2",
        ]


def test_notes_on_paper_are_below_the_text(browser: Browser, address: str) -> None:
    with visiting(browser, address) as page:
        page.emulate_media(media="print")
        assert boxes(page, NOTES)[0]["y"] > boxes(page, ".prose > p")[-1]["y"]


def test_so_many_notes_that_no_rule_is_left_are_all_below_the_text(
    browser: Browser, tmp_path: Path, serve_folder: ServeFolder
) -> None:
    numbers = range(1, 26)
    text = " ".join(f"w[^{n}]" for n in numbers) + "\n\n" + "\n".join(f"[^{n}]: n" for n in numbers)
    folder = make_site(tmp_path, text)
    with visiting(browser, serve_folder(folder)) as page:
        (text_box, *_), notes = boxes(page, ".prose > p"), boxes(page, NOTES)
        assert all(note["y"] > text_box["y"] for note in notes)


def test_each_of_several_articles_has_its_own_notes_beside_it(
    browser: Browser, folder: Path, serve_folder: ServeFolder
) -> None:
    with visiting(browser, serve_folder(folder)) as page:
        page.goto(page.url.replace("articles/a/", ""))
        references, notes = boxes(page, ".footnote-ref a"), boxes(page, NOTES)
        assert abs(notes[0]["y"] - references[0]["y"]) < 12
