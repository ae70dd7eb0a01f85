"""Tasks run in this process, and what stands for the result of one that is lost in another.

Worker processes are in `build/workers.py`, which is loaded where there is work for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from typing import ParamSpec, TypeVar

import msgspec

Item = TypeVar("Item")
Result = TypeVar("Result")
_Arguments = ParamSpec("_Arguments")


class Lost(msgspec.Struct, frozen=True):
    """Stands for the result of an item that a process died of, or hung at, twice."""

    reason: str
    """E.g. `the process that made it died (signal 9)` or `took longer than 60 s`."""


class Inline(Executor):
    """The same in this process, for what is too little to start another one for."""

    def submit(
        self,
        fn: Callable[_Arguments, Result],
        /,
        *args: _Arguments.args,
        **kwargs: _Arguments.kwargs,
    ) -> Future[Result]:
        """A future that is done: the call has been made."""
        future = Future[Result]()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future

    def map_batches(
        self, fn: Callable[[Item], Result], batches: Iterable[Sequence[Item]]
    ) -> Iterator[list[Result | Lost]]:
        """What `fn` makes of each item, one list a batch; nothing is lost."""
        for batch in batches:
            yield [fn(item) for item in batch]
