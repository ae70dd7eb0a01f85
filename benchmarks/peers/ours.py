"""site_gen itself, run as its users run it, from the start of the interpreter on."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from benchmarks.corpus import Article
from benchmarks.corpus.site import format_source, source_path, write_configuration
from benchmarks.peers.peer import Peer, Source
from site_gen import __version__
from site_gen.setup import checkout_root, install_node_packages, theme_root


def _set_up(tools: Path) -> None:
    del tools  # it is what runs this
    install_node_packages(development=False)


def _find_version(tools: Path) -> str:
    del tools
    return __version__


def _make_site(tools: Path, site: Path) -> None:
    del tools
    write_configuration(site)
    (site / "templates").mkdir()
    shutil.copy(theme_root() / "templates" / "article.html", site / "templates")


def _format_source(article: Article) -> Source:
    return Source(source_path(article), format_source(article))


def _command(tools: Path, site: Path) -> tuple[str, ...]:
    del tools
    return (sys.executable, str(checkout_root() / "build.py"), "--root", str(site))


def _serve(tools: Path, site: Path, port: int) -> tuple[str, ...]:
    del tools
    program = (sys.executable, str(checkout_root() / "build.py"), "serve")
    return (*program, "--root", str(site), "--watch", "--port", str(port))


OURS = Peer(
    name="site_gen",
    label="site_gen",
    math="while building",
    output="_site",
    caches=(".cache",),
    template="templates/article.html",
    set_up=_set_up,
    find_version=_find_version,
    make_site=_make_site,
    format_source=_format_source,
    command=_command,
    serve=_serve,
    notes=("also makes a JSON feed, JSON-LD and a summary of each article, and checks every link",),
)
