"""Compressed forms of a whole site: what has them, made once, and again where they went."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import brotli
import pytest

from site_gen.build.compressed import CompressedRow
from site_gen.build.inline import Inline, Lost
from site_gen.build.result import is_good
from site_gen.build.store_folder import open_in_memory
from site_gen.build.work import Crew
from tests.build.rebuilding import Blog, check_equal
from tests.picturing import png
from tests.sites import CONFIG, article, messages_of

POST = "content/articles/a/index.md"
PAGE = "articles/a/index.html"
ON = CONFIG + 'compress = ["gzip", "brotli"]\n'
FILES: Mapping[str, str | bytes] = {
    "pyproject.toml": ON,
    POST: article("word " * 400 + "![p](p.png) [data](data.json)"),
    "content/articles/a/p.png": png(300, 200),
    "content/articles/a/data.json": json.dumps(list(range(1_000))),
    "static/short.txt": "short",
    "static/noise.txt": b"".join(hashlib.sha256(bytes([each])).digest() for each in range(60)),
    "static/assets/style.css": "".join(f".a{each}{{color:red}}\n" for each in range(100)),
}


def make_blog(change: Mapping[str, str | bytes] = {}) -> Blog:
    files = {**FILES, **change}
    return Blog(
        {path: each if isinstance(each, bytes) else each.encode() for path, each in files.items()}
    )


@pytest.fixture
def blog() -> Blog:
    """A site that has just been built and is published compressed."""
    blog = make_blog()
    check_equal(blog)
    return blog


def list_forms(blog: Blog) -> dict[str, bytes]:
    """The compressed files that are published, by path."""
    return {
        path: each for path, each in blog.publisher.files.items() if path.endswith((".br", ".gz"))
    }


def test_long_texts_have_forms_that_hold_the_same(blog: Blog) -> None:
    forms, plain = list_forms(blog), make_blog({"pyproject.toml": CONFIG})
    check_equal(plain)
    rest = {path: each for path, each in blog.publisher.files.items() if path not in forms}
    assert rest == plain.publisher.files
    assert not list_forms(plain)
    texts = (".html", ".css", ".js", ".json", ".md", ".xml")
    for path, content in rest.items():
        is_compressed = path.endswith(texts) and len(content) >= 1_000
        assert (f"{path}.br" in forms) is (f"{path}.gz" in forms) is is_compressed, path
        if is_compressed:
            assert brotli.decompress(forms[f"{path}.br"]) == content
            assert gzip.decompress(forms[f"{path}.gz"]) == content
    assert {f"{PAGE}.br", "articles/a/data.json.gz"} <= forms.keys()


def test_what_would_be_no_smaller_has_no_form(blog: Blog) -> None:
    assert len(blog.publisher.files["noise.txt"]) > 1_000
    assert not {"noise.txt.br", "noise.txt.gz"} & blog.publisher.files.keys()


def test_an_edit_compresses_what_it_changes_and_nothing_else(blog: Blog) -> None:
    assert blog.build().ran.compressed == 0
    blog.files[POST] += b"\nmore\n"
    built = check_equal(blog)
    changed = {"articles/a/index.html", "articles/a/index.md", "index.html"}
    assert set(built.ran.outputs) - {"feed.xml", "feed.json"} == changed
    assert built.ran.compressed == len(built.ran.outputs)


def test_a_form_that_has_gone_is_made_again(blog: Blog) -> None:
    blog.publisher.forget([f"{PAGE}.br", "articles/a/data.json.gz"])
    built = check_equal(blog)
    assert (built.ran.outputs, built.ran.compressed) == ((PAGE,), 2)


def test_forms_go_with_the_setting_and_with_what_they_are_of(blog: Blog) -> None:
    blog.files["pyproject.toml"] = (CONFIG + 'compress = ["brotli"]\n').encode()
    assert check_equal(blog).ran.compressed == 0
    assert {path[-3:] for path in list_forms(blog)} == {".br"}
    blog.files[POST] = article("short").encode()
    check_equal(blog)
    assert "articles/a/data.json.br" not in list_forms(blog)
    blog.files["pyproject.toml"] = CONFIG.encode()
    check_equal(blog)
    assert not list_forms(blog)


def test_nothing_is_compressed_where_there_are_mistakes_or_nothing_is_published() -> None:
    blog = make_blog({POST: article("[dead](nowhere.md)")})
    built = blog.build()
    assert not is_good(built)
    assert built.ran.compressed == 0
    blog.files[POST] = article("right").encode()
    check_equal(blog)
    assert list_forms(blog)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"static/plain.txt": "a", "static/plain.txt.gz": "b"},
            "static/plain.txt.gz: `/plain.txt.gz` stands where `/plain.txt` is published "
            "compressed\nhint: rename it",
        ),
        (
            {"static/index.html.BR/notes.txt": "a"},
            "static/index.html.BR/notes.txt: `/index.html.BR` stands where `/index.html` is "
            "published compressed\nhint: rename it",
        ),
        (
            {f"static/{'a' * 249}.txt": "a"},
            f"static/{'a' * 249}.txt: `/{'a' * 249}.txt.br` cannot be a file everywhere: "
            f"`{'a' * 249}.txt.br` is longer than 255 bytes\nhint: rename it",
        ),
    ],
    ids=["a file", "a folder", "a long name"],
)
def test_what_stands_where_a_form_would_be_is_a_mistake(
    change: Mapping[str, str], message: str
) -> None:
    blog = make_blog(change)
    assert message in messages_of(blog.build())
    blog.files["pyproject.toml"] = CONFIG.encode()
    assert is_good(check_equal(blog))


class _Dying(Inline):
    """A crew in which the process that compresses dies."""

    def map_batches(
        self, fn: Callable[[Any], Any], batches: Iterable[Sequence[Any]]
    ) -> Iterator[list[Any]]:
        for batch in batches:
            yield [Lost("killed") if hasattr(task, "codings") else fn(task) for task in batch]


def test_what_a_process_has_died_of_is_told_and_tried_again(
    blog: Blog, monkeypatch: pytest.MonkeyPatch
) -> None:
    blog.files["static/assets/style.css"] += b".b { color: blue }"
    with monkeypatch.context() as patched:
        patched.setattr(Crew, "choose", lambda *_: _Dying())
        built = blog.build()
    assert "cannot be compressed: killed" in messages_of(built)
    assert built.has_lost
    assert not check_equal(blog).has_lost


def test_what_is_known_is_kept_for_what_is_published_and_as_long_as_it_is() -> None:
    store = open_in_memory()
    blog = Blog(make_blog().files, store=store)

    def published() -> set[str]:
        texts = (".html", ".css", ".js", ".json", ".md", ".xml", ".txt", ".svg")
        blog.build()
        return {
            hashlib.sha256(each).hexdigest()
            for path, each in blog.publisher.files.items()
            if path.endswith(texts)
        }

    assert published() == store.load(CompressedRow).keys()
    blog.files[POST] = article("short").encode()
    assert published() == store.load(CompressedRow).keys()
    blog.files["pyproject.toml"] = CONFIG.encode()
    blog.build()
    assert not store.load(CompressedRow)
