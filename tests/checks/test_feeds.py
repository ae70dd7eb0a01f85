"""The feeds of many articles as a strict reader takes them."""

from __future__ import annotations

import json

from site_gen.build.result import Build
from tests.feed_rules import find_atom_mistakes, find_json_mistakes, find_text_mistakes
from tests.sites import page_of


def test_the_feeds_of_300_articles_read_well_anywhere(corpus: Build) -> None:
    feed = page_of(corpus, "feed.json")
    items = json.loads(feed)["items"]
    assert len(items) == 20
    assert find_atom_mistakes(page_of(corpus, "feed.xml")) == []
    assert find_json_mistakes(feed) == []
    assert find_text_mistakes([item["content_html"] for item in items]) == []
