"""The editor of a writer: how each is told where to go, and which cannot be opened."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from site_gen.diagnostics import SiteError
from site_gen.serve.editor import Place, find_editor

NOTE = f"""#!{sys.executable}
import sys
open(sys.argv[0] + ".txt", "w").write(repr(sys.argv[1:]))
"""


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of programs that note how they were called."""
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return tmp_path


def install(programs: Path, name: str) -> None:
    (programs / name).write_text(NOTE)
    (programs / name).chmod(0o755)


def read_call(programs: Path, name: str) -> str:
    note = programs / f"{name}.txt"
    until = time.monotonic() + 20
    while not (note.exists() and note.read_text()):
        assert time.monotonic() < until
        time.sleep(0.02)
    return note.read_text()


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("code", ["--goto", "/a b/c.md:3:7"]),
        ("code --wait", ["--wait", "--goto", "/a b/c.md:3:7"]),
        ("subl", ["/a b/c.md:3:7"]),
        ("gvim", ["+3", "/a b/c.md"]),
        ("pycharm", ["--line", "3", "--column", "7", "/a b/c.md"]),
        ("mate", ["--line", "3:7", "/a b/c.md"]),
        ("unheard-of", ["/a b/c.md"]),
        ("unheard-of '--at={line},{column}' {path}", ["--at=3,7", "/a b/c.md"]),
    ],
)
def test_each_is_told_in_its_own_way(programs: Path, command: str, expected: list[str]) -> None:
    name = command.split(maxsplit=1)[0]
    install(programs, name)
    editor = find_editor(command, {})
    assert editor
    editor.open(Path("/a b/c.md"), Place("c.md", 3, 7))
    assert read_call(programs, name) == repr(expected)


def test_a_mistake_about_a_whole_file_is_at_its_beginning(programs: Path) -> None:
    install(programs, "code")
    editor = find_editor("code", {})
    assert editor
    editor.open(Path("/c.md"), Place("c.md", 0, 0))
    assert read_call(programs, "code") == repr(["--goto", "/c.md:1:1"])


@pytest.mark.parametrize(
    ("command", "fault"),
    [
        ("vim", "`vim` runs in a terminal"),
        ("/usr/bin/nano -w", "`/usr/bin/nano` runs in a terminal"),
        ("emacs -nw", "`emacs` runs in a terminal"),
        ("unheard-of", "there is no program `unheard-of`"),
        ("", "this is no command"),
        ("code 'open", "this is no command"),
    ],
)
def test_one_that_cannot_be_used_is_refused(command: str, fault: str) -> None:
    with pytest.raises(SiteError) as refused:
        find_editor(command, {})
    assert refused.value.message == f"`--editor`: {fault}"
    assert refused.value.hint == (
        'name one with a window of its own, e.g. `code`, or `"myed --at {line} {path}"`'
    )


def test_else_it_is_the_one_of_the_usual_variables_that_has_a_window(programs: Path) -> None:
    install(programs, "subl")
    assert find_editor(None, {}) is None
    assert find_editor(None, {"VISUAL": "vim", "EDITOR": "nano"}) is None
    assert find_editor(None, {"VISUAL": "vim", "EDITOR": "subl"})
    assert find_editor(None, {"VISUAL": "subl"})
