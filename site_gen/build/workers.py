"""Worker processes that survive items which kill or hang a process, and can name the item.

It is right under these conditions. What is run depends on its item alone, so a batch can be run
again as a whole: after a hang or a death it is, and only an item lost twice is blamed, as the first
time may have been a kill from outside. One thread at a time uses a `Workers`: there is no thread
behind it. Whoever waits for a result moves all work on, so a process that has finished stays idle
while the parent does something else; and only the parent's waiting counts as time without progress.
"""

from __future__ import annotations

import pickle
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from itertools import islice
from multiprocessing.connection import wait as wait_for_any
from typing import Any, ParamSpec, TypeVar

from site_gen.build.batches import Batch, Call, Job, WorkerLostError, call
from site_gen.build.inline import Lost
from site_gen.build.worker_process import WorkerProcess
from site_gen.diagnostics import SiteError

__all__ = ["WorkerLostError", "WorkerStartError", "Workers"]

Item = TypeVar("Item")
Result = TypeVar("Result")
_Arguments = ParamSpec("_Arguments")

_AHEAD = 4
"""Batches a process that are taken before the oldest is yielded: one may take much longer."""
_LONGEST_WAIT_S = 1.0


class WorkerStartError(SiteError):
    """Processes end before they are ready: nothing can be run in them at all."""


