"""An edit, and all that is made anew because of it: nothing more, and nothing less.

Each case is a change of files (None removes one) beside what the next build runs: documents that
are parsed, documents of which the links are followed, how many formulas are set, outputs.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from site_gen.build.inline import Inline, Lost
from site_gen.build.memory import Memory
from site_gen.build.pipeline import build
from site_gen.build.result import Build, is_good
from site_gen.build.store_folder import open_store
from site_gen.build.work import Crew, Options, World
from site_gen.effects import DiskTree, MemoryTree
from site_gen.lock.changes import accept
from site_gen.lock.model import Lock
from site_gen.lock.writer import format_lock
from site_gen.publish import DiskPool, DiskPublisher
from tests.build.rebuilding import (
    KATEX,
    NOTHING_RAN,
    THEME,
    Asked,
    Blog,
    Pen,
    check_equal,
)
from tests.lettering import make_font
from tests.picturing import coded, photo, png
from tests.sites import CONFIG, NOW, article

A, B, C, D = (f"content/articles/{name}.md" for name in "abcd")
E = "content/articles/e/index.md"
EV = "content/articles/ev.md"
"""Its page shares the stylesheet of its formulas with that of c."""
ABOUT = "content/about.md"
SERVER = """\
[source.manual]
title = "the board's manual"
date = 2025-05-01

[device."my server"]
class = "cpu-server"
source = "manual"
bandwidth = "8 x DDR5-4800"
"""
RATE = ":::{token-rate} mine\nmodel: Llama-3.1-8B\nquantization: Q4_K_M\ndevice: DEVICE\nMORE:::\n"
PIXEL = png(3, 2)
LONG = "word " * 60
"""More than an excerpt holds."""
FILES: dict[str, str | bytes] = {
    "pyproject.toml": CONFIG
    + 'timezone = "Europe/Berlin"\narticles_per_page = 3\narticles_in_feed = 2\n'
    + '[tool.site_gen.macros]\n"\\\\mine" = "m"\n',
    A: article(f"{LONG}\n\n## part\n\n## lonely\n\nend", date="2025-05-01", tags="[gpu]"),
    B: article("[to a](a.md#part)", date="2025-05-02", tags="[gpu, cat]", title="b"),
    C: article("$x$ and $\\mine$ `c`", date="2025-05-03", title="c"),
    D: article("$\\other$", date="2025-05-04", title="d", math='\n  macros:\n    "\\\\other": "o"'),
    E: article("![picture](p.png)", date="2025-05-05", title="e", description="about e"),
    "content/articles/e/p.png": PIXEL,
    "content/articles/e/unused.txt": "unused",
    ABOUT: "---\ntitle: about\naliases: [/me/]\n---\n\nabout\n",
    "content/later.md": "---\ntitle: later\ndraft: true\n---\n\nlater\n",
    "static/plain.txt": "plain",
    "templates/unused.html": "unused",
}
"""Newest first: e d c on the front page, b a on the second; the feeds have e and d."""
STACK_1, STACK_2, ARCHIVE, TAGS = (
    "index.html",
    "page/2/index.html",
    "articles/index.html",
    "tags/index.html",
)
GPU, CAT, MISSING, ABOUT_PAGE = (
    "tags/gpu/index.html",
    "tags/cat/index.html",
    "404.html",
    "about/index.html",
)
FEEDS, MAP, REDIRECT = ("feed.xml", "feed.json"), "sitemap.xml", "me/index.html"
LLMS, ABOUT_TEXT, REDIRECTS = "llms.txt", "about/index.md", "_redirects"


def page(*names: str) -> tuple[str, ...]:
    """The pages of articles."""
    return tuple(f"articles/{name}/index.html" for name in names)


def transcript(*names: str) -> tuple[str, ...]:
    """The same articles in Markdown."""
    return tuple(f"articles/{name}/index.md" for name in names)


def both(*names: str) -> tuple[str, ...]:
    """The pages of articles, and their transcripts."""
    return (*page(*names), *transcript(*names))


ARTICLES, STACKS = page(*"abcde"), (STACK_1, STACK_2)
TRANSCRIPTS = (*transcript(*"abcde"), ABOUT_TEXT)
LISTS = (ARCHIVE, TAGS, GPU, CAT)
FRAMED = (*ARTICLES, *STACKS, *LISTS, ABOUT_PAGE, MISSING)
"""All that has the frame of `base.html`."""
EVERYTHING = (*FRAMED, *TRANSCRIPTS, *FEEDS, MAP, "robots.txt", LLMS, REDIRECT)


@dataclass(frozen=True)
class Case:
    """A change and what it takes."""

    name: str
    change: Mapping[str, str | bytes | None] = field(default_factory=dict)
    parsed: tuple[str, ...] = ()
    readied: tuple[str, ...] | None = None
    """As parsed where it is not said."""
    formulas: int = 0
    outputs: tuple[str, ...] = ()
    cards: tuple[str, ...] = ()
    """Those that are written."""
    before: Mapping[str, str | bytes | None] = field(default_factory=dict)
    """What is otherwise than in FILES already."""
    is_good: bool = True
    """Whether the site can be published."""
    indexed: bool = False
    """Whether the index that readers search is made."""


def text(path: str) -> str:
    found = FILES[path]
    assert isinstance(found, str)
    return found


def edited(path: str, old: str, new: str) -> dict[str, str | bytes | None]:
    """A file with a part of its text replaced."""
    assert old in text(path), (path, old)
    return {path: text(path).replace(old, new)}


def configured(old: str, new: str) -> dict[str, str | bytes | None]:
    return edited("pyproject.toml", old, new)


def with_setting(line: str) -> dict[str, str | bytes | None]:
    return configured('title = "a blog"\n', f'title = "a blog"\n{line}\n')


SEARCHED = with_setting("search = true")
SEARCH_PAGE = "search/index.html"


def template(
    name: str, more: str = "<!-- mine -->", paper: str = "#fdfcfd"
) -> dict[str, str | bytes | None]:
    """A site's own template, as the theme has it and a little more, perhaps on other paper."""
    text = THEME[f"templates/{name}"].decode().replace("#fdfcfd", paper)
    return {f"templates/{name}": text + more}


