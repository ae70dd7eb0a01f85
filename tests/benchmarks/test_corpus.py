"""The benchmarks' corpus: the same for the same seed, and nothing that site_gen objects to."""

import re

from benchmarks.corpus import Article, find_formulas, make_article, make_articles
from benchmarks.corpus.site import format_source
from tests.sites import build_site, messages_of, page_of

COUNT = 40
ARTICLES = list(make_articles("seed", COUNT))
FENCE = re.compile(r"^```(\w+)\n.*?^```$", re.DOTALL | re.MULTILINE)


def test_the_same_seed_gives_the_same_bytes_and_another_one_others() -> None:
    again = [format_source(make_article("seed", number)) for number in reversed(range(COUNT))]
    assert again[::-1] == [format_source(article) for article in ARTICLES]
    assert make_article("another", 7).body != ARTICLES[7].body


def test_an_article_is_about_four_kilobytes() -> None:
    sizes = [len(format_source(article).encode()) for article in ARTICLES]
    assert 3900 <= min(sizes) <= max(sizes) <= 4400


def test_listings_and_displayed_formulas_are_all_distinct() -> None:
    fences = [fence for article in ARTICLES for fence in FENCE.finditer(article.body)]
    assert len({fence[0] for fence in fences}) == len(fences) == 3 * COUNT
    assert {fence[1] for fence in fences} == {"python", "c", "bash", "javascript"}
    formulas = [each for article in ARTICLES for each in find_formulas(article.body)]
    displayed = [tex for tex, is_display in formulas if is_display]
    assert len(set(displayed)) == len(displayed) == 2 * COUNT
    assert len(formulas) == 6 * COUNT


def test_site_gen_builds_it_without_a_word() -> None:
    built = build_site({path_of(article): format_source(article) for article in ARTICLES})
    assert messages_of(built) == ""
    page = page_of(built, f"articles/{ARTICLES[-1].head.slug}/index.html")
    assert page.count('<span class="katex">') == 6
    assert page.count('<pre class="highlight"') == 3
    text, _, _ = page.partition("<footer>")
    assert text.count('<a href="/articles/the-') == 2


def path_of(article: Article) -> str:
    """Where an article's source is."""
    return f"content/articles/{article.head.slug}.md"
