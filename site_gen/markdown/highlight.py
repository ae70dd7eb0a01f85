"""Code blocks: the grammar of a fence's info, and highlighting with classes by Pygments.

info    = language { blank item }
item    = 'title="' text '"' | "{" ranges "}" | "linenos" [ "=" number ]
ranges  = range { "," range } ;  range = number [ "-" number ]
"""

from __future__ import annotations

import re
from functools import cache
from html import escape
from typing import Any

import msgspec
from markdown_it.common.utils import unescapeAll
from pygments.formatters.html import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_all_lexers

from site_gen.diagnostics import suggest
from site_gen.markdown.code_html import TooSlowError, write_code
from site_gen.markdown.lexers import find_lexer
from site_gen.markdown.scrolling import scrolling

_ITEM = re.compile(
    r"""(?P<title>title="(?P<text>(?:[^"\\]|\\.)*+)")(?=\s|$)
      | \{(?P<ranges>[0-9,\s-]++)\}(?=\s|$)
      | (?P<linenos>linenos)(?:=(?P<first>[0-9]{1,6}))?(?=\s|$)
      | (?P<unknown>\S++)""",
    re.VERBOSE,
)
_SCROLLING = scrolling("Code")
_PLAIN = frozenset({"", "text", "plain", "txt"})

# Lexers try one pattern after the other at each place, so some need time with the square of a run:
# 16,000 blank lines of C take 9 s, 2,000 lines of two words as Java 1.6 s. Each single step is
# short, which lets them be stopped between two tokens; only a shell session reads a whole line in
# one, 0.6 s for 10,000 characters. Usual code of 100,000 characters takes 0.2 to 0.5 s in C, C++,
# Java, JavaScript and Python. Time is that of this thread alone: what else runs does not count.
_MAX_SECONDS = 2.0
_MAX_CHARACTERS = 100_000
_MAX_LINE = 10_000

Range = tuple[int, int]


class CodeInfo(msgspec.Struct, frozen=True):
    """What a fence's info asks for."""

    language: str = ""
    title: str = ""
    """Shown above the code; empty for none."""
    marked: tuple[Range, ...] = ()
    """First and last of the 1-based lines that stand out, in the order of the code, none twice."""
    first_number: int | None = None
    """Number of the first line; None for no line numbers."""
    ranges: str = ""
    """The marked lines as they are written, e.g. `{1,3-5}`; empty for none."""
    ranges_offset: int = 0
    """Where they stand in the info."""


class InfoProblem(msgspec.Struct, frozen=True):
    """What is wrong in a fence's info."""

    message: str
    text: str
    """The piece of the info that is meant."""
    offset: int
    """Where it starts in the info, in characters."""
    hint: str = ""


def parse_info(info: str) -> tuple[CodeInfo, list[InfoProblem]]:
    """What a fence's info says and what it says wrongly; a wrong piece is left out."""
    problems = []
    first_word = re.match(r"\s*(\S*)", info)
    assert first_word is not None
    written = first_word[1]
    rest = first_word.end()
    if written.startswith(("{", "title=", "linenos")):
        written, rest = "", 0
    language = unescapeAll(written)
    if language not in _PLAIN and find_lexer(language) is None:
        hint = _language_hint(language)
        message = f"there is no highlighting for `{language}`"
        problems.append(InfoProblem(message, written, first_word.start(1), hint))
    values: dict[str, Any] = {"language": language}
    for item in _ITEM.finditer(info, rest):
        problem = _read_item(item, values)
        if problem is not None:
            problems.append(InfoProblem(problem[0], item[0], item.start(), problem[1]))
    return CodeInfo(**values), problems


def check_marked(info: CodeInfo, code: str) -> list[InfoProblem]:
    """The problem of a marked line that the code does not have, if there is one."""
    count = len(_split_lines(code))
    if not info.marked or info.marked[-1][1] <= count:
        return []
    message = f"line {info.marked[-1][1]} is to be marked, and the code has {count}"
    return [InfoProblem(message, info.ranges, info.ranges_offset)]


def render_code(code: str, info: CodeInfo, attributes: str = "") -> tuple[str, str]:
    """Highlighted HTML of a code block, and why it is not highlighted; empty when it is.

    `attributes` are those of the block as HTML, each with a blank before it.
    """
    lexer = None if info.language in _PLAIN else find_lexer(info.language)
    lines, why_plain = _highlighted_lines(code, lexer)
    if info.marked or info.first_number is not None:
        marked = {n for first, last in info.marked for n in range(first, min(last, len(lines)) + 1)}
        lines = [_wrap_line(line, n, n in marked, info) for n, line in enumerate(lines, 1)]
    language = f' class="language-{escape(info.language)}"' if info.language else ""
    body = f"<code{language}>{''.join(lines)}</code>"
    if not info.title:
        return f"<pre{_with_class(attributes)}{_SCROLLING}>{body}</pre>\n", why_plain
    caption = f"<figcaption>{escape(info.title)}</figcaption>"
    block = f'<pre class="highlight"{_SCROLLING}>{body}</pre>\n'
    figure = f"<figure{_with_class(attributes, 'listing')}>{caption}\n{block}</figure>\n"
    return figure, why_plain


