"""One worker process: its pipe, the item that it is at, its end; and the loop that runs in it.

It is right under these conditions. Both sides take turns: the parent writes only to a process that
is ready and has answered all it was asked, so it is reading, and they cannot both wait with their
pipes full. `_place` is one aligned integer: the worker alone writes it during a batch, the parent
alone between batches, so it needs no lock, and what it says outlives the process.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import pickle
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from ctypes import c_int
from multiprocessing.connection import Connection
from multiprocessing.resource_tracker import ensure_running
from typing import NamedTuple

# `spawn` is the one way that every platform has, and no thread's lock is copied half-way.
_CONTEXT = multiprocessing.get_context("spawn")
_START_S = 60.0
"""Time until a process runs and has imported what a batch needs; 0.2 s on an idle machine."""
_READY = b""


class Failure(NamedTuple):
    """An exception that an item raised in a worker, and where it came from."""

    error: bytes
    """The exception, pickled."""
    trace: str


class WorkerTracebackError(Exception):
    """The traceback of an exception in the process where it was raised, as its cause."""

    def __str__(self) -> str:
        return f'\n"""\n{self.args[0]}"""'


class WorkerProcess:
    """A worker as its parent sees it, from its start to its end."""

    def __init__(self) -> None:
        self.is_ready = False
        """Whether it has started and waits for work, or works."""
        self._fn = b""
        self._place: c_int = _CONTEXT.RawValue("i", 0)
        self._seen = 0
        self._waited_s = 0.0
        self.connection, far_end = _CONTEXT.Pipe()
        self._process = _CONTEXT.Process(target=_serve, args=(far_end, self._place), daemon=True)
        try:
            with _holding_interrupts():
                self._process.start()
        except BaseException:
            self.connection.close()
            raise
        finally:
            far_end.close()
        self.sentinel = self._process.sentinel
        assert self._process.pid
        self.pid = self._process.pid

    @property
    def place(self) -> int:
        """Which item of the batch it is at, or was when it ended: 0 for the first."""
        return max(0, self._place.value - 1)

    def send(self, fn: bytes, items: bytes) -> bool:
        """Asks for a batch, all of it pickled; False where the process has ended meanwhile."""
        self._place.value, self._seen, self._waited_s = 0, 0, 0.0
        # What a batch runs is as large as a site's configuration and seldom changes.
        known, self._fn = self._fn, fn
        message = pickle.dumps((None if fn == known else fn, items))
        try:
            self.connection.send_bytes(message)
        except OSError:
            return False
        return True

    def receive(self) -> list[bytes] | Failure | None:
        """The results of a batch, each pickled, or what went wrong; None from a process that ended.

        Nothing, an empty list, is also what a process says when it is ready.
        """
        try:
            message = self.connection.recv_bytes() if self.connection.poll() else None
        except (EOFError, OSError):
            return None
        if message is None:
            return None
        self.is_ready = True
        reply: list[bytes] | Failure = pickle.loads(message) if message != _READY else []
        if isinstance(reply, Failure):
            self._fn = b""  # it may be what could not be unpickled
        return reply

    def has_stalled(self, waited_s: float, patience_s: float) -> bool:
        """Whether it stayed at one item for too long, now that it was waited for that much longer.

        Only the parent's waiting counts: not what else the parent does, nor a machine asleep.
        """
        place = self._place.value
        self._waited_s = self._waited_s + waited_s if place == self._seen else 0.0
        self._seen = place
        return self._waited_s > (patience_s if place else max(patience_s, _START_S))

    def stop(self) -> str:
        """How the process ended, by itself or now; it is gone and nothing of it is left."""
        self._process.kill()  # it holds nothing that would need saving
        self._process.join()
        code = self._process.exitcode or 0
        self._process.close()
        self.connection.close()
        return f"died (signal {-code})" if code < 0 else f"ended (exit code {code})"


@contextmanager
def _holding_interrupts() -> Iterator[None]:
    """What starts in here cannot be interrupted before it says that it does not want to be."""
    if sys.platform == "win32":
        yield
        return
    ensure_running()  # multiprocessing's own helper, which lets interrupts in when it is started
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(connection: Connection, place: c_int) -> None:
    """Answers batches until the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is the parent's to handle
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    parent = multiprocessing.parent_process()
    assert parent
    end_at_eof(parent.sentinel)
    # Collecting in the middle of a batch takes a tenth of the time and finds little. Collecting
    # between batches takes 1 ms, as all that outlives a batch is not looked at again.
    gc.disable()
    fn: Callable[[object], object] | None = None
    with suppress(EOFError, OSError), connection:
        connection.send_bytes(_READY)
        while True:
            fn, reply = _answer(connection.recv_bytes(), fn, place)
            connection.send_bytes(reply)
            del reply
            gc.collect()  # also what was run before, where that has just been replaced
            gc.freeze()


def _answer(
    message: bytes, fn: Callable[[object], object] | None, place: c_int
) -> tuple[Callable[[object], object] | None, bytes]:
    """What to run from now on, and the reply to a batch."""
    try:
        packed, items = pickle.loads(message)
        if packed is not None:
            gc.unfreeze()  # so that what the last one kept goes with it
            fn = pickle.loads(packed)
        assert fn
        results = []
        for number, item in enumerate(pickle.loads(items), 1):
            place.value = number
            # One by one, so that an item whose result is too much is known as well.
            results.append(pickle.dumps(fn(item), pickle.HIGHEST_PROTOCOL))
        return fn, pickle.dumps(results)
    except BaseException as error:
        return fn, pickle.dumps(_pack(error))


def _pack(error: BaseException) -> Failure:
    trace = "".join(traceback.format_exception(error))
    try:
        packed = pickle.dumps(error.with_traceback(None))
        pickle.loads(packed)  # not every exception that can be pickled can be unpickled
    except Exception:
        packed = pickle.dumps(RuntimeError(f"{type(error).__name__}: {error}"))
    return Failure(packed, trace)


def unpack(failure: Failure) -> BaseException:
    """The exception as it was in the worker, with the worker's traceback as its cause."""
    error: BaseException = pickle.loads(failure.error)
    error.__cause__ = WorkerTracebackError(failure.trace)
    return error


def _end_at_eof_by_thread(pipe: int) -> None:
    """This process ends when the other end of a pipe closes, unless C code hogs the interpreter."""

    def wait() -> None:
        multiprocessing.connection.wait([pipe])
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


if sys.platform == "linux":
    import fcntl

    def _end_at_eof_by_signal(pipe: int) -> None:
        """This process ends when the other end of a pipe closes, even in the middle of a regex."""
        signal.signal(signal.SIGIO, signal.SIG_DFL)  # which is to end the process
        fcntl.fcntl(pipe, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(pipe, fcntl.F_SETFL, fcntl.fcntl(pipe, fcntl.F_GETFL) | os.O_ASYNC)

    end_at_eof = _end_at_eof_by_signal
else:
    end_at_eof = _end_at_eof_by_thread
