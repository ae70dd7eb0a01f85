"""The steps of a publication into a folder, which is locked meanwhile.

Whenever the process is killed, every file is whole, old or new, and the next publication
gives what a clean one gives, with nothing left over. It goes in this order:

1. what cannot be written is refused, and nothing has changed;
2. the journal names every file that may be in the folder from now on;
3. what is new is on the folder's own disk, in the build's pool or in `.site_gen/tmp/`: a full disk
   shows here, and the old site is as it was;
4. the new files are moved into place, pictures and styles before the pages that show them, feeds
   last, so that nothing refers to a file that is not there yet;
5. the manifest is replaced, what is no longer made is removed, and the journal at the very end.

This holds for the death of the process. Against the loss of power only the journal and the manifest
are forced to the disk: to do so for each of 10,000 files would take longer than to build them. A
file whose stamp is not the one that it was published with is read before it is taken for whole.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from site_gen.codings import ENDINGS
from site_gen.diagnostics import SiteError
from site_gen.file_systems import is_link
from site_gen.model import Output
from site_gen.paths import fold
from site_gen.publish.file import write_durably
from site_gen.publish.folder import (
    TEMPORARY,
    files_below,
    parents_of,
    refuse_links,
    remove_files,
    remove_temporary,
)
from site_gen.publish.intact import Held
from site_gen.publish.manifest import (
    JOURNAL,
    MANIFEST,
    Journal,
    Manifest,
    describe_outputs,
    encode_record,
    owned_files,
)
from site_gen.publish.pool import Pool

_BROTLI, _GZIP = ENDINGS["brotli"], ENDINGS["gzip"]


class Published(msgspec.Struct, frozen=True):
    """What a publication did, as paths in order."""

    written: tuple[str, ...]
    """New files, and those whose bytes changed."""
    unchanged: tuple[str, ...]
    """Files that held these bytes already and were left alone."""
    removed: tuple[str, ...]
    """Files of earlier publications that are no longer made."""


def publish_into(folder: Path, outputs: Sequence[Output], pool: Pool, held: Held) -> Published:
    """Take the steps of the module's docstring; `held` is what is there."""
    manifest, old, journal = describe_outputs(outputs), held.manifest, held.journal
    changed = _in_writing_order(
        output for output in outputs if held.intact.get(output.path) != output.sha256
    )
    owned = owned_files(old, journal)
    stale = owned - manifest.files.keys()
    refuse_links(folder, (output.path for output in changed))
    obstacles = _find_obstacles(folder, changed, owned)
    remove_temporary(folder)
    if not changed and old == manifest and journal is None:
        return report((), manifest.files, ())
    remaining = _without(old, obstacles)
    try:
        staged = _stage(folder, changed, pool, _make_journal(owned, remaining, manifest), manifest)
        removed = _clear_the_way(folder, obstacles, remaining) if obstacles else ()
        _move_into_place(folder, changed, staged)
        (folder / TEMPORARY / "manifest").replace(folder / MANIFEST)
        removed += remove_files(folder, _without_namesakes(folder, stale, manifest))
        (folder / JOURNAL).unlink()
    finally:
        with suppress(OSError):
            remove_temporary(folder)
    return report({output.path for output in changed}, manifest.files, removed)


def _make_journal(owned: frozenset[str], remaining: Manifest, new: Manifest) -> Journal:
    """All that may be there and is not named by both manifests."""
    everything = owned | new.files.keys()
    return Journal(1, sorted(everything - (remaining.files.keys() & new.files.keys())))


def _find_obstacles(folder: Path, changed: Sequence[Output], owned: frozenset[str]) -> set[str]:
    """Our own old files that stand where a folder must be or in a folder where a file must be.

    SiteError where such a file or folder is not ours to remove.
    """
    # As texts: to make 20,000 paths of pathlib takes longer than to ask the system about them.
    ways = ((way, f"{folder}/{way}") for way in parents_of(output.path for output in changed))
    obstacles = {way for way, at in ways if os.path.exists(at) and not os.path.isdir(at)}
    for output in changed:
        if _is_folder(f"{folder}/{output.path}"):
            obstacles.update(files_below(folder, output.path))
    foreign = sorted(obstacles - owned)
    if foreign:
        raise SiteError(
            f"`{(folder / foreign[0]).as_posix()}` is in the way and was not made by site_gen",
            hint="move it out of the output folder",
        )
    return obstacles


