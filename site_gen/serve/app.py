"""The web application: a site's files, guarded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from site_gen.serve.answers import Asked, answer
from site_gen.serve.files import Files
from site_gen.serve.guard import Guard


def make_app(
    files: Files,
    home: str,
    port: int,
    routes: Sequence[BaseRoute] = (),
    lifespan: Callable[..., Any] | None = None,
    compresses: bool = True,
) -> Starlette:
    """The application for a server at a port of this machine; `home` is where its site begins.

    `routes` are what it has beside the site's files, and stand before them. To compress takes
    longer than to send more within a machine.
    """

    def find(request: Request) -> Response:
        scope, headers = request.scope, dict(request.headers)
        if not compresses:
            headers.pop("accept-encoding", None)
        asked = Asked(scope["raw_path"], scope["query_string"], headers)
        found = answer(asked, files, home)
        return Response(found.body, found.status, found.headers)

    app = Starlette(
        routes=[*routes, Route("/{path:path}", find)],
        middleware=[Middleware(Guard, port=port)],
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False  # it would lead on to whatever was asked for
    return app
