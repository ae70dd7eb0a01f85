"""What flows through a build, frozen: Document, PageSummary, Asset, Output.

A Document's body is HTML with holes. All that only the finished site knows (where a link leads, how
wide a picture is, what KaTeX made of a formula, which page the body is shown on) is a hole, so an
article is parsed once and filled in for its own page, the front page and the feeds.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import msgspec

from site_gen.diagnostics import Place

PageKind = Literal["article", "page"]
ReferenceKind = Literal["link", "picture", "download"]


class Anchor(msgspec.Struct, frozen=True, tag=True):
    """Hole: the value of an `id` attribute; pages that show several bodies put a prefix before."""

    name: str


class HeadingTag(msgspec.Struct, frozen=True, tag=True):
    """Hole: the name of a heading's tag, e.g. `h2`, deeper where the body stands in a stack."""

    level: int
    """As written in the source, 1 to 6."""


class Href(msgspec.Struct, frozen=True, tag=True):
    """Hole: the value of an `href` attribute."""

    reference: int
    """Index into `Document.references`."""


class Picture(msgspec.Struct, frozen=True, tag=True):
    """Hole: a whole `<img>` element, with the width and height of the real file."""

    reference: int
    """Index into `Document.references`."""
    alt: str
    attributes: str = ""
    """Further attributes as HTML, e.g. ` class="wide"`, each with a blank before it."""
    anchor: str = ""
    """The value of its `id`, to which pages with several bodies put a prefix; empty for none."""


class Download(msgspec.Struct, frozen=True, tag=True):
    """Hole: a link to a file with its name, size and SHA-256, read while building."""

    reference: int
    """Index into `Document.references`."""
    label: str
    """What the link says; empty for the file's own name."""


class Math(msgspec.Struct, frozen=True, tag=True):
    """Hole: a formula as KaTeX set it, or its MathML alone in feeds."""

    formula: int
    """Index into `Document.formulas`."""


Hole = Anchor | HeadingTag | Href | Picture | Download | Math
Segment = str | Hole


class Reference(msgspec.Struct, frozen=True):
    """A target that a document names: another source, an asset, a URL or an anchor of its own."""

    target: str
    """As written, e.g. `../riding-crop/index.md#model`, percent-encoded as URLs are."""
    kind: ReferenceKind
    place: Place
    is_outside: bool
    """Whether it has a scheme or a host."""
    path: str
    """Decoded, e.g. `../riding-crop/index.md`; empty for an anchor of the document's own."""
    fragment: str
    """Decoded and without `#`."""


class Formula(msgspec.Struct, frozen=True):
    """One formula, as it goes to KaTeX."""

    tex: str
    """As long as what was written, so that KaTeX's positions are the source's."""
    display: bool
    places: tuple[Place, ...]
    """Where each line of `tex` starts in the source; empty for a formula that was computed."""


class Heading(msgspec.Struct, frozen=True):
    """A heading of the body, for the table of contents."""

    level: int
    anchor: str
    text: str
    """Plain text."""


class FrontMatter(msgspec.Struct, frozen=True):
    """A document's front matter after checking: dates are instants, roles in texts are put in."""

    title: str
    date: datetime | None = None
    """None for pages that are no articles; else aware, in the configured time zone."""
    updated: datetime | None = None
    slug: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    draft: bool = False
    aliases: tuple[str, ...] = ()
    """URLs at the site's root that lead here, e.g. `/old/`."""
    image: int | None = None
    """Index into `Document.references` of the picture shown in link previews."""
    macros: tuple[tuple[str, str], ...] = ()
    """KaTeX macros of this document over those of the configuration, by name."""
    toc: bool = False
    """Whether the page shows a table of contents."""
    places: Mapping[str, Place] = msgspec.field(default_factory=dict)
    """Key → where its value stands, for those that are given."""


class Document(msgspec.Struct, frozen=True):
    """One parsed source: what its front matter says, and its body with holes."""

    path: str
    """From the site's root, e.g. `content/articles/riding-crop/index.md`."""
    is_whole: bool
    """Whether its front matter is right; else its text can be checked and nothing more."""
    kind: PageKind
    front: FrontMatter
    url: str
    """At the site's own root, e.g. `/articles/riding-crop/`."""
    body: tuple[Segment, ...]
    anchors: frozenset[str]
    """Every `id` in the body."""
    headings: tuple[Heading, ...]
    references: tuple[Reference, ...]
    formulas: tuple[Formula, ...]
    excerpt: str
    """How the body begins, as plain text, for pages without a description."""
    has_code: bool


class PageSummary(msgspec.Struct, frozen=True):
    """What other pages may know of a page: lists, feeds and links read this and never the body."""

    path: str
    kind: PageKind
    url: str
    title: str
    date: datetime | None
    updated: datetime | None
    description: str
    tags: tuple[str, ...]
    anchors: frozenset[str]
    aliases: tuple[str, ...]


class Asset(msgspec.Struct, frozen=True):
    """A file of `content/` that a page shows or offers, as it was read."""

    path: str
    url: str
    size_bytes: int
    sha256: str
    """Hexadecimal."""
    width: int | None = None
    """Pixels; None where the file is no picture."""
    height: int | None = None


class Output(msgspec.Struct, frozen=True):
    """One file of the finished site."""

    path: str
    """From the output folder, e.g. `articles/riding-crop/index.html`."""
    content: bytes
    origin: str
    """What made it, for messages: a source's path, or e.g. `tag page "gpu"`."""
