"""The process that watches a site's files: `python -m site_gen.serve.watcher ROOT FOLDER…`.

It is a process of its own because an interpreter that is busy otherwise misses most of a large
burst, and what the system has told once it does not tell again. It looks after ROOT's own files and
all that is in each FOLDER, and ends when its input does. It tells, each as a line of JSON:

    {"polls": reason}       the system tells nothing, or nothing more, and it has to look for itself
    {"is_ready": true}      from now on nothing is missed
    {"changed": [path, …]}  a burst: absolute paths of files that came, went or were written
    {"changed": null}       more than can be named: look at everything
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from queue import Empty, SimpleQueue
from stat import S_ISDIR
from tempfile import TemporaryDirectory

import msgspec
from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver, ObservedWatch
from watchdog.observers.polling import PollingObserver

from site_gen.serve.bursts import Burst
from site_gen.serve.mounts import find_untold

_NOTHING = (0, 0)
_POLL_S = 1.0
_LONGEST_S = 2.0
"""After so long a burst is told, whether it is over or not."""

_Events = SimpleQueue[FileSystemEvent | None]
"""What has happened; None for what the system could not tell."""


def main(root: str, folders: Sequence[str]) -> None:
    """Watch until the input ends."""
    threading.Thread(target=_end_with_input, daemon=True).start()
    events = _Events()
    logging.getLogger("watchdog").addHandler(_Overflow(events))
    handler = _Handler(events)
    watched = _start(handler, root, folders)
    _tell({"is_ready": True})
    while watched.observer.is_alive():
        burst = collect(events)
        if burst.is_wide:
            watched = _renew(watched, handler, root, folders)
        _tell({"changed": _name(burst)})


def _name(burst: Burst) -> list[str] | None:
    """The files of a burst; None where there are more, or one that has no name in JSON."""
    try:
        return None if burst.is_wide else sorted(path for path in burst.paths if path.encode())
    except UnicodeEncodeError:
        return None


class _Handler(FileSystemEventHandler):
    def __init__(self, events: _Events) -> None:
        self._events = events
        self.gone: set[str] = set()
        """Folders that have been removed or moved away."""

    def dispatch(self, event: FileSystemEvent) -> None:
        if event.is_directory and event.event_type in ("deleted", "moved"):
            self.gone.add(str(event.src_path))
        self._events.put(event)


class _Overflow(logging.Handler):
    """Watchdog says in its log, and nowhere else, that the system has dropped events."""

    def __init__(self, events: _Events) -> None:
        super().__init__(logging.WARNING)
        self._events = events

    def emit(self, record: logging.LogRecord) -> None:
        if "overflow" in record.getMessage():
            self._events.put(None)


class _Watched:
    """The folders that an observer looks after; some may come later, or go and come again."""

    def __init__(
        self,
        observer: BaseObserver,
        handler: _Handler,
        root: str,
        folders: Sequence[str],
    ) -> None:
        self.observer = observer
        self._handler = handler
        self._folders: dict[str, tuple[int, int]] = dict.fromkeys(folders, _NOTHING)
        self._watches: dict[str, ObservedWatch] = {}
        observer.schedule(handler, root, recursive=False)
        self.renew()
        observer.start()

    def renew(self) -> None:
        """Look after the folders that are there now."""
        gone, self._handler.gone = self._handler.gone, set()
        for folder, before in self._folders.items():
            # A folder that was made anew may have the number of the one before.
            if (now := _identify(folder)) == before and folder not in gone:
                continue
            self._folders[folder] = now
            if old := self._watches.pop(folder, None):
                self.observer.unschedule(old)
            if now != _NOTHING:
                self._watches[folder] = self.observer.schedule(
                    self._handler, folder, recursive=True
                )


def _identify(folder: str) -> tuple[int, int]:
    """What tells a folder from another one that was there before."""
    try:
        status = Path(folder).stat()
    except OSError:
        return _NOTHING
    return (status.st_dev, status.st_ino) if S_ISDIR(status.st_mode) else _NOTHING


def _start(handler: _Handler, root: str, folders: Sequence[str]) -> _Watched:
    """An observer that runs: the system's own, or one that looks for itself."""
    if reason := find_untold([root, *folders]):
        return _start_polling(handler, root, folders, reason)
    try:
        return _Watched(Observer(), handler, root, folders)
    except OSError as error:
        return _start_polling(handler, root, folders, _find_reason(error))


def _start_polling(handler: _Handler, root: str, folders: Sequence[str], reason: str) -> _Watched:
    _tell({"polls": reason})
    return _Watched(PollingObserver(timeout=_POLL_S), handler, root, folders)


def _renew(watched: _Watched, handler: _Handler, root: str, folders: Sequence[str]) -> _Watched:
    """What looks after the folders that there are now: from now on by itself, where the system can
    look after no more of them. Of a folder that came since it says nothing then.
    """
    try:
        watched.renew()
        if not isinstance(watched.observer, PollingObserver):
            _try_one_more(handler)
    except OSError as error:
        watched.observer.stop()
        return _start_polling(handler, root, folders, _find_reason(error))
    return watched


def _try_one_more(handler: _Handler) -> None:
    """Watch a folder for a moment; OSError where that is one too many."""
    with TemporaryDirectory() as folder:
        observer = Observer()
        observer.schedule(handler, folder, recursive=False)
        observer.start()
        observer.stop()
        observer.join()


def _find_reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def collect(events: _Events) -> Burst:
    """The next burst."""
    burst = Burst()
    while burst.is_empty:
        _add(burst, events.get())
    end = time.monotonic() + _LONGEST_S
    while (left := end - time.monotonic()) > 0:
        try:
            _add(burst, events.get(timeout=min(left, burst.patience_s)))
        except Empty:
            break
    return burst


def _add(burst: Burst, event: FileSystemEvent | None) -> None:
    if event is None:
        burst.lose()
    else:
        burst.add(event)


def _tell(record: dict[str, object]) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(record) + b"\n")
    sys.stdout.buffer.flush()


def _end_with_input() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
