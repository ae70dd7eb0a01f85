"""What happens to files, put together: one save is one burst, however an editor saves.

Editors write in place, or write another file and move it over, or remove the file and make it
anew; in between it is half there or not at all. So a burst goes on while a file that was opened for
writing is not closed, or one is gone that may come back, and a moment longer.
"""

from __future__ import annotations

import sys
from pathlib import PurePath

from watchdog.events import FileSystemEvent

from site_gen.effects import is_left_out

MOST_PATHS = 500
"""With more, it is quicker to look at all files, and the system may not have told of each."""
_QUIET_S = 0.005
_UNFINISHED_S = 0.1
_TELLS_OF_CLOSING = sys.platform == "linux"


class Burst:
    """Paths of files that something has happened to."""

    def __init__(self) -> None:
        self.paths: set[str] = set()
        self.is_wide = False
        """Whether more has happened than `paths` tells: a folder came, went or was moved."""
        self._made: set[str] = set()
        self._open: set[str] = set()
        self._gone: set[str] = set()

    def add(self, event: FileSystemEvent) -> None:
        """Take in what happened; what is only looked at is nothing."""
        kind, path, target = event.event_type, str(event.src_path), str(event.dest_path)
        if event.is_directory:
            self.is_wide |= kind in ("created", "deleted", "moved", "attrib")
        elif kind in ("deleted", "moved"):
            self._go(path)
            if kind == "moved":
                self._come(target)
        elif kind in ("created", "modified"):
            is_new = kind == "created" and path not in self.paths
            self._come(path)
            self._made.update({path} & self.paths if is_new else ())
            self._open.update({path} & self.paths if _TELLS_OF_CLOSING else ())
        elif kind == "closed":
            self._come(path)
        elif kind == "attrib":
            self.paths.update(() if _is_editors(path) else {path})
        self.is_wide |= len(self.paths) > MOST_PATHS

    def lose(self) -> None:
        """The system has told that it could not tell of everything."""
        self.is_wide = True

    @property
    def is_empty(self) -> bool:
        """Whether nothing has happened."""
        return not self.paths and not self.is_wide

    @property
    def patience_s(self) -> float:
        """How long nothing has to happen before it is over."""
        return _UNFINISHED_S if self._open or self._gone else _QUIET_S

    def _go(self, path: str) -> None:
        if _is_editors(path):
            return
        self._open.discard(path)
        if path in self._made:  # an editor made it for itself
            self._made.discard(path)
            self.paths.discard(path)
            return
        self.paths.add(path)
        self._gone.add(path)

    def _come(self, path: str) -> None:
        if _is_editors(path):
            return
        self.paths.add(path)
        self._gone.discard(path)
        self._open.discard(path)


def _is_editors(path: str) -> bool:
    """Whether this is no source, such as a backup: what becomes of it is nobody's concern."""
    return is_left_out(PurePath(path).name)
