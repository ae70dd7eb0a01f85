"""Which pages there are, what they say of themselves, and where the front page is cut."""

import re
from xml.etree.ElementTree import Element

import pytest

from site_gen.build.result import Build
from tests.injection import parse_page
from tests.picturing import png, png_url
from tests.sites import CONFIG, article, build_site, messages_of, page_of, paths_of

PAGE = "---\ntitle: b\n---\n\n## part\n"
BLOG = '[tool.site_gen]\ntitle = "a blog"\nurl = "https://example.org/blog/"\n'


def front_pages(count: int, per_page: int) -> dict[str, list[str]]:
    """The titles on each front page of a site with so many articles."""
    files = {
        f"content/articles/a{number}.md": article(title=f"day {number}", date=f"2025-05-0{number}")
        for number in range(1, count + 1)
    }
    files["content/about.md"] = "---\ntitle: about\n---\n"
    files["pyproject.toml"] = f"{CONFIG}articles_per_page = {per_page}\n"
    built = build_site(files)
    assert messages_of(built) == ""
    pages = [path for path in paths_of(built) if re.fullmatch(r"(page/\d+/)?index\.html", path)]
    headings = {path: parse_page(page_of(built, path)).iter("h2") for path in pages}
    return {path: [each.findtext("a") or "" for each in found] for path, found in headings.items()}


def links_of(page: Element) -> dict[str, str]:
    """The targets of a page's `link` elements by their relation, the first of each."""
    links: dict[str, str] = {}
    for link in page.iter("link"):
        links.setdefault(link.attrib["rel"], link.attrib["href"])
    return links


@pytest.mark.parametrize(
    ("count", "pages"),
    [
        (0, {"index.html": []}),
        (1, {"index.html": ["day 1"]}),
        (2, {"index.html": ["day 2", "day 1"]}),
        (3, {"index.html": ["day 3", "day 2"], "page/2/index.html": ["day 1"]}),
        (4, {"index.html": ["day 4", "day 3"], "page/2/index.html": ["day 2", "day 1"]}),
    ],
)
def test_the_front_page_is_cut_after_so_many(count: int, pages: dict[str, list[str]]) -> None:
    assert front_pages(count, per_page=2) == pages


def test_front_pages_lead_to_one_another() -> None:
    files = {f"content/articles/a{n}.md": article(date=f"2025-05-0{n}") for n in range(1, 4)}
    built = build_site({**files, "pyproject.toml": f"{BLOG}articles_per_page = 1\n"})
    found = [
        links_of(parse_page(page_of(built, path)))
        for path in ("index.html", "page/2/index.html", "page/3/index.html")
    ]
    assert [(links.get("prev"), links.get("next")) for links in found] == [
        (None, "/blog/page/2/"),
        ("/blog/", "/blog/page/3/"),
        ("/blog/page/2/", None),
    ]
    assert [links["canonical"] for links in found] == [
        "https://example.org/blog/",
        "https://example.org/blog/page/2/",
        "https://example.org/blog/page/3/",
    ]


def test_each_page_is_titled_after_what_it_shows() -> None:
    files = {
        "content/articles/a.md": article(title="first", tags="[gpu]", aliases="[/old/]"),
        "content/articles/b.md": article(title="second"),
        "content/about.md": "---\ntitle: about\n---\n",
        "pyproject.toml": f"{CONFIG}articles_per_page = 1\n",
    }
    built = build_site(files)
    titles = {
        output.path: parse_page(built.read(output).decode()).findtext("head/title")
        for output in built.outputs
        if output.path.endswith(".html")
    }
    assert titles == {
        "404.html": "not found · a blog",
        "about/index.html": "about · a blog",
        "articles/a/index.html": "first · a blog",
        "articles/b/index.html": "second · a blog",
        "articles/index.html": "all articles · a blog",
        "index.html": "a blog",
        "old/index.html": "first · a blog",
        "page/2/index.html": "page 2 · a blog",
        "tags/gpu/index.html": "tagged gpu · a blog",
        "tags/index.html": "tags · a blog",
    }


def test_an_article_leads_to_the_one_before_and_the_one_after() -> None:
    files = {f"content/articles/{n}.md": article(date=f"2025-05-0{n}") for n in range(1, 4)}
    page = links_of(parse_page(page_of(build_site(files), "articles/2/index.html")))
    assert (page["prev"], page["next"]) == ("/articles/1/", "/articles/3/")


def test_an_article_leads_to_those_that_share_its_tags() -> None:
    tags = {"a": "[rare, common]", "b": "[common]", "c": "[rare]", "d": "[other]"}
    files = {
        f"content/articles/{name}.md": article(title=name, tags=of, date=f"2025-05-0{day}")
        for day, (name, of) in enumerate(tags.items(), 1)
    }
    files["content/articles/e.md"] = article(title="e", tags="[common]", date="2025-05-09")
    built = build_site({**files, "pyproject.toml": BLOG})
    assert messages_of(built) == ""
    related = {
        name: [
            (link.attrib["href"], link.text)
            for nav in parse_page(page_of(built, f"articles/{name}/index.html")).iter("nav")
            if nav.get("aria-label") == "Related articles"
            for link in nav.iter("a")
        ]
        for name in "abd"
    }
    assert related == {
        "a": [
            ("/blog/articles/c/", "c"),
            ("/blog/articles/e/", "e"),
            ("/blog/articles/b/", "b"),
        ],
        "b": [("/blog/articles/e/", "e"), ("/blog/articles/a/", "a")],
        "d": [],
    }


