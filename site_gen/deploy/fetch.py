"""Fetching what was deployed where readers find it, until it is as it was planned.

Caches on the way may have what was there before, and some hosts take a while to publish, so what is
not as it was planned is asked for again until there is no patience left.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from urllib3 import PoolManager, Timeout
from urllib3.exceptions import HTTPError

from site_gen import __version__
from site_gen.deploy.verify import Problem, Reply, Request, judge

_AT_ONCE = 16
_TIMEOUT_S = 20.0
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
    pool = PoolManager(maxsize=_AT_ONCE, headers=_HEADERS, timeout=Timeout(_TIMEOUT_S))
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        while True:
            failed: list[Request] = []
            problems: list[Problem] = []
            found = threads.map(partial(_ask, pool), waiting)
            for request, complaints in zip(waiting, found, strict=True):
                if complaints:
                    failed.append(request)
                    problems += [Problem(request.url, each) for each in complaints]
                else:
                    on_answer(1)
            if not failed or time.monotonic() + pause_s > ends_at:
                return problems
            waiting = failed
            time.sleep(pause_s)
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)


def _ask(pool: PoolManager, request: Request) -> list[str]:
    # Some hosts send whoever asks for `a.html` on to `a`; pages of ours have no such names.
    follows = request.url.endswith(".html")
    try:
        response = pool.request("GET", request.url, redirect=follows)
    except HTTPError as error:
        return [f"cannot be fetched: {_explain(error)}"]
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
