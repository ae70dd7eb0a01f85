"""`_headers` and `_redirects` as far as hosts count what stands in them.

    headers   = { path newline { blanks name ":" value newline } }
    redirects = { from blanks to [ blanks status ] newline }

Lines that are empty or begin with `#` count for nothing. Read as Cloudflare Pages reads them
(`packages/workers-shared/utils/configuration` of `cloudflare/workers-sdk`), which counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

_PATH = re.compile(r"/|[^\s]+://")
_DYNAMIC = re.compile(r"\*|:[A-Za-z]\w*")
_DEFAULT_STATUS = "302"


class Redirect(msgspec.Struct, frozen=True):
    """A line of `_redirects`."""

    line: int
    """From 1."""
    is_dynamic: bool
    """Whether it is for more than one path: with `*`, or with a placeholder such as `:year`."""
    status: str
    """As it is written, e.g. `301`."""


def count_rules(headers: str) -> int:
    """How many paths a `_headers` has.

    >>> count_rules("# ours\\n/*\\n  X-One: 1\\nhttps://a.org/b\\n  X-Two: 2\\n")
    2
    """
    return sum(1 for _, line in _list_lines(headers) if _PATH.match(line))


def read_redirects(redirects: str) -> list[Redirect]:
    """What a `_redirects` says, line by line.

    >>> read_redirects("# ours\\n/a/* /b/ 301\\n")
    [Redirect(line=2, is_dynamic=True, status='301')]
    """
    return [
        Redirect(
            number, bool(_DYNAMIC.search(parts[0])), parts[2] if parts[2:] else _DEFAULT_STATUS
        )
        for number, line in _list_lines(redirects)
        if (parts := line.split())
    ]


def _list_lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip() and not line.strip().startswith("#"):
            yield number, line.strip()
