"""The same for a site that is being written: what open pages load, listen to and ask for."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from site_gen.paths import LIVE_FOLDER
from site_gen.serve.app import make_app
from site_gen.serve.decorated import Decorated
from site_gen.serve.editor import Place
from site_gen.serve.hub import Hub

Call = Callable[..., None]
"""Has something be called with arguments where pages are told of news, from any thread."""
OpenPlace = Callable[[Place], str]
"""Shows a place in the writer's editor; why it cannot, else nothing."""

_NOT_KEPT = {"cache-control": "no-store"}


def make_live_app(
    files: Decorated,
    hub: Hub,
    home: str,
    port: int,
    scripts: Mapping[str, Path],
    open_place: OpenPlace | None,
    follow: Callable[[Call], None],
) -> Starlette:
    """The application for a site whose pages are kept up to date.

    `scripts` are what they load, by name; `open_place` is None where there is no editor. `follow`
    is called when the server runs, with what it has to use to pass news on to the hub.
    """
    channel = _Channel(hub, files.token, scripts, open_place)

    @asynccontextmanager
    async def live(_: Starlette) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        follow(partial(_call_in, loop))
        yield

    routes = [
        Route(f"{home}{LIVE_FOLDER}events", channel.listen),
        Route(f"{home}{LIVE_FOLDER}open", channel.open, methods=["POST"]),
        Route(f"{home}{LIVE_FOLDER}{{name}}", channel.send_script),
    ]
    return make_app(files, home, port, routes, live, compresses=False)


class _Channel:
    """What is there for pages of this server alone, which know its token."""

    def __init__(
        self, hub: Hub, token: str, scripts: Mapping[str, Path], open_place: OpenPlace | None
    ) -> None:
        self._hub = hub
        self._token = token
        self._scripts = scripts
        self._open_place = open_place

    async def listen(self, request: Request) -> Response:
        """What happens, as long as the page is open."""
        if not self._is_ours(request):
            return PlainTextResponse("this page is of another server\n", 403)
        messages = self._hub.listen(request.query_params.get("path", ""))
        return StreamingResponse(messages, 200, _NOT_KEPT, "text/event-stream")

    async def open(self, request: Request) -> Response:
        """Open the editor at a mistake, and at nothing else."""
        if not self._is_ours(request) or "origin" not in request.headers or not self._open_place:
            return PlainTextResponse("nothing is opened for this page\n", 403)
        try:
            place = msgspec.json.decode(await request.body(), type=Place)
        except msgspec.MsgspecError:
            return PlainTextResponse("this is no place\n", 400)
        if place not in self._hub.places:
            return PlainTextResponse("there is no mistake any more\n", 404)
        reason = self._open_place(place)
        return PlainTextResponse(f"{reason}\n", 500) if reason else Response(status_code=204)

    async def send_script(self, request: Request) -> Response:
        """A part of the script."""
        script = self._scripts.get(request.path_params["name"])
        if script is None:
            return PlainTextResponse("there is nothing here\n", 404)
        return FileResponse(script, 200, _NOT_KEPT, "text/javascript; charset=utf-8")

    def _is_ours(self, request: Request) -> bool:
        given = request.query_params.get("token", "")
        return secrets.compare_digest(given.encode(), self._token.encode())


def _call_in(
    loop: asyncio.AbstractEventLoop, called: Callable[..., None], *arguments: object
) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(called, *arguments)
