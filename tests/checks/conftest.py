"""Finished sites as their readers get them: the blog, and 300 articles that nobody wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.corpus.article import SEED, make_articles
from benchmarks.corpus.site import CONFIGURATION, format_source, source_path
from site_gen.build.result import Build
from tests.sites import build_site, messages_of, publish

ARTICLES = 300


@pytest.fixture(scope="session")
def corpus() -> Build:
    """The made-up articles, built without a word."""
    sources = {source_path(each): format_source(each) for each in make_articles(SEED, ARTICLES)}
    built = build_site({**sources, "pyproject.toml": CONFIGURATION})
    assert messages_of(built) == ""
    return built


@pytest.fixture(scope="session")
def published_corpus(corpus: Build, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that they are published in."""
    folder = tmp_path_factory.mktemp("corpus") / "_site"
    publish(corpus, folder)
    return folder
