"""Pictures of a whole site: made once, published beside their page, told of in their place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from site_gen.build.inline import Inline, Lost
from site_gen.build.kept import Kept
from site_gen.build.memory import Memory
from site_gen.build.result import Build, is_good
from site_gen.build.store_folder import open_store
from site_gen.build.work import Crew, Options
from tests.build.rebuilding import Asked, Blog, check_equal
from tests.picturing import PLACE, coded, drawing, moving, photo, png, read
from tests.sites import CONFIG, article, build_site, messages_of, page_of, paths_of

POST = "content/articles/a/index.md"
PAGE = "articles/a/index.html"
PHOTO = coded(photo(400, 300), exif=PLACE)
FORM = re.compile(r"\.(\d+)\.[0-9a-f]{10}\.")


def built_with(text: str, files: Mapping[str, str | bytes] | None = None, **front: str) -> Build:
    """A site of one article, with pictures beside it."""
    beside = {"photo.jpg": PHOTO, "small.png": png(3, 2), "moving.gif": moving("GIF")}
    site = {f"content/articles/a/{name}": content for name, content in beside.items()}
    return build_site({**site, POST: article(text, **front), **(files or {})})


def named(built: Build) -> list[str]:
    """The paths of pictures, with what changes with their bytes left out."""
    return [FORM.sub(r".\1.", path) for path in paths_of(built) if not path.endswith(_TEXTS)]


_KINDS = ["html", "xml", "json", "md", "txt", "css", "js", "svg", "woff2"]
_TEXTS = (*(f".{kind}" for kind in _KINDS), "_headers", "touch-icon.png")


def said_of(text: str, files: Mapping[str, str | bytes] | None = None) -> str:
    return messages_of(built_with(text, files))


def test_forms_of_a_picture_lie_beside_the_page_and_the_file_itself_does_not() -> None:
    built = built_with("![p](photo.jpg) ![q](small.png)")
    assert messages_of(built) == ""
    assert set(named(built)) == {
        *(f"articles/a/photo.{width}.avif" for width in (320, 400)),
        *(f"articles/a/photo.{width}.webp" for width in (320, 400)),
        "articles/a/photo.400.jpg",
        "articles/a/small.3.png",
    }
    for output in built.outputs:
        if ".jpg" in output.path:
            assert read(built.read(output)).size == (400, 300)
            assert not dict(read(built.read(output)).getexif())


def test_every_picture_but_the_first_waits_until_it_comes_near() -> None:
    second = {"content/articles/b.md": article("text", date="2025-05-23")}
    third = {"content/articles/c.md": article("![p](a/small.png)", date="2025-05-21")}
    built = built_with("![p](small.png) ![q](small.png) ![r](moving.gif)", second | third)
    waits = re.compile(r'<img [^>]*?(loading="lazy" decoding="async")?>')
    assert [bool(each) for each in waits.findall(page_of(built, PAGE))] == [False, True, True]
    assert [bool(each) for each in waits.findall(page_of(built, "index.html"))] == [
        False,
        *[True] * 3,
    ]
    assert "loading" not in page_of(built, "articles/c/index.html")


def test_what_moves_and_what_is_drawn_by_lines_stays_as_it_is() -> None:
    lines = {"content/articles/a/lines.svg": '<svg width="3" height="2"/>'}
    built = built_with("![p](moving.gif) ![q](lines.svg)", lines)
    assert {"articles/a/moving.gif", "articles/a/lines.svg"} <= set(paths_of(built))
    assert '<img src="/articles/a/moving.gif" alt="p" width="40" height="30">' in page_of(
        built, PAGE
    )


def test_feeds_and_link_previews_get_the_form_for_all() -> None:
    built = built_with("![p](photo.jpg)", image="photo.jpg")
    url = r"https://example\.org/articles/a/photo\.400\.[0-9a-f]{10}\.jpg"
    for feed in ("feed.xml", "feed.json"):
        text = page_of(built, feed).replace("&lt;", "<").replace('\\"', '"')
        assert "<picture" not in text
        assert re.search(f'<img src="{url}" alt="p" width="400" height="300"(>|&gt;)', text)
    html = page_of(built, PAGE)
    assert re.search(f'<meta property="og:image" content="{url}"', html)
    assert re.search(f'"image":"{url}"', html)


def test_a_picture_for_link_previews_alone_says_nothing_of_its_place_either() -> None:
    built = built_with("text", image="photo.jpg")
    assert "articles/a/photo.jpg" not in paths_of(built)
    assert not any(b"Exif" in built.read(output) for output in built.outputs)


def test_a_link_to_a_picture_that_is_shown_leads_to_what_is_shown() -> None:
    built = built_with("[![p](photo.jpg)](photo.jpg)")
    assert "articles/a/photo.jpg" not in paths_of(built)
    assert re.search(
        r'<a href="/articles/a/photo\.400\.[0-9a-f]{10}\.jpg"><picture>', page_of(built, PAGE)
    )


def test_a_picture_that_is_only_linked_to_is_published_as_it_is() -> None:
    built = built_with("[p](photo.jpg)")
    output = next(each for each in built.outputs if each.path == "articles/a/photo.jpg")
    assert built.read(output) == PHOTO


def test_a_file_that_says_where_it_was_taken_is_not_offered_in_silence() -> None:
    told = said_of("![p](photo.jpg)\n\n:::{download} photo.jpg\n:::")
    assert told == (
        f"{POST}:6:1: warning: `photo.jpg` says where it was taken, and is published as it is\n"
        "6 | ![p](photo.jpg)\n"
        "  | ^^^^^^^^^^^^^^^\n"
        "hint: show it from beside the article, and offer a copy without that for download"
    )
    told = said_of("![p](/p.jpg)", {"static/p.jpg": PHOTO})
    assert told.startswith(f"{POST}:6:1: warning: `/p.jpg` says where it was taken")


def test_pictures_of_the_static_folder_have_forms_beside_them() -> None:
    static = {"static/p.png": coded(drawing(400, 300), "PNG"), "static/assets/q.png": png(3, 2)}
    built = built_with("![p](/p.png) ![q](/assets/q.png)", static)
    assert messages_of(built) == ""
    paths = [path for path in named(built) if re.search(r"\b[pq]\.", path)]
    assert {"p.png", "p.400.webp", "assets/q.3.png"} <= set(paths)


def test_two_pictures_of_almost_one_name_are_not_in_each_other_s_way() -> None:
    other = {"content/articles/a/photo.jpeg": PHOTO, "content/articles/a/photo.png": png(400, 300)}
    built = built_with("![p](photo.jpg) ![q](photo.jpeg) ![r](photo.png)", other)
    assert messages_of(built) == ""
    assert named(built).count("articles/a/photo.400.jpg") == 2


def test_a_very_long_name_is_cut() -> None:
    name = "ü" * 110 + ".jpg"
    built = built_with(f"![p]({name})", {f"content/articles/a/{name}": PHOTO})
    assert messages_of(built) == ""


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("p.jpg", PHOTO[:9000], "is damaged: not all of the picture can be read"),
        ("p.png", b"no", "is not a picture that can be read"),
        ("p.heic", PHOTO, "is not a picture that can be read"),
        ("p.svg", b"<html>", "is not a picture that can be read"),
        ("p.png", png(1, 1) + bytes(25_000_000), "has 25.0 MB, and the limit is 25.0 MB"),
    ],
)
def test_what_cannot_be_shown_is_told_where_that_is_tried(
    name: str, content: bytes, message: str
) -> None:
    told = said_of(f"See ![it]({name}).", {f"content/articles/a/{name}": content})
    start, line, carets, hint = told.split("\n")
    assert start == f"{POST}:6:5: `{name}` {message}"
    assert (line, carets.count("^")) == (f"6 | See ![it]({name}).", len(f"![it]({name})"))
    assert hint.startswith("hint: ")


SITE = {
    "pyproject.toml": CONFIG.encode(),
    POST: article("![p](photo.jpg)").encode(),
    "content/articles/a/photo.jpg": PHOTO,
    "content/articles/b.md": article("[p](a/photo.jpg)", title="b").encode(),
}


@pytest.mark.parametrize("is_one_process", [False, True], ids=["anew", "in one process"])
def test_a_picture_is_made_once(is_one_process: bool) -> None:
    blog = Blog(SITE, memory=Memory() if is_one_process else None)
    assert blog.build().ran.pictures == 1
    for change in (
        {POST: article("more ![p](photo.jpg)").encode()},
        {POST: article("![p](photo.jpg) ![p](q.jpg)").encode(), "content/articles/a/q.jpg": PHOTO},
        {POST: article("![p](q.jpg)", slug="z").encode()},
        {POST: article("no picture").encode()},
        {POST: article("![p](photo.jpg)").encode()},
    ):
        blog.files |= change
        built = check_equal(blog)
        assert is_good(built)
        assert built.ran.pictures == 0
    blog.files["content/articles/a/photo.jpg"] = coded(photo(300, 200))
    assert check_equal(blog).ran.pictures == 1


def test_a_link_follows_whether_its_picture_is_shown() -> None:
    blog = Blog(SITE)
    blog.build()
    other = "articles/b/index.html"
    assert b"/photo.400." in blog.publisher.files[other]
    blog.files[POST] = article("no picture").encode()
    built = check_equal(blog)
    assert other in built.ran.outputs
    assert b"/photo.jpg" in blog.publisher.files[other]


def test_what_is_gone_from_where_it_was_published_is_taken_from_the_store(tmp_path: Path) -> None:
    with open_store(tmp_path / "cache", "code") as store:
        blog = Blog(SITE, store=store)
        blog.build()
        pictures = [path for path in blog.publisher.files if ".400." in path]
        assert len(pictures) == 3
        blog.publisher.forget(pictures)
        blog._pool.clear()
        assert check_equal(blog).ran.pictures == 0
        store.compact(())
        store.spare_bytes = 0
        assert store.compact(()) > 3
        blog.publisher.forget(pictures)
        blog._pool.clear()
        blog.build()
        assert blog.publisher.files.keys() >= set(pictures)


class _Dying(Inline):
    """A crew in which the process that makes a picture dies."""

    def map_batches(
        self, fn: Callable[[Any], Any], batches: Iterable[Sequence[Any]]
    ) -> Iterator[list[Any]]:
        for batch in batches:
            yield [Lost("killed") if isinstance(item, bytes) else fn(item) for item in batch]


def test_a_picture_that_a_process_has_died_of_is_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    blog = Blog(SITE)
    with monkeypatch.context() as patched:
        patched.setattr(Crew, "choose", lambda *_: _Dying())
        built = blog.build()
        assert messages_of(built).startswith(
            f"{POST}:6:1: `photo.jpg` cannot be made into what is published: killed\n"
        )
        assert built.has_lost
    built = check_equal(blog)
    assert is_good(built)
    assert not built.has_lost


def test_a_build_that_is_interrupted_has_lost_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    blog = Blog(SITE)
    with monkeypatch.context() as patched:
        patched.setattr(Kept, "save", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            blog.build()
    assert check_equal(blog).ran.pictures == 0


def test_several_processes_make_the_same() -> None:
    files = {f"content/articles/a/{n}.jpg": coded(photo(200 + n, 150)) for n in range(4)}
    files[POST] = article("".join(f"![p]({n}.jpg)" for n in range(4))).encode()
    one, several = Blog(files), Blog(files)
    built = several.build(Asked(Options(jobs=2)))
    assert one.build().outputs == built.outputs
    assert built.ran.pictures == 4
