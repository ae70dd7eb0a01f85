"""`_headers`: what static hosts such as Netlify and Cloudflare Pages send with the site's files."""

from __future__ import annotations

from collections.abc import Iterable

from site_gen.config import Config
from site_gen.paths import quote_url
from site_gen.site.policy import format_header

HEADERS = "_headers"


def make_headers(config: Config, needs: Iterable[str], lasting: str) -> bytes:
    """The file, for pages that have these needs together; what is below the folder `lasting` has
    another name when it has other bytes.
    """
    home = quote_url(config.base_path + "/")
    return (
        f"{home}*\n"
        f"  Content-Security-Policy: {format_header(needs, config.allowed)}\n"
        "  Referrer-Policy: strict-origin-when-cross-origin\n"
        "  X-Content-Type-Options: nosniff\n"
        f"{home}{lasting}*\n"
        "  Cache-Control: public, max-age=31536000, immutable\n"
    ).encode()
