"""What machines read: Atom, JSON Feed, sitemap, robots.txt and JSON-LD, on a blog below a path."""

from __future__ import annotations

import json
import re
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from site_gen.build.result import Build
from tests.feed_rules import (
    find_atom_mistakes,
    find_json_mistakes,
    find_text_mistakes,
    strip_like_a_reader,
)
from tests.injection import parse_fragment
from tests.picturing import png, png_url
from tests.sites import article, build_site, messages_of, page_of, paths_of

BLOG = """[tool.site_gen]
title = "a blog"
url = "https://example.org/blog/"
description = "arithmetic"
author = "a cat"
language = "de"
timezone = "Europe/Berlin"
"""
ADDRESS = "https://example.org/blog/"
TEXT = """![p](p.png) [other](../summer.md#part) [here](#own) [out](https://example.com/) $x$

:::{download} data.csv
:::

## own
"""
ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture(scope="module")
def built() -> Build:
    front = {"title": "winter & co", "date": "2025-01-05", "updated": "2025-12-24 18:30"}
    more = {"description": "cold", "tags": "[gpu, llm]", "image": "p.png"}
    built = build_site(
        {
            "pyproject.toml": BLOG,
            "content/articles/winter/index.md": article(TEXT, **front, **more),
            "content/articles/winter/p.png": png(1, 1),
            "content/articles/winter/data.csv": b"1",
            "content/articles/summer.md": article("hot\n\n## part", date="2025-07-01T10:00:00Z"),
            "content/about.md": "---\ntitle: about\n---\n",
        }
    )
    assert messages_of(built) == ""
    return built


@pytest.fixture(scope="module")
def empty() -> Build:
    """A blog without an article."""
    return build_site({"content/about.md": "---\ntitle: about\n---\n"})


def atom(built: Build) -> Element:
    return ElementTree.fromstring(page_of(built, "feed.xml"))


def texts(element: Element, *names: str) -> list[str | None]:
    """The texts of an Atom element's children of these names."""
    return [element.findtext(ATOM + name) for name in names]


def links(element: Element) -> dict[str, str]:
    """An Atom element's links by relation, but for enclosures."""
    found = {link.attrib["rel"]: link.attrib["href"] for link in element.findall(f"{ATOM}link")}
    found.pop("enclosure", None)
    return found


def enclosures(element: Element) -> list[tuple[str, str, str | None]]:
    """Address, type and length of what an entry encloses."""
    return [
        (link.attrib["href"], link.attrib["type"], link.get("length"))
        for link in element.findall(f"{ATOM}link[@rel='enclosure']")
    ]


def json_of(built: Build, path: str) -> Any:
    return json.loads(page_of(built, path))


