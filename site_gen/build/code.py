"""What made a store: our own code and data, the libraries around it, Python."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

import msgspec

from site_gen.setup import theme_root

_ENDINGS = (".py", ".mjs", ".toml", ".csv")
_NODE_FILES = ("package.json", "package-lock.json")


def digest_code() -> str:
    """What changes whenever a task might make something else of the same input.

    The libraries are told by the names of all packages beside one of them, which have versions in
    them; what Node runs, by its lock.
    """
    digest = hashlib.sha256(sys.version.encode())
    package = Path(__file__).parents[1]
    for path in sorted(_list_files(str(package))):
        digest.update(f"\0{path[len(str(package)) :]}\0".encode())
        digest.update(Path(path).read_bytes())
    libraries = Path(msgspec.__file__).parents[1]
    names = (each.name for each in os.scandir(libraries) if each.name.endswith(".dist-info"))
    digest.update("\0".join(sorted(names)).encode())
    for name in _NODE_FILES:
        digest.update((theme_root() / name).read_bytes())
    return digest.hexdigest()


def _list_files(folder: str) -> list[str]:
    found = []
    for entry in os.scandir(folder):
        if entry.is_dir():
            found += [] if entry.name == "__pycache__" else _list_files(entry.path)
        elif entry.name.endswith(_ENDINGS):
            found.append(entry.path)
    return found
