"""A batch on its way through worker processes: what is left of it to run, and what came back."""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any, TypeVar

from site_gen.build.inline import Lost
from site_gen.build.worker_process import Failure, unpack

Result = TypeVar("Result")


class WorkerLostError(Exception):
    """A call that was submitted is lost: its process died or hung, and so did the next one."""


class Job:
    """What batches have in common."""

    def __init__(self, fn: bytes) -> None:
        self.fn = fn
        """What is run for each item, pickled."""
        self.losses = 0
        """Processes lost so far while they ran it."""


class Batch:
    """Items that are run one after the other in one process, and sent to it as one message."""

    def __init__(self, job: Job, items: Sequence[Any]) -> None:
        self.job = job
        self.reply: list[bytes] | Failure | None = None
        """A pickled result for each of `places`, once it is done."""
        self.places = list(range(len(items)))
        """Which items are still to be run, e.g. `[0, 2]` when that in the middle is lost."""
        self._items = items
        self._losses = Counter[int]()
        self._lost: dict[int, Lost] = {}
        self.packed = self._pack()

    def lose(self, index: int, reason: str) -> None:
        """The process is lost that was at this one of `places`: it is left out the second time."""
        self.job.losses += 1
        place = self.places[index]
        self._losses[place] += 1
        if self._losses[place] == 2:
            self._lost[place] = Lost(reason)
            self.places.remove(place)
            self.packed = self._pack()

    def settle(self, losses: int) -> bool:
        """Whether it is done without being run: nothing is left of it, or too much was lost."""
        if self.job.losses >= losses:
            reason = f"not made, because worker processes died or hung {losses} times before"
            self._lost |= dict.fromkeys(self.places, Lost(reason))
            self.places = []
        if not self.places:
            self.reply = []
        return not self.places

    def unpack(self) -> list[Any]:
        """A result or a `Lost` for each item; raises what an item raised."""
        if isinstance(self.reply, Failure):
            raise unpack(self.reply)
        assert self.reply is not None
        results = map(pickle.loads, self.reply)
        found = dict(zip(self.places, results, strict=True)) | self._lost
        return [found[place] for place in range(len(self._items))]

    def _pack(self) -> bytes:
        items = [self._items[place] for place in self.places]
        return pickle.dumps(items, pickle.HIGHEST_PROTOCOL)


class Call(Future[Result]):
    """A batch of one item as a future, which moves on when it is asked and at no other time."""

    def __init__(self, move_on: Callable[[Callable[[], bool], float | None], None]) -> None:
        """`move_on` is given what says whether the call is done, and a number of seconds."""
        super().__init__()
        self._move_on = move_on

    def begin(self) -> bool:
        """Whether it is to be run: it was not cancelled, and cannot be any more."""
        return self.running() or self.set_running_or_notify_cancel()

    def finish(self, batch: Batch) -> None:
        """It is done, and so is its batch."""
        try:
            (result,) = batch.unpack()
        except BaseException as error:
            self.set_exception(error)
            return
        if isinstance(result, Lost):
            self.set_exception(WorkerLostError(result.reason))
        else:
            self.set_result(result)

    def done(self) -> bool:
        """Whether there is a result or an exception by now."""
        self._move_on(super().done, 0)
        return super().done()

    def result(self, timeout: float | None = None) -> Result:
        """What the call returned; raises what it raised, or `TimeoutError` after `timeout`."""
        self._move_on(super().done, timeout)
        return super().result(0)

    def exception(self, timeout: float | None = None) -> BaseException | None:
        """What the call raised, if anything; raises `TimeoutError` after `timeout`."""
        self._move_on(super().done, timeout)
        return super().exception(0)


def call(item: tuple[Callable[..., Result], tuple[Any, ...], dict[str, Any]]) -> Result:
    """What a function returns for arguments: how a call that was submitted is run as an item."""
    fn, args, kwargs = item
    return fn(*args, **kwargs)
