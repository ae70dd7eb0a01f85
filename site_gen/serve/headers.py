"""What a site's `_headers` has a host send, as far as hosts agree on it.

    rule   = pattern newline { blanks name ":" value newline }

In a pattern `*` is any text. Of all rules that fit a path each adds its headers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

_HEADER = re.compile(r"\s+([!#$%&'*+.^_`|~\w-]+):\s*(.*?)\s*")


@lru_cache(maxsize=8)
def parse_headers(text: str) -> tuple[tuple[re.Pattern[str], dict[str, str]], ...]:
    """The rules of a file, names of headers in lower case; what is no rule is left out.

    >>> [(rule.pattern, headers) for rule, headers in parse_headers("/a/*\\n  X-One: two\\n")]
    [('/a/.*', {'x-one': 'two'})]
    """
    rules: list[tuple[re.Pattern[str], dict[str, str]]] = []
    for line in text.splitlines():
        if line.startswith("/"):
            pattern = ".*".join(map(re.escape, line.strip().split("*")))
            rules.append((re.compile(pattern), {}))
        elif rules and (found := _HEADER.fullmatch(line)):
            rules[-1][1][found[1].lower()] = found[2]
    return tuple(rules)


def find_headers(text: str, path: str) -> Iterator[tuple[str, str]]:
    """The headers for what is asked for at a path."""
    for pattern, headers in parse_headers(text):
        if pattern.fullmatch(path):
            yield from headers.items()
