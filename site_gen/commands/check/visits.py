"""Links to other hosts, asked about politely.

- One request at a time goes to a host, with a pause behind each, wherever redirects come from.
- HEAD is asked first where the page itself is not needed, and GET where that gives nothing: many
  hosts know no HEAD. Of a page no more is read than it takes to find its ids.
- What may be passing is tried again, each time after a longer wait; a host that says how long to
  wait gets its wish, or is not asked again where that is too long.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Lock
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

import msgspec
from msgspec.structs import replace
from urllib3 import BaseHTTPResponse, PoolManager, Timeout
from urllib3.exceptions import HTTPError

from site_gen.commands.check.answers import Answer, explain, find_missing, judge, read_delay

_PERMANENT = frozenset((301, 308))
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_MOST_REDIRECTS = 10
_PIECE_BYTES = 65_536
_HTML = ("text/html", "application/xhtml+xml")


class Courtesy(msgspec.Struct, frozen=True):
    """How hosts are treated."""

    agent: str
    """The `User-Agent`."""
    hosts: int = 8
    """That are asked at once."""
    pause_s: float = 1.0
    """Between two requests to one of them."""
    timeout_s: float = 10.0
    """For a connection, and for each silence."""
    tries: int = 3
    back_off_s: float = 2.0
    """Before the second try; twice as long before the third."""
    patience_s: float = 30.0
    """The longest wait that a host may ask for."""
    page_bytes: int = 2_000_000
    """Of a page that are read for its ids."""
    page_s: float = 20.0
    """For reading them."""


class Visit(NamedTuple):
    """A page elsewhere."""

    url: str
    """Without fragment."""
    fragments: Collection[str]
    """Places of it that links lead to."""


def make_visits(
    visits: Sequence[Visit], courtesy: Courtesy, on_answer: Callable[[Visit, Answer], None]
) -> None:
    """Ask about each page; `on_answer` is called in this thread as answers come."""
    by_host: dict[str, list[Visit]] = {}
    for visit in visits:
        by_host.setdefault(_host_of(visit.url), []).append(visit)
    visitor = _Visitor(courtesy)
    with ThreadPoolExecutor(max(1, min(courtesy.hosts, len(by_host)))) as threads:
        try:
            # Each host's pages are asked for in a row, so the next one waits in no thread.
            for answers in threads.map(visitor.visit_host, by_host.values()):
                for visit, answer in answers:
                    on_answer(visit, answer)
        except BaseException:
            visitor.is_over = True
            threads.shutdown(cancel_futures=True)
            raise


class _Gate:
    """The way to a host, for one request at a time."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.opens_at = 0.0
        """By the monotonic clock."""
        self.refusal: Answer | None = None
        """What holds for each page of a host that is not to be asked any more."""

    @contextmanager
    def pass_through(self, pause_s: float) -> Iterator[None]:
        with self._lock:
            time.sleep(max(0.0, self.opens_at - time.monotonic()))
            try:
                yield
            finally:
                self.opens_at = max(self.opens_at, time.monotonic() + pause_s)


class _Reply(NamedTuple):
    status: int
    headers: Mapping[str, str]
    html: str | None
    """As much of the page as was read; None where it is no HTML, is longer, or was not needed."""


