"""The first part of a build: what the documents say, and what is known of the site by that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from site_gen.build.assets import ReadAssets, read_assets
from site_gen.build.choice import Choice
from site_gen.build.documents import Parse
from site_gen.build.kept import Kept, find_known
from site_gen.build.offered import Offered
from site_gen.build.site_wide import choose_documents, choose_offered, choose_parse
from site_gen.build.theme import Static, collect_static
from site_gen.build.waves import Digests, make_documents_ready, parse_documents
from site_gen.build.work import Work
from site_gen.site.changes import changed_cells
from site_gen.site.known import Known


class Content(NamedTuple):
    """The documents of a site, all of them ready, and the files that they show or offer."""

    parse: Parse
    parsed: Mapping[str, Digests]
    """Those that had to be parsed, with the digests of their formulas."""
    choice: Choice
    offered: Offered
    static: Static
    assets: ReadAssets
    known: Known
    is_known: bool
    """Whether no more and nothing else is known than at the last build."""
    readied: list[str]
    """The documents that had to be made ready."""


def read_content(work: Work, kept: Kept) -> Content:
    """What the documents say; `kept` has the rows of all of them by then."""
    parse = choose_parse(work, kept.last)
    parsed = parse_documents(work, kept, parse)
    choice = choose_documents(work, kept)
    offered = choose_offered(work, kept, choice)
    static = collect_static(work.inputs, work.store, work.world.renderer)
    assets = read_assets(work, offered, static, kept.state.assets if kept.state else {})
    config, files = work.leaves.config, work.inputs.listing.files
    old, known = find_known(kept, config, choice, assets.by_path, files)
    work.changed.update(changed_cells(old, known))
    readied = make_documents_ready(work, kept, choice, known, parsed)
    return Content(
        parse=parse,
        parsed=parsed,
        choice=choice,
        offered=offered,
        static=static,
        assets=assets,
        known=known,
        is_known=old is known,
        readied=readied,
    )
