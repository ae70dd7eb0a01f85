"""`site-gen verify`: whether the last build left what a clean one makes, to the byte."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from pathlib import Path
from typing import Literal, NoReturn

import click
import msgspec

from site_gen.build.inputs import Inputs
from site_gen.build.report import digest_options, is_up_to_date
from site_gen.build.result import Build, is_good
from site_gen.build.work import Options
from site_gen.commands.building import build_clean
from site_gen.commands.last_build import LastBuild, open_last_build
from site_gen.commands.site import FOLDER, print_json, read_clock, site_options, site_root
from site_gen.diagnostics import SiteError
from site_gen.effects import DiskTree
from site_gen.file_systems import printable
from site_gen.phrases import format_count
from site_gen.publish.manifest import (
    JOURNAL,
    MANIFEST,
    describe_outputs,
    encode_record,
    owned_files,
    read_journal,
    read_manifest,
)
from site_gen.setup import theme_root
from site_gen.terminal import print_diagnostics

_LONGEST_LINE = 120
"""Characters of a differing line that are shown."""


class Difference(msgspec.Struct, frozen=True):
    """One file that is not what a clean build makes."""

    path: str
    """From the output folder."""
    where: Literal["folder", "store"]
    """The output folder, or what the last build noted."""
    what: Literal["missing", "extra", "other bytes"]
    line: int = 0
    """The first that differs, from 1 on; 0 where that is not known, or it is no text."""
    found: str = ""
    """That line."""
    wanted: str = ""
    """What a clean build makes of it."""


@click.command("verify")
@site_options
@click.option("--locked", is_flag=True, help="As the build that is looked at was told.")
@click.option("--output", type=FOLDER, help="Folder that was published into.")
def verify(
    root: Path | None,
    drafts: bool,
    future: bool,
    jobs: int | None,
    as_json: bool,
    locked: bool,
    output: Path | None,
) -> None:
    """Build from nothing beside the last build, and compare every byte with what it left.

    Give the options that the last build was given.
    """
    site, now = site_root(root), read_clock()
    folder = output or site / "_site"
    with open_last_build(site) as last:
        inputs = Inputs(DiskTree(site), DiskTree(theme_root()))
        if not is_up_to_date(last.store, inputs, digest_options(drafts, future, locked), now):
            message = "the last build is not of this day, these files and these options"
            raise SiteError(message, "build once more with the options that `verify` is given")
        options = Options(drafts, future, jobs, locked)
        with build_clean(site, options, now) as clean:
            if not is_good(clean):
                _refuse(clean, as_json)
            differences = [*_compare_store(clean, last), *_compare_folder(clean, folder)]
    _tell(differences, len(clean.outputs), as_json)
    raise SystemExit(1 if differences else 0)


def _refuse(clean: Build, as_json: bool) -> NoReturn:
    """Say what is wrong with the site, of which nothing is published; and end."""
    if as_json:
        for each in clean.diagnostics:
            print_json({"type": "diagnostic", **msgspec.to_builtins(each)})
        print_json({"type": "report", "good": False, "files": 0, "differences": 0})
    else:
        print_diagnostics(clean.diagnostics)
        click.echo("a site with errors is not published, so there is nothing to compare", err=True)
    raise SystemExit(1)


def _compare_store(clean: Build, last: LastBuild) -> Iterator[Difference]:
    """Where the notes of the last build are not what a clean one would note."""
    noted = {path: row.sha256 for path, row in last.outputs.items()}
    noted |= {path: copy.sha256 for path, copy in last.copies.items()}
    made = {output.path: output.sha256 for output in clean.outputs}
    for path in sorted(noted.keys() | made.keys()):
        if path not in noted or path not in made:
            yield Difference(path, "store", "extra" if path in noted else "missing")
        elif noted[path] != made[path]:
            yield Difference(path, "store", "other bytes")


def _compare_folder(clean: Build, folder: Path) -> Iterator[Difference]:
    """Where an output folder does not hold what a clean build makes.

    The manifest is told only where every file is right: else it is wrong for their sake.
    """
    made = {output.path: output.sha256 for output in clean.outputs}
    is_right = True
    for path in sorted(_find_owned(folder) | made.keys()):
        found = _read(folder / path)
        if found is None and path not in made:
            continue
        if found is None:
            yield Difference(path, "folder", "missing")
        elif path not in made:
            yield Difference(path, "folder", "extra")
        elif hashlib.sha256(found).hexdigest() != made[path]:
            yield _compare_bytes(path, found, clean.pool.read(made[path]))
        else:
            continue
        is_right = False
    manifest = encode_record(describe_outputs(clean.outputs))
    if is_right and (found := _read(folder / MANIFEST)) != manifest:
        yield _compare_bytes(MANIFEST, found or b"", manifest)


def _find_owned(folder: Path) -> frozenset[str]:
    """What site_gen says that it has made in a folder, and what it left of unfinished work."""
    try:
        owned = owned_files(read_manifest(folder), read_journal(folder))
    except SiteError:
        return frozenset()  # that the manifest has other bytes is told
    return owned | ({JOURNAL} if (folder / JOURNAL).exists() else set())


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise SiteError(f"`{path}` cannot be read: {reason}") from error


def _compare_bytes(path: str, found: bytes, wanted: bytes) -> Difference:
    """Two files that differ, with the first line that does where both are text."""
    difference = Difference(path, "folder", "other bytes")
    try:
        lines = found.decode().split("\n"), wanted.decode().split("\n")
    except UnicodeDecodeError:
        return difference
    pairs = enumerate(zip_longest(*lines))
    index, (old, new) = next(each for each in pairs if each[1][0] != each[1][1])
    return msgspec.structs.replace(difference, line=index + 1, found=old or "", wanted=new or "")


def _tell(differences: list[Difference], count: int, as_json: bool) -> None:
    if as_json:
        for each in differences:
            print_json({"type": "difference", **msgspec.to_builtins(each)})
        record = {"good": not differences, "files": count, "differences": len(differences)}
        print_json({"type": "report", **record})
        return
    for each in differences:
        click.echo(_describe(each), err=True)
    files = format_count(count, "file")
    if not differences:
        click.echo(f"{files} {'is' if count == 1 else 'are'} what a clean build makes", err=True)
        return
    wrong = {each.path for each in differences}
    verb = "is" if len(wrong) == 1 else "are"
    click.echo(f"of {files}, {len(wrong):,} {verb} not what a clean build makes", err=True)


_WORDS: Mapping[tuple[str, str], str] = {
    ("folder", "missing"): "is not there",
    ("folder", "extra"): "is there, and no clean build makes it",
    ("folder", "other bytes"): "has other bytes",
    ("store", "missing"): "is not known to the last build",
    ("store", "extra"): "was made by the last build, and no clean build makes it",
    ("store", "other bytes"): "had other bytes when the last build made it",
}


def _describe(difference: Difference) -> str:
    """A line, and below it the two lines that differ where they are known."""
    line = f"{printable(difference.path)} {_WORDS[difference.where, difference.what]}"
    if not difference.line:
        return line
    found, wanted = _cut(difference.found, difference.wanted)
    return f"{line}, from line {difference.line:,} on\n  is        {found}\n  should be {wanted}"


def _cut(found: str, wanted: str) -> tuple[str, str]:
    """Two lines from shortly before where they part, no more than fits."""
    same = next(
        (
            index
            for index, pair in enumerate(zip(found, wanted, strict=False))
            if len(set(pair)) > 1
        ),
        min(len(found), len(wanted)),
    )
    start = max(0, same - _LONGEST_LINE // 3) if max(len(found), len(wanted)) > _LONGEST_LINE else 0
    shown = []
    for text in (found, wanted):
        part = text[start : start + _LONGEST_LINE]
        before, after = ("…" if start else ""), ("…" if start + _LONGEST_LINE < len(text) else "")
        shown.append(before + printable(part.strip() if not start else part) + after)
    return shown[0], shown[1]
