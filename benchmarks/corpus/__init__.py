"""Articles that nobody wrote: as many as are asked for, the same bytes for the same seed.

An article depends on the seed and its own number alone: 1,000 articles are the first of 10,000.
"""

from benchmarks.corpus.article import Article, Head, make_article, make_articles
from benchmarks.corpus.formulas import find_formulas
from benchmarks.corpus.site import write_source, write_sources

__all__ = [
    "Article",
    "Head",
    "find_formulas",
    "make_article",
    "make_articles",
    "write_source",
    "write_sources",
]
