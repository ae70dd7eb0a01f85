"""Cards for link previews: where they are, what they say, and when they are drawn."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from site_gen.build.inline import Inline, Lost
from site_gen.build.kept import Kept
from site_gen.build.memory import Memory
from site_gen.build.pipeline import build
from site_gen.build.result import Build, is_good
from site_gen.build.store_folder import open_store
from site_gen.build.work import Crew, Options, World
from site_gen.cards.drawing import Draw
from site_gen.cards.model import Drawn
from site_gen.effects import DiskTree, MemoryTree
from site_gen.lock.changes import accept
from site_gen.lock.model import Lock
from site_gen.lock.writer import format_lock
from site_gen.publish import DiskPool
from tests.build.rebuilding import KATEX, THEME, Blog, Pen, check_equal
from tests.injection import parse_page
from tests.lettering import make_font
from tests.picturing import png
from tests.sites import CONFIG, NOW, article, messages_of

A, B = "content/articles/a.md", "content/articles/b/index.md"
SITE: dict[str, bytes] = {
    "pyproject.toml": f'{CONFIG}description = "about it"\ncards = true\n'.encode(),
    "static/fonts/boxes.woff2": make_font(flavor="woff2"),
    A: article(title="first", description="about a").encode(),
    B: article(title="second", date="2025-05-23").encode(),
    "content/about.md": b"---\ntitle: about\n---\n",
}


def preview_of(blog: Blog, path: str) -> dict[str, str]:
    """What a page says of the picture that stands for it."""
    page = parse_page(blog.publisher.files[path].decode())
    metas = [meta.attrib for meta in page.iter("meta")]
    named = {
        meta.get("property") or meta.get("name", ""): meta.get("content", "") for meta in metas
    }
    return {key: text for key, text in named.items() if key.startswith(("og:image", "twitter"))}


def cards_of(built: Build) -> dict[str, str]:
    """Path of each card → SHA-256."""
    return {each.path: each.sha256 for each in built.outputs if "card." in each.path}


def folders_of(built: Build) -> list[str]:
    return [path.rpartition("card.")[0] for path in cards_of(built)]


def with_files(more: Mapping[str, str | bytes]) -> Blog:
    files = {path: each.encode() if isinstance(each, str) else each for path, each in more.items()}
    return Blog({**SITE, **files})


def test_each_page_has_a_card_and_lists_have_that_of_the_site() -> None:
    blog = Blog(SITE)
    built = blog.build()
    assert messages_of(built) == ""
    assert folders_of(built) == ["about/", "articles/a/", "articles/b/", ""]
    by_folder = dict(zip(folders_of(built), cards_of(built), strict=True))
    url = f"https://example.org/{by_folder['articles/a/']}"
    assert preview_of(blog, "articles/a/index.html") == {
        "og:image": url,
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": "first · a blog, 22 May 2025",
        "twitter:card": "summary_large_image",
        "twitter:image": url,
        "twitter:image:alt": "first · a blog, 22 May 2025",
    }
    assert preview_of(blog, "about/index.html")["og:image:alt"] == "about · a blog"
    for path in ("index.html", "articles/index.html", "tags/index.html"):
        assert preview_of(blog, path)["og:image"] == f"https://example.org/{by_folder['']}"
        assert preview_of(blog, path)["og:image:alt"] == "a blog"
    assert "og:image" not in preview_of(blog, "404.html")


def test_a_site_has_no_cards_unless_it_asks_for_them() -> None:
    blog = with_files({"pyproject.toml": CONFIG})
    built = blog.build()
    assert cards_of(built) == {}
    assert preview_of(blog, "index.html") == {"twitter:card": "summary"}


def test_a_picture_of_its_own_stands_for_a_page() -> None:
    source = article(title="second", image="p.png")
    blog = with_files({B: source, "content/articles/b/p.png": png(4, 3)})
    built = blog.build()
    assert folders_of(built) == ["about/", "articles/a/", ""]
    preview = preview_of(blog, "articles/b/index.html")
    assert "/articles/b/p.4." in preview["og:image"]
    assert (preview["og:image:width"], preview["og:image:height"]) == ("4", "3")
    assert "og:image:alt" not in preview


def test_a_card_that_lacks_letters_is_told_at_the_title_and_is_none() -> None:
    blog = with_files({A: article("日", title="日本 é")})
    built = check_equal(blog)
    assert is_good(built)
    assert messages_of(built) == (
        f"{A}:2:8: warning: no font has `日` (U+65E5) and 2 other letters, so the card of this "
        "page is that of the site\n"
        "2 | title: 日本 é\n"
        "  |        ^^^^^^\n"
        "hint: add one that does to `static/fonts/`, or give the page an `image`"
    )
    assert folders_of(built) == ["about/", "articles/b/", ""]
    assert preview_of(blog, "articles/a/index.html")["og:image:alt"] == "a blog"
    blog.files["static/fonts/more.ttf"] = make_font("日本é")
    assert "articles/a/" in folders_of(check_equal(blog))


def test_what_is_told_of_a_title_moves_along_with_it() -> None:
    blog = with_files({A: article(title="日", description="about a")})
    assert ":2:8: warning" in messages_of(blog.build())
    blog.files[A] = article("more", description="about a", title="日").encode()
    check_equal(blog)
    moved = b"---\ndescription: about a\ntitle: \xe6\x97\xa5\ndate: 2025-05-22\n---\n\nmore\n"
    blog.files[A] = moved
    assert ":3:8: warning" in messages_of(check_equal(blog))


def test_a_site_whose_name_has_no_card_has_none_to_fall_back_on() -> None:
    config = SITE["pyproject.toml"].decode().replace("a blog", "日")
    blog = with_files({"pyproject.toml": config})
    built = check_equal(blog)
    said = "pyproject.toml: warning: no font has `日` (U+65E5), so the site has no card\n"
    assert said in messages_of(built)
    assert "og:image" not in preview_of(blog, "index.html")


def test_what_is_no_font_is_told_once() -> None:
    blog = with_files({"static/fonts/broken.ttf": "no font"})
    said = messages_of(check_equal(blog))
    assert said.startswith("static/fonts/broken.ttf: this is no font: ")
    assert said.count("this is no font") == 1
    blog.files["static/fonts/broken.ttf"] = make_font("é")
    assert is_good(check_equal(blog))


SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="630"><title>t</title>BODY</svg>'


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("{{ card.titel }}", "templates/card.svg:1: a card has no `titel`; did you mean `title`?"),
        ("\n{% if %}", "templates/card.svg:2: expected an expression, got 'end of statement"),
        ("{% include card.title %}", "templates/card.svg:1: the name of the template that is "),
        ("<g>", "templates/card.svg: the card is no XML: mismatched tag in line 1 of what it"),
        ('<image href="a.png"/>', "templates/card.svg: the card refers to `a.png`, which is "),
        ("{{ fit(card.title, 9, []) }}", "templates/card.svg:1: `fit` needs a size and how many "),
    ],
)
def test_a_mistake_in_the_template_is_told_once_with_its_place(body: str, message: str) -> None:
    blog = with_files({"templates/card.svg": SVG.replace("BODY", body)})
    built = check_equal(blog)
    said = messages_of(built)
    assert said.startswith(message)
    assert "the card of the site, and 3 others" in said
    assert len(built.diagnostics) == 1
    assert not is_good(built)


def test_a_template_may_be_made_of_several() -> None:
    parts = {
        "templates/card.svg": SVG.replace("BODY", '{% include "card_paper.svg" %}'),
        "templates/card_paper.svg": '<rect width="9" height="9"/>',
    }
    blog = with_files(parts)
    before = cards_of(check_equal(blog))
    blog.files["templates/card_paper.svg"] = b'<rect width="8" height="8"/>'
    built = check_equal(blog)
    assert len(built.ran.cards) == 4
    assert cards_of(built).keys().isdisjoint(before)


def test_a_card_shows_what_is_written_and_not_what_it_would_mean_as_xml() -> None:
    title = "'<b>&amp; \"x\" </text>'"
    blog = with_files({A: article(title=title)})
    built = check_equal(blog)
    assert messages_of(built) == ""
    alt = preview_of(blog, "articles/a/index.html")["og:image:alt"]
    assert alt == '<b>&amp; "x" </text> · a blog, 22 May 2025'


def test_what_is_drawn_once_is_not_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    blog = Blog(SITE)
    blog.build()
    blog.files[A] = SITE[A].replace(b"first", b"other")
    blog.build()
    blog.files[A] = SITE[A]
    with monkeypatch.context() as patched:
        patched.setattr("site_gen.cards.drawing.Draw.__call__", lambda *_: 1 / 0)
        assert blog.build().ran.cards == (A,)
    check_equal(blog)


def test_a_card_that_is_gone_from_where_it_was_published_is_taken_from_the_store(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    blog = Blog(SITE)
    path = next(iter(cards_of(blog.build())))
    blog.publisher.forget([path])
    with monkeypatch.context() as patched:
        patched.setattr("site_gen.cards.drawing.Draw.__call__", lambda *_: 1 / 0)
        built = blog.build()
    assert path in blog.publisher.files
    assert built.ran.cards == ("content/about.md",)


class _Dying(Inline):
    """A crew in which the process that draws a card dies."""

    def map_batches(
        self, fn: Callable[[Any], Any], batches: Iterable[Sequence[Any]]
    ) -> Iterator[list[Any]]:
        for batch in batches:
            yield [Lost("killed") if isinstance(each, bytes) else fn(each) for each in batch]


def test_a_card_that_a_process_has_died_of_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    blog = Blog(SITE)
    with monkeypatch.context() as patched:
        patched.setattr(Crew, "choose", lambda *_: _Dying())
        built = blog.build()
        assert messages_of(built).startswith("theme:templates/card.svg: cannot be drawn: killed")
        assert built.has_lost
    built = check_equal(blog)
    assert is_good(built)
    assert not built.has_lost


def test_a_build_that_is_interrupted_has_lost_no_card(monkeypatch: pytest.MonkeyPatch) -> None:
    blog = Blog(SITE)
    with monkeypatch.context() as patched:
        patched.setattr(Kept, "save", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            blog.build()
    with monkeypatch.context() as patched:
        patched.setattr("site_gen.cards.drawing.Draw.__call__", lambda *_: 1 / 0)
        assert is_good(blog.build())
    check_equal(blog)


def test_while_a_site_is_served_a_body_makes_no_card_and_a_title_makes_one() -> None:
    blog = Blog(SITE, memory=Memory())
    blog.looked_at = ("articles/a/index.html",)
    check_equal(blog)
    blog.files[A] = SITE[A] + b"more\n"
    assert check_equal(blog).ran.cards == ()
    blog.files[A] = SITE[A].replace(b"first", b"other")
    assert check_equal(blog).ran.cards == (A,)


RATE = """\
:::{token-rate} desk
model: Llama-3.1-8B
quantization: Q4_K_M
device: RTX 4090
PIN:::

