"""One long-lived Node process: JSON lines in, JSON lines out.

It is right under these conditions. The worker answers requests in order and the items of each in
order, so the first item without an answer is the one in progress, give or take the replies that the
worker still held back. A request shares nothing with another one, so after a hang or a crash it can
be sent again as a whole: carefully, which shows the culprit for certain, and then without it.
A thread writes and a thread reads, so neither side can wait for the other with both pipes full.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from queue import Empty
from types import TracebackType
from typing import Self

import msgspec

from site_gen.charts import Chart
from site_gen.sidecar.bundles import Bundled, bundle
from site_gen.sidecar.math import check_size, find_originals, find_scopes, make_requests, to_result
from site_gen.sidecar.plots import check_chart_size, make_plot_requests, to_plot_result
from site_gen.sidecar.process import Process, SidecarError
from site_gen.sidecar.protocol import (
    Formula,
    Limits,
    MathError,
    MathResult,
    PlotResult,
    Reply,
    Request,
)

_SCRIPTS = Path(__file__).resolve().parents[1] / "node"
_WORKER = _SCRIPTS / "worker.mjs"
_LIBRARIES = {"math": "KaTeX", "plot": "Observable Plot"}
_SIMPLER = "make it shorter or simpler"
_HINT_CHARACTERS = 300
_ITEMS_OF_LARGE = 5_000
"""After so many the process holds some 150 MB, which others can use."""


class Sidecar:
    """Node, started with the first request that needs it, and gone when the `with` block ends."""

    def __init__(
        self, find_node: Callable[[], Path], modules: Path, limits: Limits | None = None
    ) -> None:
        """`find_node` is asked when Node is needed first; `modules` holds `node_modules`.

        What it finds is the executable, not a script that starts it, which a kill would not reach.
        """
        self.limits = limits or Limits()
        self._modules = modules.resolve()
        self._find_node = find_node
        self._process: Process | None = None
        self._items = 0
        """How many this process was asked for."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def rest(self) -> None:
        """End a process that has grown large; the next request starts another one."""
        if self._items > _ITEMS_OF_LARGE:
            self.close()

    def close(self) -> str:
        """What the process left on its standard error; it has ended when this returns."""
        process, self._process, self._items = self._process, None, 0
        return process.stop() if process else ""

    @property
    def pid(self) -> int | None:
        """The process's number; None while none runs."""
        return self._process.pid if self._process else None

    def render_math(self, formulas: Sequence[Formula]) -> list[MathResult]:
        """One result for each formula, in order; raises `SidecarError` where Node cannot run."""
        refused = {
            place: error
            for place, formula in enumerate(formulas)
            if (error := check_size(formula, self.limits))
        }
        scopes = find_scopes(formulas)
        originals = find_originals(formulas, scopes)
        places = [place for place in dict.fromkeys(originals) if place not in refused]
        replies = self.exchange(make_requests(formulas, scopes, places, self.limits))
        results = refused | {place: to_result(reply) for place, reply in replies.items()}
        return [results[original] for original in originals]

    def render_plots(self, charts: Sequence[Chart]) -> list[PlotResult]:
        """One result for each chart, in order; raises `SidecarError` where Node cannot run."""
        results: dict[Chart, PlotResult] = {
            chart: error for chart in charts if (error := check_chart_size(chart, self.limits))
        }
        drawn = [chart for chart in dict.fromkeys(charts) if chart not in results]
        replies = self.exchange(make_plot_requests(drawn))
        results |= {drawn[place]: to_plot_result(reply) for place, reply in replies.items()}
        return [results[chart] for chart in charts]

    def bundle_scripts(self, scripts: Mapping[str, str]) -> Bundled:
        """What comes of scripts by name; raises `SidecarError` where Node cannot run."""
        return bundle(self._find_node(), self._modules, scripts, self.limits.start_seconds)

    def exchange(self, requests: Iterable[Request]) -> dict[int, Reply]:
        """A reply for each item by its place; processes that hang or die are replaced."""
        waiting, replies = deque(requests), dict[int, Reply]()
        losses = 0
        while waiting:
            try:
                self._send_and_receive(waiting, replies)
            except _ItemLostError as lost:
                losses += 1
                # Only a second loss is blamed on an item: the first may be a kill from outside.
                if waiting[0].careful:
                    replies[lost.place] = lost.reply
                    waiting[0] = waiting[0].without(lost.place)
                waiting[0] = msgspec.structs.replace(waiting[0], careful=True)
            if losses == self.limits.losses:
                _give_up(waiting, replies, losses)
        return replies

    def _send_and_receive(self, waiting: deque[Request], replies: dict[int, Reply]) -> None:
        """Sends all that is waiting, then empties it from the left as the answers come in."""
        if self._process and not self._process.is_running():
            self.close()
        process = self._process = self._process or Process(self._command())
        complete = False
        try:
            for request in waiting:
                process.send(request.line)
                self._items += len(request.places)
            while waiting:
                for place in waiting[0].places:
                    replies[place] = self._receive(process, waiting[0].kind, place)
                waiting.popleft()
            complete = True
        finally:
            if not complete:  # answers that nobody waits for may still be on their way
                self.close()

    def _command(self) -> tuple[str, ...]:
        return (
            str(self._find_node()),
            f"--max-old-space-size={self.limits.heap_megabytes}",
            "--permission",
            f"--allow-fs-read={self._modules / 'node_modules'}",
            f"--allow-fs-read={_SCRIPTS}",
            str(_WORKER),
            str(self._modules),
        )

    def _receive(self, process: Process, kind: str, place: int) -> Reply:
        is_ready = kind in process.ready
        seconds = self.limits.seconds if is_ready else self.limits.start_seconds
        try:
            received = process.receive(seconds)
        except Empty:
            if not is_ready:
                raise SidecarError(f"Node did not start within {seconds:g} s") from None
            raise _ItemLostError(place, f"took longer than {seconds:g} s", _SIMPLER) from None
        if received is None:
            raise self._death(is_ready, place)
        line, html = received
        reply = _decode_reply(line)
        if html:
            return msgspec.structs.replace(reply, utf8=html)
        if reply.refused is not None:
            raise self._refused(reply, kind)
        if reply.ready is not None:
            process.ready.add(reply.ready)
            return self._receive(process, kind, place)
        return reply

    def _death(self, was_ready: bool, place: int) -> Exception:
        last_words = " ".join(self.close().split())
        if "heap out of memory" in last_words:
            limit = f"took more memory than {self.limits.heap_megabytes} MB"
            return _ItemLostError(place, limit, _SIMPLER)
        if was_ready:
            return _ItemLostError(place, "Node died of it", last_words[:_HINT_CHARACTERS])
        message = f"Node ended before it was ready: `{self._find_node()}`"
        return SidecarError(message, last_words[:_HINT_CHARACTERS])

    def _refused(self, reply: Reply, kind: str) -> SidecarError:
        if reply.code == "MODULE_NOT_FOUND":
            folder = self._modules / "node_modules"
            return SidecarError(f"{_LIBRARIES[kind]} is not in `{folder}`", "run `site-gen setup`")
        return SidecarError(f"Node refused a request: {reply.refused}", f"its code: {reply.code}")


_decode_reply = msgspec.json.Decoder(Reply).decode


class _ItemLostError(Exception):
    """The process hung or died while it rendered the item for `place`."""

    def __init__(self, place: int, message: str, hint: str) -> None:
        super().__init__(message)
        self.place = place
        self.reply = Reply(error=MathError(message, hint=hint))


def _give_up(waiting: deque[Request], replies: dict[int, Reply], losses: int) -> None:
    message = f"not rendered, because Node hung or died {losses} times before"
    for request in waiting:
        replies |= dict.fromkeys(request.places, Reply(error=MathError(message)))
    waiting.clear()
