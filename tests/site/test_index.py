"""What is known of all pages together: order, neighbours, tags and URLs."""

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from site_gen.model import PageKind, PageSummary
from site_gen.site.index import SiteIndex, find_clashing_tags, make_index, newest_change, tag_url


def summary(name: str, day: int = 1, *tags: str, kind: PageKind = "article") -> PageSummary:
    """What is known of a page; an article stands on a day of May."""
    folder, url = ("articles/", f"/articles/{name}/") if kind == "article" else ("", f"/{name}/")
    return PageSummary(
        path=f"content/{folder}{name}.md",
        kind=kind,
        url=url,
        title=name,
        date=datetime(2025, 5, day, tzinfo=UTC) if kind == "article" else None,
        updated=None,
        description="",
        tags=tags,
        anchors=frozenset(),
        aliases=(),
    )


def index_of(*summaries: PageSummary, urls: tuple[str, ...] = ()) -> SiteIndex:
    return make_index(summaries, {}, frozenset(), {}, (), urls)


def titles(summaries: tuple[PageSummary | None, ...]) -> list[str]:
    return [each.title if each else "-" for each in summaries]


def test_articles_are_newest_first_and_of_one_day_by_path() -> None:
    index = index_of(summary("b", 2), summary("z", 3), summary("a", 2), summary("c", 1))
    assert titles(index.articles) == ["z", "a", "b", "c"]


def test_an_instant_decides_and_not_its_clock() -> None:
    late = datetime.fromisoformat("2025-05-01T23:00:00-05:00")
    early = datetime.fromisoformat("2025-05-02T01:00:00+00:00")
    one = replace(summary("one"), date=late)
    other = replace(summary("other"), date=early)
    assert titles(index_of(one, other).articles) == ["one", "other"]


def test_pages_are_by_title_and_no_articles() -> None:
    index = index_of(summary("z", kind="page"), summary("article"), summary("a", kind="page"))
    assert (titles(index.pages), titles(index.articles)) == (["a", "z"], ["article"])
    assert index.neighbours.keys() == {"content/articles/article.md"}


def test_neighbours_are_the_articles_before_and_after_in_time() -> None:
    index = index_of(summary("a", 1), summary("b", 2), summary("c", 3))
    around = {path[-4]: titles(pair) for path, pair in index.neighbours.items()}
    assert around == {"a": ["-", "b"], "b": ["a", "c"], "c": ["b", "-"]}


def test_tags_are_by_name_whatever_their_case_and_hold_their_articles_newest_first() -> None:
    index = index_of(summary("a", 1, "llm", "CPU"), summary("b", 2, "GPU", "llm"))
    assert [(tag.name, tag.url, titles(tag.articles)) for tag in index.tags] == [
        ("CPU", "/tags/cpu/", ["a"]),
        ("GPU", "/tags/gpu/", ["b"]),
        ("llm", "/tags/llm/", ["b", "a"]),
    ]


def test_tags_of_one_url_are_found() -> None:
    first, second = summary("a", 1, "C++"), summary("b", 2, "C")
    assert find_clashing_tags(index_of(first, second)) == [(first, "C++", "C")]
    assert find_clashing_tags(index_of(first, summary("b", 2, "C++"))) == []


def test_a_tag_has_a_url_of_its_letters() -> None:
    assert tag_url("Big, Dense Models!") == "/tags/big-dense-models/"


def test_every_url_of_the_site_is_known() -> None:
    index = index_of(summary("a", 1, "x"), summary("p", kind="page"), urls=("/feed.xml",))
    assert index.urls == {"/articles/a/", "/p/", "/tags/x/", "/feed.xml"}


def test_the_newest_change_is_the_latest_writing_or_update() -> None:
    new, old = summary("new", 9), summary("old", 1)
    assert newest_change([old, new]) == new.date
    updated = datetime(2025, 5, 9, tzinfo=UTC) + timedelta(hours=1)
    assert newest_change([replace(old, updated=updated), new]) == updated
    assert newest_change([]) is None
