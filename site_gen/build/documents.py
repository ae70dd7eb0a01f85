"""Parsing sources: what is found in one, and which of them have to be parsed again."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Collection
from functools import cached_property

import msgspec
from markdown_it import MarkdownIt
from msgspec.structs import replace

from site_gen.build.formulas import prepare_formulas, read_own_words
from site_gen.build.inputs import decode
from site_gen.build.reads import pack_reads
from site_gen.build.rows import DocumentRow
from site_gen.build.sealing import make_packer
from site_gen.config import Config
from site_gen.diagnostics import WHOLE, Diagnostic
from site_gen.directives.facts import Facts
from site_gen.directives.registry import make_registry
from site_gen.effects import ReadError, SourceTree
from site_gen.markdown.blocks import Registry
from site_gen.markdown.document import parse_document, summarize
from site_gen.markdown.parser import make_parser
from site_gen.model import Document, FrontMatter, Segment
from site_gen.sidecar import Formula
from site_gen.site.links import find_files

ALWAYS_READ = ("setting:raw_html", "setting:timezone")
"""What every document depends on."""


class ParseTask(msgspec.Struct, frozen=True):
    """A source to parse, unless it is what it was."""

    path: str
    sha256: str
    """Of the source for which there is a row that still holds; empty where there is none."""


class Parsed(msgspec.Struct, frozen=True):
    """What came of it."""

    path: str
    sha256: str
    """Of the source; empty where it cannot be read."""
    size_bytes: int = 0
    read_ns: int = 0
    """It was read after that; nanoseconds since 1970."""
    row: DocumentRow | None = None
    """None where the source is what it was."""
    outline: bytes = b""
    """The document without its body, packed."""
    body: bytes = b""
    """Its body, packed."""
    transcript: bytes = b""
    """Its transcript, packed."""
    formulas: tuple[Formula, ...] = ()
    """What KaTeX gets of them."""
    digests: tuple[bytes, ...] = ()
    """One for each formula."""


class Parse:
    """Parses sources one by one, in whatever process it was sent to."""

    def __init__(self, tree: SourceTree, katex: SourceTree, config: Config, facts: Facts) -> None:
        self._tree = tree
        self._katex = katex
        self._config = config
        self._facts = facts
        self._reads: set[str] = set()

    def __getstate__(self) -> dict[str, object]:
        kept = ("_tree", "_katex", "_config", "_facts")
        return {**{name: getattr(self, name) for name in kept}, "_reads": set()}

    def within(self, tree: SourceTree, katex: SourceTree) -> Parse:
        """The same, for files as they are by now."""
        self._tree, self._katex = tree, katex
        return self

    def only(self, paths: Collection[str]) -> Parse:
        """One with what is locked of these sources alone: to send all of it would take long."""
        posts = {path: post for path, post in self._facts.lock.posts.items() if path in paths}
        facts = replace(self._facts, lock=replace(self._facts.lock, posts=posts))
        return Parse(self._tree, self._katex, self._config, facts)

    def __call__(self, task: ParseTask) -> Parsed:
        """What is found in a source."""
        started, read_ns = time.perf_counter(), time.time_ns()
        try:
            content = self._tree.read_bytes(task.path)
        except ReadError as error:
            row = self.fail("", error.diagnostic)
            return Parsed(task.path, "", row=row)
        sha256 = hashlib.sha256(content).hexdigest()
        read = Parsed(task.path, sha256, len(content), read_ns)
        return read if sha256 == task.sha256 else self._parse(read, content, started)

    def _parse(self, read: Parsed, content: bytes, started: float) -> Parsed:
        path, sha256 = read.path, read.sha256
        source, problem = decode(path, content)
        if source is None:
            assert problem
            return replace(read, row=self.fail(sha256, problem))
        self._reads.clear()
        document, problems = parse_document(source, self._md, self._registry, self._config.zone)
        reads = pack_reads((*ALWAYS_READ, *self._reads))
        diagnostics = tuple(sorted(set(problems)))
        if document is None:
            failed = self.fail(sha256)
            return replace(read, row=replace(failed, packed_reads=reads, problems=diagnostics))
        body, transcript = _encode(document.body), _encode(document.transcript)
        outline = _encode(replace(document, body=(), transcript=()))
        body_digest = _digest(body)
        row = DocumentRow(
            sha256=sha256,
            packed_reads=reads,
            digest=_digest(_encode(_without_places(document)), body_digest),
            outline=_digest(outline),
            body=body_digest,
            transcript=_digest(transcript),
            summary=summarize(document),
            is_whole=document.is_whole,
            is_draft=document.front.draft,
            has_math=bool(document.formulas),
            has_figures=bool(document.calculations),
            files=find_files(document),
            pictures=find_files(document, "picture"),
            downloads=find_files(document, "download"),
            beside=tuple(file.name for file in document.files),
            problems=diagnostics,
            elapsed_us=round(1e6 * (time.perf_counter() - started)),
        )
        formulas, digests = self._prepare(document)
        return replace(
            read,
            row=row,
            outline=self._pack(outline),
            body=self._pack(body),
            transcript=self._pack(transcript),
            formulas=tuple(formulas),
            digests=digests,
        )

    def _prepare(self, document: Document) -> tuple[list[Formula], tuple[bytes, ...]]:
        macros = self._config.macros
        own_words = self._own_words if macros or document.front.macros else ""
        return prepare_formulas(document, macros, own_words)

    def fail(self, sha256: str, *problems: Diagnostic) -> DocumentRow:
        """The row of a source that says nothing."""
        return DocumentRow(pack_reads(ALWAYS_READ), sha256, problems=problems)

    @cached_property
    def _pack(self) -> Callable[[bytes], bytes]:
        return make_packer()

    @cached_property
    def _own_words(self) -> str:
        return read_own_words(self._katex)

    @cached_property
    def _registry(self) -> Registry:
        return make_registry(self._facts, self._reads.add)

    @cached_property
    def _md(self) -> MarkdownIt:
        return make_parser(self._registry, self._config.raw_html)


_encode = msgspec.msgpack.Encoder(order="deterministic").encode
decode_document = msgspec.msgpack.Decoder(Document).decode
"""The document of a blob; its body and its transcript are empty."""
decode_segments = msgspec.msgpack.Decoder(tuple[Segment, ...]).decode
"""The body or the transcript of a blob."""


def _without_places(document: Document) -> Document:
    """All that pages take from a document and not from its summary: lines may move without a change
    to any.
    """
    front = document.front
    return replace(
        document,
        body=(),
        transcript=(),
        front=FrontMatter("", slug=front.slug, image=front.image, toc=front.toc),
        excerpt="",
        heading_places=(),
        references=(),
        formulas=(),
        calculations=tuple(replace(each, place=WHOLE) for each in document.calculations),
    )


def _digest(*parts: bytes) -> bytes:
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.digest()
