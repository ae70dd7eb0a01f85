"""What flows through a build, frozen: Document, PageSummary, Asset, Output.

A Document's body is HTML with holes. All that only the finished site knows (where a link leads, how
wide a picture is, what Node made of a formula or a chart, which page the body is shown on) is a
hole, so an article is parsed once and filled in for its own page, the front page and the feeds. Its
transcript is the same in Markdown.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import msgspec

from site_gen.charts import Chart
from site_gen.diagnostics import Place
from site_gen.renditions import Flaw, Rendition

PageKind = Literal["article", "page"]
ReferenceKind = Literal["link", "picture", "download"]


class Anchor(msgspec.Struct, frozen=True, tag=True):
    """Hole: the value of an `id` attribute; pages that show several bodies put a prefix before."""

    name: str


class HeadingTag(msgspec.Struct, frozen=True, tag=True):
    """Hole: the name of a heading's tag, e.g. `h2`, deeper where the body stands in a stack."""

    level: int
    """As written in the source, 1 to 6."""


class HeadingLink(msgspec.Struct, frozen=True, tag=True):
    """Hole: a heading's link to itself, right behind it; nothing but on the document's own page."""

    anchor: str
    text: str
    """The heading's words, plain."""


class Href(msgspec.Struct, frozen=True, tag=True):
    """Hole: the value of an `href` attribute, or a link's target in a transcript."""

    reference: int
    """Index into `Document.references`."""
    stays: bool = False
    """Whether it leads to a place in the text at hand wherever that is shown: a footnote, say."""


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
    """Hole: a link to a file with its name, size and SHA-256, read while building; as HTML, and in
    transcripts as Markdown.
    """

    reference: int
    """Index into `Document.references`."""
    label: str
    """What the link says; empty for the file's own name."""


class Math(msgspec.Struct, frozen=True, tag=True):
    """Hole: a formula as KaTeX set it, or its MathML alone in feeds."""

    formula: int
    """Index into `Document.formulas`."""


class Beside(msgspec.Struct, frozen=True, tag=True):
    """Hole: the value of an `href` attribute that leads to a file beside the document's page."""

    name: str
    """E.g. `figures.json`."""


class BesideFile(msgspec.Struct, frozen=True):
    """A file that a directive makes; it is published beside the document's page."""

    name: str
    """E.g. `calculator.json`."""
    content: bytes


class Plot(msgspec.Struct, frozen=True, tag=True):
    """Hole: a chart as it was drawn, with the key to its lines and marks."""

    plot: int
    """Index into `Document.plots`."""
    details: str = ""
    """What can be seen, beyond the title; feeds say it in words as well."""


class Styled(msgspec.Struct, frozen=True, tag=True):
    """Hole: HTML that needs the site's stylesheets or scripts, such as a control."""

    html: str
    bare: str = ""
    """HTML that stands in its place where there are none of them: in feeds."""


Hole = Anchor | Beside | HeadingLink | HeadingTag | Href | Picture | Download | Math | Plot | Styled
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


class ShownFigure(msgspec.Struct, frozen=True):
    """One number that a calculation shows, as readers, the lock and machines get it."""

    name: str
    """What an author asks for it by, e.g. `bound`."""
    label: str
    """What it is, in words, e.g. `token rate with infinite compute`."""
    value: float
    """Unrounded, in the base unit, e.g. 51.463."""
    unit: str
    """The base unit, e.g. `token/s`; empty for a plain number."""
    text: str
    """With its unit, for people, e.g. `51.46 tokens/s`."""
    explanation: str = ""
    """How it came about, in plain text; empty where there is nothing to say."""
    is_input: bool = False
    """Whether it was given and not computed."""


class DataSource(msgspec.Struct, frozen=True):
    """Where a value that an author did not give was read."""

    subject: str
    """What it is about, e.g. `memory bandwidth of the RTX 4090`."""
    title: str
    """The source's name, e.g. a repository at a commit."""
    date: str = ""
    """When it was read, in ISO form; empty where that is not known."""


