"""Scripts of `static/assets/`, each in one file with what it imports, and as short as it gets.

They are bundled together, since to start what bundles takes longer than the rest of it. What is
imported is in the bundles and is not published by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from site_gen.build.inputs import decode
from site_gen.build.rows import MadeRow, describe_assets
from site_gen.build.store import Store
from site_gen.build.typesetter import Renderer
from site_gen.diagnostics import Diagnostic, Place, Source, has_errors
from site_gen.sidecar import ScriptMistake

SCRIPTS = "scripts"
"""The name of their row."""
ENDINGS = (".js", ".mjs")


class Script(msgspec.Struct, frozen=True):
    """A script as it was found."""

    path: str
    """For messages, e.g. `static/assets/sort.js`."""
    sha256: str
    load: Callable[[], bytes]
    """Reads it."""


class Scripts(msgspec.Struct, frozen=True):
    """Scripts as they are published."""

    row: MadeRow
    load: Callable[[str], bytes]
    """Gives the bytes of one by name, bundled once more."""


def collect_scripts(found: Mapping[str, Script], store: Store, renderer: Renderer) -> Scripts:
    """What is published of scripts by name, remembered by what all of them hold. Where one is wrong
    they are as they were found, so that nothing else is wrong because of it.
    """
    made_from = tuple(part for name in sorted(found) for part in (name, found[name].sha256))
    make = cache(partial(_make, found, renderer))
    row = store.get(MadeRow, SCRIPTS)
    if row is None or row.made_from != made_from:
        made = make()
        row = MadeRow(made_from, describe_assets(made.assets), dict(made.parts), made.problems)
    return Scripts(row, lambda name: make().assets[name])


class _Made(NamedTuple):
    """What came of scripts."""

    assets: dict[str, bytes]
    parts: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    problems: tuple[Diagnostic, ...] = ()


def _make(found: Mapping[str, Script], renderer: Renderer) -> _Made:
    contents = {name: script.load() for name, script in found.items()}
    decoded = {name: decode(found[name].path, content) for name, content in contents.items()}
    sources = {name: source for name, (source, _) in decoded.items() if source}
    if problems := tuple(problem for _, problem in decoded.values() if problem):
        return _Made(contents, problems=problems)
    if not sources:
        return _Made({})
    bundled = renderer.bundle_scripts({name: source.text for name, source in sources.items()})
    problems = tuple(_tell(sources[each.name], each) for each in bundled.mistakes)
    if has_errors(problems):
        return _Made(contents, problems=problems)
    assets = {name: text.encode() for name, text in bundled.bundles.items()}
    return _Made(assets, bundled.parts, problems)


def _tell(source: Source, mistake: ScriptMistake) -> Diagnostic:
    message = mistake.message[:1].lower() + mistake.message[1:]
    place = Place(mistake.line, mistake.column, mistake.length)
    tell = source.error if mistake.severity == "error" else source.warning
    return tell(message, place, mistake.hint)
