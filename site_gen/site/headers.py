"""`_headers`: what static hosts such as Netlify and Cloudflare Pages send with the site's files."""

from __future__ import annotations

from collections.abc import Iterable

from site_gen.config import Config
from site_gen.paths import FINGERPRINTED, quote_url
from site_gen.responses import FOREVER
from site_gen.site.policy import format_header

HEADERS = "_headers"


def make_headers(config: Config, needs: Iterable[str]) -> bytes:
    """The file, for pages that have these needs together."""
    home = quote_url(config.base_path + "/")
    return (
        f"{home}*\n"
        f"  Content-Security-Policy: {format_header(needs, config.allowed)}\n"
        "  Referrer-Policy: strict-origin-when-cross-origin\n"
        "  X-Content-Type-Options: nosniff\n"
        f"{home}{FINGERPRINTED}*\n"
        f"  Cache-Control: {FOREVER}\n"
    ).encode()
