"""Every example of the CommonMark specification 0.31.2, through the parser of the articles.

None of them uses what our extensions claim, so none is left out. What is different by design is
taken out of the trees before they are compared: the anchors of headings, the classes and the
highlighting of code blocks. So is the line break in an empty quote, which markdown-it leaves out.
"""

from __future__ import annotations

import json
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import msgspec
import pytest

from tests.markdown.rendering import FIXTURES, fill_plainly, parse_body

Tree = tuple[object, ...]


class Example(msgspec.Struct, frozen=True):
    """One example of the specification."""

    example: int
    section: str
    markdown: str
    html: str


def _read_examples() -> list[Example]:
    content: dict[str, Any] = json.loads((FIXTURES / "commonmark-0.31.2.json").read_text("utf-8"))
    return msgspec.convert(content["examples"], list[Example])


EXAMPLES = _read_examples()
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


def comparable(html: str) -> list[Tree | str]:
    """The tree of an HTML text without what is ours."""
    fragment: Element = html5lib.parseFragment(html, namespaceHTMLElements=False)
    return _children(fragment)


def _children(element: Element) -> list[Tree | str]:
    found: list[Tree | str] = [element.text or ""]
    for child in element:
        found += [_tree(child), child.tail or ""]
    return found


def _tree(element: Element) -> Tree:
    if not isinstance(element.tag, str):  # a comment
        return ("comment", element.text)
    attributes = dict(element.attrib)
    if element.tag in HEADINGS:
        attributes.pop("id", None)
    if element.tag == "pre":
        for name in ("class", "tabindex", "role", "aria-label"):
            attributes.pop(name, None)
        return ("pre", sorted(attributes.items()), _code_of(element))
    if element.tag == "blockquote" and not len(element):
        return ("blockquote", (element.text or "").strip())
    return (element.tag, sorted(attributes.items()), _children(element))


def _code_of(pre: Element) -> list[Tree | str]:
    """The inside of a `<pre>`, its code as text whatever its highlighting."""
    code = pre.find("code")
    if code is None:
        return _children(pre)
    return [("code", sorted(code.attrib.items()), "".join(code.itertext()))]


def test_all_examples_are_here() -> None:
    assert [example.example for example in EXAMPLES] == list(range(1, 653))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"{example.example}")
def test_example_comes_out_as_specified(example: Example) -> None:
    document, _ = parse_body(example.markdown, raw_html=True)
    assert comparable(fill_plainly(document)) == comparable(example.html)
