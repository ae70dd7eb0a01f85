"""Parsing every document, in this process or in several."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import chain, repeat

from msgspec.structs import replace

from site_gen.config import Config
from site_gen.diagnostics import Diagnostic, Source
from site_gen.directives.facts import Facts
from site_gen.directives.registry import make_registry
from site_gen.markdown.document import parse_document
from site_gen.markdown.parser import make_parser
from site_gen.model import Document

Parsed = tuple[Document | None, list[Diagnostic]]

_BATCH = 50
_WORTH_A_PROCESS = 200
"""Documents; with fewer, starting processes takes longer than parsing."""


def parse_documents(
    sources: Sequence[Source], config: Config, facts: Facts, jobs: int | None
) -> list[Parsed]:
    """What each source holds, in the order of the sources whatever `jobs` is.

    `jobs` is a number of processes; None leaves it to the number of documents and processors.
    """
    if jobs is None:
        jobs = (os.cpu_count() or 1) if len(sources) >= _WORTH_A_PROCESS else 1
    if jobs == 1 or len(sources) < 2:
        return _parse_batch(sources, config, facts)
    size = max(1, min(_BATCH, -(-len(sources) // jobs)))
    batches = [sources[start : start + size] for start in range(0, len(sources), size)]
    # `spawn` is the one way that every platform has, and no thread's lock is copied half-way.
    context = multiprocessing.get_context("spawn")
    executor = ProcessPoolExecutor(min(jobs, len(batches)), context)
    try:
        facts_of = [_choose_facts(batch, facts) for batch in batches]
        results = executor.map(_parse_batch, batches, repeat(config), facts_of)
        return list(chain.from_iterable(results))
    finally:  # when interrupted, batches that have not begun are not waited for
        executor.shutdown(cancel_futures=True)


def _choose_facts(sources: Sequence[Source], facts: Facts) -> Facts:
    """The facts with what is locked of these sources alone: to send all of it would take long."""
    posts = facts.lock.posts
    chosen = {source.path: posts[source.path] for source in sources if source.path in posts}
    return replace(facts, lock=replace(facts.lock, posts=chosen))


def _parse_batch(sources: Sequence[Source], config: Config, facts: Facts) -> list[Parsed]:
    registry = make_registry(facts)
    md = make_parser(registry, config.raw_html)
    zone = config.zone
    return [parse_document(source, md, registry, zone) for source in sources]