def stylesheet(light: str, dark: str) -> str:
    """The CSS of both styles, the dark one under the reader's preference."""
    rules = [
        "\n".join(
            line.partition(" /*")[0]
            for line in HtmlFormatter(style=style).get_style_defs(".highlight").splitlines()  # type: ignore[no-untyped-call]
            if line.startswith(".highlight .")
        )
        for style in (light, dark)
    ]
    return f"{rules[0]}\n@media (prefers-color-scheme: dark) {{\n{rules[1]}\n}}\n"


def _with_class(attributes: str, name: str = "highlight") -> str:
    if ' class="' in attributes:
        return attributes.replace(' class="', f' class="{name} ', 1)
    return f' class="{name}"{attributes}'


def _read_item(item: re.Match[str], values: dict[str, Any]) -> tuple[str, str] | None:
    """Put one item of an info into `values`; what is wrong with it and a hint, or None."""
    if item["unknown"]:
        hint = 'known: `title="…"`, `{1,3-5}`, `linenos`, `linenos=7`'
        return f"unknown word `{item[0]}` behind the fence", hint
    name = "title" if item["title"] else "first_number" if item["linenos"] else "marked"
    if name in values:
        return f"`{item[0]}` is given twice", ""
    if item["title"]:
        values["title"] = unescapeAll(item["text"])
    elif item["linenos"]:
        values["first_number"] = int(item["first"] or 1)
    else:
        ranges = _parse_ranges(item["ranges"])
        if not ranges:
            return "marked lines are written `{1,3-5}`, each range upwards", ""
        values.update(marked=ranges, ranges=item[0], ranges_offset=item.start())
    return None


def _split_lines(code: str) -> list[str]:
    """The lines of a code with their breaks; the last may have none."""
    lines = code.split("\n")
    ends = [line + "\n" for line in lines[:-1]]
    return [*ends, lines[-1]] if lines[-1] else ends


def _highlighted_lines(code: str, lexer: Lexer | None) -> tuple[list[str], str]:
    """The code's lines as HTML, each with its line break and all tags closed; why they are plain.

    A lexer may change what it reads; code that would not come out as it went in stays plain.
    """
    why_plain = ""
    if lexer and code and not (why_plain := _find_excess(code)):
        html, why_plain = _highlight(code, lexer)
        if html:
            return _split_lines(html), ""
    return _split_lines(escape(code, quote=False)), why_plain


def _highlight(code: str, lexer: Lexer) -> tuple[str, str]:
    """The code as HTML, or nothing and why."""
    # What `get_tokens` does besides is done already: a `Source` has one kind of line break.
    tokens = lexer.get_tokens_unprocessed(code if code.endswith("\n") else code + "\n")
    try:
        html, text = write_code(tokens, _MAX_SECONDS)
    except TooSlowError:
        message = f"highlighting would take more than {_MAX_SECONDS:g} s, so this code has none"
        return "", message
    # Lexers put a line break behind code that has none, and some take the last one away.
    if text.removesuffix("\n") != code.removesuffix("\n"):
        return "", ""
    return html.removesuffix("\n") + "\n" * code.endswith("\n"), ""


def _find_excess(code: str) -> str:
    """Why a code is too large to be highlighted; empty when it is not."""
    if len(code) > _MAX_CHARACTERS:
        return f"code of more than {_MAX_CHARACTERS:,} characters is not highlighted"
    if max(map(len, code.split("\n"))) > _MAX_LINE:
        return f"code with a line of more than {_MAX_LINE:,} characters is not highlighted"
    return ""


def _wrap_line(line: str, number: int, is_marked: bool, info: CodeInfo) -> str:
    if info.first_number is not None:
        shown = str(info.first_number + number - 1)
        line = f'<span class="line-number" data-line="{shown}"></span>{line}'
    if is_marked:
        line = f'<mark class="line">{line}</mark>'
    return line


@cache
def _language_hint(name: str) -> str:
    known = [alias for _, aliases, _, _ in get_all_lexers() for alias in aliases]
    return suggest(name, known) or "`text` highlights nothing"


def _parse_ranges(text: str) -> tuple[Range, ...] | None:
    """The ranges that e.g. `1,3-5` names, merged and in order; None when it names none."""
    ranges = []
    for part in text.replace(" ", "").split(","):
        found = re.fullmatch(r"(\d{1,6})(?:-(\d{1,6}))?", part)
        if found is None or not 1 <= int(found[1]) <= int(found[2] or found[1]):
            return None
        ranges.append((int(found[1]), int(found[2] or found[1])))
    merged: list[Range] = []
    for first, last in sorted(ranges):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return tuple(merged)
