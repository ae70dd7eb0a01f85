"""Texts that would run if they were taken for markup, and a look for what a browser would run."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

import html5lib

PAYLOADS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "'><svg onload=alert(1)>",
    '" onmouseover="alert(1)',
    "' onmouseover='alert(1)",
    "` onmouseover=`alert(1)",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "&#106;avascript:alert(1)",
    "javascript&colon;alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:alert(1)",
    "</title><script>alert(1)</script>",
    "</pre></code><script>alert(1)</script>",
    "-->\x3cscript>alert(1)</script>",
    "]]>\x3cscript>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "\\x3cscript\\x3ealert(1)",
    "{{ ''.__class__ }}",
    "onclick=alert(1)",
    "x\u2028onload=alert(1)",
    "\x00<script>alert(1)</script>\x001\x00",
)
"""Each closes or opens something that a text could stand in."""

_RUNS = re.compile(r"^[\x00-\x20]*(javascript|vbscript|data):", re.IGNORECASE)
_URLS = ("href", "src", "action", "formaction", "xlink:href")
_LIVE = ("script", "iframe", "object", "embed", "style", "svg")


def parse_fragment(html: str) -> Element:
    """A piece of HTML as a browser reads it."""
    root: Element = html5lib.parseFragment(html, namespaceHTMLElements=False)
    return root


def parse_page(html: str) -> Element:
    """A whole page as a browser reads it."""
    root: Element = html5lib.parse(html, namespaceHTMLElements=False)
    return root


_OWN = re.compile(r"/assets/[a-z-]+\.[0-9a-f]{8}\.js")


def live_parts(root: Element) -> list[str]:
    """What a browser would run."""
    found = []
    for element in root.iter():
        # The tag of a comment is a function.
        is_live = str(element.tag).lower().endswith(_LIVE)
        if is_live and not (_is_gauge(element) or _is_data(element) or _is_own(element)):
            found.append(element.tag)
        for name, value in element.attrib.items():
            is_handler = str(name).lower().startswith("on") or name == "style"
            without_blanks = re.sub(r"[\t\n\r]", "", value)
            if is_handler or (name in _URLS and _RUNS.match(without_blanks)):
                found.append(f"{name}={value}")
    return found


def _is_data(element: Element) -> bool:
    """Whether it is a `script` that browsers leave alone; exactly this type is none of theirs."""
    return element.tag == "script" and element.attrib == {"type": "application/ld+json"}


def _is_own(element: Element) -> bool:
    """Whether it is a `script` of the theme, by a name that tells its bytes, and nothing else."""
    is_script = element.tag == "script" and not element.text
    is_script &= element.get("type", "module") == "module"
    names = {"type", "src", "integrity"}
    return (
        is_script
        and set(element.attrib) <= names
        and bool(_OWN.fullmatch(element.get("src") or ""))
    )


def _is_gauge(element: Element) -> bool:
    """Whether it is the scale of a calculation, which holds rectangles and nothing else."""
    tags = [str(child.tag).rpartition("}")[2] for child in element]
    return element.get("class") == "gauge" and set(tags) <= {"rect"}
