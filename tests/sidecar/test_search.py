"""The index that Pagefind makes: which files, which bytes, and what is said of failures."""

import json
from gzip import decompress
from pathlib import Path

import pytest

from site_gen.setup import node_executable, node_root
from site_gen.sidecar import Indexed, SidecarError, make_index

PAGES = [
    Indexed(
        f"/articles/{name}/",
        f"<html><head><title>{name}</title></head><body><h1>{name}</h1>"
        f'<p>All {name} purr.</p><h2 id="more">More of {name}</h2><p>They do.</p></body></html>',
    )
    for name in ("cats", "tokens", "caches")
]


def index(pages: list[Indexed], language: str = "en") -> dict[str, bytes]:
    return make_index(node_executable, node_root(), pages, language)


def fragments(files: dict[str, bytes]) -> list[dict[str, object]]:
    """What an index holds of each page."""
    packed = [decompress(content) for name, content in files.items() if "fragment/" in name]
    return [json.loads(content.removeprefix(b"pagefind_dcd")) for content in packed]


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return index(PAGES)


def test_an_index_has_what_a_search_fetches_and_no_user_interface(files: dict[str, bytes]) -> None:
    kinds = sorted(name for name in files if "/" not in name and not name.endswith("_meta"))
    assert kinds == [
        "pagefind-entry.json",
        "pagefind.js",
        "wasm.en.pagefind",
        "wasm.unknown.pagefind",
    ]
    folders = [name.partition("/")[0] for name in files if "/" in name]
    assert sorted(folders) == ["fragment"] * 3 + ["index"]
    assert json.loads(files["pagefind-entry.json"])["languages"]["en"]["page_count"] == 3


def test_each_page_is_found_under_its_url_with_its_headings(files: dict[str, bytes]) -> None:
    found = {fragment["url"]: fragment for fragment in fragments(files)}
    assert sorted(found) == sorted(page.url for page in PAGES)  # type: ignore[type-var]
    cats = found["/articles/cats/"]
    assert cats["meta"] == {"title": "cats"}
    assert cats["content"] == "cats. All cats purr. More of cats. They do."
    anchors = cats["anchors"]
    assert isinstance(anchors, list)
    assert [anchor["id"] for anchor in anchors] == ["more"]


def test_the_same_pages_make_the_same_bytes(files: dict[str, bytes]) -> None:
    assert index(PAGES) == files


def test_a_language_that_pagefind_does_not_know_is_indexed_as_it_is() -> None:
    found = index(PAGES, "tlh")
    assert len(fragments(found)) == 3
    assert list(json.loads(found["pagefind-entry.json"])["languages"]) == ["tlh"]


def test_of_a_page_without_a_word_pagefind_knows_nothing() -> None:
    assert fragments(index([Indexed("/empty/", "<html><body></body></html>")])) == []


def test_a_site_without_pages_has_an_index() -> None:
    assert fragments(index([])) == []


def test_a_pagefind_that_is_not_installed_is_told(tmp_path: Path) -> None:
    with pytest.raises(SidecarError, match=r"the search index: .*Cannot find module") as e:
        make_index(node_executable, tmp_path, PAGES, "en")
    assert e.value.hint == "run `site-gen setup`; or do without search: `search = false`"


def test_a_node_that_cannot_be_started_is_told(tmp_path: Path) -> None:
    with pytest.raises(SidecarError, match="cannot make the search index: Node cannot be started"):
        make_index(lambda: tmp_path / "node", node_root(), PAGES, "en")
