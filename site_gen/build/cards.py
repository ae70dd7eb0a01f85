"""Cards for link previews: written by a template, drawn where they are new.

A card follows from what lists show of its page, from the figure that the page names for it, from
the template and from the fonts; never from a body. What is drawn is a blob that is named by a
digest of its SVG and of the fonts, so a card that is written once more as it was is not drawn
again, and a build that is killed has lost none. Pages read `card:PATH`: its words, and its URL,
which has a digest of its bytes.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from site_gen.build.fonts import FONTS, Fonts, load_fonts, unpack_fonts
from site_gen.build.inline import Lost
from site_gen.build.kept import Kept
from site_gen.build.memory import name_texts
from site_gen.build.outputs import LOST
from site_gen.build.reads import pack_reads
from site_gen.build.rows import CardRow
from site_gen.build.waves import find_cause
from site_gen.build.work import Work
from site_gen.cards.fitting import Fit
from site_gen.cards.model import Drawn
from site_gen.diagnostics import OPENING, Diagnostic, Source, Span
from site_gen.paths import CONFIG_PATH, output_path
from site_gen.phrases import format_count
from site_gen.site.cards import TEMPLATE, THE_SITE, plan_card
from site_gen.site.known import Known, make_site
from site_gen.site.reader import Reader
from site_gen.site.templates import AssetLink, Templates

_BATCH = 16
"""Cards that a worker draws at once."""
_TASKS_A_CARD = 20
"""What one is worth in other tasks."""
_GONE = "its file, which is not where it was published"
_IsThere = Callable[[str, str], bool]


def make_cards(
    work: Work,
    kept: Kept,
    known: Known,
    parsed: Collection[str],
    asset_links: Mapping[str, AssetLink],
    is_there: _IsThere,
) -> tuple[str, ...]:
    """The names of the cards that had to be written; `kept` has the rows of all by then, and
    `work.changed` gets the cells of those that are not as they were.

    `parsed` are the documents that were parsed by this build. `is_there` says whether the bytes of
    an output, by path and SHA-256, are at hand.
    """
    wanted = _find_unmade(work, kept, known, parsed, is_there)
    if wanted:
        fonts = load_fonts(work.store, work.inputs)
        written = list(_write(work, known, wanted, fonts, asset_links))
        work.world.on_stage(f"drawing {format_count(len(written), 'card')}")
        lost = _draw(work, fonts, written)
        for each in written:
            kept.cards.put(each.name, _finish(work, kept, known, each, lost))
    for name, old in kept.cards.before.items():
        new = kept.cards.rows.get(name)
        if (old and old.card) != (new and new.card):
            work.changed.add(f"card:{name}")
    return tuple(wanted)


def tell_card_problems(flawed: Mapping[str, CardRow]) -> Iterator[Diagnostic]:
    """What is wrong with these cards; what many have in common is told once, of the first."""
    found: dict[Diagnostic, list[str]] = {}
    for name in sorted(flawed):
        for problem in flawed[name].problems:
            found.setdefault(problem, []).append(name)
    for problem, (first, *others) in found.items():
        rest = f", and {format_count(len(others), 'other')}" if others else ""
        of = f"`{first}`" if first else "the site"
        is_own = problem.span.path in (first, CONFIG_PATH)
        yield problem if is_own else replace(problem, during=f"the card of {of}{rest}")


class _Written(NamedTuple):
    """A card before it is drawn."""

    name: str
    cause: tuple[str, ...]
    svg: bytes
    digest: bytes
    """Of all that decides how it looks."""
    reads: set[str]
    problems: tuple[Diagnostic, ...]
    """What is wrong with its template."""
    elapsed_us: int


def _find_unmade(
    work: Work, kept: Kept, known: Known, parsed: Collection[str], is_there: _IsThere
) -> dict[str, tuple[str, ...]]:
    """The cards that have to be written → what has changed for them."""
    cards, rows = kept.cards, kept.cards.rows
    wanted = dict[str, tuple[str, ...]]()
    if kept.last is None or kept.last.known is not known:
        names = list(_list_names(known))
        cards.keep_only(names)
        wanted.update((name, ()) for name in names if name not in rows)
    for name in sorted(cards.find_readers(work.changed)):
        wanted[name] = find_cause(rows[name].reads, work.changed)
    # What is said of a mistake shows its line, and that may have changed otherwise.
    wanted.update((name, ()) for name in cards.flawed if name in parsed and name not in wanted)
    if not (kept.last and work.world.has_all_bytes):
        for name, row in rows.items():
            if row.url and name not in wanted and not is_there(output_path(row.url), row.sha256):
                wanted[name] = (_GONE,)
    return wanted


def _list_names(known: Known) -> Iterator[str]:
    """The paths of the pages that have cards, and the site."""
    if known.config.cards:
        yield THE_SITE
        yield from (page.path for page in known.index.by_path.values() if not page.image)


def _write(
    work: Work,
    known: Known,
    wanted: Mapping[str, tuple[str, ...]],
    fonts: Fonts,
    asset_links: Mapping[str, AssetLink],
) -> Iterator[_Written]:
    """The cards as SVG."""
    templates = _find_templates(work, asset_links)
    site, fit = make_site(known), Fit(fonts.faces)
    for name, cause in wanted.items():
        started, reader = time.perf_counter(), Reader(known)
        seen = {"card": plan_card(name, reader), "fit": fit}
        svg, problems, reads = templates.render(TEMPLATE, site, seen)
        digest = _digest(svg, fonts.digests)
        elapsed_us = round(1e6 * (time.perf_counter() - started))
        reads |= {*reader.reads, FONTS}
        yield _Written(name, cause, svg, digest, reads, (*fonts.problems, *problems), elapsed_us)


def _find_templates(work: Work, asset_links: Mapping[str, AssetLink]) -> Templates:
    if work.world.memory:
        return work.world.memory.find_templates(name_texts(work.leaves.templates), asset_links)
    return Templates(work.leaves.templates, asset_links)


def _draw(work: Work, fonts: Fonts, written: Iterable[_Written]) -> dict[bytes, Lost]:
    """Why some could not be drawn, by digest; all others are in the store."""
    svgs = {each.digest: each.svg for each in written if not each.problems}
    there = work.store.notes(svgs)
    missing = [digest for digest in svgs if digest not in there]
    lost = dict[bytes, Lost]()
    if not missing:
        return lost
    crew = work.crew.choose(len(missing) * _TASKS_A_CARD if len(missing) > 1 else 1)
    batches = [missing[start : start + _BATCH] for start in range(0, len(missing), _BATCH)]
    with unpack_fonts(work.store, fonts) as draw:
        sent = ([svgs[digest] for digest in batch] for batch in batches)
        for batch, results in zip(batches, crew.map_batches(draw, sent), strict=True):
            made = dict(zip(batch, results, strict=True))
            lost.update((digest, each) for digest, each in made.items() if isinstance(each, Lost))
            work.store.add_blobs(
                {
                    digest: (msgspec.msgpack.encode(each[0]), each[1])
                    for digest, each in made.items()
                    if not isinstance(each, Lost)
                }
            )
    return lost


def _finish(
    work: Work, kept: Kept, known: Known, each: _Written, lost: Mapping[bytes, Lost]
) -> CardRow:
    """What came of a card; its bytes are in the pool."""
    row = CardRow(
        pack_reads(each.reads),
        problems=each.problems,
        made=work.store.build,
        cause=each.cause,
        elapsed_us=each.elapsed_us,
    )
    if each.problems:
        return row
    if each.digest in lost:
        problem = _tell_template(work, f"cannot be drawn: {lost[each.digest].reason}")
        return replace(row, packed_reads=pack_reads({*each.reads, LOST}), problems=(problem,))
    drawn = _decode(work.store.notes([each.digest])[each.digest])
    if drawn.message:
        return replace(row, problems=(_tell_template(work, drawn.message, drawn.hint),))
    if drawn.missing:
        return replace(row, problems=(_tell_missing(work, kept, each.name, drawn.missing),))
    content = work.store.contents([each.digest])[each.digest]
    sha256 = work.world.pool.add(content)
    return replace(
        row,
        url=_card_url(known, each.name, sha256),
        alt=drawn.alt,
        drawing=each.digest,
        sha256=sha256,
        size_bytes=len(content),
    )


def _card_url(known: Known, name: str, sha256: str) -> str:
    """E.g. `/articles/riding-crop/card.1f2e3d4c5a.png`."""
    page = "/" if name == THE_SITE else known.index.by_path[name].url
    return f"{page}card.{sha256[:10]}.png"


def _tell_template(work: Work, message: str, hint: str = "") -> Diagnostic:
    source = work.leaves.templates.get(TEMPLATE)
    return Diagnostic(Span(source.path if source else f"templates/{TEMPLATE}"), message, hint)


def _tell_missing(work: Work, kept: Kept, name: str, letters: str) -> Diagnostic:
    """A warning at the title of a page whose card would not show some letters."""
    message = f"no font has {_list_letters(letters)}"
    hint = "add one that does to `static/fonts/`"
    if name == THE_SITE:
        message += ", so the site has no card"
        return Diagnostic(Span(CONFIG_PATH), message, hint, severity="warning")
    message += ", so the card of this page is that of the site"
    hint += ", or give the page an `image`"
    document = work.documents.load(kept.documents.rows[name].outline)
    source = work.inputs.source(name) or Source(name, "")
    return source.warning(message, document.front.places.get("title", OPENING), hint)


def _list_letters(letters: str) -> str:
    """E.g. `` `日` (U+65E5) and 3 other letters of its card``."""
    first, others = letters[0], len(letters) - 1
    rest = f" and {format_count(others, 'other letter')}" if others else ""
    return f"`{first}` (U+{ord(first):04X}){rest}"


def _digest(svg: bytes, fonts: Iterable[bytes]) -> bytes:
    digest = hashlib.blake2b(digest_size=16, person=b"card")
    for part in (*fonts, svg):
        digest.update(part)
    return digest.digest()


_decode = msgspec.msgpack.Decoder(Drawn).decode
