"""Which articles are related: those that share tags, and rare tags more than common ones."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from site_gen.site.index import SiteIndex, tag_url
from site_gen.site.related import COUNTED_TAGS, MOST, find_related, make_shelves
from tests.site.test_index import index_of, summary

TAGS = tuple("abcdefgh")


def related(index: SiteIndex, name: str) -> str:
    """The names of what is related to an article, the nearest first."""
    article = index.by_path[f"content/articles/{name}.md"]
    found = find_related(article, index, make_shelves(index.articles))
    return " ".join(each.title for each in found)


def test_the_more_tags_two_articles_share_the_nearer_they_are() -> None:
    index = index_of(
        summary("one", 1, "x", "y"), summary("both", 2, "x", "y"), summary("half", 3, "x")
    )
    assert related(index, "one") == "both half"
    assert related(index, "half") == "both one"


def test_a_rare_tag_weighs_more_than_a_common_one() -> None:
    common = [summary(f"c{n}", 9, "common") for n in range(5)]
    index = index_of(summary("it", 1, "common", "rare"), summary("twin", 1, "rare"), *common)
    assert related(index, "it") == "twin c0 c1"


def test_of_equally_near_ones_the_newest_come_first_and_no_more_than_three() -> None:
    index = index_of(*(summary(name, day, "x") for day, name in enumerate("abcde", 1)))
    assert related(index, "a") == "e d c"
    assert related(index, "e") == "d c b"


def test_nothing_is_related_where_nothing_is_shared() -> None:
    index = index_of(summary("a", 1, "x"), summary("b", 2, "y"), summary("c", 3))
    assert [related(index, name) for name in "abc"] == ["", "", ""]


def test_tags_count_by_their_pages() -> None:
    index = index_of(summary("a", 1, "C++"), summary("b", 2, "c"))
    assert related(index, "a") == "b"


def test_of_many_tags_the_first_count() -> None:
    names = [f"t{n}" for n in range(COUNTED_TAGS + 1)]
    index = index_of(summary("a", 1, *names), summary("b", 2, names[-1]), summary("c", 3, names[0]))
    assert related(index, "a") == "c"


def compare_all(index: SiteIndex, name: str) -> str:
    """The same, each article looked at."""
    own = index.by_path[f"content/articles/{name}.md"]
    counts = {url: len(tag.articles) for url, tag in index.by_tag.items()}

    def near(path: str) -> Fraction:
        shared = {*map(tag_url, own.tags)} & {*map(tag_url, index.by_path[path].tags)}
        return sum((Fraction(1, counts[url]) for url in shared), Fraction(0))

    others = [each for each in index.articles if each is not own and near(each.path)]
    nearest = sorted(others, key=lambda each: -near(each.path))
    return " ".join(each.title for each in nearest[:MOST])


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.lists(
        st.tuples(st.integers(1, 9), st.lists(st.sampled_from(TAGS), unique=True, max_size=4)),
        max_size=14,
    )
)
def test_shelves_hold_all_that_can_be_nearest(articles: list[tuple[int, list[str]]]) -> None:
    listed = [summary(f"n{n}", day, *tags) for n, (day, tags) in enumerate(articles)]
    index = index_of(*listed)
    for each in listed:
        assert related(index, each.title) == compare_all(index, each.title)