It is {token-rate}`desk.bound`.
"""


def drawn_for(blog: Blog, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The text of the cards that a build draws."""
    drawn, draw = list[bytes](), Draw.__call__

    def note(self: Draw, svg: bytes) -> tuple[Drawn, bytes]:
        drawn.append(svg)
        return draw(self, svg)

    with monkeypatch.context() as patched:
        patched.setattr(Draw, "__call__", note)
        built = blog.build()
        assert is_good(built), messages_of(built)
    return ["".join(ElementTree.fromstring(svg).itertext()) for svg in drawn]


@pytest.mark.parametrize("is_pinned", [False, True], ids=["computed", "pinned"])
def test_a_figure_is_the_same_on_page_feed_transcript_and_card(
    monkeypatch: pytest.MonkeyPatch, is_pinned: bool
) -> None:
    front = {"title": "desk", "card": "{figure: desk.bound}"}
    blog = with_files({A: article(RATE.replace("PIN", ""), **front)})
    (document,) = blog.build().documents
    bound = next(each for each in document.calculations[0].figures if each.name == "bound")
    if is_pinned:
        lock = format_lock(accept(Lock(), [document], [A]))
        assert bound.text in lock
        blog.files["values.lock"] = lock.replace(bound.text, "12.34 tokens/s").encode()
        blog.files[A] = article(RATE.replace("PIN", "pin: true\n"), **front).encode()
    else:
        blog.files[A] = article(RATE.replace("PIN", "").replace("4090", "3090"), **front).encode()
    (card,) = drawn_for(blog, monkeypatch)
    text = re.findall(r"[\d.]+ tokens/s", card)[0]
    assert (text == "12.34 tokens/s") == is_pinned
    assert text != bound.text
    assert f"{text}, {bound.label} (" in preview_of(blog, "articles/a/index.html")["og:image:alt"]
    for path in ("articles/a/index.html", "articles/a/index.md", "feed.json", "feed.xml"):
        shown = blog.publisher.files[path].decode().replace("\N{NO-BREAK SPACE}", " ")
        assert f"It is {text}." in re.sub(r"<[^>]*>|&lt;(?:[^&]|&(?!gt;))*&gt;", "", shown), path


def test_several_processes_draw_the_same(tmp_path: Path) -> None:
    articles = {
        f"content/articles/p{n}.md": article(title=f"number {n}").encode() for n in range(12)
    }
    for path, content in {**SITE, **articles}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    made = []
    for jobs in (1, 2):
        with open_store(tmp_path / f".cache{jobs}", "code") as store:
            world = World(
                site=DiskTree(tmp_path),
                theme=MemoryTree(THEME),
                katex=KATEX,
                renderer=Pen(),
                now=NOW,
                store=store,
                pool=DiskPool(tmp_path / f"pool{jobs}"),
            )
            built = build(world, Options(jobs=jobs))
            assert messages_of(built) == ""
            made.append(built.outputs)
    assert made[0] == made[1]
    assert sum("card." in output.path for output in made[0]) == 16
