"""Source in, Document out: the order in which everything about one document is found."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import msgspec
from markdown_it import MarkdownIt
from markdown_it.token import Token

from site_gen import paths
from site_gen.diagnostics import OPENING, Diagnostic, Place, Source, has_errors
from site_gen.markdown.blocks import Registry
from site_gen.markdown.calculations import (
    expand_roles,
    find_card_figure,
    run_directives,
    run_roles,
)
from site_gen.markdown.characters import check_characters
from site_gen.markdown.collector import Collector
from site_gen.markdown.front_matter import Block, parse_front_matter
from site_gen.markdown.headings import find_heading_places, find_headings, plain_text
from site_gen.markdown.math import number_equations
from site_gen.markdown.parser import parse_tokens
from site_gen.markdown.reading import count_minutes, is_long
from site_gen.markdown.transcript import make_transcript
from site_gen.model import Anchor, Document, FrontMatter, PageSummary, Picture, Segment

_EXCERPT_CHARACTERS = 160


def parse_document(
    source: Source, md: MarkdownIt, registry: Registry, zone: ZoneInfo
) -> tuple[Document | None, list[Diagnostic]]:
    """The document of a source and what is wrong in it; None when its front matter is unreadable.

    Diagnostics come in no order. A draft's text is parsed too: whether it counts is for the caller.
    """
    collector = Collector(source)
    tokens, env = parse_tokens(md, collector)
    is_article = paths.is_article(source.path)
    content, first_line = _take_front_matter(tokens)
    block, diagnostics = parse_front_matter(source, content, zone, needs_date=is_article)
    body_start = source.text.index("\n") + 1 + len(content) if content is not None else 0
    diagnostics += check_characters(source, body_start)
    run_directives(tokens, registry, collector)
    run_roles(tokens, registry, collector)
    number_equations(tokens, collector)
    headings = find_headings(tokens, collector)
    body = collector.split_at_holes(md.renderer.render(tokens, md.options, env))
    minutes = count_minutes(tokens)
    front = _front_matter(block, is_long(minutes, headings), registry, collector)
    diagnostics += collector.diagnostics
    if front is None:
        return None, diagnostics
    is_good = not has_errors(diagnostics)
    document = Document(
        path=source.path,
        is_whole=block.is_right,
        kind="article" if is_article else "page",
        front=front,
        url=paths.page_url(source.path, front.slug),
        body=body,
        anchors=_anchors(body),
        headings=headings,
        heading_places=find_heading_places(tokens, source),
        references=tuple(collector.references),
        formulas=tuple(collector.formulas),
        plots=tuple(collector.plots),
        calculations=tuple(sorted(collector.calculations, key=lambda each: each.place.line)),
        excerpt=_excerpt(tokens),
        has_code=any(token.type == "fence" for token in tokens),
        minutes=minutes,
        scripts=tuple(collector.scripts),
        files=tuple(collector.files),
        transcript=make_transcript(tokens, env, first_line, collector) if is_good else (),
    )
    return document, diagnostics


def _take_front_matter(tokens: list[Token]) -> tuple[str | None, int]:
    """The YAML of the front matter, None without any, and the line on which the text starts, from 0
    on; its token is taken away.
    """
    if not (tokens and tokens[0].type == "front_matter"):
        return None, 0
    opening = tokens.pop(0)
    return opening.content, opening.map[1] if opening.map else 0


def summarize(document: Document) -> PageSummary:
    """What other pages may know of a document."""
    front = document.front
    return PageSummary(
        path=document.path,
        kind=document.kind,
        url=document.url,
        title=front.title,
        date=front.date,
        updated=front.updated,
        description=front.description or document.excerpt,
        tags=front.tags,
        anchors=document.anchors,
        aliases=front.aliases,
        image=_image(document),
        figure=front.figure,
    )


def _image(document: Document) -> str:
    """The path of the picture for link previews; empty where there is none on this site."""
    if document.front.image is None:
        return ""
    reference = document.references[document.front.image]
    return "" if reference.is_outside else paths.local_target(document.path, reference.path)


def _front_matter(
    block: Block, has_long_text: bool, registry: Registry, collector: Collector
) -> FrontMatter | None:
    """What is right of the front matter, its roles put in; None where it is unreadable."""
    fields = block.fields
    if fields is None:
        return None

    def place(key: str) -> Place:
        return block.places.get(key, OPENING)

    image = collector.reference(fields.image, "picture", place("image")) if fields.image else None
    shown = fields.card.figure
    return FrontMatter(
        title=expand_roles(fields.title, place("title"), registry, collector),
        date=block.date,
        updated=block.updated,
        slug=block.slug,
        description=expand_roles(fields.description, place("description"), registry, collector),
        tags=tuple(fields.tags),
        draft=fields.draft,
        aliases=tuple(fields.aliases),
        image=image,
        figure=find_card_figure(shown, place("card.figure"), collector) if shown else None,
        macros=tuple(sorted(fields.math.macros.items())),
        toc=has_long_text if fields.toc is msgspec.UNSET else fields.toc,
        places=block.places,
    )


def _anchors(body: tuple[Segment, ...]) -> frozenset[str]:
    names = (hole.name for hole in body if isinstance(hole, Anchor))
    pictures = (hole.anchor for hole in body if isinstance(hole, Picture) and hole.anchor)
    return frozenset((*names, *pictures))


def _excerpt(tokens: list[Token]) -> str:
    """How the text begins without its headings, up to a word's end; whole where it is short."""
    words: list[str] = []
    length = -1
    opening: Token | None = None
    for token in tokens:
        if token.children and not (opening and opening.type == "heading_open"):
            more = plain_text(token.children).split()
            words += more
            length += sum(map(len, more)) + len(more)
            if length > _EXCERPT_CHARACTERS:
                text = " ".join(words)[:_EXCERPT_CHARACTERS]
                return text.rsplit(" ", 1)[0].rstrip(",;:") + " …"
        opening = token
    return " ".join(words)
