"""Code blocks: the grammar of a fence's info, and highlighting with classes by Pygments.

info    = language { blank item }
item    = 'title="' text '"' | "{" ranges "}" | "linenos" [ "=" number ]
ranges  = range { "," range } ;  range = number [ "-" number ]
"""

from __future__ import annotations

import re
from functools import cache
from html import escape

import msgspec
from pygments import highlight
from pygments.formatters.html import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_all_lexers, get_lexer_by_name
from pygments.styles import get_style_by_name
from pygments.util import ClassNotFound

from site_gen.diagnostics import suggest

_ITEM = re.compile(
    r"""(?P<title>title="(?P<text>(?:[^"\\]|\\.)*)")
      | \{(?P<ranges>[0-9,\s-]+)\}
      | (?P<linenos>linenos)(?:=(?P<first>[0-9]{1,6}))?(?=\s|$)
      | (?P<unknown>\S+)""",
    re.VERBOSE,
)
_PLAIN = frozenset({"", "text", "plain", "txt"})


class CodeInfo(msgspec.Struct, frozen=True):
    """What a fence's info asks for."""

    language: str = ""
    title: str = ""
    """Shown above the code; empty for none."""
    marked: frozenset[int] = frozenset()
    """1-based lines that stand out."""
    first_number: int | None = None
    """Number of the first line; None for no line numbers."""


class InfoProblem(msgspec.Struct, frozen=True):
    """What is wrong in a fence's info."""

    message: str
    text: str
    """The piece of the info that is meant."""
    hint: str = ""


def parse_info(info: str) -> tuple[CodeInfo, list[InfoProblem]]:
    """What a fence's info says and what it says wrongly; a wrong piece is left out."""
    language, _, rest = info.strip().partition(" ")
    if language.startswith(("{", "title=", "linenos")):
        language, rest = "", info.strip()
    problems = []
    if language not in _PLAIN and _lexer(language) is None:
        hint = suggest(language, _language_names()) or "`text` highlights nothing"
        problems.append(InfoProblem(f"there is no highlighting for `{language}`", language, hint))
    title, marked, first = "", frozenset[int](), None
    for item in _ITEM.finditer(rest):
        if item["unknown"]:
            hint = 'known: `title="…"`, `{1,3-5}`, `linenos`'
            problems.append(InfoProblem("unknown word in the fence's info", item[0], hint))
        elif item["title"]:
            title = re.sub(r"\\(.)", r"\1", item["text"])
        elif item["linenos"]:
            first = int(item["first"] or 1)
        else:
            lines = _parse_ranges(item["ranges"])
            marked |= lines or frozenset()
            if lines is None:
                message = "lines are written `{1,3-5}`, each range upwards"
                problems.append(InfoProblem(message, item[0]))
    return CodeInfo(language, title, marked, first), problems


def render_code(code: str, info: CodeInfo) -> str:
    """Highlighted HTML of a code block, with its title where it has one."""
    lexer = None if info.language in _PLAIN else _lexer(info.language)
    lines = _highlighted_lines(code, lexer)
    if info.marked or info.first_number is not None:
        lines = [_wrap_line(line, number, info) for number, line in enumerate(lines, 1)]
    language = f' class="language-{escape(info.language)}"' if info.language else ""
    block = f'<pre class="highlight"><code{language}>{"".join(lines)}</code></pre>\n'
    if not info.title:
        return block
    caption = f"<figcaption>{escape(info.title)}</figcaption>"
    return f'<figure class="listing">{caption}\n{block}</figure>\n'


def stylesheet(light: str, dark: str) -> str:
    """The CSS of both styles, the dark one under the reader's preference."""
    rules = [
        "\n".join(
            line.partition(" /*")[0]
            for line in HtmlFormatter(style=style).get_style_defs(".highlight").splitlines()
            if line.startswith(".highlight .")
        )
        for style in (light, dark)
    ]
    return f"{rules[0]}\n@media (prefers-color-scheme: dark) {{\n{rules[1]}\n}}\n"


def style_exists(name: str) -> bool:
    """Whether Pygments has a style of this name."""
    try:
        get_style_by_name(name)
    except ClassNotFound:
        return False
    return True


def _highlighted_lines(code: str, lexer: Lexer | None) -> list[str]:
    """The code's lines as HTML, each with its line break and all of its tags closed."""
    if lexer is None:
        return [line + "\n" for line in escape(code, quote=False).split("\n")[:-1]]
    html: str = highlight(code, lexer, HtmlFormatter(nowrap=True))
    return [line + "\n" for line in html.split("\n")[:-1]]


def _wrap_line(line: str, number: int, info: CodeInfo) -> str:
    if info.first_number is not None:
        shown = str(info.first_number + number - 1)
        line = f'<span class="line-number" data-line="{shown}"></span>{line}'
    if number in info.marked:
        line = f'<mark class="line">{line}</mark>'
    return line


@cache
def _lexer(name: str) -> Lexer | None:
    """The lexer of this name, which keeps blank lines; made once, since finding one takes a while."""
    try:
        return get_lexer_by_name(name, stripnl=False)
    except ClassNotFound:
        return None


def _language_names() -> list[str]:
    return [alias for _, aliases, _, _ in get_all_lexers() for alias in aliases]


def _parse_ranges(text: str) -> frozenset[int] | None:
    """The line numbers that ranges such as `1,3-5` name, or None when they are not ranges."""
    lines: set[int] = set()
    for part in text.replace(" ", "").split(","):
        found = re.fullmatch(r"(\d{1,6})(?:-(\d{1,6}))?", part)
        if found is None or int(found[2] or found[1]) < int(found[1]) or int(found[1]) < 1:
            return None
        lines.update(range(int(found[1]), int(found[2] or found[1]) + 1))
    return frozenset(lines)