def rate(path: str, device: str, more: str = "", **front: str) -> dict[str, str | bytes | None]:
    """An article that computes, behind an excerpt that stays the same."""
    body = RATE.replace("DEVICE", device).replace("MORE", more)
    date = "2025-05-01" if path == A else "2025-05-02"
    return {path: article(f"{LONG}\n\n{body}\n\n## part", date=date, **front)}


DESCRIBED = (*ARTICLES, *STACKS, *LISTS, ABOUT_PAGE)
"""All that says which picture stands for it."""
CARDS = with_setting("cards = true") | {"static/fonts/boxes.ttf": make_font()}
ALL_CARDS = ("", A, ABOUT, B, C, D, E)
"""The first is that of the site."""


CASES = [
    Case("nothing at all"),
    # Text
    Case("a body", edited(A, "end", "the end"), (A,), (A,), 0, (*both("a"), STACK_2)),
    Case(
        "marks that make no other page",
        edited(A, "end", "*end*"),
        (A,),
        (A,),
        0,
        transcript("a"),
        before=edited(A, "end", "_end_"),
    ),
    Case(
        "a body that is in the feeds",
        edited(E, "![", "more !["),
        (E,),
        (E,),
        0,
        (*both("e"), STACK_1, *FEEDS),
    ),
    Case(
        "how a body begins, which lists show",
        edited(A, f"\n{LONG}", f"\nother {LONG}"),
        (A,),
        (A,),
        0,
        (*both("a"), STACK_2, ARCHIVE, GPU, LLMS),
    ),
    Case("blanks at the ends of lines", edited(A, "end\n", "end  \n\n\n"), (A,), ()),
    Case("a blank line between parts", edited(A, "\n\nend", "\n\n\nend"), (A,), ()),
    Case(
        "a blank line before what may be wrong, which moves it",
        edited(B, "[to a]", "\n\n[to a]"),
        (B,),
        (B,),
    ),
    Case(
        "a heading that nobody links to",
        edited(A, "## lonely", "## alone"),
        (A,),
        (A,),
        0,
        (*both("a"), STACK_2),
    ),
    Case(
        "a heading that another article links to",
        edited(A, "## part", "## party"),
        (A,),
        (A, B),
        0,
        (*both("a", "b"), STACK_2),
        is_good=False,
    ),
    Case(
        "a formula",
        edited(C, "$x$", "$y$"),
        (C,),
        (C,),
        1,
        (*both("c"), STACK_1, ARCHIVE, LLMS),
    ),
    Case(
        "a formula in a font that no other needs",
        edited(E, "![", "$\\mathbb{R}$ !["),
        (E,),
        (E,),
        1,
        (*page("c", "d", "e"), *transcript("e"), STACK_1, *FEEDS),
    ),
    Case(
        "a formula of a size that is new to the pages of a stylesheet",
        edited(C, "$x$", "$xyz$"),
        (C,),
        (C,),
        1,
        (*both("c"), *page("ev"), STACK_1, ARCHIVE, LLMS),
        before={EV: article("$pq$", date="2025-04-01", title="ev")},
    ),
    Case(
        "a formula of a size that they have",
        edited(C, "$x$", "$pq$"),
        (C,),
        (C,),
        0,
        (*both("c"), STACK_1, ARCHIVE, LLMS),
        before={EV: article("$pq$ $r$", date="2025-04-01", title="ev")},
    ),
    Case(
        "a page less for a stylesheet",
        {EV: None},
        (),
        (),
        0,
        (*page("a", "c"), STACK_2, ARCHIVE, MAP, LLMS),
        before={EV: article("$pq$", date="2025-04-01", title="ev")},
    ),
    Case(
        "a body of an article that is related to another",
        edited(B, "[to a]", "more [to a]"),
        (B,),
        (B,),
        0,
        (*page("b"), *transcript("b"), STACK_2, ARCHIVE, GPU, CAT, LLMS),
    ),
    Case(
        "a body that takes longer to read",
        edited(A, "end", LONG * 9),
        (A,),
        (A,),
        0,
        (*page("a"), *transcript("a"), STACK_2),
        before=edited(D, "date:", "tags: [gpu]\ndate:"),
    ),
    # Front matter
    Case(
        "a title that related articles far away show",
        edited(A, "title: a title", "title: another"),
        (A,),
        (A,),
        0,
        (*page("a", "b", "d"), *transcript("a"), STACK_2, ARCHIVE, GPU, LLMS),
        before=edited(D, "date:", "tags: [gpu]\ndate:"),
    ),
    Case(
        "a tag that makes an article related to others",
        edited(D, "date:", "tags: [cat]\ndate:"),
        (D,),
        (D,),
        0,
        (*page("b", "d"), *transcript("d"), STACK_1, ARCHIVE, TAGS, CAT, MAP, *FEEDS),
    ),
    Case(
        "a tag that no other article has",
        edited(D, "date:", "tags: [lonely]\ndate:"),
        (D,),
        (D,),
        0,
        (
            *page("d"),
            *transcript("d"),
            STACK_1,
            ARCHIVE,
            TAGS,
            "tags/lonely/index.html",
            MAP,
            *FEEDS,
        ),
    ),
    Case(
        "a description that related articles do not show",
        edited(A, "date:", "description: about a\ndate:"),
        (A,),
        (A,),
        0,
        (*page("a"), *transcript("a"), STACK_2, ARCHIVE, GPU, LLMS),
    ),
    Case(
        "a title",
        edited(B, "title: b", "title: bee"),
        (B,),
        (B,),
        0,
        (*page("a", "b", "c"), *transcript("b"), STACK_2, ARCHIVE, GPU, CAT, LLMS),
    ),
    Case(
        "a tag more",
        edited(B, "[gpu, cat]", "[gpu, cat, new]"),
        (B,),
        (B,),
        0,
        (*both("b"), STACK_2, *LISTS, "tags/new/index.html", MAP),
    ),
    Case(
        "a tag less, which no other article has",
        edited(B, "[gpu, cat]", "[gpu]"),
        (B,),
        (B,),
        0,
        (*both("b"), STACK_2, ARCHIVE, TAGS, GPU, MAP),
    ),
    Case(
        "a date, in the same order",
        edited(B, "2025-05-02", "2025-05-02T12:00:00"),
        (B,),
        (B,),
        0,
        (*both("b"), STACK_2, ARCHIVE, GPU, CAT, MAP),
    ),
    Case(
        "a date, in another order",
        edited(A, "2025-05-01", "2025-05-02T12:00:00"),
        (A,),
        (A,),
        0,
        (*page("a", "b", "c"), *transcript("a"), STACK_2, ARCHIVE, GPU, MAP, LLMS),
    ),
    Case(
        "`updated`",
        edited(A, "date:", "updated: 2025-05-09\ndate:"),
        (A,),
        (A,),
        0,
        (*both("a"), STACK_2, ARCHIVE, GPU, MAP),
    ),
    Case(
        "a slug",
        edited(A, "date:", "slug: z\ndate:"),
        (A,),
        (A, B),
        0,
        (*both("z", "b"), STACK_2, ARCHIVE, GPU, MAP, LLMS),
    ),
    Case(
        "an alias",
        edited(A, "date:", "aliases: [/z/]\ndate:"),
        (A,),
        (A,),
        0,
        ("z/index.html", REDIRECTS),
    ),
    Case("the last alias that goes", edited(ABOUT, "aliases: [/me/]\n", ""), (ABOUT,), (ABOUT,)),
    Case(
        "another URL for a page with an alias",
        edited(ABOUT, "title:", "slug: us\ntitle:"),
        (ABOUT,),
        (ABOUT,),
        0,
        (
            *(each for each in FRAMED if each != ABOUT_PAGE),
            *("us/index.html", "us/index.md"),
            *(MAP, LLMS, REDIRECT, REDIRECTS),
        ),
    ),
    Case("redirects of one's own", {"static/_redirects": "/x /y 301\n"}),
    Case(
        "a draft that is published",
        edited("content/later.md", "true", "false"),
        ("content/later.md",),
        ("content/later.md",),
        0,
        (*FRAMED, "later/index.html", "later/index.md", MAP, LLMS),
    ),
    Case(
        "an article that becomes a draft",
        edited(E, "date:", "draft: true\ndate:"),
        (E,),
        (),
        0,
        (*page("d"), *STACKS, ARCHIVE, MAP, LLMS, *FEEDS),
    ),
    Case(
        "a macro of an article's own",
        edited(D, '"o"', '"p"'),
        (D,),
        (D,),
        1,
        (*both("d"), STACK_1, *FEEDS),
    ),
    # Files of articles
    Case(
        "an article that comes",
        {"content/articles/f.md": article("new", date="2025-05-06", title="f")},
        ("content/articles/f.md",),
        ("content/articles/f.md",),
        0,
        (*page("e"), *both("f"), *STACKS, ARCHIVE, MAP, LLMS, *FEEDS),
    ),
    Case(
        "an article that goes",
        {E: None, "content/articles/e/p.png": None},
        (),
        (),
        0,
        (*page("d"), *STACKS, ARCHIVE, MAP, LLMS, *FEEDS),
    ),
    Case(
        "an article with a new name",
        {C: None, "content/articles/cc.md": text(C)},
        ("content/articles/cc.md",),
        ("content/articles/cc.md",),
        0,
        (*page("b", "d"), *both("cc"), STACK_1, ARCHIVE, MAP, LLMS),
    ),
    Case(
        "a page that comes, which the navigation shows",
        {"content/new.md": "---\ntitle: new\n---\n"},
        ("content/new.md",),
        ("content/new.md",),
        0,
        (*FRAMED, "new/index.html", "new/index.md", MAP, LLMS),
    ),
    Case(
        "a picture of the same size",
        {"content/articles/e/p.png": PIXEL + b"more"},
        readied=(E,),
    ),
    Case(
        "a picture of another size",
        {"content/articles/e/p.png": png(4, 2)},
        readied=(E,),
        outputs=(*both("e"), STACK_1, *FEEDS),
    ),
    Case(
        "a picture that becomes a photo",
        {"content/articles/e/p.png": coded(photo(400, 300))},
        readied=(E,),
        outputs=(*page("e"), *transcript("e"), STACK_1, *FEEDS),
    ),
    Case(
        "a picture that takes another's place as the first of a front page",
        edited(C, "`c`", "![picture](e/p.png)"),
        (C,),
        (C,),
        0,
        (*page("c"), *transcript("c"), STACK_1, ARCHIVE, LLMS),
    ),
    Case("a file that no page refers to", {"content/articles/e/unused.txt": "other"}),
    Case("a file that comes, and nobody waits for", {"content/articles/e/new.txt": "new"}),
    # Configuration
    Case(
        "the site's title",
        configured('"a blog"', '"a log"'),
        outputs=(*FRAMED, *FEEDS, LLMS, REDIRECT),
    ),
    Case(
        "its author",
        with_setting('author = "me"'),
        outputs=(*FRAMED, *FEEDS),
    ),
    Case(
        "its language",
        with_setting('language = "de"'),
        outputs=(*FRAMED, *FEEDS, REDIRECT),
    ),
    Case("its description", with_setting('description = "it"'), outputs=(*STACKS, *FEEDS, LLMS)),
    Case(
        "articles on a page",
        configured("articles_per_page = 3", "articles_per_page = 4"),
        outputs=STACKS,
    ),
    Case(
        "articles in the feeds",
        configured("articles_in_feed = 2", "articles_in_feed = 3"),
        outputs=FEEDS,
    ),
    Case(
        "no transcripts any more",
        with_setting("transcripts = false"),
        outputs=(*ARTICLES, ABOUT_PAGE, LLMS),
    ),
    Case(
        "transcripts again",
        {"pyproject.toml": text("pyproject.toml")},
        outputs=(*ARTICLES, *TRANSCRIPTS, ABOUT_PAGE, LLMS),
        before=with_setting("transcripts = false"),
    ),
    Case(
        "compressed forms, which need something to be made from",
        with_setting('compress = ["gzip"]'),
        outputs=EVERYTHING,
    ),
    Case(
        "one coding less",
        with_setting('compress = ["gzip"]'),
        before=with_setting('compress = ["brotli", "gzip"]'),
    ),
    Case(
        "a body of a site that is compressed",
        edited(A, "end", "the end"),
        (A,),
        (A,),
        0,
        (*both("a"), STACK_2),
        before=with_setting('compress = ["brotli", "gzip"]'),
    ),
    Case("the colours of code", with_setting('highlight_dark = "monokai"')),
    Case(
        "the colours of code, where there is some",
        with_setting('highlight_dark = "monokai"'),
        before=edited(A, "end", "```python\nx\n```"),
        outputs=(*page("a"), STACK_2),
    ),
    Case(
        "the URL's host",
        configured("example.org", "example.com"),
        outputs=tuple(each for each in EVERYTHING),
    ),
    Case(
        "the time zone",
        configured("Europe/Berlin", "Asia/Tokyo"),
        (A, ABOUT, B, C, D, E, "content/later.md"),
        (A, B, C, D, E),
        0,
        (*ARTICLES, *transcript(*"abcde"), *STACKS, ARCHIVE, GPU, CAT, *FEEDS, MAP),
    ),
    Case(
        "HTML in Markdown",
        with_setting("raw_html = true"),
        (A, ABOUT, B, C, D, E, "content/later.md"),
        (),
    ),
    Case(
        "a macro of the configuration, which one formula uses",
        configured('"m"', '"n"'),
        readied=(C, D),
        formulas=1,
        outputs=(*both("c"), STACK_1),
    ),
    # Search
    Case(
        "search, which readers get",
        SEARCHED,
        outputs=(*FRAMED, SEARCH_PAGE),
        indexed=True,
    ),
    Case(
        "search, which readers lose",
        {"pyproject.toml": FILES["pyproject.toml"]},
        outputs=FRAMED,
        before=SEARCHED,
    ),
    Case(
        "a body that readers find",
        edited(A, "end", "the end"),
        (A,),
        (A,),
        0,
        (*both("a"), STACK_2),
        before=SEARCHED,
        indexed=True,
    ),
    Case(
        "a tag by which readers find an article",
        edited(B, "[gpu, cat]", "[cat]"),
        (B,),
        (B,),
        0,
        (*page("a"), *both("b"), STACK_2, ARCHIVE, TAGS, GPU, CAT, MAP),
        before=SEARCHED,
        indexed=True,
    ),
    Case(
        "a slug, under which readers find an article",
        edited(E, "date:", "slug: z\ndate:"),
        (E,),
        (E,),
        0,
        (*page("d"), *both("z"), STACK_1, ARCHIVE, MAP, LLMS, *FEEDS),
        before=SEARCHED,
        indexed=True,
    ),
    Case(
        "a description, in which nobody searches",
        edited(E, "about e", "on e"),
        (E,),
        (E,),
        0,
        (*both("e"), STACK_1, ARCHIVE, LLMS, *FEEDS),
        before=SEARCHED,
    ),
    Case(
        "a picture, in which nobody searches",
        {"content/articles/e/p.png": png(4, 2)},
        readied=(E,),
        outputs=(*both("e"), STACK_1, *FEEDS),
        before=SEARCHED,
    ),
    Case(
        "marks, for which nobody searches",
        edited(A, "end", "*end*"),
        (A,),
        (A,),
        0,
        transcript("a"),
        before={**SEARCHED, **edited(A, "end", "_end_")},
    ),
    Case(
        "the template of the search page",
        template("search.html"),
        outputs=(SEARCH_PAGE,),
        before=SEARCHED,
    ),
    # Theme
    Case("the template of articles", template("article.html"), outputs=ARTICLES),
    Case("the template of front pages", template("home.html"), outputs=STACKS),
    Case("the template of pages", template("page.html"), outputs=(ABOUT_PAGE,)),
    Case("the template of a tag", template("tag.html"), outputs=(GPU, CAT)),
    Case("the template of redirects", template("redirect.html"), outputs=(REDIRECT,)),
    Case("the frame", template("base.html"), outputs=FRAMED),
    Case(
        "the macros of templates",
        template("macros.html"),
        outputs=(*ARTICLES, *STACKS, ARCHIVE, GPU, CAT, ABOUT_PAGE),
    ),
    Case("a template that no page needs", {"templates/unused.html": "other"}),
    Case("a static file", {"static/plain.txt": "other"}),
    Case(
        "the stylesheet, whose name follows its bytes",
        {"static/assets/style.css": "body {}"},
        outputs=(*FRAMED, REDIRECT),
    ),
    Case("a script that no page needs", {"static/assets/sort.js": "1"}),
    Case("the script of redirects", {"static/assets/redirect.js": "1"}, outputs=(REDIRECT,)),
    Case("a lock of URLs", {"urls.lock": "/\n/articles/\n"}),
    Case("a lock of URLs of which one is lost", {"urls.lock": "/old/\n"}, is_good=False),
    # Catalogue and lock
    Case(
        "the bandwidth of a device of the site's own",
        {"content/data/mine.toml": SERVER.replace("4800", "5600")},
        (A,),
        (A,),
        3,
        (*both("a"), "articles/a/figures.json", STACK_2),
        before={"content/data/mine.toml": SERVER, **rate(A, "my server"), **rate(B, "RTX 4090")},
    ),
    Case(
        "a device that comes, and no post uses",
        {"content/data/mine.toml": SERVER},
        before=rate(B, "RTX 4090"),
    ),
    # Cards
    Case(
        "cards, which are off",
        CARDS,
        outputs=DESCRIBED,
        cards=ALL_CARDS,
    ),
    Case(
        "cards that are taken away",
        {"pyproject.toml": FILES["pyproject.toml"]},
        outputs=DESCRIBED,
        before=CARDS,
    ),
    Case(
        "a body below cards",
        edited(A, "end", "the end"),
        (A,),
        (A,),
        0,
        (*both("a"), STACK_2),
        before=CARDS,
    ),
    Case(
        "a title that is on a card",
        edited(E, "title: e", "title: f"),
        (E,),
        (E,),
        0,
        (*page("d"), *both("e"), STACK_1, ARCHIVE, *FEEDS, LLMS),
        cards=(E,),
        before=CARDS,
    ),
    Case(
        "a tag, which no card shows",
        edited(A, "[gpu]", "[gpu, cat]"),
        (A,),
        (A,),
        0,
        (*both("a"), STACK_2, ARCHIVE, TAGS, GPU, CAT),
        cards=(A,),
        before=CARDS,
    ),
    Case(
        "a picture in place of a card",
        edited(E, "title: e", "title: e\nimage: p.png"),
        (E,),
        (E,),
        0,
        (*both("e"), STACK_1, ARCHIVE, *FEEDS),
        before=CARDS,
    ),
    Case(
        "a figure that a card shows",
        rate(A, "RTX 3090", card="{figure: mine.bound}"),
        (A,),
        (A,),
        2,
        (*both("a"), "articles/a/figures.json", STACK_2),
        cards=(A,),
        before=CARDS | rate(A, "RTX 4090", card="{figure: mine.bound}"),
    ),
    Case(
        "a figure that no card shows",
        rate(A, "RTX 3090"),
        (A,),
        (A,),
        2,
        (*both("a"), "articles/a/figures.json", STACK_2),
        before=CARDS | rate(A, "RTX 4090"),
    ),
    Case(
        "the site's name",
        configured('title = "a blog"\n', 'title = "a log"\ncards = true\n'),
        outputs=(*FRAMED, *FEEDS, LLMS, REDIRECT),
        cards=ALL_CARDS,
        before=CARDS,
    ),
    Case(
        "the template of cards, which draws the same",
        template("card.svg"),
        cards=ALL_CARDS,
        before=CARDS,
    ),
    Case(
        "the template of cards, which draws something else",
        template("card.svg", paper="#eee"),
        outputs=DESCRIBED,
        cards=ALL_CARDS,
        before=CARDS,
    ),
    Case(
        "a font of cards",
        {"static/fonts/boxes.ttf": make_font(advance=400)},
        outputs=DESCRIBED,
        cards=ALL_CARDS,
        before=CARDS,
    ),
]


