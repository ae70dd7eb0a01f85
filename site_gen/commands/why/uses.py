"""Which outputs depend on a file, and how."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from msgspec.structs import replace

from site_gen.commands.last_build import LastBuild
from site_gen.commands.why.answer import Group
from site_gen.directives.facts import Facts
from site_gen.directives.token_rate import list_cells
from site_gen.paths import CONFIG_PATH, FINGERPRINTED, LOCK_PATH, is_data
from site_gen.site.changes import changed_cells


def find_uses_of_document(last: LastBuild, path: str) -> tuple[Group, ...]:
    """The outputs that hold its text, the others that list it, and the sources that link to it."""
    text = _find_outputs(last, {f"ready:{path}"})
    row = last.documents[path]
    listed: list[str] = []
    if row.summary and path in last.known.index.by_path:
        other = replace(row, summary=replace(row.summary, title=f"{row.summary.title}!"))
        changed = changed_cells(last.known, last.know({**last.documents, path: other}))
        listed = [each for each in _find_outputs(last, changed) if each not in text]
    return _keep(
        ("in full", text),
        ("in lists", listed),
        ("linked from", _find_sources(last, f"target:{path}", f"anchor:{path}#")),
    )


def find_uses_of_card(last: LastBuild, path: str) -> tuple[Group, ...]:
    """The pages that show it, by its output path."""
    name, _ = last.cards[path]
    return _keep(("pages", _find_outputs(last, {f"card:{name}"})))


def find_uses_of_template(last: LastBuild, name: str) -> tuple[Group, ...]:
    """The pages that it makes, by itself or with others."""
    return _keep(("pages", _find_outputs(last, {f"template:{name}"})))


def find_uses_of_file(last: LastBuild, path: str) -> tuple[Group, ...]:
    """What depends on a file that is neither a source nor a template."""
    if path == CONFIG_PATH:
        return _find_uses_of_settings(last)
    if path == LOCK_PATH:
        return _keep(("pinned in", _find_sources(last, "locked", "locked:")))
    if is_data(path):
        return _keep(("looked up by", _find_readers_of_data(last)))
    name = path.removeprefix("static/")
    assets = last.find_assets(name.removeprefix(FINGERPRINTED))
    cells = {f"asset:{each}" for each in assets} if name.startswith(FINGERPRINTED) else set()
    copies = [each for each, copy in last.copies.items() if _is_copy_of(copy.source, path)]
    sources = _find_sources(last, f"target:{path}")
    pages = _find_outputs(last, {*cells, *(f"ready:{each}" for each in sources)})
    return _keep(("published as", copies), ("shown by", sources), ("pages", pages))


def _find_uses_of_settings(last: LastBuild) -> tuple[Group, ...]:
    """For each setting the outputs and the sources that depend on it."""
    keys = last.state.config.__struct_fields__
    reads = {path: {*_list_reads(last, path, row.reads)} for path, row in last.documents.items()}
    groups = []
    for key in keys:
        cells = {f"setting:{key}", f"site:{key}"}
        if key == "url":
            cells |= {"setting:base_url", "setting:base_path", "setting:origin"}
        sources = [path for path, read in reads.items() if not cells.isdisjoint(read)]
        groups.append((key, [*sources, *_find_outputs(last, cells)]))
    return _keep(*groups)


def _find_readers_of_data(last: LastBuild) -> list[str]:
    """The sources that look up what the site's own data has changed or added."""
    held = {cell: value for cell, value in last.state.cells.items() if _is_catalogue(cell)}
    built_in = list_cells(Facts())
    own = {cell for cell, value in held.items() if built_in.get(cell) != value}
    return [path for path, row in last.documents.items() if not own.isdisjoint(row.reads)]


def _is_catalogue(cell: str) -> bool:
    return cell.startswith("catalogue:")


def _is_copy_of(source: str, path: str) -> bool:
    return source.rpartition(":")[2] == path


def _find_outputs(last: LastBuild, cells: Collection[str]) -> list[str]:
    """The outputs that read one of these cells, pages first."""
    wanted = frozenset(cells)
    found = [path for path, row in last.outputs.items() if not wanted.isdisjoint(row.reads)]
    found += (path for path, (_, card) in last.cards.items() if not wanted.isdisjoint(card.reads))
    return sorted(found, key=lambda path: (not path.endswith(".html"), path))


def _find_sources(last: LastBuild, cell: str, start: str = "\0") -> list[str]:
    """The sources that read a cell, or any that begins so."""
    return [
        path
        for path, row in last.documents.items()
        if any(
            each == cell or each.startswith(start) for each in _list_reads(last, path, row.reads)
        )
    ]


def _list_reads(last: LastBuild, path: str, reads: Iterable[str]) -> Iterator[str]:
    yield from reads
    ready = last.readies.get(path)
    yield from ready.reads if ready else ()


def _keep(*groups: tuple[str, list[str]]) -> tuple[Group, ...]:
    """The groups that hold something."""
    return tuple(Group(label, tuple(names)) for label, names in groups if names)
