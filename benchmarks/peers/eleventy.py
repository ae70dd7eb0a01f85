"""Eleventy 3, with KaTeX and Prism as plug-ins, under the Node that site_gen uses."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.corpus import Article
from benchmarks.corpus.site import with_links
from benchmarks.peers.install import install_node_packages
from benchmarks.peers.peer import Peer, Source, copy_site, format_front_matter
from site_gen.setup import node_executable


def _set_up(tools: Path) -> None:
    install_node_packages(tools / "eleventy", "eleventy")


def _find_version(tools: Path) -> str:
    about = json.loads((_package(tools) / "package.json").read_text(encoding="utf-8"))
    return str(about["version"])


def _package(tools: Path) -> Path:
    return tools / "eleventy" / "node_modules" / "@11ty" / "eleventy"


def _make_site(tools: Path, site: Path) -> None:
    copy_site("eleventy", site)
    (site / "node_modules").symlink_to(tools / "eleventy" / "node_modules")


def _format_source(article: Article) -> Source:
    body = with_links(article.body, lambda slug: f"/articles/{slug}/")
    path = f"content/articles/{article.head.slug}.md"
    return Source(path, format_front_matter(article) + body)


def _command(tools: Path, site: Path) -> tuple[str, ...]:
    del site
    return (str(node_executable()), str(_package(tools) / "cmd.cjs"), "--quiet")


def _serve(tools: Path, site: Path, port: int) -> tuple[str, ...]:
    del site
    return (str(node_executable()), str(_package(tools) / "cmd.cjs"), "--serve", f"--port={port}")


ELEVENTY = Peer(
    name="eleventy",
    label="Eleventy",
    math="while building",
    output="_site",
    caches=(".cache",),
    template="_includes/article.njk",
    set_up=_set_up,
    find_version=_find_version,
    make_site=_make_site,
    format_source=_format_source,
    command=_command,
    serve=_serve,
    notes=("links between articles are typed as addresses and not checked; keeps nothing",),
)