class _Visitor:
    def __init__(self, courtesy: Courtesy) -> None:
        self._courtesy = courtesy
        self._gates: dict[str, _Gate] = {}
        self._lock = Lock()
        self._pool = PoolManager(
            num_pools=4 * courtesy.hosts,
            headers={"User-Agent": courtesy.agent, "Accept": "text/html,*/*;q=0.8"},
            timeout=Timeout(connect=courtesy.timeout_s, read=courtesy.timeout_s),
            retries=False,
        )
        self.is_over = False
        """Whether nobody waits for answers any more."""

    def visit_host(self, visits: Sequence[Visit]) -> list[tuple[Visit, Answer]]:
        """The answers about pages of one host."""
        return [(visit, self._visit(visit)) for visit in visits if not self.is_over]

    def _visit(self, visit: Visit) -> Answer:
        """Follow a link to where it ends."""
        url, seen, is_permanent = visit.url, {visit.url}, True
        while True:
            reply = self._ask(url, has_fragments=bool(visit.fragments))
            if isinstance(reply, Answer):
                return reply
            location = reply.headers.get("location")
            if reply.status not in _REDIRECTS or not location:
                break
            is_permanent = is_permanent and reply.status in _PERMANENT
            url = urljoin(url, location).partition("#")[0]
            if urlsplit(url).scheme not in ("http", "https"):
                return Answer("broken", f"it leads to `{url}`, which is no page")
            if url in seen or len(seen) > _MOST_REDIRECTS:
                return Answer("broken", "it leads on in a circle")
            seen.add(url)
        answer = judge(reply.status, reply.headers)
        if answer.verdict != "fine":
            return answer
        missing = () if reply.html is None else find_missing(reply.html, visit.fragments)
        if len(seen) > 1 and is_permanent:
            return Answer("moved", target=url, missing=missing)
        return replace(answer, missing=missing)

    def _ask(self, url: str, has_fragments: bool) -> _Reply | Answer:
        """What a host says of a page in the end, or why it said nothing."""
        method = "GET" if has_fragments else "HEAD"
        result: _Reply | Answer = Answer("broken", "it was not asked")
        for attempt in range(self._courtesy.tries):
            if attempt:
                time.sleep(self._courtesy.back_off_s * 2 ** (attempt - 1))
            result = self._request(method, url)
            if method == "HEAD" and not _is_told(result):
                method = "GET"
                result = self._request(method, url)
            if not _is_passing(result):
                break
        if isinstance(result, Answer) and result.is_of_host:
            self._find_gate(url).refusal = result
        return result

    def _request(self, method: str, url: str) -> _Reply | Answer:
        gate = self._find_gate(url)
        with gate.pass_through(self._courtesy.pause_s):
            if gate.refusal:
                return gate.refusal
            try:
                response = self._pool.request(
                    method, url, redirect=False, retries=False, preload_content=False
                )
                try:
                    reply = _Reply(response.status, response.headers, self._read(response))
                finally:
                    response.close()
            except HTTPError as error:
                return explain(error, self._courtesy.timeout_s)
            if reply.status in (429, 503):
                self._heed(gate, reply)
        return reply

    def _heed(self, gate: _Gate, reply: _Reply) -> None:
        """Wait before the next request as long as a host wishes, or never ask it again."""
        delay_s = read_delay(reply.headers.get("retry-after"), datetime.now(UTC))
        if delay_s is not None and delay_s <= self._courtesy.patience_s:
            gate.opens_at = time.monotonic() + delay_s
        elif reply.status == 429 or delay_s is not None:
            answer = judge(reply.status, reply.headers)
            gate.refusal = replace(answer, verdict="blocked", is_passing=False, is_of_host=True)

    def _read(self, response: BaseHTTPResponse) -> str | None:
        """A page's HTML, where it is that and not too long."""
        kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if response.status >= 300 or kind not in _HTML:
            return None
        content, ends_at = bytearray(), time.monotonic() + self._courtesy.page_s
        # Each piece is what has come by then: to wait for more is what a slow host would like.
        while piece := response.read1(_PIECE_BYTES):
            content += piece
            if len(content) > self._courtesy.page_bytes or time.monotonic() > ends_at:
                return None
        # Ids are ASCII nearly always, and what else they may be is UTF-8.
        return content.decode("utf-8", "replace")

    def _find_gate(self, url: str) -> _Gate:
        with self._lock:
            return self._gates.setdefault(_host_of(url), _Gate())


def _host_of(url: str) -> str:
    return urlsplit(url).netloc.lower()


def _is_told(result: _Reply | Answer) -> bool:
    """Whether an answer to HEAD says what GET would."""
    if isinstance(result, Answer):
        return result.is_of_host
    return result.status < 400 or result.status == 429


def _is_passing(result: _Reply | Answer) -> bool:
    """Whether another try may give something else."""
    if isinstance(result, Answer):
        return result.is_passing
    return result.status == 429 or judge(result.status, result.headers).is_passing
