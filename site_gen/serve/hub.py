"""What open pages are told: each hears of what it shows, and of what is wrong, and says nothing.

    data: {"page": digest, "html": text}    what its page holds now; empty where it has gone
    data: {"page": "", "moved": url}        … and where its source is read now
    data: {"problems": [{…}, …]}            every mistake; an empty list when all are mended
    data: {"early": {url: reason, …}}       the pages that will not be published as things are

A page that connects is told how things are, so that it may have missed what it will. Without
`html` it has to fetch what its page holds.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import suppress
from functools import cache

import msgspec

from site_gen.diagnostics import Diagnostic
from site_gen.paths import quote_url
from site_gen.serve.editor import Place
from site_gen.serve.files import Files
from site_gen.serve.live import Rebuilt
from site_gen.terminal import format_diagnostic

_HEARTBEAT_S = 15
_MOST_SHOWN = 100
_MOST_SENT = 1 << 20
"""Bytes of a page; a longer one waits until it is asked for."""


class _Problem(msgspec.Struct, frozen=True):
    """A mistake as the terminal shows it."""

    text: str
    is_error: bool
    place: Place


class _Tab(msgspec.Struct, eq=False):
    """An open page."""

    path: str
    messages: asyncio.Queue[bytes]


class Hub:
    """All open pages."""

    def __init__(self, files: Files, read_page: Callable[[str], bytes | None], home: str) -> None:
        """`read_page` gives a page as it is sent to browsers, by its path."""
        self._files = files
        self._read_page = read_page
        self._home = home
        self._tabs: set[_Tab] = set()
        self.places: frozenset[Place] = frozenset()
        """Where the mistakes are that pages are told of."""
        self._problems: list[_Problem] = []
        self._early: dict[str, str] = {}

    def tell(self, rebuilt: Rebuilt) -> None:
        """Pass on what a rebuild has changed; to be called in the event loop."""
        problems = _describe(rebuilt.diagnostics)
        early = {quote_url(self._home + url[1:]): why for url, why in rebuilt.early.items()}
        news = b"" if problems == self._problems else _encode({"problems": problems})
        news += b"" if early == self._early else _encode({"early": early})
        self._problems, self._early = problems, early
        self.places = frozenset(problem.place for problem in problems)
        changed = {*rebuilt.changed, *rebuilt.removed}

        @cache
        def about(path: str, has_html: bool) -> bytes:
            return self._about(path, rebuilt.moved.get(path, ""), has_html)

        for tab in self._tabs:
            if tab.path in changed:
                # Whoever has not read the last message yet is sent no more than it will need.
                tab.messages.put_nowait(about(tab.path, tab.messages.empty()))
            if news:
                tab.messages.put_nowait(news)

    async def listen(self, path: str) -> AsyncIterator[bytes]:
        """The messages for a page, by the path of its output, as long as it is open."""
        tab = _Tab(path, asyncio.Queue())
        self._tabs.add(tab)
        try:
            about_all = _encode({"problems": self._problems}) + _encode({"early": self._early})
            yield about_all + self._about(path)
            while True:
                message = b": still here\n\n"
                with suppress(TimeoutError):
                    message = await asyncio.wait_for(tab.messages.get(), _HEARTBEAT_S)
                yield message
        finally:
            self._tabs.discard(tab)

    def _about(self, path: str, moved: str = "", has_html: bool = False) -> bytes:
        found = self._files.find(path)
        record = {"page": found.sha256 if found else ""}
        if moved:
            record["moved"] = quote_url(self._home + moved.removesuffix("index.html"))
        elif found and has_html and path.endswith(".html") and found.size_bytes <= _MOST_SENT:
            page = self._read_page(path)
            record |= {"html": page.decode()} if page is not None else {}
        return _encode(record)


def _describe(diagnostics: Iterable[Diagnostic]) -> list[_Problem]:
    chosen = sorted(diagnostics, key=lambda each: each.severity)[:_MOST_SHOWN]
    return [
        _Problem(
            text=format_diagnostic(each).plain,
            is_error=each.severity == "error",
            place=Place(each.span.path, each.span.line, each.span.column),
        )
        for each in chosen
    ]


def _encode(record: object) -> bytes:
    return b"data: " + msgspec.json.encode(record) + b"\n\n"