def as_bytes(files: Mapping[str, str | bytes | None]) -> dict[str, bytes]:
    return {
        path: each.encode() if isinstance(each, str) else each
        for path, each in files.items()
        if each is not None
    }


def apply(blog: Blog, change: Mapping[str, str | bytes | None]) -> None:
    for path, content in change.items():
        blog.files.pop(path, None)
        if content is not None:
            blog.files |= as_bytes({path: content})


def check(
    built: Build,
    parsed: Iterable[str],
    readied: Iterable[str],
    formulas: int,
    outputs: Iterable[str],
    cards: Iterable[str] = (),
) -> None:
    """Assert that just these tasks have run."""
    assert set(built.ran.cards) == set(cards)
    assert set(built.ran.outputs) == set(outputs)
    assert set(built.ran.readied) == set(readied)
    assert built.ran.formulas == formulas
    assert set(built.ran.parsed) == set(parsed)


@pytest.mark.parametrize("is_one_process", [False, True], ids=["anew", "in one process"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_edit_takes_just(case: Case, is_one_process: bool) -> None:
    blog = Blog(as_bytes(FILES), memory=Memory() if is_one_process else None)
    apply(blog, case.before)
    assert is_good(blog.build())
    apply(blog, case.change)
    built = check_equal(blog)
    assert is_good(built) == case.is_good
    readied = case.parsed if case.readied is None else case.readied
    check(built, case.parsed, readied, case.formulas, case.outputs, case.cards)
    assert built.ran.indexed == case.indexed


def locked(blog: Blog) -> bytes:
    """The lock of all that a site shows."""
    documents = blog.build().documents
    return format_lock(accept(Lock(), documents, [each.path for each in documents])).encode()


@pytest.fixture
def computing() -> Blog:
    """A site of which b computes, and a links to it."""
    blog = Blog(as_bytes(FILES))
    apply(blog, rate(B, "RTX 4090") | edited(A, "## part", "[to b](b.md)"))
    return blog


def test_a_lock_takes_nothing_where_no_calculation_is_pinned(computing: Blog) -> None:
    lock = locked(computing)
    for text in (lock, lock.replace(b"token", b"frob"), None):
        apply(computing, {"values.lock": text})
        built = check_equal(computing)
        assert built.ran == NOTHING_RAN
        assert bool(built.changes) == (text != lock)


def test_a_lock_takes_the_posts_that_are_pinned_to_it(computing: Blog) -> None:
    lock = locked(computing)
    apply(computing, {"values.lock": lock, **rate(B, "RTX 4090", "pin: true\n")})
    assert is_good(computing.build())
    apply(computing, {"values.lock": lock.replace(b" GB", b" MB")})
    built = check_equal(computing)
    assert built.ran.parsed == built.ran.readied == (B,)
    assert set(built.ran.outputs) == {*both("b"), "articles/b/figures.json", STACK_2}
    apply(computing, {"values.lock": lock + b"\n# a remark\n"})
    check_equal(computing)
    apply(computing, {"values.lock": lock})
    assert check_equal(computing).ran == NOTHING_RAN


@pytest.mark.parametrize("state", ["missing", "broken"])
def test_a_device_that_a_post_has_asked_for_in_vain_takes_that_post(state: str) -> None:
    blog = Blog(as_bytes(FILES))
    broken = SERVER.replace("8 x", "8 of") if state == "broken" else None
    apply(blog, {**rate(A, "my server"), "content/data/mine.toml": broken})
    assert not is_good(check_equal(blog))
    apply(blog, {"content/data/mine.toml": SERVER})
    built = check_equal(blog)
    assert is_good(built)
    assert built.ran.parsed == built.ran.readied == (A,)
    assert set(built.ran.outputs) == {*both("a"), "articles/a/figures.json", STACK_2}
    apply(blog, {"content/data/mine.toml": broken})
    assert not is_good(check_equal(blog))
    apply(blog, {"content/data/mine.toml": None})
    assert not is_good(check_equal(blog))


def test_the_clock_takes_what_has_become_due_and_parses_nothing() -> None:
    blog = Blog(as_bytes(FILES))
    apply(blog, {"content/articles/f.md": article("new", date="2026-02-01", title="f")})
    assert is_good(blog.build())
    assert check_equal(blog, Asked(now=NOW + timedelta(days=7))).ran == NOTHING_RAN
    built = check_equal(blog, Asked(now=NOW + timedelta(days=60)))
    expected = (*page("e"), *both("f"), *STACKS, ARCHIVE, MAP, LLMS, *FEEDS)
    check(built, (), ("content/articles/f.md",), 0, expected)
    gone = (*page("e"), *STACKS, ARCHIVE, MAP, LLMS, *FEEDS)
    check(check_equal(blog), (), (), 0, gone)


def test_to_take_drafts_in_parses_nothing() -> None:
    blog = Blog(as_bytes(FILES))
    assert is_good(blog.build())
    built = check_equal(blog, Asked(Options(drafts=True)))
    taken_in = (*FRAMED, "later/index.html", "later/index.md", MAP, LLMS)
    check(built, (), ("content/later.md",), 0, taken_in)
    check(check_equal(blog), (), (), 0, (*FRAMED, MAP, LLMS))


def test_what_was_made_in_vain_is_not_made_again() -> None:
    blog = Blog(as_bytes(FILES))
    assert is_good(blog.build())
    apply(blog, configured('"a blog"', '"a log"') | edited(E, "![", "[x](nowhere.md) !["))
    assert not is_good(check_equal(blog))
    apply(blog, {E: FILES[E]})
    built = check_equal(blog)
    assert is_good(built)
    check(built, (E,), (E,), 0, (*both("e"), STACK_1, *FEEDS))


def test_what_is_gone_from_where_it_was_published_is_made_again() -> None:
    blog = Blog(as_bytes(FILES))
    assert is_good(blog.build())
    gone = {*page("a"), "feed.xml"}
    blog.publisher.forget(gone)
    check(check_equal(blog), (), (), 0, gone)


Change = Mapping[str, str | bytes | None]
MISSED: dict[str, tuple[Change, Change]] = {
    "a tag that is spelled otherwise than in other articles": (
        {},
        edited(B, "[gpu, cat]", "[GPU, cat]"),
    ),
    "a template that is no text and that no page needs": ({"templates/unused.html": b"\xff"}, {}),
    "a template that becomes text": (
        {"templates/unused.html": b"\xff", "templates/tag.html": "{% include 'unuse.html' %}"},
        {"templates/unused.html": "text"},
    ),
    "the line of a mistake, and not the mistake": (
        {A: article("[x](nowhere.md) a & b\n\n## part")},
        {A: article("[x](nowhere.md) a &amp; b\n\n## part")},
    ),
    "a picture whose bytes another kind of file has": (
        {"content/articles/p.dat": PIXEL, A: article(":::{download} p.dat\n:::\n\n## part")},
        {A: article("![p](p.dat)\n\n## part"), "content/articles/p.png": PIXEL},
    ),
    "a time that the clocks skip": (
        edited(A, "2025-05-01", "2025-03-30T02:30:00"),
        configured('"a blog"', '"a log"'),
    ),
    "a time zone in which an instant reads otherwise": (
        edited(A, "2025-05-01", "2025-05-01T12:00:00Z"),
        configured("Europe/Berlin", "Asia/Tokyo"),
    ),
}
"""What builds have once got wrong: a site, and a change of it."""


@pytest.mark.parametrize(("before", "change"), MISSED.values(), ids=MISSED)
def test_nothing_is_missed_of(before: Change, change: Change) -> None:
    blog = Blog(as_bytes(FILES))
    apply(blog, before)
    check_equal(blog)
    apply(blog, change)
    check_equal(blog)


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        (edited(A, "end", "End"), page("a")),
        (edited(A, "end", "End") | edited(B, "to a", "to A"), page("a", "b")),
        (edited(C, "`c`", "`C`"), (STACK_1,)),
        (edited(A, "end", "End") | edited(C, "$x$", r"$\frob$"), ()),
        (edited(A, "end", "![p](e/p.png)"), page("a")),
        (edited(A, "end", "![p](p.png)") | {"content/articles/p.png": PIXEL}, ()),
        (edited(A, "end", "End") | {"content/new.md": FILES[ABOUT]}, ()),
    ],
    ids=["body", "two", "front page", "mistake", "picture", "new picture", "new page"],
)
def test_pages_that_are_looked_at_are_shown_ahead(
    change: Mapping[str, str | bytes | None], shown: Sequence[str]
) -> None:
    blog = Blog(as_bytes(FILES), memory=Memory())
    check_equal(blog)
    apply(blog, change)
    blog.build()
    assert set(blog.shown) == set(shown)


