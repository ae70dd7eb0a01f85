"""What another host's answer says of a link: whether it leads somewhere, in words.

*Blocked* is a host that does not say so to programs (it wants a login, has seen too many of them,
takes them for robots, shows a certificate that cannot be trusted): that its page is gone does not
follow. *Passing* is what may be otherwise in an hour.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Collection, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from http import HTTPStatus
from typing import Literal
from urllib.parse import unquote

import msgspec
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    LocationValueError,
    NameResolutionError,
    NewConnectionError,
    ProtocolError,
    SSLError,
)
from urllib3.exceptions import TimeoutError as NoAnswerError

Verdict = Literal["fine", "moved", "broken", "blocked"]

_REFUSALS = frozenset((401, 402, 403, 407, 418, 429, 451, 999))
"""Statuses by which hosts turn away programs; 999 is some networks' own."""
_TROUBLES = frozenset((408, 425, 500, 502, 503, 504, 520, 521, 522, 523, 524))
"""Statuses that may be others on the next try."""
_SCRIPTED = re.compile(r"[/!?]|:~:|L\d+(?:-L?\d+)?$")
"""How fragments begin that scripts or browsers make sense of, and no `id` is needed for."""


class Answer(msgspec.Struct, frozen=True):
    """What became of a link."""

    verdict: Verdict
    reason: str = ""
    """Why it is not fine, e.g. `404 Not Found`."""
    target: str = ""
    """Where it has moved for good."""
    is_passing: bool = False
    """Whether it may be otherwise in an hour."""
    is_of_host: bool = False
    """Whether it would be the same for each page of its host."""
    missing: tuple[str, ...] = ()
    """Those of the fragments that were asked for that lead to no place of the page."""


NO_SUCH_HOST = Answer("broken", "there is no such host", is_of_host=True)
NOT_LOOKED_UP = Answer(
    "blocked", "its name could not be looked up", is_passing=True, is_of_host=True
)


def judge(status: int, headers: Mapping[str, str]) -> Answer:
    """What a status says that is not a redirect's."""
    reason = _name(status)
    if 200 <= status < 300:
        return Answer("fine")
    if status in _REFUSALS or (status == 503 and headers.get("cf-mitigated")):
        return Answer("blocked", reason)
    return Answer("broken", reason, is_passing=status in _TROUBLES)


def explain(error: HTTPError, timeout_s: float) -> Answer:
    """What it means that there was no answer."""
    if isinstance(error, NameResolutionError):
        return _explain_name(error)
    if isinstance(error, SSLError):
        reason = f"no connection that can be trusted: {_shorten(error)}"
        return Answer("blocked", reason, is_of_host=True)
    if isinstance(error, (NewConnectionError, ConnectTimeoutError)):
        return Answer("broken", "no connection can be made", is_passing=True, is_of_host=True)
    if isinstance(error, NoAnswerError):
        return Answer("broken", f"no answer within {timeout_s:g} s", is_passing=True)
    if isinstance(error, ProtocolError):
        return Answer("broken", "the connection was cut off", is_passing=True)
    if isinstance(error, LocationValueError):
        return Answer("broken", "this is no address")
    return Answer("broken", f"the answer makes no sense: {_shorten(error)}", is_passing=True)


def _explain_name(error: NameResolutionError) -> Answer:
    """A host that is not there, or a trouble with looking it up."""
    missing = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}
    code = getattr(error.__cause__, "errno", None)
    return NO_SUCH_HOST if code in missing else NOT_LOOKED_UP


def read_delay(header: str | None, now: datetime) -> float | None:
    """The seconds that `Retry-After` asks for; None where it says nothing.

    >>> from datetime import UTC
    >>> now = datetime(2026, 1, 1, tzinfo=UTC)
    >>> read_delay("120", now), read_delay("Thu, 01 Jan 2026 00:01:00 GMT", now)
    (120.0, 60.0)
    """
    if header is None:
        return None
    if header.strip().isdecimal():
        return float(header)
    try:
        return max(0.0, (parsedate_to_datetime(header) - now).total_seconds())
    except (TypeError, ValueError):
        return None


def find_missing(html: str, fragments: Collection[str]) -> tuple[str, ...]:
    """Those of the fragments, as they stand in links, that lead to no place of a page."""
    reader = _Reader()
    reader.feed(html)
    return tuple(
        sorted(
            fragment
            for fragment in fragments
            if not _SCRIPTED.match(fragment)
            and fragment.lower() != "top"
            # What GitHub makes of Markdown has other ids than its links.
            and reader.names.isdisjoint(
                (fragment, unquote(fragment), f"user-content-{unquote(fragment).lower()}")
            )
        )
    )


class _Reader(HTMLParser):
    """Gathers what fragments can name."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.update(
            value for key, value in attrs if value and (key == "id" or (tag, key) == ("a", "name"))
        )


def _name(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _shorten(error: Exception) -> str:
    """The last words of what a library says, which are about the matter."""
    return str(error).rpartition(": ")[2].strip("()'\" .").lower() or type(error).__name__
