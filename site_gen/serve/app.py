"""The web application: a site's files, guarded; and what open pages listen to where it is live."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from site_gen.serve.answers import Asked, answer
from site_gen.serve.decorated import FOLDER, Decorated
from site_gen.serve.files import Files
from site_gen.serve.guard import Guard
from site_gen.serve.hub import Hub
from site_gen.serve.live import Rebuilt

Tell = Callable[[Rebuilt], None]
"""Passes news on to open pages, from any thread."""

_NOT_KEPT = {"cache-control": "no-store"}


def make_app(files: Files, home: str, port: int) -> Starlette:
    """The application for a server at a port of this machine; `home` is where its site begins."""
    return _make([Route("/{path:path}", _make_finder(files, home))], port)


def make_live_app(
    files: Files,
    hub: Hub,
    home: str,
    port: int,
    jumps: bool,
    scripts: Mapping[str, Path],
    follow: Callable[[Tell], None],
) -> Starlette:
    """The same for a site whose pages are kept up to date.

    `jumps` says whether they move to what has changed; `scripts` are what they load, by name.
    `follow` is called when the server runs, with what it has to call when the site has changed.
    """
    token = secrets.token_urlsafe(24)

    async def listen(request: Request) -> Response:
        given = request.query_params.get("token", "")
        if not secrets.compare_digest(given.encode(), token.encode()):
            return PlainTextResponse("this page is of another server\n", 403)
        messages = hub.listen(request.query_params.get("path", ""))
        return StreamingResponse(messages, 200, _NOT_KEPT, "text/event-stream")

    async def send_script(request: Request) -> Response:
        script = scripts.get(request.path_params["name"])
        if script is None:
            return PlainTextResponse("there is nothing here\n", 404)
        return FileResponse(script, 200, _NOT_KEPT, "text/javascript; charset=utf-8")

    @asynccontextmanager
    async def live(_: Starlette) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        follow(lambda rebuilt: _pass_on(loop, hub, rebuilt))
        yield

    routes: Sequence[BaseRoute] = [
        Route(f"{home}{FOLDER}events", listen),
        Route(f"{home}{FOLDER}{{name}}", send_script),
        Route("/{path:path}", _make_finder(Decorated(files, home, token, jumps), home)),
    ]
    return _make(routes, port, live)


def _make(
    routes: Sequence[BaseRoute], port: int, lifespan: Callable[..., Any] | None = None
) -> Starlette:
    app = Starlette(routes=routes, middleware=[Middleware(Guard, port=port)], lifespan=lifespan)
    app.router.redirect_slashes = False  # it would lead on to whatever was asked for
    return app


def _pass_on(loop: asyncio.AbstractEventLoop, hub: Hub, rebuilt: Rebuilt) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(hub.tell, rebuilt)


def _make_finder(files: Files, home: str) -> Callable[[Request], Response]:
    def find(request: Request) -> Response:
        scope = request.scope
        asked = Asked(scope["raw_path"], scope["query_string"], request.headers)
        found = answer(asked, files, home)
        return Response(found.body, found.status, found.headers)

    return find