class Calculation(msgspec.Struct, frozen=True):
    """All that a directive computed, with what it was made from: the page, the lock and the JSON
    file beside the page say the same because each is made from this.
    """

    name: str
    """What an author calls it, e.g. `deepseek`; no other of its document has it."""
    title: str
    """What it is about, e.g. `DeepSeek-V3-0324 on 12 × DDR5-6000`."""
    place: Place
    """Of the directive's opening."""
    figures: tuple[ShownFigure, ...]
    """In reading order."""
    assumptions: tuple[str, ...] = ()
    """What was not given and is taken to be so, each a sentence without a full stop."""
    sources: tuple[DataSource, ...] = ()
    equations: str = ""
    """Version of the equations."""
    data: str = ""
    """Version of the catalogue and of the calibration."""
    is_pinned: bool = False
    """Whether its figures are those that were locked, whatever would be computed now."""


class CardFigure(msgspec.Struct, frozen=True):
    """The figure that a page's card shows, as the page itself shows it."""

    text: str
    """With its unit, e.g. `51.46 tokens/s`."""
    label: str
    """What it is, in words, e.g. `token rate with infinite compute`."""
    subject: str
    """What was computed, e.g. `DeepSeek-V3-0324 on 12 × DDR5-6000`."""


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
    figure: CardFigure | None = None
    """What its card shows."""
    macros: tuple[tuple[str, str], ...] = ()
    """KaTeX macros of this document over those of the configuration, by name."""
    toc: bool = False
    """Whether the page shows a table of contents, as it says or because the text is long."""
    places: Mapping[str, Place] = msgspec.field(default_factory=dict)
    """Key → where its value stands, for those that are given; `card.figure` is within another."""


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
    heading_places: tuple[Place, ...]
    """Where each of them stands."""
    references: tuple[Reference, ...]
    formulas: tuple[Formula, ...]
    plots: tuple[Chart, ...]
    calculations: tuple[Calculation, ...]
    """In the order in which they stand."""
    excerpt: str
    """How the body begins, as plain text, for pages without a description."""
    has_code: bool
    minutes: int = 1
    """How long it takes to read."""
    scripts: tuple[str, ...] = ()
    """Assets that the body's parts need in order to be more than text, e.g. `sort.js`."""
    files: tuple[BesideFile, ...] = ()
    """What directives have made for its page to fetch."""
    transcript: tuple[Segment, ...] = ()
    """Its text in plain Markdown, with what directives and roles say put in."""


class PageSummary(msgspec.Struct, frozen=True, array_like=True, gc=False):
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
    image: str = ""
    """Path from the site's root of the picture for link previews; empty for none."""
    figure: CardFigure | None = None
    """What its card shows."""


class Asset(msgspec.Struct, frozen=True):
    """A file of `content/` or `static/` that a page shows or offers, as it was read."""

    path: str
    url: str
    """Where the file itself is fetched, if it is published."""
    size_bytes: int
    sha256: str
    """Hexadecimal."""
    width: int | None = None
    """Pixels of what is shown of it; None where nothing can be, or nobody does."""
    height: int | None = None
    renditions: tuple[Rendition, ...] = ()
    """What is shown in its place, the last of which is for every browser; none where that is the
    file itself.
    """
    flaws: tuple[Flaw, ...] = ()
    """What is wrong with showing it."""
    is_offered: bool = True
    """Whether the file itself is published."""

    @property
    def shown_url(self) -> str:
        """Where what is shown of it is fetched by whoever knows one address alone."""
        return self.renditions[-1].url if self.renditions else self.url


class Output(msgspec.Struct, frozen=True, gc=False):
    """One file of the finished site, by what it holds; who made it knows where that is."""

    path: str
    """From the output folder, e.g. `articles/riding-crop/index.html`."""
    sha256: str
    """Hexadecimal; empty where it could not be made."""
    size_bytes: int
    origin: str
    """What made it, for messages: a source's path, or e.g. `page of the tag gpu`."""
