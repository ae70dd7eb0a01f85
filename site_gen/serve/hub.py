"""What open pages are told: each hears of what it shows, and of what is wrong, and says nothing.

    data: {"page": digest}                  what its page holds now; empty where it has gone
    data: {"page": "", "moved": url}        … and where its source is read now
    data: {"problems": [{…}, …]}            every mistake; an empty list when all are mended

A page that connects is told how things are, so that it may have missed what it will.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress

import msgspec

from site_gen.diagnostics import Diagnostic
from site_gen.paths import quote_url
from site_gen.serve.files import Files
from site_gen.serve.live import Rebuilt
from site_gen.terminal import format_diagnostic

_HEARTBEAT_S = 15
_MOST_SHOWN = 100


class _Problem(msgspec.Struct, frozen=True):
    """A mistake as the terminal shows it."""

    text: str
    is_error: bool


class _Tab(msgspec.Struct, eq=False):
    """An open page."""

    path: str
    messages: asyncio.Queue[bytes]


class Hub:
    """All open pages."""

    def __init__(self, files: Files, home: str) -> None:
        self._files = files
        self._home = home
        self._tabs: set[_Tab] = set()
        self._problems: list[_Problem] = []

    def tell(self, rebuilt: Rebuilt) -> None:
        """Pass on what a rebuild has changed; to be called in the event loop."""
        problems = _describe(rebuilt.diagnostics)
        is_news = problems != self._problems
        self._problems = problems
        changed = {*rebuilt.changed, *rebuilt.removed}
        for tab in self._tabs:
            if tab.path in changed:
                tab.messages.put_nowait(self._about(tab.path, rebuilt.moved.get(tab.path, "")))
            if is_news:
                tab.messages.put_nowait(_encode({"problems": problems}))

    async def listen(self, path: str) -> AsyncIterator[bytes]:
        """The messages for a page, by the path of its output, as long as it is open."""
        tab = _Tab(path, asyncio.Queue())
        self._tabs.add(tab)
        try:
            yield self._about(path) + _encode({"problems": self._problems})
            while True:
                message = b": still here\n\n"
                with suppress(TimeoutError):
                    message = await asyncio.wait_for(tab.messages.get(), _HEARTBEAT_S)
                yield message
        finally:
            self._tabs.discard(tab)

    def _about(self, path: str, moved: str = "") -> bytes:
        found = self._files.find(path)
        record = {"page": found.sha256 if found else ""}
        if moved:
            record["moved"] = quote_url(self._home + moved.removesuffix("index.html"))
        return _encode(record)


def _describe(diagnostics: Iterable[Diagnostic]) -> list[_Problem]:
    chosen = sorted(diagnostics, key=lambda each: each.severity)[:_MOST_SHOWN]
    return [_Problem(format_diagnostic(each).plain, each.severity == "error") for each in chosen]


def _encode(record: object) -> bytes:
    return b"data: " + msgspec.json.encode(record) + b"\n\n"
