"""Hugo, with its own KaTeX and the cache of what that made, and again without math.

It is the binary that the Python package carries, without the script around it.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from benchmarks.corpus import Article
from benchmarks.corpus.site import with_links
from benchmarks.peers.install import ask_version, install_python_packages
from benchmarks.peers.peer import Peer, Source, copy_site, format_front_matter


def _set_up(tools: Path) -> None:
    install_python_packages(tools / "hugo", "hugo")


def _find_version(tools: Path) -> str:
    # e.g. "hugo v0.168.0-e27a676+extended linux/amd64 …"
    return ask_version([str(_binary(tools)), "version"]).split()[1].split("-")[0].removeprefix("v")


def _binary(tools: Path) -> Path:
    return next((tools / "hugo").glob("lib/python*/site-packages/hugo/binaries/hugo"))


def _make_site(tools: Path, site: Path) -> None:
    del tools
    copy_site("hugo", site)


def _make_site_without_math(tools: Path, site: Path) -> None:
    _make_site(tools, site)
    (site / "layouts" / "_markup" / "render-passthrough.html").unlink()


def _format_source(article: Article) -> Source:
    body = with_links(article.body, lambda slug: f"{slug}.md")
    path = f"content/articles/{article.head.slug}.md"
    return Source(path, format_front_matter(article) + body)


def _command(tools: Path, site: Path) -> tuple[str, ...]:
    del site
    return (str(_binary(tools)), "--quiet", "--cacheDir", str(_cache(tools)))


def _serve(tools: Path, site: Path, port: int) -> tuple[str, ...]:
    del site
    address = ("--bind", "127.0.0.1", "--port", str(port))
    return (str(_binary(tools)), "server", "--cacheDir", str(_cache(tools)), *address)


def _cache(tools: Path) -> Path:
    # There it keeps its KaTeX as machine code, and nothing of the site: see `caches.misc`.
    return tools / "hugo" / "cache"


HUGO = Peer(
    name="hugo",
    label="Hugo",
    math="while building",
    output="public",
    caches=("resources", ".hugo_build.lock"),
    template="layouts/page.html",
    set_up=_set_up,
    find_version=_find_version,
    make_site=_make_site,
    format_source=_format_source,
    command=_command,
    serve=_serve,
    notes=("keeps rendered formulas in its file cache; makes all else anew every time",),
)

HUGO_WITHOUT_MATH = replace(
    HUGO,
    name="hugo-no-math",
    label="Hugo, no math",
    math="in the browser",
    make_site=_make_site_without_math,
    formula_mark="",
    notes=("the same site, with the formulas left to a script in the browser",),
)
