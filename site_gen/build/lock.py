"""What a build says of the figures that are locked: which differ, and which are not locked yet."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import groupby

from site_gen import paths
from site_gen.build.inputs import Inputs
from site_gen.diagnostics import Diagnostic, Severity, Source, has_errors
from site_gen.lock.changes import Change, compare, find_stale
from site_gen.lock.model import Lock
from site_gen.lock.reader import parse_lock
from site_gen.lock.wording import describe_changes
from site_gen.model import Document
from site_gen.paths import LOCK_PATH
from site_gen.toml_source import Locator


def read_lock(
    source: Source | None, diagnostics: Iterable[Diagnostic]
) -> tuple[Lock, list[Diagnostic]]:
    """The lock and what is wrong in it; one that could not be read is there and not whole.

    `diagnostics` are those of reading the sources.
    """
    if any(diagnostic.span.path == LOCK_PATH for diagnostic in diagnostics):
        return Lock(is_whole=False), []
    return parse_lock(source)


def find_changes(
    lock: Lock,
    documents: Iterable[Document],
    existing: Collection[str],
    diagnostics: Iterable[Diagnostic],
) -> list[Change]:
    """All that the documents show otherwise than it is locked, and posts that are gone.

    Documents with errors are left out, since what they compute may not be all; and all of them
    where the lock or the data could not be read. `existing` are the paths of all sources, drafts
    included.
    """
    broken = {each.span.path for each in diagnostics if has_errors([each])}
    if not lock.is_whole or any(map(paths.is_data, broken)):
        return []
    good = [document for document in documents if document.path not in broken]
    return [*compare(lock, good), *find_stale(lock, existing)]


def count_unlocked(changes: Iterable[Change]) -> int:
    """How many figures are not locked yet."""
    return sum(change.count for change in changes if change.kind == "new")


def find_sources(inputs: Inputs, changes: Iterable[Change]) -> dict[str, Source]:
    """The texts that changes are told in, by path: the lock, and those of the documents."""
    told_in = {LOCK_PATH, *(change.post for change in changes)} & inputs.stamps.keys()
    return {path: source for path in told_in if (source := inputs.source(path))}


def tell_changes(
    changes: Iterable[Change], sources: Mapping[str, Source], is_locked: bool
) -> list[Diagnostic]:
    """An error for each calculation that has changed, where all must be as it was locked; else a
    warning, and nothing of figures that are not locked yet.

    `sources` are as `find_sources` finds them.
    """
    locator = Locator(sources.get(LOCK_PATH, Source(LOCK_PATH, "")))
    told = [change for change in changes if is_locked or change.kind != "new"]
    severity: Severity = "error" if is_locked else "warning"
    return [
        _tell(list(alike), sources, locator, severity)
        for _, alike in groupby(told, lambda each: (each.post, each.calculation, each.place))
    ]


def _tell(
    changes: Sequence[Change], sources: Mapping[str, Source], locator: Locator, severity: Severity
) -> Diagnostic:
    """At the directive in its post, or where the lock speaks of one that is no longer there."""
    change, words = changes[0], describe_changes(changes)
    if change.place:
        message, place = f"not as it was locked: {words}", change.place
        source = sources[change.post]
    else:
        entry = tuple(filter(None, (change.post, change.calculation)))
        message, place = f"locked, but {words}", locator.find(entry)
        source = sources[LOCK_PATH]
    tell = source.error if severity == "error" else source.warning
    return tell(message, place, _hint(change))


def _hint(change: Change) -> str:
    command = "site-gen accept"
    if change.calculation:
        command += " " + shlex.quote(paths.default_slug(change.post))
    return f"if that is meant, run `{command}`"
