"""What follows from single files and from no page: configuration, lock, catalogue, templates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from site_gen.build.fonts import FONTS, list_fonts
from site_gen.build.inputs import Inputs
from site_gen.build.lock import read_lock
from site_gen.build.rows import StateRow
from site_gen.config import Config, parse_config
from site_gen.diagnostics import Diagnostic, Source
from site_gen.directives.facts import Facts
from site_gen.directives.token_rate import check_data, list_cells
from site_gen.lock.model import Lock
from site_gen.paths import CONFIG_PATH, LOCK_PATH

_DATA = "data:"
"""Stands before the path of a file of a site's own catalogue, among the leaves."""


class Leaves(msgspec.Struct, frozen=True):
    """What was read of files that are no documents."""

    config: Config
    facts: Facts
    templates: Mapping[str, Source]
    """By name; the site's own before the theme's."""
    cells: Mapping[str, str]
    """`template:NAME`, `templates`, and what the catalogue of a site with its own data holds."""
    problems: tuple[Diagnostic, ...]
    digests: Mapping[str, str]
    """SHA-256 of each file that they were read from, by path; empty where one cannot be read."""

    def holds(self, inputs: Inputs) -> bool:
        """Whether they would be read from these files, which have the same paths, once more."""
        known = (inputs.known_sha256(path) == digest for path, digest in self.digests.items())
        return bool(self.digests) and not inputs.diagnostics and all(known)


def read_leaves(inputs: Inputs, state: StateRow | None) -> Leaves:
    """The leaves as they are now; `state` are those of the last build."""
    lock_source = inputs.source(LOCK_PATH) if LOCK_PATH in inputs.stamps else None
    lock, problems = read_lock(lock_source, inputs.diagnostics)
    config_source = inputs.source(CONFIG_PATH) if CONFIG_PATH in inputs.stamps else None
    config, more = parse_config(config_source)
    sources = tuple(source for path in inputs.listing.data if (source := inputs.source(path)))
    facts = Facts(sources, lock)
    problems = [*problems, *more, *check_data(facts)]
    templates, cells = _read_templates(inputs)
    fonts = list_fonts(inputs) if config.cards else []
    cells[FONTS] = " ".join(map(inputs.sha256, fonts))
    cells |= _list_catalogue(facts, inputs, state)
    return Leaves(config, facts, templates, cells, tuple(problems), _list_digests(inputs, fonts))


def _list_digests(inputs: Inputs, fonts: Iterable[str]) -> dict[str, str]:
    listing = inputs.listing
    alone = (path for path in (LOCK_PATH, CONFIG_PATH) if path in inputs.stamps)
    paths = (*alone, *listing.data, *listing.templates.values(), *fonts)
    return {} if inputs.diagnostics else {path: inputs.sha256(path) for path in paths}


def _read_templates(inputs: Inputs) -> tuple[dict[str, Source], dict[str, str]]:
    """The templates and their cells.

    All of them are read, also what no page needs: that one is no text is told by every build.
    """
    named = inputs.listing.templates.items()
    templates = {name: source for name, path in named if (source := inputs.source(path))}
    cells = {f"template:{name}": inputs.sha256(path) for name, path in named}
    return templates, {**cells, "templates": " ".join(sorted(templates))}


def changed_leaves(state: StateRow | None, leaves: Leaves) -> set[str]:
    """The cells that hold something else than at the last build; `setting:` ones included."""
    if state is None:
        return set()
    old, new = dict(state.cells), dict(leaves.cells)
    if any(cell.startswith(_DATA) for cell in old.keys() | new.keys()):
        built_in = list_cells(Facts())
        old, new = {**built_in, **old}, {**built_in, **new}
    changed = {cell for cell in old.keys() | new.keys() if old.get(cell) != new.get(cell)}
    fields = Config.__struct_fields__
    changed.update(
        f"setting:{key}"
        for key in fields
        if getattr(state.config, key) != getattr(leaves.config, key)
    )
    return changed | _changed_locks(state.lock, leaves.facts.lock)


def _changed_locks(old: Lock, new: Lock) -> set[str]:
    if old is new or old == new:
        return set()
    changed = {"locked"} if old.is_whole != new.is_whole else set()
    for path in old.posts.keys() | new.posts.keys():
        before, after = old.posts.get(path, {}), new.posts.get(path, {})
        changed.update(
            f"locked:{path}/{name}"
            for name in before.keys() | after.keys()
            if before.get(name) != after.get(name)
        )
    return changed


def _list_catalogue(facts: Facts, inputs: Inputs, state: StateRow | None) -> dict[str, str]:
    """The cells of the catalogue of a site that has data of its own, and the data's digests.

    As long as these digests are what they were, so is all the rest, and nothing is loaded.
    """
    digests = {_DATA + source.path: inputs.sha256(source.path) for source in facts.data}
    old = {cell: held for cell, held in state.cells.items() if _is_catalogue(cell)} if state else {}
    if digests == {cell: held for cell, held in old.items() if cell.startswith(_DATA)}:
        return old
    return {**digests, **list_cells(facts)} if digests else {}


def _is_catalogue(cell: str) -> bool:
    return cell.startswith((_DATA, "catalogue:"))
