"""Whole sites for tests: built in memory from a few files, with the real theme and real KaTeX."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from site_gen.build.pipeline import build
from site_gen.build.result import Build
from site_gen.build.typesetter import Renderer
from site_gen.build.work import Options, World
from site_gen.effects import DiskTree, MemoryTree, SourceTree
from site_gen.publish import DiskPublisher, MemoryPool
from site_gen.setup import node_executable, node_root, theme_root
from site_gen.sidecar import Sidecar, make_index
from site_gen.terminal import format_diagnostic

NOW = datetime(2026, 1, 1, tzinfo=UTC)
CONFIG = '[tool.site_gen]\ntitle = "a blog"\nurl = "https://example.org/"\n'


def build_site(
    tree: Mapping[str, str | bytes] | SourceTree,
    options: Options | None = None,
    theme: SourceTree | None = None,
    renderer: Renderer | None = None,
) -> Build:
    """Build a site from its files, which get a small configuration, or from a tree.

    Without `theme` the built-in one lies below the site's own; without `renderer` it is Node.
    """
    site = _memory(tree) if isinstance(tree, Mapping) else tree
    with Sidecar(node_executable, node_root()) as sidecar:
        world = World(
            site=site,
            theme=theme or DiskTree(theme_root()),
            katex=DiskTree(node_root() / "node_modules" / "katex" / "dist"),
            renderer=renderer or sidecar,
            indexer=partial(make_index, node_executable, node_root()),
            now=NOW,
        )
        return build(world, options or Options())


def article(text: str = "", **front: str) -> str:
    """An article's source; front matter by keyword, with a title and a date where none is given."""
    keys = {"title": "a title", "date": "2025-05-22"} | front
    lines = "".join(f"{key}: {value}\n" for key, value in keys.items())
    return f"---\n{lines}---\n\n{text}\n"


def page_of(built: Build, path: str) -> str:
    """An output's text."""
    return next(built.read(output).decode() for output in built.outputs if output.path == path)


def paths_of(built: Build) -> list[str]:
    """The paths of all outputs."""
    return [output.path for output in built.outputs]


def publish(built: Build, folder: Path) -> None:
    """Publish a site and leave its bytes where they are, so that they can still be looked at."""
    pool = MemoryPool()
    for output in built.outputs:
        pool.add(built.read(output))
    DiskPublisher(folder, ()).publish(built.outputs, pool)


def messages_of(built: Build) -> str:
    """All diagnostics as the terminal shows them, a blank line between two."""
    return "\n\n".join(format_diagnostic(diagnostic).plain for diagnostic in built.diagnostics)


def _memory(files: Mapping[str, str | bytes]) -> MemoryTree:
    content = {"pyproject.toml": CONFIG, **files}
    return MemoryTree(
        {path: text.encode() if isinstance(text, str) else text for path, text in content.items()}
    )
