"""`_redirects`: where static hosts such as Netlify and Cloudflare Pages send who asks at an old
address.

    line = from " " to " 301"

Netlify also takes `301!`, Cloudflare Pages does not; both take this. No part of an alias can hold
what means more to them than itself: blanks, `:name`, `*` and `#`.
"""

from __future__ import annotations

from site_gen.markdown.fill import absolute
from site_gen.site.reader import Reader

REDIRECTS = "_redirects"


def make_redirects(reader: Reader) -> bytes:
    """The file: a line for each alias of the site, in their order."""
    view = reader.local
    lines = (
        f"{absolute(alias, view)} {absolute(url, view)} 301\n" for alias, url in reader.aliases()
    )
    return "".join(lines).encode()
