"""Files that tests compare: a folder read back, and golden files written anew on demand."""

import os
from pathlib import Path


def regenerating() -> bool:
    """Whether golden files are to be written anew, for reading before they are committed."""
    return os.environ.get("REGENERATE") == "1"


def read_tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder by its path in it; links by where they lead.

    A folder with nothing in it is there too, by its path and a slash.
    """
    tree = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            tree[name] = b"link to " + os.fsencode(path.readlink())
        elif path.is_file():
            tree[name] = path.read_bytes()
        elif not any(path.iterdir()):
            tree[name + "/"] = b""
    return tree