def test_what_was_shown_ahead_may_not_come_to_be() -> None:
    broken = "{% if site.title %}{{ articles[0].nothing.at_all }}{% endif %}"
    blog = Blog(as_bytes(FILES), memory=Memory())
    check_equal(blog)
    apply(blog, {"templates/home.html": broken} | edited(A, "end", "End"))
    built = blog.build()
    assert set(blog.shown) == set(page("a"))
    assert not is_good(built)


class _Dying(Inline):
    """A crew in which the process that makes a page dies."""

    def map_batches(
        self, fn: Callable[[Any], Any], batches: Iterable[Sequence[Any]]
    ) -> Iterator[list[Any]]:
        for batch in batches:
            yield [
                Lost("killed") if getattr(task, "path", "") == ABOUT_PAGE else fn(task)
                for task in batch
            ]


def test_what_a_process_has_died_of_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    blog = Blog(as_bytes(FILES))
    with monkeypatch.context() as patched:
        patched.setattr(Crew, "choose", lambda *_: _Dying())
        built = blog.build()
        assert [each.message for each in built.diagnostics] == [
            "`/about/index.html` cannot be made: killed"
        ]
        assert built.has_lost
    built = check_equal(blog)
    assert not built.has_lost
    check(built, (), (), 0, (ABOUT_PAGE,))


