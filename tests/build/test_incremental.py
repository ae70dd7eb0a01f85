"""Whatever is edited, in whatever order: what is built from what was kept is what a clean build
gives, bytes and diagnostics, and a second build finds nothing to do.

Each run makes the same edits; `pytest tests/build/test_incremental.py --hypothesis-profile deep`
makes other ones each time, some 3,000 with a build after every few of them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from site_gen.build.memory import Memory
from site_gen.build.work import Options
from site_gen.diagnostics import Source
from site_gen.lock.changes import accept
from site_gen.lock.model import Lock
from site_gen.lock.urls import UrlLock, accept_urls
from site_gen.lock.writer import format_lock
from tests.build.rebuilding import THEME, Asked, Blog, check_equal
from tests.picturing import coded, photo, png
from tests.sites import CONFIG, NOW, article

DEEP = settings.get_profile("deep")
EXAMPLES = 20
"""Of some six builds each, beside as many clean ones."""
A, B, C = (f"content/articles/{name}" for name in ("a.md", "b/index.md", "c#.md"))
DOCUMENTS = (A, B, C, "content/articles/et.md", "content/about.md", "content/articles/b/deep/x.md")
"""The fourth shares its stylesheet of formulas with the first."""
PIXEL = png(3, 2)
PHOTO = coded(photo(400, 20))
SERVER = """\
[source.manual]
title = "the board's manual"
date = DATE