def json_ld_of(page: str) -> Any:
    (record,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    return json.loads(record)


def check_urls_are_absolute(html: str) -> None:
    elements = list(parse_fragment(html).iter())
    found = {
        value
        for element in elements
        for name, value in element.attrib.items()
        if name in ("href", "src")
    }
    assert found == {
        ADDRESS + png_url("articles/winter/p.png", 1, 1),
        f"{ADDRESS}articles/summer/#part",
        f"{ADDRESS}articles/winter/#own",
        f"{ADDRESS}articles/winter/data.csv",
        "https://example.com/",
    }


def test_atom_says_what_the_blog_is(built: Build) -> None:
    feed = atom(built)
    assert feed.tag == f"{ATOM}feed"
    assert feed.attrib["{http://www.w3.org/XML/1998/namespace}lang"] == "de"
    assert texts(feed, "title", "subtitle", "id", "updated", f"author/{ATOM}name") == [
        "a blog",
        "arithmetic",
        ADDRESS,
        "2025-12-24T18:30:00+01:00",
        "a cat",
    ]
    assert links(feed) == {"alternate": ADDRESS, "self": f"{ADDRESS}feed.xml"}


def test_atom_entries_have_all_that_is_required_and_dates_in_the_blog_s_zone(built: Build) -> None:
    summer, winter = atom(built).findall(f"{ATOM}entry")
    assert texts(summer, "id", "published", "updated", "summary") == [
        f"{ADDRESS}articles/summer/",
        "2025-07-01T12:00:00+02:00",
        "2025-07-01T12:00:00+02:00",
        "hot",
    ]
    assert texts(winter, "title", "id", "published", "updated", "summary") == [
        "winter & co",
        f"{ADDRESS}articles/winter/",
        "2025-01-05T00:00:00+01:00",
        "2025-12-24T18:30:00+01:00",
        "cold",
    ]
    assert links(winter) == {"alternate": f"{ADDRESS}articles/winter/"}
    assert [each.attrib["term"] for each in winter.findall(f"{ATOM}category")] == ["gpu", "llm"]
    assert enclosures(summer) == []
    assert enclosures(winter) == [
        (ADDRESS + png_url("articles/winter/p.png", 1, 1), "image/png", None),
        (f"{ADDRESS}articles/winter/data.csv", "text/csv", "1"),
    ]


def test_feeds_hold_the_full_text_with_absolute_urls_and_mathml_alone(built: Build) -> None:
    (content,) = atom(built).findall(f"{ATOM}entry[2]/{ATOM}content")
    assert content.attrib == {"type": "html"}
    html = content.text or ""
    assert html == json_of(built, "feed.json")["items"][1]["content_html"]
    check_urls_are_absolute(html)
    assert "<math" in html
    assert "katex" not in html


def test_the_json_feed_is_one_of_version_1_1(built: Build) -> None:
    feed = json_of(built, "feed.json")
    summer, winter = feed.pop("items")
    assert feed == {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "a blog",
        "home_page_url": ADDRESS,
        "feed_url": f"{ADDRESS}feed.json",
        "description": "arithmetic",
        "language": "de",
        "authors": [{"name": "a cat"}],
    }
    assert winter.pop("content_html")
    assert winter == {
        "id": f"{ADDRESS}articles/winter/",
        "url": f"{ADDRESS}articles/winter/",
        "title": "winter & co",
        "summary": "cold",
        "image": ADDRESS + png_url("articles/winter/p.png", 1, 1),
        "date_published": "2025-01-05T00:00:00+01:00",
        "date_modified": "2025-12-24T18:30:00+01:00",
        "tags": ["gpu", "llm"],
        "attachments": [
            {
                "url": f"{ADDRESS}articles/winter/data.csv",
                "mime_type": "text/csv",
                "size_in_bytes": 1,
            }
        ],
    }
    assert summer.keys().isdisjoint({"date_modified", "tags", "image", "attachments"})


SHOWS = """\
Said once[^why], and again[^why]. [below](#part)

- [x] measured
- [ ] believed

```text linenos=9 {2}
nine
ten
```

:::{token-rate-chart} talk
device: RTX 4090
model: Llama-3.1-8B
quantization: Q4_K_M
sweep: context from 0 to 32K
:::

:::{token-rate-calculator} yours
:::

## part

[^why]: Within reason.
"""


@pytest.fixture(scope="module")
def shown() -> str:
    """What feeds make of all that pages use stylesheets, scripts and controls for, twice."""
    built = build_site(
        {
            "content/articles/one.md": article(SHOWS, title="one"),
            "content/articles/two.md": article(SHOWS, title="two"),
        }
    )
    assert messages_of(built) == ""
    assert find_atom_mistakes(page_of(built, "feed.xml")) == []
    assert find_json_mistakes(page_of(built, "feed.json")) == []
    texts = [item["content_html"] for item in json_of(built, "feed.json")["items"]]
    assert find_text_mistakes(texts) == []
    return str(texts[0])


def test_feeds_keep_every_rule(built: Build) -> None:
    assert find_atom_mistakes(page_of(built, "feed.xml")) == []
    assert find_json_mistakes(page_of(built, "feed.json")) == []


def test_footnotes_stay_in_their_entry(shown: str) -> None:
    assert '<a href="#one:footnote-1" id="one:footnote-ref-1-2">' in shown
    assert '<li id="one:footnote-1">' in shown
    assert '<a href="https://example.org/articles/one/#part">below</a>' in shown


def test_what_a_stylesheet_or_a_control_would_say_is_said_in_words(shown: str) -> None:
    assert '<li class="task-list-item">☑ measured</li>' in shown
    assert "☐ believed" in shown
    assert ' 9  nine\n<mark class="line">10  ten\n</mark>' in shown


def test_charts_are_as_wide_as_the_reader_and_can_be_done_without(shown: str) -> None:
    assert shown.count('<svg text-anchor="middle"') == 2
    assert shown.count(' width="100%" viewBox="0 0 640') == 2
    words = strip_like_a_reader(shown)
    assert "as the context grows from 0 to 32,000 tokens" in words
    assert "Eight of ten devices are between" in words
    assert "context (tokens) likely (tokens/s) ceiling (tokens/s)" in words


def test_browsers_show_the_feed_as_a_page_where_it_has_a_stylesheet(built: Build) -> None:
    text = page_of(built, "feed.xml")
    assert '<?xml-stylesheet type="text/css" href="./feed.css"?>' in text
    greeting = atom(built).find("{http://www.w3.org/1999/xhtml}p")
    assert greeting is not None
    (link,) = greeting
    assert (link.get("href"), link.text) == ("./", "read it here")
    lines = atom(built).findall(f"{ATOM}entry/{{http://www.w3.org/1999/xhtml}}a")
    assert [(each.get("href"), each.text) for each in lines] == [
        ("./articles/summer/", "a title"),
        ("./articles/winter/", "winter & co"),
    ]


def test_the_sitemap_says_of_each_page_when_it_changed(built: Build) -> None:
    root = ElementTree.fromstring(page_of(built, "sitemap.xml"))
    changed = {each.findtext(f"{SITEMAP}loc"): each.findtext(f"{SITEMAP}lastmod") for each in root}
    summer, winter = "2025-07-01T12:00:00+02:00", "2025-12-24T18:30:00+01:00"
    assert changed == {
        ADDRESS: winter,
        f"{ADDRESS}articles/": winter,
        f"{ADDRESS}articles/summer/": summer,
        f"{ADDRESS}articles/winter/": winter,
        f"{ADDRESS}about/": None,
        f"{ADDRESS}tags/": winter,
        f"{ADDRESS}tags/gpu/": winter,
        f"{ADDRESS}tags/llm/": winter,
    }


def test_robots_are_let_in_and_shown_the_sitemap(built: Build) -> None:
    assert page_of(built, "robots.txt") == (
        f"User-agent: *\nAllow: /\n\nSitemap: {ADDRESS}sitemap.xml\n"
    )


def test_json_ld_describes_an_article_on_its_page(built: Build) -> None:
    page = page_of(built, "articles/winter/index.html")
    assert json_ld_of(page) == {
        "@context": "https://schema.org",
        "@type": "BlogPosting",
        "headline": "winter & co",
        "description": "cold",
        "datePublished": "2025-01-05T00:00:00+01:00",
        "dateModified": "2025-12-24T18:30:00+01:00",
        "inLanguage": "de",
        "keywords": ["gpu", "llm"],
        "image": ADDRESS + png_url("articles/winter/p.png", 1, 1),
        "mainEntityOfPage": f"{ADDRESS}articles/winter/",
        "author": {"@type": "Person", "name": "a cat"},
    }
    others = [
        path for path in paths_of(built) if path.endswith(".html") and "articles/" not in path
    ]
    assert others
    assert [path for path in others if "ld+json" in page_of(built, path)] == []


def test_a_blog_without_articles_has_feeds_all_the_same(empty: Build) -> None:
    assert messages_of(empty) == ""
    feed = atom(empty)
    assert texts(feed, "title", "id", "updated", f"author/{ATOM}name") == [
        "a blog",
        "https://example.org/",
        "1970-01-01T00:00:00Z",
        "a blog",
    ]
    assert not feed.findall(f"{ATOM}entry")
    assert json_of(empty, "feed.json")["items"] == []
    assert find_atom_mistakes(page_of(empty, "feed.xml")) == []
    assert find_json_mistakes(page_of(empty, "feed.json")) == []
    assert "lastmod" not in page_of(empty, "sitemap.xml")


@pytest.mark.parametrize("name", ["robots.txt", "llms.txt"])
def test_a_site_s_own_robots_txt_stands_in(name: str) -> None:
    own = {"content/about.md": "---\ntitle: about\n---\n", f"static/{name}": "go away\n"}
    built = build_site(own)
    assert messages_of(built) == ""
    assert page_of(built, name) == "go away\n"
    assert paths_of(built).count(name) == 1
