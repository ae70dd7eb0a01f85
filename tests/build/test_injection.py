"""Nothing that stands in front matter or in the configuration becomes markup, wherever it is shown.

One site holds every payload in every key that takes text; another of the same shape holds words in
their place. Both are read as browsers and feed readers read them.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import quote
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from site_gen.build.result import Build
from site_gen.paths import slug_problem
from tests.injection import PAYLOADS, live_parts, parse_fragment, parse_page
from tests.sites import article, build_site, messages_of, page_of

TEXTS = [payload for payload in PAYLOADS if "\x00" not in payload]
"""Front matter and TOML refuse control characters."""

ATOM = "{http://www.w3.org/2005/Atom}"
PIXEL = bytes.fromhex("47494638396101000100800000000000ffffff2c00000000010001000002024401003b")


def fit_for_url(text: str) -> str:
    """As much of a payload as a slug may hold."""
    return "".join(letter for letter in text if not slug_problem(f"a{letter}a"))


def article_with(number: int, text: str) -> dict[str, str | bytes]:
    """An article that says the text wherever it can, with a picture that is named after it."""
    folder, name = f"content/articles/a{number}", fit_for_url(text)
    source = article(
        f"`` {text} ``",
        title=json.dumps(text),
        tags=json.dumps([f"{number} {text}"]),
        slug=json.dumps(f"{number}{name}"),
        aliases=json.dumps([f"/old/{number}{name}/"]),
        image=json.dumps(quote(f"{name}.gif")),
        # Every other article describes itself by its first words.
        **({"description": json.dumps(text)} if number % 2 else {}),
    )
    return {f"{folder}/index.md": source, f"{folder}/{name}.gif": PIXEL}


def site_of(texts: list[str]) -> Build:
    """A site that says the first text of all in its configuration, and the others in articles."""
    first = json.dumps(texts[0])
    keys = "".join(f"{key} = {first}\n" for key in ("title", "description", "author"))
    files: dict[str, str | bytes] = {
        "pyproject.toml": (
            f'[tool.site_gen]\nurl = "https://example.org/"\narticles_in_feed = 1000\n{keys}'
        ),
        "content/page.md": f"---\ntitle: {first}\n---\n",
    }
    for number, text in enumerate(sorted(texts[1:] * 2)):
        files |= article_with(number, text)
    built = build_site(files)
    assert messages_of(built) == ""
    return built


def trees_of(built: Build) -> Iterator[tuple[str, Element]]:
    """All that is read as HTML: pages, and the texts in feeds."""
    for output in built.outputs:
        if output.path.endswith(".html"):
            yield output.path, parse_page(built.read(output).decode())
    for entry in ElementTree.fromstring(page_of(built, "feed.xml")).iter(f"{ATOM}content"):
        yield "feed.xml", parse_fragment(entry.text or "")
    for item in json.loads(page_of(built, "feed.json"))["items"]:
        yield "feed.json", parse_fragment(item["content_html"])


def elements_of(trees: list[tuple[str, Element]]) -> Counter[str]:
    """How often each element stands in each kind of output."""
    return Counter(
        # A title that opens with a quotation mark has a class.
        f"{path.split('/')[0]}: {element.tag} {sorted(set(map(str, element.attrib)) - {'class'})}"
        for path, tree in trees
        for element in tree.iter()
    )


@pytest.fixture(scope="module")
def hostile() -> Build:
    return site_of([" ".join(TEXTS), *TEXTS])


@pytest.fixture(scope="module")
def trees(hostile: Build) -> list[tuple[str, Element]]:
    return list(trees_of(hostile))


def test_no_text_runs(trees: list[tuple[str, Element]]) -> None:
    assert [(path, found) for path, tree in trees if (found := live_parts(tree))] == []


def test_no_text_adds_an_element_or_an_attribute(trees: list[tuple[str, Element]]) -> None:
    harmless = site_of(["words", *(f"word {number}" for number in range(len(TEXTS)))])
    assert elements_of(trees) == elements_of(list(trees_of(harmless)))


def test_titles_are_read_as_they_were_written(
    hostile: Build, trees: list[tuple[str, Element]]
) -> None:
    written = Counter(TEXTS * 2)
    pages = [tree for path, tree in trees if re.match(r"articles/.+/", path)]
    assert Counter(tree.findtext(".//h1") for tree in pages) == written
    feed = ElementTree.fromstring(page_of(hostile, "feed.xml"))
    assert Counter(each.findtext(f"{ATOM}title") for each in feed.iter(f"{ATOM}entry")) == written
    items = json.loads(page_of(hostile, "feed.json"))["items"]
    assert Counter(item["title"] for item in items) == written
    records = [tree.findtext(".//script[@type='application/ld+json']") for tree in pages]
    assert Counter(json.loads(record or "")["headline"] for record in records) == written


def test_urls_made_of_texts_stay_on_the_site(
    hostile: Build, trees: list[tuple[str, Element]]
) -> None:
    sitemap = ElementTree.fromstring(page_of(hostile, "sitemap.xml"))
    urls = [each.text or "" for each in sitemap.iter() if each.tag.endswith("loc")]
    for path, tree in trees:
        refreshes = tree.findall(".//meta[@http-equiv='refresh']")
        assert len(refreshes) == path.startswith("old/")
        urls += [each.attrib["content"].removeprefix("0; url=") for each in refreshes]
        urls += [each.attrib["href"] for each in tree.iter("a")]
    assert len(urls) > 10 * len(TEXTS)
    safe = re.compile(r"(https://example\.org)?/[\w/%.!~'()*=;:@&+$,#-]*|#main", re.ASCII)
    assert [url for url in urls if not safe.fullmatch(url)] == []


def test_macros_stay_formulas() -> None:
    # Without what TeX itself would stumble over.
    bodies = [re.sub(r"[^a-zA-Z0-9<>/()=:;\"' ]", "", text) for text in TEXTS]
    files = {
        f"content/articles/a{number}.md": article(
            r"$\mine$", math="\n  macros: " + json.dumps({r"\mine": body})
        )
        for number, body in enumerate(bodies)
    }
    built = build_site(files)
    assert messages_of(built) == ""
    for path, tree in trees_of(built):
        # KaTeX's own styles set nothing but lengths.
        found = [each for each in live_parts(tree) if not re.fullmatch(r"style=[\w:;.-]*", each)]
        assert (path, found) == (path, [])
        assert not list(tree.iter("img"))