def test_an_article_says_how_long_it_takes_and_lists_do_not() -> None:
    built = build_site({"content/articles/a.md": article("word " * 700)})
    page = parse_page(page_of(built, "articles/a/index.html"))
    (minutes,) = [each for each in page.iter("span") if each.get("class") == "minutes"]
    assert "".join(minutes.itertext()) == "3 minutes to read"
    assert "to read" not in page_of(built, "articles/index.html")


def test_a_heading_s_link_to_itself_is_on_its_own_page_alone() -> None:
    built = build_site({"content/articles/a.md": article("## part"), "content/b.md": PAGE})
    having = [path for path in paths_of(built) if path.endswith((".html", ".xml", ".json"))]
    having = [path for path in having if "anchor" in page_of(built, path)]
    assert having == ["articles/a/index.html", "b/index.html"]


def test_an_alias_sends_readers_on_and_search_engines_too() -> None:
    source = article(title="moved", aliases="[/2024/old/, /älter/]", slug="new")
    built = build_site({"content/articles/a.md": source, "pyproject.toml": BLOG})
    assert messages_of(built) == ""
    for path in ("2024/old/index.html", "älter/index.html"):
        page = parse_page(page_of(built, path))
        metas = [meta.attrib for meta in page.iter("meta")]
        assert {"http-equiv": "refresh", "content": "0; url=/blog/articles/new/"} in metas
        assert {"name": "robots", "content": "noindex"} in metas
        assert links_of(page)["canonical"] == "https://example.org/blog/articles/new/"
        assert [link.attrib["href"] for link in page.iter("a")] == ["/blog/articles/new/"]


def test_what_is_not_found_is_not_kept_by_search_engines() -> None:
    page = parse_page(page_of(build_site({"content/articles/a.md": article()}), "404.html"))
    metas = [meta.attrib for meta in page.iter("meta")]
    assert {"name": "robots", "content": "noindex"} in metas


def test_link_previews_know_title_description_and_picture() -> None:
    source = article(title="a & b", description="why", image="p.png")
    files: dict[str, str | bytes] = {
        "content/articles/a/index.md": source,
        "content/articles/a/p.png": png(1, 1),
        "pyproject.toml": BLOG,
    }
    page = parse_page(page_of(build_site(files), "articles/a/index.html"))
    graph = {
        meta.attrib["property"].removeprefix("og:"): meta.attrib["content"]
        for meta in page.iter("meta")
        if meta.attrib.get("property", "").startswith("og:")
    }
    assert graph == {
        "title": "a & b",
        "type": "article",
        "url": "https://example.org/blog/articles/a/",
        "site_name": "a blog",
        "description": "why",
        "image": f"https://example.org/blog{png_url('/articles/a/p.png', 1, 1)}",
        "image:width": "1",
        "image:height": "1",
    }


TABLE = """:::{token-rate-table} gpus
devices: RTX 4090, RTX 3090
models: Llama-3.1-8B
quantizations: Q4_K_M
:::"""


def scripts_of(built: Build) -> dict[str, list[str]]:
    """What each page with a script loads, without fingerprints."""
    pages = {
        output.path: parse_page(built.read(output).decode())
        for output in built.outputs
        if output.path.endswith(".html")
    }
    found = {
        path: [
            re.sub(r"[.][0-9a-f]{8}", "", each.attrib["src"])
            for each in page.iter("script")
            if each.get("type") != "application/ld+json"
        ]
        for path, page in pages.items()
    }
    return {path: names for path, names in found.items() if names}


def test_a_script_is_on_the_pages_that_need_it_and_once() -> None:
    twice = article(f"{TABLE}\n\n{TABLE.replace('gpus', 'more')}", aliases="[/old/]")
    files = {
        "content/articles/a.md": twice,
        "content/articles/b.md": article(TABLE),
        "content/articles/c.md": article("words"),
        "pyproject.toml": BLOG,
    }
    built = build_site(files)
    assert messages_of(built) == ""
    script = ["/blog/assets/sort.js"]
    assert scripts_of(built) == {
        "articles/a/index.html": script,
        "articles/b/index.html": script,
        "index.html": script,
        "old/index.html": ["/blog/assets/redirect.js"],
    }
    assert "No scripts, no cookies." in page_of(built, "articles/c/index.html")
    assert "No scripts" not in page_of(built, "articles/a/index.html")
    assert "<script" not in page_of(built, "feed.xml") + page_of(built, "feed.json")


def test_a_site_without_such_a_part_has_no_script_on_any_page() -> None:
    assert scripts_of(build_site({"content/articles/a.md": article("words")})) == {}
