"""Zensical, with its blog, tags and RSS plug-ins and templates as small as the others'."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from benchmarks.corpus import Article
from benchmarks.corpus.site import with_links
from benchmarks.peers.install import ask_version, install_python_packages, python_script
from benchmarks.peers.peer import Peer, Source, copy_site, format_front_matter


def _set_up(tools: Path) -> None:
    install_python_packages(tools / "zensical", "zensical")


def _find_version(tools: Path) -> str:
    return ask_version([str(_script(tools)), "--version"])


def _script(tools: Path) -> Path:
    return python_script(tools / "zensical", "zensical")


def _make_site(tools: Path, site: Path) -> None:
    del tools
    copy_site("zensical", site)


def _make_site_without_tags(tools: Path, site: Path) -> None:
    _make_site(tools, site)
    configuration = site / "zensical.toml"
    text = configuration.read_text(encoding="utf-8")
    configuration.write_text(text.replace("[project.plugins.tags]\n", ""), encoding="utf-8")
    (site / "docs" / "tags.md").unlink()


def _format_source(article: Article) -> Source:
    head = article.head
    front = format_front_matter(article, slug=head.slug)
    body = with_links(article.body, lambda slug: f"{slug}.md")
    return Source(f"docs/posts/{head.slug}.md", f"{front}# {head.title}\n\n{body}")


def _command(tools: Path, site: Path) -> tuple[str, ...]:
    del site
    return (str(_script(tools)), "build")


ZENSICAL = Peer(
    name="zensical",
    label="Zensical",
    math="in the browser",
    output="site",
    caches=(".cache",),
    template="overrides/blog-post.html",
    set_up=_set_up,
    find_version=_find_version,
    make_site=_make_site,
    format_source=_format_source,
    command=_command,
    archive="tags/index.html",
    feed="feed_rss_created.xml",
    formula_mark='class="arithmatex"',
    notes=(
        "leaves formulas to a script in the browser; lists articles by tag on one page instead of "
        "a page for each tag and one of all; its feed is RSS; also makes an index for searching",
    ),
)

ZENSICAL_WITHOUT_TAGS = replace(
    ZENSICAL,
    name="zensical-no-tags",
    label="Zensical, no tags",
    make_site=_make_site_without_tags,
    archive="search.json",
    notes=(
        "the same site without tags, which take most of its memory, and more the more there are",
    ),
)
