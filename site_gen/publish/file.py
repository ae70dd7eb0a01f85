"""One file that people keep, written whole or not at all: a reader never sees half of it."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from site_gen.diagnostics import SiteError
from site_gen.file_systems import is_link


def write_file(path: Path, content: bytes) -> None:
    """Make a file hold these bytes; SiteError, and the old file, where that cannot be done.

    What is new is written beside it and forced to the disk before it takes the file's place, so
    whenever the process is killed, or the power fails, the file is the old or the new one.
    """
    if is_link(str(path)):
        raise SiteError(
            f"`{path.name}` is a link, and nothing is written through links",
            hint="put a copy in its place",
        )
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        write_durably(temporary, content)
        temporary.replace(path)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise SiteError(
            f"`{path.as_posix()}` cannot be written: {reason}", hint="it is as it was"
        ) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def write_durably(path: Path, content: bytes) -> None:
    """Write a file and force it to the disk."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
