"""Whole sites for tests: built in memory from a few files, with the real theme and real KaTeX."""

from collections.abc import Mapping
from datetime import UTC, datetime

from site_gen.build.pipeline import Build, Options, World, build
from site_gen.effects import DiskTree, MemoryTree, SourceTree
from site_gen.setup import node_executable, node_root, theme_root
from site_gen.sidecar import Sidecar
from site_gen.terminal import format_diagnostic

NOW = datetime(2026, 1, 1, tzinfo=UTC)
CONFIG = '[tool.site_gen]\ntitle = "a blog"\nurl = "https://example.org/"\n'


def build_site(
    tree: Mapping[str, str | bytes] | SourceTree,
    options: Options | None = None,
    theme: SourceTree | None = None,
) -> Build:
    """Build a site from its files, which get a small configuration, or from a tree.

    Without `theme` the built-in one lies below the site's own.
    """
    site = _memory(tree) if isinstance(tree, Mapping) else tree
    with Sidecar(node_executable, node_root()) as sidecar:
        world = World(
            site=site,
            theme=theme or DiskTree(theme_root()),
            katex=DiskTree(node_root() / "node_modules" / "katex" / "dist"),
            renderer=sidecar,
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
    return next(output.content.decode() for output in built.outputs if output.path == path)


def paths_of(built: Build) -> list[str]:
    """The paths of all outputs."""
    return [output.path for output in built.outputs]


def messages_of(built: Build) -> str:
    """All diagnostics as the terminal shows them, a blank line between two."""
    return "\n\n".join(format_diagnostic(diagnostic).plain for diagnostic in built.diagnostics)


def _memory(files: Mapping[str, str | bytes]) -> MemoryTree:
    content = {"pyproject.toml": CONFIG, **files}
    return MemoryTree(
        {path: text.encode() if isinstance(text, str) else text for path, text in content.items()}
    )
