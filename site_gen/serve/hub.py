"""What open pages are told: each hears of what it shows, and of what is wrong, and says nothing.

    data: {"page": digest, "html": text}    what its page holds now; no digest where it has gone
    data: {"page": "", "moved": url}        … and where its source is read now
    data: {"problems": [{…}, …]}            every mistake; an empty list when all are mended
    data: {"early": {url: reason, …}}       the pages that will not be published as things are

A page that connects is told how things are, so that it may have missed what it will. Without
`html` it has to fetch what its page holds.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import suppress
from functools import cache, partial

import msgspec

from site_gen.diagnostics import Diagnostic
from site_gen.paths import quote_url
from site_gen.serve.editor import Place
from site_gen.serve.files import Files
from site_gen.serve.rebuilt import Rebuilt
from site_gen.terminal import format_diagnostic

Decorate = Callable[[str, str, bytes], bytes]
"""Makes of a page, given its path, its SHA-256 and what it holds, what is sent to browsers."""

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
    digest: str = ""
    """Of the page that it was told of last; empty where there was none."""
    is_ahead: bool = False
    """Whether that page was not of the site yet."""
    messages: asyncio.Queue[bytes] = msgspec.field(default_factory=asyncio.Queue)


class Hub:
    """All open pages."""

    def __init__(self, files: Files, decorate: Decorate, home: str) -> None:
        self._files = files
        self._decorate = decorate
        self._home = home
        self._tabs: set[_Tab] = set()
        self.places: frozenset[Place] = frozenset()
        """Where the mistakes are that pages are told of."""
        self._problems: list[_Problem] = []
        self._early: dict[str, str] = {}

    def list_paths(self) -> frozenset[str]:
        """The paths that are looked at; may be called from any thread."""
        return frozenset(tab.path for tab in tuple(self._tabs))

    def show(self, path: str, sha256: str, content: bytes) -> None:
        """Pass on what a page will hold if nothing goes wrong; to be called in the event loop."""
        html = self._make_html(path, sha256, content)
        message = _encode({"page": sha256, "html": html})
        for tab in self._tabs:
            if html and tab.path == path and tab.messages.empty():
                tab.digest, tab.is_ahead = sha256, True
                tab.messages.put_nowait(message)

    def tell(self, rebuilt: Rebuilt) -> None:
        """Pass on what a rebuild has changed; to be called in the event loop."""
        problems = _describe(rebuilt.diagnostics)
        early = {quote_url(self._home + url[1:]): why for url, why in rebuilt.early.items()}
        news = b"" if problems == self._problems else _encode({"problems": problems})
        news += b"" if early == self._early else _encode({"early": early})
        self._problems, self._early = problems, early
        self.places = frozenset(problem.place for problem in problems)
        about = cache(partial(self._about, rebuilt.moved))
        for tab in self._tabs:
            digest = self._find_digest(tab.path)
            if digest != tab.digest:
                # Who has not read the last message yet is sent no more than it will need.
                tab.messages.put_nowait(about(tab.path, tab.messages.empty()))
            elif tab.is_ahead:
                # If it could not be shown at once, it was fetched from the site before.
                tab.messages.put_nowait(_encode({"page": digest}))
            tab.digest, tab.is_ahead = digest, False
            if news:
                tab.messages.put_nowait(news)

    async def listen(self, path: str) -> AsyncIterator[bytes]:
        """The messages for a page, by the path of its output, as long as it is open."""
        tab = _Tab(path, self._find_digest(path))
        self._tabs.add(tab)
        try:
            about_all = _encode({"problems": self._problems}) + _encode({"early": self._early})
            yield about_all + _encode({"page": tab.digest})
            while True:
                message = b": still here\n\n"
                with suppress(TimeoutError):
                    message = await asyncio.wait_for(tab.messages.get(), _HEARTBEAT_S)
                yield message
        finally:
            self._tabs.discard(tab)

    def _find_digest(self, path: str) -> str:
        found = self._files.find(path)
        return found.sha256 if found else ""

    def _about(self, moved: Mapping[str, str], path: str, has_html: bool) -> bytes:
        """What a page holds, or where it went."""
        record = {"page": self._find_digest(path)}
        if path in moved:
            record["moved"] = quote_url(self._home + moved[path].removesuffix("index.html"))
        elif record["page"] and has_html and (content := self._files.read(path)) is not None:
            html = self._make_html(path, record["page"], content)
            record |= {"html": html} if html else {}
        return _encode(record)

    def _make_html(self, path: str, sha256: str, content: bytes) -> str:
        """A page as browsers get it; empty where it is not to be sent unasked."""
        is_short = len(content) <= _MOST_SENT and path.endswith(".html")
        return self._decorate(path, sha256, content).decode() if is_short else ""


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
