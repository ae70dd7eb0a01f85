"""What site_gen made in an output folder: its manifest, and the journal of unfinished work.

`.site_gen/manifest.json` describes the files of the last publication that was finished.
`.site_gen/next.json`, the journal, is there while a publication is under way or after one was cut
off. It names the files that site_gen may have left in the folder beside those of the manifest, be
that the old one or the new one: what is being made, what is to go, and what earlier publications
left that were cut off.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from site_gen.diagnostics import SiteError
from site_gen.file_systems import path_problem
from site_gen.model import Output
from site_gen.paths import fold

STATE = ".site_gen"
MANIFEST = f"{STATE}/manifest.json"
JOURNAL = f"{STATE}/next.json"

Record = TypeVar("Record", "Manifest", "Journal")


class PublishedFile(msgspec.Struct, frozen=True, gc=False):
    """What a file of the site holds."""

    sha256: str
    """Hexadecimal."""
    size_bytes: int = msgspec.field(name="size")


class Manifest(msgspec.Struct, frozen=True):
    """Every file of a finished site by its path; the same site gives the same manifest."""

    version: Literal[1]
    files: dict[str, PublishedFile]


class Journal(msgspec.Struct, frozen=True):
    """What site_gen may have left in an output folder beside the files of the manifest."""

    version: Literal[1]
    files: list[str]


def describe_outputs(outputs: Iterable[Output]) -> Manifest:
    """The manifest of a site that is made of these files."""
    files = {
        output.path: PublishedFile(output.sha256, output.size_bytes)
        for output in sorted(outputs, key=lambda output: output.path)
    }
    return Manifest(1, files)


def encode_record(record: Manifest | Journal) -> bytes:
    """A manifest or journal as JSON, its keys in order and one a line."""
    return msgspec.json.format(msgspec.json.encode(record, order="sorted"), indent=1) + b"\n"


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of an output folder; None where no publication was ever finished there."""
    return _read_record(folder, MANIFEST, Manifest)


def read_journal(folder: Path) -> Journal | None:
    """The journal of an output folder; None where nothing is unfinished."""
    return _read_record(folder, JOURNAL, Journal)


def owned_files(manifest: Manifest | None, journal: Journal | None) -> frozenset[str]:
    """The paths of all files that site_gen may have left in a folder with these records."""
    described = manifest.files if manifest else {}
    return frozenset(described).union(journal.files if journal else ())


def output_problem(path: str) -> str:
    """What makes this text unfit as the path of an output, or empty when nothing does."""
    if path.startswith(".") and fold(path.partition("/")[0]) == STATE:
        return f"`{STATE}` is site_gen's own"
    return path_problem(path)


def _read_record(folder: Path, name: str, kind: type[Record]) -> Record | None:
    """A record that was read and whose paths may be trusted; SiteError for a damaged one."""
    try:
        record = msgspec.json.decode((folder / name).read_bytes(), type=kind)
    except FileNotFoundError:
        return None
    except msgspec.MsgspecError as error:
        raise _damaged(folder, name) from error
    if any(map(output_problem, record.files)):
        raise _damaged(folder, name)
    return record


def _damaged(folder: Path, name: str) -> SiteError:
    return SiteError(
        f"`{(folder / name).as_posix()}` is damaged or was written by another version",
        hint=f"remove the folder `{folder.as_posix()}` and build again",
    )