class Site:
    """A site on disk with a store on disk, as the command line has it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.write(as_bytes(FILES))

    def write(self, files: Mapping[str, bytes]) -> None:
        for path, content in files.items():
            (self.root / path).parent.mkdir(parents=True, exist_ok=True)
            (self.root / path).write_bytes(content)

    def age(self) -> None:
        """Make all files look as if they had been written a day ago, so that stamps are kept."""
        for path in self.root.rglob("*.*"):
            os.utime(path, (1, 1))

    def build(self) -> Build:
        """What is made from what was kept, published."""
        publisher = DiskPublisher(self.root / "_site", (), self.root / ".cache/published")
        with open_store(self.root / ".cache", "code") as store:
            pool = DiskPool(self.root / ".cache/made")
            world = World(
                site=DiskTree(self.root),
                theme=MemoryTree(THEME),
                katex=KATEX,
                renderer=Pen(),
                now=NOW,
                store=store,
                pool=pool,
                holds=publisher.holds,
            )
            built = build(world, Options())
            assert is_good(built)
            publisher.publish(built.outputs, pool)
            return built


def test_on_a_disk_a_second_build_does_nothing_and_a_touched_file_is_read_and_no_more(
    tmp_path: Path,
) -> None:
    site = Site(tmp_path)
    assert set(site.build().ran.outputs) == {*EVERYTHING, REDIRECTS}
    assert site.build().ran == NOTHING_RAN
    site.age()
    assert site.build().ran == NOTHING_RAN
    site.write(as_bytes({A: FILES[A], "templates/unused.html": "unused"}))
    assert site.build().ran == NOTHING_RAN
    site.write(as_bytes(edited(A, "end", "END")))
    check(site.build(), (A,), (A,), 0, (*both("a"), STACK_2))
    site.write(as_bytes(edited(A, "end", "End")))
    check(site.build(), (A,), (A,), 0, (*both("a"), STACK_2))


def test_a_published_file_that_was_changed_by_another_hand_is_made_again(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.build()
    (tmp_path / "_site/articles/a/index.html").write_text("mine")
    (tmp_path / "_site/plain.txt").unlink()
    check(site.build(), (), (), 0, page("a"))
    assert (tmp_path / "_site/plain.txt").read_text() == "plain"
