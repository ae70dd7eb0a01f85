"""A small site on disk, built by the command line's own functions in this process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from shutil import rmtree
from types import TracebackType

import pytest

from site_gen.cli import main
from site_gen.commands import building, up_to_date
from tests.build.rebuilding import KATEX, THEME, Pen
from tests.files import read_tree
from tests.sites import CONFIG, article

FILES = {
    "pyproject.toml": CONFIG,
    "content/articles/a.md": article("$x$ [b](b/index.md#part)", tags="[gpu]", title="a"),
    "content/articles/b/index.md": article("## part\n\n![p](p.svg)", date="2025-05-23"),
    "content/articles/b/p.svg": '<svg width="3" height="2"/>',
    "content/about.md": "---\ntitle: about\n---\n\n$\\mathbb{R}$\n",
    "static/plain.txt": "plain",
}
EDITS: tuple[Mapping[str, str], ...] = (
    {},
    {"content/articles/a.md": article("$x$ and $y$ [b](b/index.md#part)", title="a")},
    {"content/articles/b/index.md": article("## part\n\n![p](p.svg)", title="other")},
    {"pyproject.toml": CONFIG.replace("a blog", "another blog")},
)
"""What is otherwise in each of a few states of the site."""


class _OpenPen(Pen):
    """A pen where the command line expects Node."""

    def __init__(self, *_: object) -> None:
        pass

    def __enter__(self) -> _OpenPen:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        pass


class Site:
    """The site, and the commands run on it."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root = root
        self._capsys = capsys
        self._clean: dict[int, dict[str, bytes]] = {}
        self.write(0)

    @property
    def cache(self) -> Path:
        return self.root / ".cache"

    @property
    def database(self) -> Path:
        return self.cache / "store.sqlite"

    def write(self, state: int) -> None:
        """Put the site's sources into a state."""
        for path, text in {**FILES, **EDITS[state]}.items():
            file = self.root / path
            if not file.is_file() or file.read_text() != text:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text)

    def build(self, *arguments: str) -> tuple[object, str]:
        """The exit code, and what was printed."""
        code: object = 0
        try:
            main(["build", "--root", str(self.root), *arguments])
        except SystemExit as ended:
            code = ended.code
        captured = self._capsys.readouterr()
        return code, captured.out + captured.err

    def published(self) -> dict[str, bytes]:
        """All that is in the output folder, records included."""
        return read_tree(self.root / "_site")

    def clean(self, state: int) -> dict[str, bytes]:
        """What a build from nothing publishes; made once for each state."""
        if state not in self._clean:
            other = Site(self.root.with_name(f"{self.root.name}-clean"), self._capsys)
            other.write(state)
            rmtree(other.cache, ignore_errors=True)
            rmtree(other.root / "_site", ignore_errors=True)
            code, printed = other.build()
            assert code == 0, printed
            self._clean[state] = other.published()
            rmtree(other.root)
        return self._clean[state]

    def check(self, state: int, *notices: str) -> str:
        """Build, assert that it is what a clean build gives and says nothing but one of these; what
        it said.
        """
        code, printed = self.build()
        assert code == 0, printed
        assert self.published() == self.clean(state)
        *told, counted = printed.splitlines()
        assert counted.startswith("2 articles, "), printed
        assert len(told) <= 1
        assert set(told) <= {f"site-gen: {notice}" for notice in notices}
        return told[0].removeprefix("site-gen: ") if told else ""


def stand_in(set_attribute: Callable[[object, str, object], None], theme: Path) -> None:
    """Put a pen in place of Node, a small theme in place of ours, and the same code each time."""
    set_attribute(building, "Sidecar", _OpenPen)
    set_attribute(building, "node_root", lambda: theme)
    set_attribute(building, "theme_root", lambda: theme)
    set_attribute(up_to_date, "theme_root", lambda: theme)
    set_attribute(up_to_date, "digest_code", lambda: "code")


def make_site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Site:
    """A site with such stand-ins, built on the same day each time."""
    theme = tmp_path / "theme"
    for files, folder in ((THEME, theme), (KATEX.files, theme / "node_modules/katex/dist")):
        for path, content in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
    stand_in(monkeypatch.setattr, theme)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    return Site(tmp_path / "site", capsys)