[device."my server"]
class = "cpu-server"
source = "manual"
bandwidth = "SPEED"
"""
RATE = ":::{token-rate} mine\nmodel: Llama-3.1-8B\nquantization: Q4_K_M\ndevice: DEVICE\nMORE:::\n"
PIECES = (
    "some text",
    "some text, and more of it",
    "some text &amp; more",
    "some text & more",
    "## part",
    "## Part",
    "### another part\n\nwith [a link to it](#another-part)",
    "[up](#part)",
    "[c](../c%23.md#part) and & so on",
    "[c](../c%23.md#part) and &amp; so on",
    "[a](a.md) [a](../a.md#part)",
    "[b](b/index.md#part)",
    "[b](b/index.md)",
    "[x](/articles/x/#part) [list](/tags/gpu/)",
    "[about](../about.md) [about](/about/)",
    "[second page](/page/2/)",
    "[file](data.txt)",
    "[file](/plain.txt) [style](/assets/style.css)",
    "![picture](p.png)",
    "![picture](p.dat)",
    "![picture](b/p.png)",
    ":::{download} p.dat\n:::",
    ":::{download} b/p.png\n:::",
    "[picture](b/p.png)",
    "$x$",
    "$x$ & more",
    "$\\mine + x$ $$y \\label{eq:y}$$ \\eqref{eq:y}",
    "$\\mathbb{R}$",
    "$\\mathfrak{g}$ $é$",
    "$\\gdef\\mine{z}$ $\\mine$",
    "$\\frob$",
    "`code`\n\n```python\nx = 1\n```",
    "<b>raw</b>",
    RATE.replace("DEVICE", "my server").replace("MORE", ""),
    RATE.replace("DEVICE", "RTX 4090").replace("MORE", ""),
    RATE.replace("DEVICE", "RTX 4090").replace("MORE", "pin: true\n"),
    RATE.replace("DEVICE", "another server").replace("MORE", ""),
    ":::{nonsense}\n:::",
)
FRONTS: dict[str, tuple[str, ...]] = {
    "title": ("one", "two", '"{token-rate}`mine.bound`"'),
    "date": ("2025-05-22", "2025-05-23", "2025-05-24T23:30:00", "2026-02-01", "2025-02-30"),
    "updated": ("2025-06-01", "2025-06-02"),
    "slug": ("x", "a", "b", "tags"),
    "description": ("about it", "about something else"),
    "tags": ("[gpu]", "[GPU]", "[gpu, cat]", "[cat]", "gpu"),
    "aliases": ("[/old/]", "[/older/, /old/]", "[/articles/a/]"),
    "image": ("p.png", "data.txt"),
    "draft": ("true", "false"),
    "toc": ("true", "false"),
    "math": ('\n  macros:\n    "\\\\mine": "w"', '\n  macros:\n    "\\\\other": "w"'),
    "wrong": ("key",),
}
SETTINGS: dict[str, tuple[str, ...]] = {
    "title": ('"a blog"', '"another blog"'),
    "url": ('"https://example.org/"', '"https://example.org/blog/"', '"nonsense"'),
    "description": ('"what it is"',),
    "author": ('"me"',),
    "language": ('"de"', "1"),
    "timezone": ('"Europe/Berlin"', '"Asia/Tokyo"'),
    "articles_per_page": ("1", "2", "3"),
    "articles_in_feed": ("1", "2"),
    "raw_html": ("true", "false"),
    "macros": ('{ "\\\\mine" = "v" }', '{ "\\\\frac" = "v" }'),
    "compress": ('["gzip"]', '["brotli", "gzip"]', '["zip"]'),
    "highlight_dark": ('"monokai"', '"nonsense"'),
}
OTHERS: dict[str, tuple[bytes, ...]] = {
    "content/articles/p.png": (PIXEL, PIXEL + b"more", png(4, 2), b"no"),
    "content/articles/p.dat": (PIXEL, b"no picture"),
    "content/articles/b/p.png": (PIXEL, PIXEL + b"more", PHOTO),
    "content/articles/data.txt": (b"one", b"two"),
    "content/articles/notes.txt": (b"one", b"two"),
    "content/data/mine.toml": (
        SERVER.replace("DATE", "2025-05-01").replace("SPEED", "8 x DDR5-4800").encode(),
        SERVER.replace("DATE", "2029-05-01").replace("SPEED", "8 x DDR5-4800").encode(),
        SERVER.replace("DATE", "2025-05-01").replace("SPEED", "8 x DDR5-5600").encode(),
        SERVER.replace("DATE", "2025-05-01").replace("SPEED", "8 x DDR5-480O").encode(),
        SERVER.replace("DATE", "2025-05-01").replace("SPEED", "1").replace("my", "4").encode(),
        b"[device\n",
        b"\xff",
    ),
    "content/data/other.toml": (
        SERVER.replace("DATE", "2025-05-01")
        .replace("SPEED", "8 x DDR5-4800")
        .replace("my server", "another server")
        .encode(),
    ),
    "values.lock": (b"version = 1\n", b"version = ", b"\xff"),
    "urls.lock": (b"/\n/articles/a/\n", b"/gone/\n/articles/a/#part\n", b"nothing\n", b"\xff"),
    "static/plain.txt": (b"one", b"two"),
    "static/robots.txt": (b"mine",),
    "static/assets/style.css": (b"a {}", b"b {}"),
    "static/assets/more.js": (b"1",),
    "templates/article.html": (
        THEME["templates/article.html"] + b"<!-- mine -->",
        b"{{ article.html }} {{ site.author }}",
        b"{{ article.nothing }}",
        b"{{ nothing }}",
        b"{% include 'more.html' %}",
        b"{{ asset('more.js') }}",
        b"{% if %}",
        b"\xff",
    ),
    "templates/more.html": (b"{{ site.title }}", b"{{ site.titel }}", b"\xff"),
    "templates/unused.html": (b"one", b"{% if %}", b"\xff"),
    "templates/base.html": (
        THEME["templates/base.html"] + b"\n",
        b"{% block main %}{% endblock %}",
    ),
    "templates/macros.html": (THEME["templates/macros.html"] + b"\n",),
    "templates/tag.html": (b"{{ tag }}{% include 'more.html' ignore missing %}",),
}
BROKEN = (
    b"no front matter",
    b"---\ntitle: [\n---\n\ntext\n",
    b"---\ntitle: a\n",
    b"---\ntitle: a\ndate: 2025-05-22\n---\n\n\xff\n",
    b"",
)
T = TypeVar("T")
Edit = Callable[[Blog], None]


def write(path: str, content: bytes) -> Edit:
    def edit(blog: Blog) -> None:
        blog.files[path] = content

    edit.__qualname__ = f"write({path!r}, {content!r})"
    return edit


def remove(path: str) -> Edit:
    def edit(blog: Blog) -> None:
        blog.files.pop(path, None)

    edit.__qualname__ = f"remove({path!r})"
    return edit


def rename(path: str, new: str) -> Edit:
    def edit(blog: Blog) -> None:
        if path in blog.files:
            blog.files[new] = blog.files.pop(path)

    edit.__qualname__ = f"rename({path!r}, {new!r})"
    return edit


def insert(path: str, line: str) -> Edit:
    """A line before the last one of a file, so that the rest is as it was."""

    def edit(blog: Blog) -> None:
        if path in blog.files:
            blog.files[path] = blog.files[path] + line.encode()

    edit.__qualname__ = f"insert({path!r}, {line!r})"
    return edit


def accept_all(old: bytes, new: bytes) -> Edit:
    """Lock what the site shows, with a part of the text replaced."""

    def edit(blog: Blog) -> None:
        documents = blog.build().documents
        lock = accept(Lock(), documents, [each.path for each in documents])
        blog.files["values.lock"] = format_lock(lock).encode().replace(old, new)

    edit.__qualname__ = f"accept_all({old!r}, {new!r})"
    return edit


def accept_addresses(old: bytes, new: bytes) -> Edit:
    """Lock all that is published, with a part of the text replaced."""

    def edit(blog: Blog) -> None:
        text = accept_urls(UrlLock(Source("urls.lock", "")), blog.build().list_published())
        blog.files["urls.lock"] = text.encode().replace(old, new)

    edit.__qualname__ = f"accept_addresses({old!r}, {new!r})"
    return edit


def some_of(choices: dict[str, tuple[str, ...]], most: int) -> st.SearchStrategy[dict[str, str]]:
    """Some of these keys with a value each."""
    pairs = [st.tuples(st.just(key), st.sampled_from(values)) for key, values in choices.items()]
    return st.lists(st.one_of(pairs), max_size=most).map(dict)


articles = st.builds(
    lambda front, pieces: article("\n\n".join(pieces), **front).encode(),
    some_of(FRONTS, 4),
    st.lists(st.sampled_from(PIECES), max_size=5),
)
configurations = some_of(SETTINGS, 4).map(
    lambda values: (
        CONFIG
        if not values
        else "[tool.site_gen]\n" + "".join(f"{key} = {value}\n" for key, value in values.items())
    ).encode()
)
documents = st.sampled_from(DOCUMENTS)
others = st.sampled_from([(path, each) for path, contents in OTHERS.items() for each in contents])
edits = st.one_of(
    st.builds(write, documents, articles),
    st.builds(write, documents, articles),
    st.builds(write, documents, st.sampled_from(BROKEN)),
    st.builds(lambda chosen: write(*chosen), others),
    st.builds(lambda chosen: write(*chosen), others),
    st.builds(remove, st.one_of(documents, st.sampled_from(sorted(OTHERS)))),
    st.builds(rename, documents, documents),
    st.builds(rename, st.just("content/articles/p.png"), st.just("content/articles/b/p.png")),
    st.builds(insert, documents, st.sampled_from(("\n", " ", "\nmore\n", "\n[x](nowhere.md)\n"))),
    st.builds(accept_all, st.just(b" GB"), st.sampled_from((b" GB", b" MB"))),
    st.builds(accept_all, st.just(b"a.md"), st.sampled_from((b"et.md", b"gone.md"))),
    st.builds(accept_addresses, st.just(b"/a/\n"), st.sampled_from((b"/a/\n", b"/a/ gone: x\n"))),
    st.builds(write, st.just("pyproject.toml"), configurations),
    st.builds(write, st.just("pyproject.toml"), st.sampled_from((b"[", b"\xff"))),
)
asked = st.builds(
    Asked,
    st.builds(Options, drafts=st.booleans(), future=st.booleans(), locked=st.booleans()),
    st.sampled_from((NOW, NOW, NOW + timedelta(days=60), NOW - timedelta(days=400))),
)
rounds = st.lists(
    st.tuples(st.lists(edits, min_size=1, max_size=3), asked), min_size=3, max_size=10
)
beginnings = st.lists(
    st.one_of(
        st.builds(write, documents, articles),
        st.builds(lambda chosen: write(*chosen), others),
        st.builds(write, st.just("pyproject.toml"), configurations),
    ),
    max_size=8,
)


@settings(
    max_examples=DEEP.max_examples if settings.default is DEEP else EXAMPLES,
    derandomize=settings.default is not DEEP,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(beginnings, rounds, st.booleans())
def test_after_any_edits_a_build_gives_what_a_clean_one_gives(
    beginning: list[Edit], rounds: list[tuple[list[Edit], Asked]], is_one_process: bool
) -> None:
    files = {"pyproject.toml": CONFIG.encode(), A: article(PIECES[0]).encode()}
    blog = Blog(files, memory=Memory() if is_one_process else None)
    for edit in beginning:
        edit(blog)
    check_equal(blog)
    for edits, asked in rounds:
        for edit in edits:
            edit(blog)
        check_equal(blog, asked)
