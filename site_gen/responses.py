"""What a host sends with a file of a site, by the file's path alone."""

from __future__ import annotations

from collections.abc import Mapping

from site_gen.codings import Coding
from site_gen.media_types import find_media_type
from site_gen.paths import FINGERPRINTED

CODING_NAMES: Mapping[Coding, str] = {"brotli": "br", "gzip": "gzip"}
"""What codings are called in headers."""
FOREVER = "public, max-age=31536000, immutable"
ASK_FIRST = "public, max-age=0, must-revalidate"

_FEEDS = {"feed.json": "application/feed+json"}
"""What is more than its ending says."""


def find_content_type(path: str) -> str:
    """What `Content-Type` says of a file.

    >>> find_content_type("about/index.html"), find_content_type("feed.xml")
    ('text/html; charset=utf-8', 'application/xml')
    """
    kind = _FEEDS.get(path) or find_media_type(path)
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


def find_cache_control(path: str) -> str:
    """What `Cache-Control` says of a file: that it stays as it is, or that it may have changed.

    >>> find_cache_control("assets/style.1f2e3d4c.css"), find_cache_control("about/index.html")
    ('public, max-age=31536000, immutable', 'public, max-age=0, must-revalidate')
    """
    return FOREVER if path.startswith(FINGERPRINTED) else ASK_FIRST