class Workers(Executor):
    """Up to `count` processes, each started when there is work for it.

    They end with the `with` block, with the parent, however that ends, and when an exception or an
    interrupt leaves a batch behind; with the next work after that, others take their place.
    """

    def __init__(self, count: int, patience_s: float = 60.0, losses: int = 32) -> None:
        """`patience_s` is the longest that one item may take.

        After `losses` deaths and hangs in one `map_batches`, two an item, the rest is given up.
        """
        assert count > 0
        self._count = count
        self._patience_s = patience_s
        self._losses = losses
        self._processes: dict[WorkerProcess, Batch | None] = {}
        self._waiting = deque[Batch]()
        self._calls: dict[Batch, Call[Any]] = {}
        self._fn: tuple[object, bytes] = (None, b"")
        self._failed_starts = 0
        self._is_shut_down = False

    @property
    def pids(self) -> list[int]:
        """The numbers of the processes that there are at the moment."""
        return [process.pid for process in self._processes]

    def submit(
        self,
        fn: Callable[_Arguments, Result],
        /,
        *args: _Arguments.args,
        **kwargs: _Arguments.kwargs,
    ) -> Future[Result]:
        """The future of one call in some process; it raises `WorkerLostError` if that is lost.

        `result`, `exception` and `done` of a future move the work on. Nothing else does, so that
        `concurrent.futures.wait` and `as_completed` would wait for ever.
        """
        self._check_open()
        future = Call[Result](self._move_on)
        try:
            batch = Batch(Job(self._pickle(call)), [(fn, args, kwargs)])
        except Exception as error:  # what cannot be pickled
            future.set_exception(error)
            return future
        self._calls[batch] = future
        self._waiting.append(batch)
        self._step(0)
        return future

    def map_batches(
        self, fn: Callable[[Item], Result], batches: Iterable[Sequence[Item]]
    ) -> Iterator[list[Result | Lost]]:
        """What `fn` makes of each item, one list a batch, in the order of the batches.

        Batches are taken when there is room for them. What `fn` raises is raised here.
        """
        job, source = Job(self._pickle(fn)), iter(batches)
        taken = deque[Batch]()
        try:
            self._take(job, source, taken)
            while taken:
                while taken[0].reply is None:
                    self._check_open()
                    self._step(_LONGEST_WAIT_S)
                batch = taken.popleft()
                self._take(job, source, taken)
                self._step(0)  # so that processes have work while the caller does its own
                yield batch.unpack()
        finally:
            if taken:
                self._forget(taken)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """No process is left when this returns.

        Calls are waited for; with `cancel_futures`, only those that have begun, and without `wait`
        none. Batches are not: nobody is left who would take them.
        """
        self._is_shut_down = True
        if cancel_futures or not wait:
            for future in self._calls.values():
                Future.cancel(future)
        self._waiting = deque(batch for batch in self._waiting if batch in self._calls)
        try:
            while wait and self._calls:
                self._step(_LONGEST_WAIT_S)
        finally:
            self._stop_all()
            self._waiting.clear()
            while self._calls:
                _, future = self._calls.popitem()
                if not future.cancelled():
                    future.set_exception(WorkerLostError("shut down before it was done"))

    def _check_open(self) -> None:
        if self._is_shut_down:
            raise RuntimeError("nothing can be run after shutdown")

    def _pickle(self, fn: object) -> bytes:
        """The function as a process gets it: the same bytes for the same function."""
        if self._fn[0] is not fn:
            self._fn = (fn, pickle.dumps(fn, pickle.HIGHEST_PROTOCOL))
        return self._fn[1]

    def _take(self, job: Job, source: Iterator[Sequence[Any]], taken: deque[Batch]) -> None:
        for items in islice(source, _AHEAD * self._count - len(taken)):
            taken.append(Batch(job, items))
            self._waiting.append(taken[-1])

    def _forget(self, batches: Iterable[Batch]) -> None:
        """Nobody wants these any more, and what runs them cannot be stopped in another way."""
        self._stop_all()
        dropped = set(batches)
        self._waiting = deque(batch for batch in self._waiting if batch not in dropped)

    def _move_on(self, is_done: Callable[[], bool], seconds: float | None) -> None:
        """Returns when something is done or `seconds` are over."""
        end = float("inf") if seconds is None else time.monotonic() + seconds
        left = seconds
        while not is_done() and (left is None or left >= 0):
            left = end - time.monotonic()
            self._step(min(max(left, 0), _LONGEST_WAIT_S))

    def _step(self, seconds: float) -> None:
        """Hands out what is waiting, and takes what comes back within some seconds."""
        try:
            self._hand_out()
            if self._processes:
                self._take_back(min(seconds, self._patience_s / 4))
                self._hand_out()
        except BaseException:  # an interrupt may have left a message half read
            self._stop_all()
            raise

    def _hand_out(self) -> None:
        for process, running in list(self._processes.items()):
            if process.is_ready and running is None and (batch := self._find_next()):
                if process.send(batch.job.fn, batch.packed):
                    self._processes[process] = batch
                    self._waiting.popleft()
                else:  # it was killed while it had nothing to do
                    self._lose(process)
        self._find_next()
        free = sum(running is None for running in self._processes.values())
        for _ in range(min(len(self._waiting) - free, self._count - len(self._processes))):
            self._processes[WorkerProcess()] = None

    def _find_next(self) -> Batch | None:
        """The first batch that takes a process; those before it are done."""
        while self._waiting:
            batch = self._waiting[0]
            future = self._calls.get(batch)
            if future and not future.begin():
                del self._calls[batch]
            elif batch.settle(self._losses):
                self._finish(batch)
            else:
                return batch
            self._waiting.popleft()
        return None

    def _take_back(self, seconds: float) -> None:
        sources: dict[Any, WorkerProcess] = {}
        for process in self._processes:
            sources |= {process.connection: process, process.sentinel: process}
        start = time.monotonic()
        heard = {sources[source] for source in wait_for_any(list(sources), seconds)}
        waited_s = min(time.monotonic() - start, seconds)
        for process, batch in list(self._processes.items()):
            if process in heard:
                self._listen(process, batch)
            elif (batch or not process.is_ready) and process.has_stalled(
                waited_s, self._patience_s
            ):
                self._lose(process, f"took longer than {self._patience_s:g} s")

    def _listen(self, process: WorkerProcess, batch: Batch | None) -> None:
        reply = process.receive()
        if reply is None:
            self._lose(process)
            return
        self._failed_starts = 0
        if batch:
            batch.reply = reply
            self._processes[process] = None
            self._finish(batch)

    def _lose(self, process: WorkerProcess, reason: str = "") -> None:
        ending = process.stop()
        batch = self._processes.pop(process)
        if batch:
            batch.lose(process.place, reason or f"the process that made it {ending}")
            self._waiting.appendleft(batch)
        elif not process.is_ready:
            self._failed_starts += 1
            if self._failed_starts > self._count:
                raise WorkerStartError(f"a worker process {reason or ending} before it was ready")

    def _finish(self, batch: Batch) -> None:
        if future := self._calls.pop(batch, None):
            future.finish(batch)

    def _stop_all(self) -> None:
        """What was being run is to be run again, should somebody still want it."""
        self._failed_starts = 0
        while self._processes:
            process, batch = self._processes.popitem()
            process.stop()
            if batch:
                self._waiting.appendleft(batch)
