"""What a host of static files answers: pages by their folder, redirects, types, caching, gzip.

What is asked for is looked up among the site's files and never joined to a folder, so that nothing
else can be named, however it is spelled.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import unquote_to_bytes

import msgspec
from msgspec.structs import replace

from site_gen.codings import ENDINGS, SMALLEST_BYTES, is_compressible
from site_gen.paths import quote_url
from site_gen.publish.manifest import PublishedFile
from site_gen.responses import CODING_NAMES, find_cache_control, find_content_type
from site_gen.serve.files import Files
from site_gen.serve.headers import find_headers
from site_gen.site.headers import HEADERS
from site_gen.site.redirects import REDIRECTS

_TEXT = "; charset=utf-8"
_HELD_COMPRESSED = 64
_CODING = re.compile(r"\s*([\w*-]+)\s*(?:;\s*q\s*=\s*([0-9.]+)\s*)?$")


class Asked(msgspec.Struct, frozen=True):
    """A request, as far as an answer depends on it."""

    path: bytes
    """As it was sent, with its percent signs and without its query."""
    query: bytes = b""
    headers: Mapping[str, str] = {}
    """By name in lower case."""


class Answer(msgspec.Struct, frozen=True):
    """A response; its length is that of the body, whether that is sent or not."""

    status: int
    headers: dict[str, str]
    body: bytes = b""


def answer(asked: Asked, files: Files, home: str) -> Answer:
    """What the host of a site says whose front page is at `home`, such as `/` or `/blog/`."""
    answered = _answer(asked, files, home)
    rules = (files.read(HEADERS) if files.find(HEADERS) else None) or b""
    more = find_headers(rules.decode("utf-8", "replace"), asked.path.decode("latin-1"))
    return replace(answered, headers={**answered.headers, **dict(more)})


def _answer(asked: Asked, files: Files, home: str) -> Answer:
    url = _decode(asked.path)
    if url == "/" and home != "/":
        return Answer(302, {"location": quote_url(home)})
    path = url.removeprefix(home) if url and url.startswith(home) else None
    if path is None or _is_hidden(path):
        return _tell_missing(asked, files)
    if path == "" or path.endswith("/"):
        path += "index.html"
    if found := files.find(path):
        return _send(asked, files, path, found, 200)
    if files.find(f"{path}/index.html"):
        query = f"?{asked.query.decode('latin-1')}" if asked.query else ""
        return Answer(301, {"location": quote_url(f"{home}{path}/") + query})
    return _tell_missing(asked, files)


def _decode(path: bytes) -> str | None:
    """The path that a URL names, decoded once; None where it is no text."""
    try:
        return unquote_to_bytes(path).decode()
    except UnicodeDecodeError:
        return None


def _is_hidden(path: str) -> bool:
    """Whether a path leads through what hosts keep to themselves."""
    parts = path.split("/")
    is_for_host = path in (HEADERS, REDIRECTS)
    return is_for_host or any(part.startswith(".") and part != ".well-known" for part in parts)


def _tell_missing(asked: Asked, files: Files) -> Answer:
    page = "404.html"
    if found := files.find(page):
        return _send(asked, files, page, found, 404)
    return Answer(404, {"content-type": "text/plain" + _TEXT}, b"there is nothing here\n")


def _send(asked: Asked, files: Files, path: str, found: PublishedFile, status: int) -> Answer:
    kind = find_content_type(path)
    may_shrink = is_compressible(kind) and found.size_bytes >= SMALLEST_BYTES
    accepted = asked.headers.get("accept-encoding", "") if may_shrink else ""
    sent, coding = _choose_coding(path, accepted, files)
    is_made_here = coding and sent == path
    whole = files.find(sent) or found
    headers = {
        "content-type": kind,
        "cache-control": find_cache_control(path),
        "etag": f'"{whole.sha256[:32]}{"-gzip" if is_made_here else ""}"',
    }
    if may_shrink:
        headers["vary"] = "Accept-Encoding"
    if coding:
        headers["content-encoding"] = coding
    if status == 200 and _is_known(headers["etag"], asked.headers.get("if-none-match", "")):
        kept = ("cache-control", "etag", "vary")
        return Answer(304, {name: headers[name] for name in kept if name in headers})
    content = files.read(sent)
    if content is None:
        body = b"this file is not as it was published; build once more, or reload in a moment\n"
        return Answer(503, {"content-type": "text/plain" + _TEXT, "retry-after": "1"}, body)
    return Answer(status, headers, _compress(content) if is_made_here else content)


def _choose_coding(path: str, accepted: str, files: Files) -> tuple[str, str]:
    """The file to send for the one at a path, and its content coding; without one, as it is. What
    was published compressed is sent so, and gzip is made of any other.
    """
    for coding, ending in ENDINGS.items():
        name = CODING_NAMES[coding]
        if accepts(accepted, name) and files.find(path + ending):
            return path + ending, name
    return path, "gzip" if accepts(accepted, "gzip") else ""


@lru_cache(_HELD_COMPRESSED)
def _compress(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


def accepts(accepted: str, coding: str) -> bool:
    """Whether an `Accept-Encoding` takes a content coding, by name or as anything.

    >>> accepts("br;q=1.0, gzip;q=0.8", "gzip"), accepts("gzip;q=0, *", "gzip"), accepts("", "br")
    (True, False, False)
    """
    weights = {
        found[1].lower(): found[2] for part in accepted.split(",") if (found := _CODING.match(part))
    }
    weight = weights.get(coding, weights.get("*", "0"))
    return weight is None or bool(weight.strip("0."))


def _is_known(etag: str, known: str) -> bool:
    """Whether `If-None-Match` names this ETag."""
    names = {name.strip().removeprefix("W/") for name in known.split(",")}
    return etag in names or "*" in names
