"""What a build leaves about each of its tasks, as rows of the store.

A row holds what its task read (`reads`, cells of `site_gen.site.known` and of `build/cells.py`)
and what came of it, the mistakes included. The row of a task of which no read has changed is right
as it is. What most builds do not look at is packed within a row: 10,000 are read to change one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import msgspec

from site_gen.build.math_needs import MathNeeds
from site_gen.build.reads import unpack_reads
from site_gen.config import Config
from site_gen.diagnostics import Diagnostic
from site_gen.lock.model import Lock
from site_gen.lock.urls import UrlChanges
from site_gen.markdown.fill import Target
from site_gen.model import Asset, PageSummary
from site_gen.site.hints import Mistake
from site_gen.site.known import CardLink
from site_gen.site.math_sheet import MathSheet
from site_gen.site.outputs import Kind, Slot
from site_gen.site.templates import AssetLink


class _TaskRow(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What came of any task."""

    packed_reads: bytes
    """The cells that it read."""

    @property
    def reads(self) -> tuple[str, ...]:
        """The cells that it read, in order."""
        return unpack_reads(self.packed_reads)


class DocumentRow(_TaskRow, frozen=True, array_like=True, gc=False):
    """What was found in one source, but for what is long."""

    sha256: str
    """Of its source."""
    digest: bytes = b""
    """Of all that its page shows; empty where its front matter cannot be read."""
    outline: bytes = b""
    """Digest of the document without its body and its transcript, which names a blob."""
    body: bytes = b""
    """Digest of its body, which names a blob."""
    transcript: bytes = b""
    """Digest of its transcript, which names a blob."""
    summary: PageSummary | None = None
    """None where its front matter cannot be read."""
    is_whole: bool = False
    """Whether it can be published."""
    is_draft: bool = False
    has_math: bool = False
    has_figures: bool = False
    """Whether it computes."""
    files: tuple[str, ...] = ()
    """Paths of what it may show or offer."""
    pictures: tuple[str, ...] = ()
    """Those of them that it shows."""
    downloads: tuple[str, ...] = ()
    """Those that it offers as they are."""
    beside: tuple[str, ...] = ()
    """Names of what its directives made for its page."""
    problems: tuple[Diagnostic, ...] = ()
    made: int = 0
    """Number of the build that parsed it."""
    cause: tuple[str, ...] = ()
    """What had changed; empty for what is new."""
    elapsed_us: int = 0

    @property
    def document(self) -> bytes:
        """The digests of its parts."""
        return self.outline + self.body + self.transcript

    @property
    def is_flawed(self) -> bool:
        """Whether there is something to say of it."""
        return bool(self.problems)


class Fillers(msgspec.Struct, frozen=True, array_like=True):
    """What a document's holes are filled with."""

    targets: tuple[Target, ...]
    formulas: tuple[bytes, ...]
    """Digests that name blobs."""
    plots: tuple[bytes, ...]
    """The same."""
    styles: tuple[str, ...]
    """Declarations that formulas have classes for, sorted."""


class ReadyRow(_TaskRow, frozen=True, array_like=True, gc=False):
    """A document with its links followed and its formulas set."""

    document: bytes
    """The digests of the parts of the document that it was made from, its transcript's last."""
    digest: bytes
    """Of document, targets, formulas and charts."""
    packed_fillers: bytes
    packed_needs: bytes
    """`MathNeeds` of its formulas."""
    mistakes: tuple[Mistake, ...]
    made: int = 0
    cause: tuple[str, ...] = ()
    elapsed_us: int = 0
    """Without the time that Node took for its formulas."""

    @property
    def is_flawed(self) -> bool:
        """Whether there is something to say of it."""
        return bool(self.mistakes)

    @property
    def fillers(self) -> Fillers:
        """What its holes are filled with."""
        return msgspec.msgpack.decode(self.packed_fillers, type=Fillers)


class OutputRow(_TaskRow, frozen=True, array_like=True, gc=False):
    """One output."""

    kind: Kind
    subject: str
    sha256: str
    """Empty where it could not be made."""
    size_bytes: int
    problems: tuple[Diagnostic, ...]
    template: str
    """Empty where none sets it."""
    made: int
    cause: tuple[str, ...]
    elapsed_us: int
    needs: tuple[str, ...] = ()
    """What it loads beside the site itself: see `site/policy.py`."""
    sheet: MathSheet | None = None
    """The stylesheet that it has for its formulas."""

    @property
    def is_flawed(self) -> bool:
        """Whether there is something to say of it, or it could not be made."""
        return bool(self.problems) or not self.sha256

    def slot(self, path: str) -> Slot:
        """The place that it was made for."""
        return Slot(path, self.kind, self.subject)


class CardRow(_TaskRow, frozen=True, array_like=True, gc=False):
    """The card of a page, or that of the site."""

    url: str = ""
    """Where it is published, at the site's own root; empty where it could not be drawn."""
    alt: str = ""
    """What can be seen on it, in words."""
    drawing: bytes = b""
    """Digest of what it was drawn from, which names a blob."""
    sha256: str = ""
    size_bytes: int = 0
    problems: tuple[Diagnostic, ...] = ()
    made: int = 0
    cause: tuple[str, ...] = ()
    elapsed_us: int = 0
    """Without the drawing."""

    @property
    def is_flawed(self) -> bool:
        """Whether there is something to say of it."""
        return bool(self.problems)

    @property
    def card(self) -> CardLink | None:
        """What pages refer to; None where it could not be drawn."""
        return CardLink(self.url, self.alt) if self.url else None


class MadeRow(msgspec.Struct, frozen=True):
    """Assets that the build itself makes."""

    made_from: tuple[str, ...]
    """All that decides what they hold."""
    assets: dict[str, tuple[str, int]]
    """Name → SHA-256 and size in bytes."""
    parts: dict[str, tuple[str, ...]] = {}
    """Name of a script → names of those in its bundle."""
    problems: tuple[Diagnostic, ...] = ()


def describe_assets(assets: Mapping[str, bytes]) -> dict[str, tuple[str, int]]:
    """SHA-256 and size of assets by name."""
    return {
        name: (hashlib.sha256(content).hexdigest(), len(content))
        for name, content in assets.items()
    }


class UrlsRow(msgspec.Struct, frozen=True):
    """What is published against what `urls.lock` has."""

    sha256: str
    """Of the lock; empty where there is none."""
    changes: UrlChanges


class StateRow(msgspec.Struct, frozen=True):
    """What the last build was about."""

    cells: dict[str, str]
    """Cells that follow from files alone, each with a digest of what it holds: `template:NAME`, and
    what documents look up in a catalogue of the site's own."""
    asset_links: dict[str, AssetLink]
    """How pages load each asset of the theme, by name."""
    config: Config
    lock: Lock
    files: frozenset[str]
    """Every file of `content/` and `static/`."""
    left_out: dict[str, str]
    """Path of a source that is not published → why."""
    assets: dict[str, Asset]
    """Files that pages show or offer, by path."""
    places: tuple[bytes, bytes]
    """Digests of the places of all outputs that are made, and of those that are copied."""
    has_conflicts: bool
    """Whether something is wrong with those."""
    math_needs: MathNeeds | None
    """Of all formulas; None for a site without math."""
    page_needs: tuple[str, ...]
    """What all pages load beside the site itself."""
    urls: UrlsRow | None
    """None where the lock is not right."""
