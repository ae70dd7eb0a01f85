"""Markdown as text, for transcripts: words that stay words, lists, tables, links' targets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_MARKS = re.compile(r"[\\`*\[\]<>|~$]|(?<!\w)_|_(?!\w)|&(?=[#\w]+;)")
"""What may mean something wherever it stands; a `_` between letters does not."""
_PLAIN_URL = re.compile(r"[^\s()<>\x00-\x1f]+")
_NO_BREAK = "\N{NO-BREAK SPACE}"


def escape_words(text: str) -> str:
    r"""Plain text in one line of Markdown, with blanks that may break.

    >>> escape_words("Q4_K_M, [a] *b* & 5 < 6")
    'Q4_K_M, \\[a\\] \\*b\\* & 5 \\< 6'
    """
    return _MARKS.sub(r"\\\g<0>", " ".join(text.replace(_NO_BREAK, " ").split()))


def write_list(items: Iterable[str]) -> str:
    """A list of Markdown texts, each of one line; empty where there are none."""
    return "\n".join(f"- {item}" for item in items)


def write_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of plain texts, as GitHub and most others read it."""
    lines = [header, ["---"] * len(header), *rows]
    cells = (map(escape_words, line) if line is not lines[1] else line for line in lines)
    return "\n".join(f"| {' | '.join(line)} |" for line in cells)


def join_blocks(*blocks: str) -> str:
    """Blocks with a blank line between two; empty ones are left out."""
    return "\n\n".join(block for block in blocks if block)


def write_target(url: str) -> str:
    """A URL as a link's target, in angle brackets where it has to be.

    >>> [write_target(url) for url in ("/a/#b", "/a_(b)")]
    ['/a/#b', '</a_(b)>']
    """
    if _PLAIN_URL.fullmatch(url):
        return url
    return f"<{url.replace('<', '%3C').replace('>', '%3E')}>"


def write_title(title: str) -> str:
    """The title behind a link's target, with a blank before it; empty where there is none."""
    if not title:
        return ""
    words = " ".join(title.split())
    return f' "{escape_words(words).replace(chr(34), chr(92) + chr(34))}"'
