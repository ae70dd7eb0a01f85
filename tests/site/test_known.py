"""Of two sites, the cells that hold something else are those that a build takes for changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from site_gen.build.choice import Choice
from site_gen.build.documents import Parse
from site_gen.build.kept import make_known
from site_gen.build.rows import DocumentRow
from site_gen.config import Config
from site_gen.directives.facts import Facts
from site_gen.effects import MemoryTree
from site_gen.model import Asset, PageSummary
from site_gen.site.changes import changed_cells
from site_gen.site.known import Known, make_site
from site_gen.site.reader import Reader

ARTICLES = tuple(f"content/articles/{name}.md" for name in ("a", "b", "c", "d#"))
PATHS = (*ARTICLES, "content/about.md", "content/me.md")
FILES = ("content/articles/p.png", "content/articles/a.md", "static/p.png", "static/feed.xml")
SLUGS = ("a", "b", "c", "tags", "articles")
TAGS = ("gpu", "GPU", "cat")
ANCHORS = ("one", "two", "3#")
URLS = (
    *(f"{folder}{slug}/" for folder in ("/", "/articles/") for slug in SLUGS),
    *(f"/page/{number}/" for number in range(2, 8)),
    *("/", "/articles/", "/tags/", "/tags/gpu/", "/tags/cat/", "/feed.xml", "/p.png", "/404.html"),
)


def summarize(path: str, slug: str, title: str, day: int, rest: tuple[object, ...]) -> PageSummary:
    updated, description, tags, anchors, aliases, image = rest
    is_article = path in ARTICLES
    return PageSummary(
        path=path,
        kind="article" if is_article else "page",
        url=f"/articles/{slug}/" if is_article else f"/{slug}/",
        title=title,
        date=datetime(2025, 1, day, tzinfo=UTC) if is_article else None,
        updated=updated,  # type: ignore[arg-type]
        description=description,  # type: ignore[arg-type]
        tags=tags,  # type: ignore[arg-type]
        anchors=anchors,  # type: ignore[arg-type]
        aliases=aliases,  # type: ignore[arg-type]
        image=image,  # type: ignore[arg-type]
    )


def some(values: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), unique=True, max_size=2).map(tuple)


rests = st.tuples(
    st.sampled_from((None, datetime(2025, 3, 1, tzinfo=UTC))),
    st.sampled_from(("", "about it")),
    some(TAGS),
    some(ANCHORS).map(frozenset),
    st.sampled_from(((), ("/old/",))),
    st.sampled_from(("", FILES[0])),
)
configs = st.builds(
    Config,
    title=st.sampled_from(("a blog", "a log")),
    url=st.sampled_from(("https://a.org/", "https://b.org/", "https://a.org/blog/")),
    articles_per_page=st.integers(1, 3),
    articles_in_feed=st.integers(1, 3),
    macros=st.sampled_from(({}, {"\\a": "b"})),
)
assets = st.dictionaries(
    st.sampled_from(FILES),
    st.builds(Asset, st.just("p"), st.sampled_from(("/p", "/q")), st.integers(1, 2), st.just("0")),
)
states = st.sampled_from(("published", "published", "published", "draft", "due", "broken"))


@st.composite
def sites(draw: st.DrawFn) -> Known:
    """Any few pages, in any state, with any files."""
    paths = draw(st.lists(st.sampled_from(PATHS), unique=True).map(sorted))
    rows: dict[str, DocumentRow] = {}
    by_state: dict[str, list[str]] = {}
    parse = Parse(MemoryTree({}), MemoryTree({}), Config(), Facts())
    for path in paths:
        summary = summarize(
            path,
            draw(st.sampled_from(SLUGS)),
            draw(st.sampled_from(("one", "two"))),
            draw(st.integers(1, 4)),
            draw(rests),
        )
        rows[path] = replace_summary(parse.fail(""), summary)
        by_state.setdefault(draw(states), []).append(path)
    choice = Choice(
        published=tuple(by_state.get("published", ())),
        unfit=(),
        left_out={
            **dict.fromkeys(by_state.get("draft", ()), "a draft"),
            **dict.fromkeys(by_state.get("due", ()), "not yet due"),
        },
        broken=frozenset(by_state.get("broken", ())),
        drafts=0,
        scheduled=(),
        early={},
        since=datetime.min.replace(tzinfo=UTC),
        until=None,
    )
    files = frozenset([*paths, *draw(st.lists(st.sampled_from(FILES)))])
    return make_known(draw(configs), rows, choice, draw(assets), files)


def replace_summary(row: DocumentRow, summary: PageSummary) -> DocumentRow:
    values = {name: getattr(row, name) for name in row.__struct_fields__}
    return DocumentRow(**values | {"summary": summary, "is_whole": True})


def list_cells(known: Known) -> Iterator[str]:
    """What a Reader of any task may ask for."""
    yield from ("aliases", "articles", "tags", "feed", "map")
    yield from (f"setting:{key}" for key in Config.__struct_fields__)
    yield from (f"setting:{key}" for key in ("origin", "base_url", "base_path"))
    yield from (f"site:{key}" for key in make_site(known).__struct_fields__)
    yield from (f"stack:{number}" for number in range(1, 8))
    yield from (f"url:{url}" for url in URLS)
    yield from (f"tag:{url}" for url in URLS if url.startswith("/tags/"))
    yield from (f"target:{path}" for path in (*PATHS, *FILES, "content/nothing.md"))
    for path in PATHS:
        yield from (f"page:{path}", f"neighbours:{path}", f"related:{path}")
        yield from (f"anchor:{path}|{name}" for name in (*ANCHORS, "nothing"))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(sites(), sites())
def test_every_cell_that_differs_is_among_the_changed_ones(old: Known, new: Known) -> None:
    differing = {cell for cell in list_cells(new) if old.value(cell) != new.value(cell)}
    assert differing - changed_cells(old, new) == set()


@settings(max_examples=50, deadline=None, derandomize=True)
@given(sites())
def test_of_a_site_and_itself_nothing_has_changed(known: Known) -> None:
    same = Known(known.config, known.index)
    assert changed_cells(known, same) == set()


@settings(max_examples=50, deadline=None, derandomize=True)
@given(sites())
def test_to_ask_is_to_be_noted(known: Known) -> None:
    reader = Reader(known)
    asked: list[object] = [reader.setting("title"), reader.articles(), reader.feed()]
    for path in known.index.by_path:
        asked += [reader.target(path), reader.page(path), reader.has_anchor(path, "3#")]
    cells = {f"{kind}:{path}" for path in known.index.by_path for kind in ("target", "page")}
    cells |= {f"anchor:{path}|3#" for path in known.index.by_path}
    always = {"setting:title", "setting:timezone", "articles", "feed"}
    assert reader.reads == always | cells
    for path, page in known.index.by_path.items():
        assert Reader(known).has_anchor(path, "3#") == ("3#" in page.anchors)
