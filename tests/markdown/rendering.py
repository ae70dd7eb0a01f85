"""What tests of Markdown share: a source's HTML with its holes made visible, and its messages."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
from markdown_it import MarkdownIt

from site_gen.charts import Drawing
from site_gen.diagnostics import Diagnostic, Source
from site_gen.directives.facts import Facts
from site_gen.directives.registry import make_registry
from site_gen.markdown.blocks import Registry
from site_gen.markdown.document import parse_document
from site_gen.markdown.fill import Fillings, OutsideTarget, View, fill
from site_gen.markdown.parser import make_parser
from site_gen.model import (
    Anchor,
    Beside,
    Document,
    Download,
    HeadingLink,
    HeadingTag,
    Hole,
    Href,
    Math,
    Picture,
    Plot,
    Reference,
    Segment,
    Styled,
)
from site_gen.terminal import format_diagnostic
from tests.files import regenerating

FIXTURES = Path(__file__).parent.parent / "fixtures"
REGISTRY = make_registry(Facts())
"""Of a site without data of its own and without a lock."""
FRONT_MATTER = "---\ntitle: A page\n---\n"
"""Put before every body, so its first line is the file's fourth."""


class Triple(msgspec.Struct, frozen=True):
    """One case of a fixture file."""

    title: str
    given: str
    expected: str


def read_triples(name: str) -> list[Triple]:
    """The cases of `fixtures/markdown/<name>.md`: title, `.`, input, `.`, what comes out, `.`.

    The title is the last line with text before its `.`; what stands above it is for readers.
    """
    text = (FIXTURES / "markdown" / f"{name}.md").read_text("utf-8")
    pieces = re.split(r"^\.\n", text, flags=re.MULTILINE)
    assert len(pieces) % 3 == 1, f"{name}.md: a case has no end"
    return [
        Triple(before.strip().split("\n")[-1], given, expected)
        for before, given, expected in zip(pieces[0::3], pieces[1::3], pieces[2::3], strict=False)
    ]


def check_triples(name: str, render: Callable[[str], str]) -> None:
    """Assert that each case of a file comes out as it says.

    With `REGENERATE=1` in the environment the file is written anew instead, to be looked through.
    """
    cases = read_triples(name)
    assert len({case.title for case in cases}) == len(cases), f"{name}.md: a title stands twice"
    if regenerating():
        path = FIXTURES / "markdown" / f"{name}.md"
        pieces = re.split(r"^\.\n", path.read_text("utf-8"), flags=re.MULTILINE)
        pieces[2::3] = [render(case.given) for case in cases]
        path.write_text(".\n".join(pieces), "utf-8", newline="\n")
    for case in read_triples(name):
        assert render(case.given) == case.expected, f"{name}.md: {case.title}"


@cache
def _parser(registry: Registry, raw_html: bool) -> MarkdownIt:
    return make_parser(registry, raw_html)


def parse(
    text: str,
    path: str = "content/a.md",
    raw_html: bool = False,
    registry: Registry = REGISTRY,
) -> tuple[Document | None, list[Diagnostic]]:
    """The document of a whole file and its diagnostics in order."""
    document, diagnostics = parse_document(
        Source(path, text), _parser(registry, raw_html), registry, ZoneInfo("UTC")
    )
    return document, sorted(diagnostics)


def parse_body(
    text: str, raw_html: bool = False, registry: Registry = REGISTRY
) -> tuple[Document, list[Diagnostic]]:
    """The document of a body below good front matter, and its diagnostics."""
    document, diagnostics = parse(FRONT_MATTER + text, raw_html=raw_html, registry=registry)
    assert document is not None, diagnostics
    return document, diagnostics


def parse_good(text: str, registry: Registry = REGISTRY) -> Document:
    """The document of a body in which nothing is wrong."""
    document, diagnostics = parse_body(text, registry=registry)
    assert messages(diagnostics) == ""
    return document


def messages(diagnostics: list[Diagnostic]) -> str:
    """Diagnostics as the terminal shows them."""
    return "".join(format_diagnostic(diagnostic).plain + "\n" for diagnostic in diagnostics)


def fill_plainly(document: Document) -> str:
    """The body's HTML; links lead where they are written, pictures have no size."""

    def plain(segment: Segment) -> Segment:
        if isinstance(segment, Download):
            return f"<a download>{escape(segment.label)}</a>"
        if not isinstance(segment, Picture):
            return segment
        target = msgspec.structs.replace(document, body=(Href(segment.reference),))
        source = fill(target, fillings, View())
        return f'<img src="{source}" alt="{escape(segment.alt)}"{segment.attributes}>'

    targets = tuple(OutsideTarget(reference.target) for reference in document.references)
    formulas = tuple(f"<math>{escape(formula.tex)}</math>" for formula in document.formulas)
    plots = tuple(Drawing(f"<svg>{escape(plot.title)}</svg>", "", "") for plot in document.plots)
    fillings = Fillings(targets, formulas, plots)
    body = tuple(plain(segment) for segment in document.body)
    return fill(msgspec.structs.replace(document, body=body), fillings, View())


def escape(text: str) -> str:
    """A text as HTML, its quotes included."""
    return (
        text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    )


def show_holes(document: Document) -> str:
    """The body with each hole as `⟦what it stands for⟧`."""
    return "".join(
        segment if isinstance(segment, str) else _show(segment, document)
        for segment in document.body
    )


def show_transcript(document: Document) -> str:
    """The transcript with each hole as `⟦what it stands for⟧`."""
    return "".join(
        segment if isinstance(segment, str) else _show(segment, document)
        for segment in document.transcript
    )


def _show(hole: Hole, document: Document) -> str:
    return hole.html if isinstance(hole, Styled) else f"⟦{_describe(hole, document)}⟧"


def _describe(hole: Hole, document: Document) -> str:
    match hole:
        case Anchor(name):
            return f"id {name}"
        case Beside(name):
            return f"beside {name}"
        case HeadingLink(anchor, text):
            return f"link to #{anchor} {json.dumps(text, ensure_ascii=False)}"
        case HeadingTag(level):
            return f"h{level}"
        case Href(reference):
            return f"link {document.references[reference].target}"
        case Picture(reference, alt, attributes, anchor):
            target = document.references[reference].target
            name = f" id {anchor}" if anchor else ""
            return f"picture {target} {json.dumps(alt)}{attributes}{name}"
        case Download(reference, label):
            return f"download {document.references[reference].target} {label}".rstrip()
        case Math(formula):
            found = document.formulas[formula]
            return ("display math " if found.display else "math ") + found.tex
        case Plot(plot):
            return f"plot {document.plots[plot].title}"
        case _:
            raise AssertionError(hole)


def excerpts(document: Document, text: str) -> Iterator[tuple[Reference, str]]:
    """Each reference with the piece of the whole file's text that its place names."""
    lines = text.split("\n")
    for reference in document.references:
        place = reference.place
        start = place.column - 1
        yield reference, lines[place.line - 1][start : start + place.length]
