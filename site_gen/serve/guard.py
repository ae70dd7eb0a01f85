"""Who may ask a server on this machine: a browser on this machine, for a page of this server's own.

Any site that a browser shows can send requests to this machine, and can have a name of its own
point to it. So what a request says of itself must be right: the host that it was meant for, the
origin of the page that sent it, and what that page wants.
"""

from __future__ import annotations

from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_NAMES = ("127.0.0.1", "localhost", "[::1]")
_HTTP_PORT = 80
_ALWAYS = {
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
}


class Guard:
    """Refuses what other sites send, and keeps from them what is sent."""

    def __init__(self, app: ASGIApp, port: int) -> None:
        self._app = app
        self._hosts = list_hosts(port)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or say why not."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if reason := find_refusal(Headers(scope=scope), self._hosts):
            await PlainTextResponse(f"{reason}\n", 403, _ALWAYS)(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_ALWAYS)
            await send(message)

        await self._app(scope, receive, send_guarded)


def list_hosts(port: int) -> frozenset[str]:
    """The values of `Host` that mean a server of this machine at a port."""
    hosts = {f"{name}:{port}" for name in _NAMES}
    return frozenset(hosts | (set(_NAMES) if port == _HTTP_PORT else set()))


def find_refusal(headers: Mapping[str, str], hosts: frozenset[str]) -> str:
    """Why a request is not answered; empty where it is. `headers` by name in lower case."""
    host = headers.get("host", "")
    if host.lower() not in hosts:
        return f"this server does not answer to the host `{host}`"
    origin = headers.get("origin")
    if origin is not None and origin.lower().removeprefix("http://") not in hosts:
        return f"this server does not answer pages of `{origin}`"
    is_elsewhere = headers.get("sec-fetch-site", "") in ("cross-site", "same-site")
    if is_elsewhere and headers.get("sec-fetch-dest", "") != "document":
        return "this server answers its own pages alone"
    return ""
