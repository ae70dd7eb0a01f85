"""Where a finished site leads: every address of its own that it names is there, anchor and all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import PurePosixPath
from urllib.parse import unquote, urldefrag, urljoin

SITE = "https://example.org/"
_LEADING = {"href", "src", "poster", "action", "data"}
_OTHERS = {".xml", ".json", ".txt", ".md"}
"""Files that name addresses in full."""
_IN_FULL = re.compile(re.escape(SITE) + r"""[^\s"'<>)\\\]]*""")


class _Page(HTMLParser):
    """What a page names and where one can lead to in it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.anchors = {"", "top"}
        self.addresses: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element's id, and all addresses in its attributes."""
        del tag  # what leads elsewhere is known by its name
        for name, value in attrs:
            if name == "id" and value:
                self.anchors.add(value)
            elif name in _LEADING and value:
                self.addresses.append(value)
            elif name == "srcset" and value:
                self.addresses += [form.split()[0] for form in value.split(",")]
            elif name == "content" and value and value.startswith(SITE):
                self.addresses.append(value)


def find_dead_links(texts: Mapping[str, str], paths: set[str]) -> list[str]:
    """`path: address` for each that leads nowhere; `texts` are those of the site's text files."""
    pages = {path: _Page(text) for path, text in texts.items() if path.endswith(".html")}
    dead = []
    for path, address in _list_addresses(texts, pages):
        url, anchor = urldefrag(urljoin(SITE + path.removesuffix("index.html"), address))
        target = unquote(url.removeprefix(SITE))
        if url.startswith(SITE) and not _is_there(target, unquote(anchor), pages, paths):
            dead.append(f"{path}: {address}")
    return dead


def _list_addresses(
    texts: Mapping[str, str], pages: Mapping[str, _Page]
) -> Iterator[tuple[str, str]]:
    for path, page in pages.items():
        yield from ((path, address) for address in page.addresses)
    for path, text in texts.items():
        if PurePosixPath(path).suffix in _OTHERS:
            yield from ((path, address) for address in _IN_FULL.findall(text))


def _is_there(path: str, anchor: str, pages: Mapping[str, _Page], paths: set[str]) -> bool:
    path += "index.html" * (path.endswith("/") or not path)
    if path not in paths:
        return False
    return not anchor or (path in pages and anchor in pages[path].anchors)
