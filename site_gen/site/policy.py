"""What a page may load, as a Content-Security-Policy: its own site, and just what else it shows.

A page's needs are found in its finished HTML, so whatever template or author has put them there.
They are written `directive source`, e.g. `img-src https://example.org`. Inline scripts and styles
are allowed one by one, by their digests, and never as such.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from string import ascii_lowercase, ascii_uppercase
from urllib.parse import urlsplit

MARK = "\x00policy\x00"
"""Stands in a page for its policy, which is known when all of the page is."""

_ALWAYS = {
    "default-src": ("'self'",),
    "base-uri": ("'self'",),
    "form-action": ("'self'",),
    "object-src": ("'none'",),
}
_LONGEST_HEADER = 4096
"""Characters. Some hosts take no longer ones, and pages say the same themselves."""

_FOLD = bytes.maketrans(ascii_uppercase.encode() + b"\t\n\r\f", ascii_lowercase.encode() + b"    ")
"""Makes one of all ways to write a name and a blank, so that a search needs to know just one."""
_ATTRIBUTES = rb"""(?:[^>"']|"[^"]*"|'[^']*')*"""
_TAG = re.compile(rb"<([a-zA-Z][a-zA-Z0-9-]*)(\s%s)>" % _ATTRIBUTES)
_ANY = re.compile(rb"<[a-z][a-z0-9-]* ")
_HANDLED = (re.compile(rb" style *="), re.compile(rb" on[a-z]+ *="))
"""What any element may have; to look at all of them takes long."""
_ATTRIBUTE = re.compile(r"""([^\s"'>/=]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+))""")
_INLINE = re.compile(
    rb"<(script|style)(\s%s)?>(.*?)</\1\s*>" % _ATTRIBUTES, re.DOTALL | re.IGNORECASE
)
_INLINE_START = re.compile(rb"<s(?:cript|tyle)[ >]")
_LOADING = {
    ("audio", "src"): "media-src",
    ("embed", "src"): "object-src",
    ("form", "action"): "form-action",
    ("iframe", "src"): "frame-src",
    ("img", "src"): "img-src",
    ("img", "srcset"): "img-src",
    ("input", "src"): "img-src",
    ("object", "data"): "object-src",
    ("script", "src"): "script-src",
    ("source", "src"): "media-src",
    ("source", "srcset"): "img-src",
    ("track", "src"): "media-src",
    ("video", "poster"): "img-src",
    ("video", "src"): "media-src",
}
"""Element and attribute → what allows it."""
_LINKED = {
    "apple-touch-icon": "img-src",
    "icon": "img-src",
    "manifest": "manifest-src",
    "modulepreload": "script-src",
    "stylesheet": "style-src",
}
"""`rel` of a link → what allows it; others load nothing."""
_PRELOADED = {"font": "font-src", "image": "img-src", "script": "script-src", "style": "style-src"}
_NAMES = "|".join(sorted({"link", *(tag for tag, _ in _LOADING)}))
_LOADS = re.compile(f"<(?:{_NAMES}) ".encode())
_RUNNING = frozenset(("", "importmap", "module", "text/javascript", "speculationrules"))
"""Types of scripts that do something; others are data."""


def find_needs(html: bytes) -> tuple[str, ...]:
    """What a page in UTF-8 needs beside its own site, sorted.

    >>> find_needs(b'<img src="https://example.org/a.png"><img src="/b.png">')
    ('img-src https://example.org',)
    """
    # Formulas make of a page some thousand elements, so what need not be looked at is not.
    folded = html.translate(_FOLD)
    needs = set(_find_inline(html, folded))
    starts = _ANY if any(each.search(folded) for each in _HANDLED) else _LOADS
    for start in starts.finditer(folded):
        if found := _TAG.match(html, start.start()):
            needs.update(_find_of_tag(found[1].decode().lower(), found[2].decode()))
    return tuple(sorted(needs))


def format_policy(needs: Iterable[str], also: Mapping[str, Iterable[str]]) -> str:
    """The policy for these needs; `also` are sources by directive that a site always allows.

    >>> format_policy(["img-src https://example.org"], {}).split("; ")[3]
    "img-src 'self' https://example.org"
    """
    directives = {name: list(sources) for name, sources in _ALWAYS.items()}
    pairs = [tuple(need.split(" ", 1)) for need in needs]
    pairs += [(name, source) for name, sources in also.items() for source in sources]
    for name, source in pairs:
        sources = directives.setdefault(name, ["'self'"])
        if sources == ["'none'"]:
            sources.clear()
        if source not in sources:
            sources.append(source)
    first, *others = directives.items()
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in (first, *sorted(others)))


def format_header(needs: Iterable[str], also: Mapping[str, Iterable[str]]) -> str:
    """The policy that a host sends with every page of a site, whose needs these are together."""
    policy = f"{format_policy(needs, also)}; frame-ancestors 'self'"
    if len(policy) <= _LONGEST_HEADER:
        return policy
    return "base-uri 'self'; frame-ancestors 'self'"


def _find_inline(html: bytes, folded: bytes) -> Iterator[str]:
    end = 0
    for start in _INLINE_START.finditer(folded):
        found = _INLINE.match(html, start.start()) if start.start() >= end else None
        if not found:
            continue
        end = found.end()
        attributes = dict(_read_attributes((found[2] or b"").decode()))
        if found[1].lower() == b"style":
            yield f"style-src {_digest(found[3])}"
        elif "src" not in attributes and attributes.get("type", "").lower() in _RUNNING:
            yield f"script-src {_digest(found[3])}"


def _find_of_tag(tag: str, written: str) -> Iterator[str]:
    attributes = dict(_read_attributes(written))
    for name, value in attributes.items():
        if name == "style":
            yield from ("style-src 'unsafe-hashes'", f"style-src {_digest(value.encode())}")
        elif name.startswith("on"):
            yield from ("script-src 'unsafe-hashes'", f"script-src {_digest(value.encode())}")
        elif tag == "link" and name == "href":
            for directive in _find_linked(attributes):
                yield from _find_sources(directive, value)
        elif directive := _LOADING.get((tag, name), ""):
            urls = value.split(",") if name == "srcset" and "data:" not in value else [value]
            for url in urls:
                yield from _find_sources(directive, url.split()[0] if url.strip() else "")


def _find_linked(attributes: Mapping[str, str]) -> Iterator[str]:
    for rel in attributes.get("rel", "").lower().split():
        if rel == "preload":
            yield _PRELOADED.get(attributes.get("as", "").lower(), "default-src")
        elif rel in _LINKED:
            yield _LINKED[rel]


def _find_sources(directive: str, url: str) -> Iterator[str]:
    parts = urlsplit(url)
    if parts.netloc:
        scheme = f"{parts.scheme}://" if parts.scheme else ""
        yield f"{directive} {scheme}{parts.netloc}"
    elif parts.scheme in ("blob", "data"):
        yield f"{directive} {parts.scheme}:"


def _read_attributes(written: str) -> Iterator[tuple[str, str]]:
    for found in _ATTRIBUTE.finditer(written):
        yield found[1].lower(), unescape(found[2] or found[3] or found[4] or "")


def _digest(content: bytes) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(content).digest()).decode()}'"
