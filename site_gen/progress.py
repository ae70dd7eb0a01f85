"""What a build is doing, for people who wait for it."""

from __future__ import annotations

import sys
import threading
from importlib import import_module
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.status import Status

_PATIENCE_S = 1.0


class Progress:
    """The stage of a build, shown once it has taken a second and only on a terminal.

    What shows it is loaded only then: most builds are done sooner.
    """

    def __init__(self) -> None:
        self._stage = "building"
        self._status: Status | None = None
        self._timer = threading.Timer(_PATIENCE_S, self._show)
        self._timer.daemon = True
        self._is_wanted = sys.stderr.isatty()

    def __enter__(self) -> Self:
        if self._is_wanted:
            self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._timer.cancel()
        if self._is_wanted:
            self._timer.join()
        if self._status:
            self._status.stop()

    def stage(self, name: str) -> None:
        """The stage that begins now."""
        self._stage = f"{name} …"
        if self._status:
            self._status.update(self._stage)

    def _show(self) -> None:
        self._status = import_module("site_gen.terminal").make_console().status(self._stage)
        self._status.start()