def _in_writing_order(outputs: Iterable[Output]) -> list[Output]:
    """What is referred to before what refers to it: assets, pages, then feeds and sitemaps."""
    return sorted(outputs, key=lambda output: (_writing_rank(output.path), output.path))


def _writing_rank(path: str) -> int:
    path = path.removesuffix(_BROTLI).removesuffix(_GZIP)
    if path.endswith(".html"):
        return 1
    at_the_top = "/" not in path and path.endswith((".json", ".txt"))
    return 2 if at_the_top or path.endswith(".xml") else 0


def _without(manifest: Manifest | None, obstacles: set[str]) -> Manifest:
    files = manifest.files if manifest else {}
    return Manifest(1, {path: file for path, file in files.items() if path not in obstacles})


def _stage(
    folder: Path, changed: Sequence[Output], pool: Pool, journal: Journal, manifest: Manifest
) -> list[str]:
    """Write the journal, and bring whatever is new onto the folder's disk; undone where that fails.

    Returns where each of the changed outputs waits.
    """
    had_journal = (folder / JOURNAL).exists()
    made: list[str] = []
    try:
        (folder / TEMPORARY).mkdir()
        write_durably(folder / TEMPORARY / "journal", encode_record(journal))
        (folder / TEMPORARY / "journal").replace(folder / JOURNAL)
        for parent in sorted(parents_of(output.path for output in changed)):
            place = f"{folder}/{parent}"
            if not os.path.lexists(place) and os.path.isdir(os.path.dirname(place)):
                os.mkdir(place)
                made.append(place)
        staged = list(_bring(folder, changed, pool))
        write_durably(folder / TEMPORARY / "manifest", encode_record(manifest))
    except BaseException:
        with suppress(OSError):
            for path in reversed(made):
                os.rmdir(path)
            if not had_journal:
                (folder / JOURNAL).unlink(missing_ok=True)
        raise
    return staged


def _bring(folder: Path, changed: Sequence[Output], pool: Pool) -> Iterator[str]:
    """Where each output can be moved from: its file in the pool, or a copy on the folder's disk."""
    if not changed:
        return  # and there need be no pool
    device = (folder / TEMPORARY).stat().st_dev
    is_near = pool.folder is not None and pool.folder.stat().st_dev == device
    taken: set[str] = set()
    for number, output in enumerate(changed):
        if is_near and output.sha256 not in taken:
            taken.add(output.sha256)
            yield f"{pool.folder}/{output.sha256}"
        else:
            copy = folder / TEMPORARY / str(number)
            copy.write_bytes(pool.read(output.sha256))
            yield str(copy)


def _clear_the_way(folder: Path, obstacles: set[str], remaining: Manifest) -> tuple[str, ...]:
    """Remove obstacles, but first from the manifest: it names only files that are there."""
    write_durably(folder / TEMPORARY / "remaining", encode_record(remaining))
    (folder / TEMPORARY / "remaining").replace(folder / MANIFEST)
    return remove_files(folder, obstacles)


def _move_into_place(folder: Path, changed: Sequence[Output], staged: Sequence[str]) -> None:
    for parent in {posixpath.dirname(output.path) for output in changed}:
        if not os.path.isdir(f"{folder}/{parent}"):
            (folder / parent).mkdir(parents=True, exist_ok=True)
    for output, file in zip(changed, staged, strict=True):
        place = f"{folder}/{output.path}"
        if _is_folder(place):
            _remove_empty_folder(Path(place))
        os.replace(file, place)


def _is_folder(path: str) -> bool:
    return os.path.isdir(path) and not is_link(path)


def _remove_empty_folder(path: Path) -> None:
    """Remove a folder that has only such folders in it."""
    for child in path.iterdir():
        _remove_empty_folder(child)
    path.rmdir()


def _without_namesakes(folder: Path, stale: Collection[str], manifest: Manifest) -> set[str]:
    """Stale paths without those that the disk takes for a new file, e.g. `A.html` for `a.html`."""
    new = {fold(path): path for path in manifest.files} if stale else {}
    return {
        path
        for path in stale
        if not (twin := new.get(fold(path)))
        or not (folder / path).exists()
        or not (folder / path).samefile(folder / twin)
    }


def report(changed: Iterable[str], all_paths: Iterable[str], removed: Iterable[str]) -> Published:
    """What was done, when these of all paths were written and these removed."""
    unchanged = set(all_paths).difference(changed)
    return Published(
        written=tuple(sorted(changed)),
        unchanged=tuple(sorted(unchanged)),
        removed=tuple(sorted(removed)),
    )
