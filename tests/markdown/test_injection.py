"""Nothing that stands in content becomes an element or an attribute that runs.

Every payload is put into every place where content reaches the HTML; what comes out is read as a
browser reads it.
"""

from __future__ import annotations

import pytest

from site_gen.model import Document
from tests.injection import PAYLOADS, live_parts, parse_fragment
from tests.markdown.rendering import fill_plainly, parse

SINKS = {
    "text": "{}",
    "heading": "# {}",
    "own id": '# a {{#b}}\n\n[c]{{id="{}"}}',
    "emphasis": "*{}*",
    "code": "`{}`",
    "link text": "[{}](a.md)",
    "link target": "[a](<{}>)",
    "link target without angles": "[a]({})",
    "link title": '[a](b.md "{}")',
    "definition": "[a]\n\n[a]: <{}> '{}'",
    "autolink": "<{}>",
    "picture text": "![{}](a.png)",
    "picture target": "![a](<{}>)",
    "picture title": "![a](b.png '{}')",
    "attribute": '[a]{{title="{}"}}',
    "attribute's name": "[a]{{{}=b}}",
    "class": "`a`{{.{}}}",
    "block attributes": '{{class="{}"}}\ntext',
    "any attributes": "[a](b.md){{{}}}",
    "fence language": "```{}\na\n```",
    "fence title": '```text title="{}"\na\n```',
    "fence item": "```text {}\na\n```",
    "code block": "```html\n{}\n```",
    "indented code": "    {}",
    "table cell": "| a |\n|---|\n| {} |",
    "term": "{}\n: {}",
    "footnote": "a[^1]\n\n[^1]: {}",
    "footnote's name": "a[^{}]\n\n[^{}]: b",
    "formula": "$a{}b$\n\n$$\n{}\n$$",
    "label": "$$ \\label{{{}}} $$\n\n\\eqref{{{}}}",
    "directive argument": ":::{{figure}} {}\nalt: a\n:::",
    "directive option": ":::{{figure}} a.png\nalt: {}\n:::",
    "directive text": ":::{{figure}} a.png\nalt: b\n\n{}\n:::",
    "directive name": ":::{{{}}}\n:::",
    "download": ":::{{download}} {}\nlabel: {}\n:::",
    "calculation": ":::{{token-rate}} a\nmodel: {}\nactive parameters: 37B\nquantization: 2 bit\n"
    "memory: 12 x DDR5-6000\n:::\n\n{{token-rate}}`a.bound`",
    "calculation's name": ":::{{token-rate}} {}\nmodel: b\n:::",
    "role": "{{token-rate}}`{}`",
    "role's name": "{{{}}}`a`",
    "task": "- [x] {}",
}

TITLE = "---\ntitle: a\n---\n"


def rendered(document: Document | None) -> str:
    return fill_plainly(document) if document else ""


def test_live_parts_are_recognized() -> None:
    page = '<script></script><a href="java\tscript:x" onclick="y">z</a><svg></svg>'
    assert len(live_parts(parse_fragment(page))) == 4


@pytest.mark.parametrize("sink", SINKS.values(), ids=SINKS)
def test_content_in_a_body_stays_text(sink: str) -> None:
    for payload in PAYLOADS:
        document, _ = parse(TITLE + sink.format(*[payload] * sink.count("{}")))
        assert document is not None
        assert live_parts(parse_fragment(rendered(document))) == [], payload


@pytest.mark.parametrize("name", ["onclick", "style", "href", "src", "srcset", "OnClick"])
def test_attributes_that_run_are_refused(name: str) -> None:
    for body in (f'[a]{{{name}="b"}}', f"`a`{{{name}=b}}", f"{{{name}=b}}\ntext"):
        document, diagnostics = parse(TITLE + body)
        assert name not in rendered(document)
        assert [each.message for each in diagnostics] == [f"the attribute `{name}` is not allowed"]
