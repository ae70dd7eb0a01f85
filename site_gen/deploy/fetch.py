"""Fetching what was deployed where readers find it, until it is as it was planned.

Caches on the way may have what was there before, and some hosts take a while to publish, so what is
not as it was planned is asked for again until there is no patience left.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from urllib3 import PoolManager, Retry, Timeout
from urllib3.exceptions import HTTPError

from site_gen import __version__
from site_gen.deploy.verify import Problem, Reply, Request, judge

_AT_ONCE = 16
_TIMEOUT_S = 20.0
_MOST_REDIRECTS = 3
_MOST_UNANSWERED = 2 * _AT_ONCE
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.5, 10.0
_HEADERS = {
    "User-Agent": f"site_gen/{__version__}",
    "Accept": "*/*",
    "Accept-Encoding": "gzip, br",
}
OnAnswer = Callable[[int], None]
"""Told how many more are as they were planned."""


def fetch(requests: Sequence[Request], patience_s: float, on_answer: OnAnswer) -> list[Problem]:
    """What is not as it was planned when there is no patience left."""
    waiting, pause_s, ends_at = list(requests), _FIRST_PAUSE_S, time.monotonic() + patience_s
    while True:
        problems = _fetch_all(waiting, on_answer)
        if not problems or time.monotonic() + pause_s > ends_at:
            return [each for found in problems.values() for each in found]
        waiting = [request for request in waiting if request.url in problems]
        time.sleep(pause_s)
        pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)


def _fetch_all(requests: Sequence[Request], on_answer: OnAnswer) -> dict[str, list[Problem]]:
    """What is wrong, by URL."""
    problems: dict[str, list[Problem]] = {}
    fetcher, threads = _Fetcher(), ThreadPoolExecutor(_AT_ONCE)
    try:
        for request, complaints in zip(requests, threads.map(fetcher.ask, requests), strict=True):
            if complaints:
                problems[request.url] = [Problem(request.url, each) for each in complaints]
            else:
                on_answer(1)
    finally:
        threads.shutdown(cancel_futures=True)
    return problems


class _Fetcher:
    """Asks until it is clear that nobody answers."""

    def __init__(self) -> None:
        self._pool = PoolManager(
            maxsize=_AT_ONCE, headers=_HEADERS, timeout=Timeout(_TIMEOUT_S), retries=False
        )
        self._unanswered = 0
        """How many requests in a row."""

    def ask(self, request: Request) -> list[str]:
        """What is wrong with the answer."""
        if self._unanswered >= _MOST_UNANSWERED:
            return ["was not asked for, since the server does not answer"]
        # Some hosts send whoever asks for `a.html` on to `a`; pages of ours have no such names.
        redirects = Retry(_MOST_REDIRECTS) if request.url.endswith(".html") else False
        try:
            response = self._pool.request("GET", request.url, retries=redirects)
        except HTTPError as error:
            self._unanswered += 1
            return [f"cannot be fetched: {_explain(error)}"]
        self._unanswered = 0
        headers = {name.lower(): value for name, value in response.headers.items()}
        reply = Reply(response.status, headers, hashlib.sha256(response.data).hexdigest())
        return list(judge(request, reply))


def _explain(error: HTTPError) -> str:
    """What the system said, in lower case."""
    cause: BaseException = error
    while inner := getattr(cause, "reason", None) or cause.__cause__:
        if not isinstance(inner, BaseException):
            break
        cause = inner
    said = cause.strerror if isinstance(cause, OSError) else str(cause).rpartition(": ")[2]
    text = said or type(cause).__name__
    return text[:1].lower() + text[1:]
