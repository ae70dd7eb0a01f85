"""Fonts: a reader fetches the letters that a page has, and the files are what the package gives."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from docs.cut_fonts import FACES, FONTS, SLICES, cut_all
from tests.theme.visiting import ServeFolder, make_site

STYLES = FONTS.parent / "assets" / "style.css"
WESTERN = ("vollkorn-italic", "vollkorn-regular")


@pytest.mark.parametrize(
    ("text", "fonts"),
    [
        ("Größe, œuvre, “señor” – 5 € † × 2", ()),
        ("**Größe**", ("bold",)),
        ("Zażółć gęślą jaźń", ("regular-latin-ext",)),
        ("Příliš **žluťoučký** *kůň*", ("bold", *(f"{face}-latin-ext" for face in FACES))),
        ("Ευρώπη", ("regular-greek",)),
        ("Привет, *мир*", ("regular-cyrillic", "italic-cyrillic")),
        ("Tiếng Việt", ("regular-vietnamese",)),
    ],
)
def test_a_page_fetches_the_letters_that_it_has(
    browser: Browser, serve_folder: ServeFolder, tmp_path: Path, text: str, fonts: tuple[str, ...]
) -> None:
    address = serve_folder(make_site(tmp_path, text)).rstrip("/")
    page = browser.new_page()
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(f"{address}/articles/a/")
    page.evaluate("document.fonts.ready")
    is_set = page.evaluate("text => document.fonts.check('16px Vollkorn', text)", text[:1])
    page.close()
    names = {url.rpartition("/")[2].removesuffix(".woff2") for url in fetched if "woff2" in url}
    assert names == {*WESTERN, *(f"vollkorn-{font}" for font in fonts)}
    assert is_set


def test_the_files_are_what_the_package_gives_to_the_byte() -> None:
    made = dict(cut_all())
    assert {path.name: path.read_bytes() for path in FONTS.glob("*.woff2")} == made


def test_the_stylesheet_asks_for_each_file_by_what_is_in_it() -> None:
    rule = r'url\("\.\./fonts/vollkorn-(.*?)\.woff2"\).*?(?:unicode-range: (.*?); )?\}'
    rules = re.findall(rule, STYLES.read_text(encoding="utf-8"))
    assert [(name, characters.replace(" ", "")) for name, characters in rules] == [
        (f"{face}{end}", each.characters if end else "")
        for end, each in SLICES.items()
        for face in FACES
    ]
