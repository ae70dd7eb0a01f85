"""The editor that a mistake is opened in, at its place.

Every editor has its own way to be told a line and a column. One that runs in a terminal cannot be
opened from here: the server's own terminal is not its to take.
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath
from threading import Thread

import msgspec

from site_gen.diagnostics import SiteError

_MARK = re.compile(r"\{(path|line|column)\}")
_VARIABLES = ("VISUAL", "EDITOR")
_IN_TERMINAL = frozenset(
    (
        *("ed", "ex", "helix", "hx", "joe", "kak", "mcedit", "micro", "mg", "nano", "ne"),
        *("nvim", "pico", "vi", "view", "vim", "vimdiff"),
    )
)
_GOTO = ("code", "code-insiders", "codium", "vscodium", "cursor", "positron", "windsurf")
_COLON = ("subl", "sublime_text", "zed", "zeditor", "lapce")
_PLUS = (
    *("emacs", "emacsclient", "gedit", "gvim", "mousepad", "mvim", "neovide", "nvim-qt"),
    *("pluma", "xed"),
)
_JETBRAINS = (
    *("clion", "goland", "idea", "phpstorm", "pycharm", "rubymine", "rustrover", "webstorm"),
)
_WAYS: Mapping[str, Sequence[str]] = {
    **dict.fromkeys(_GOTO, ("--goto", "{path}:{line}:{column}")),
    **dict.fromkeys(_COLON, ("{path}:{line}:{column}",)),
    **dict.fromkeys(_PLUS, ("+{line}", "{path}")),
    **dict.fromkeys(_JETBRAINS, ("--line", "{line}", "--column", "{column}", "{path}")),
    "kate": ("--line", "{line}", "--column", "{column}", "{path}"),
    "mate": ("--line", "{line}:{column}", "{path}"),
}
"""Name of a program → how it is told where to go; one that is not here gets the file alone."""


class Place(msgspec.Struct, frozen=True):
    """Where to go."""

    path: str
    line: int
    column: int


class Editor:
    """A program that opens files."""

    def __init__(self, words: Sequence[str]) -> None:
        """`words` are its command line; `{path}`, `{line}` and `{column}` stand for a place, else
        they are added as it takes them.
        """
        has_marks = any("{path}" in word for word in words)
        way = () if has_marks else _WAYS.get(_name(words), ("{path}",))
        self._words = (*words, *way)

    def open(self, path: Path, place: Place) -> None:
        """Show a place in a file, where `path` is the file; OSError where it cannot be run."""
        values = {"path": str(path), "line": max(1, place.line), "column": max(1, place.column)}
        words = [_fill(word, values) for word in self._words]
        process = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # it outlives the server
        )
        Thread(target=process.wait, daemon=True).start()


def find_editor(chosen: str | None, environment: Mapping[str, str]) -> Editor | None:
    """The editor of a command line, else that of the usual variables where it has a window.

    SiteError where one is chosen that cannot be used.
    """
    if chosen is None:
        named = (environment.get(name, "") for name in _VARIABLES)
        usable = (words for each in named if (words := _split(each)) and not _find_fault(words))
        return next(map(Editor, usable), None)
    words = _split(chosen)
    if fault := _find_fault(words):
        hint = 'name one with a window of its own, e.g. `code`, or `"myed --at {line} {path}"`'
        raise SiteError(f"`--editor`: {fault}", hint)
    return Editor(words)


def _find_fault(words: Sequence[str]) -> str:
    """Why an editor cannot be used; empty where it can."""
    if not words:
        return "this is no command"
    if _name(words) in _IN_TERMINAL or {"-nw", "-t", "--tty"} & set(words):
        return f"`{words[0]}` runs in a terminal"
    return "" if shutil.which(words[0]) else f"there is no program `{words[0]}`"


def _split(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError:  # a quote is left open
        return []


def _name(words: Sequence[str]) -> str:
    return PurePath(words[0]).stem.lower()


def _fill(word: str, values: Mapping[str, object]) -> str:
    """The word with its marks replaced, and none of what they are replaced by."""
    return _MARK.sub(lambda found: str(values[found[1]]), word)
