"""A server on this machine: its port, and its life."""

from __future__ import annotations

import socket
import sys

import uvicorn
from starlette.types import ASGIApp

from site_gen.diagnostics import SiteError

ADDRESS = "127.0.0.1"
"""Of this machine alone: nobody else on a network can ask."""
FIRST_PORT = 8000
_PORTS_TRIED = 100
_QUEUE = 1024
_SECONDS_TO_END = 1


def bind(port: int | None) -> socket.socket:
    """A socket at a port, or at the first free one from 8000 on; SiteError where there is none."""
    ports = range(FIRST_PORT, FIRST_PORT + _PORTS_TRIED) if port is None else [port]
    for each in ports:
        taken = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if sys.platform != "win32":  # there it would let two servers have one port
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind((ADDRESS, each))
            taken.listen(_QUEUE)
        except OSError as error:
            taken.close()
            reason = (error.strerror or str(error)).lower()
        else:
            return taken
    first = f"{ports[0]} to {ports[-1]} cannot be had: all are" if port is None else f"{port} is"
    raise SiteError(f"port {first} not to be had: {reason}", "choose another with `--port`")


def serve(app: ASGIApp, listening: socket.socket) -> None:
    """Answer until it is interrupted, which is raised; the port is free by then."""
    config = uvicorn.Config(
        app,
        log_level="error",  # who asks oddly is told so, and nobody else need hear of it
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_SECONDS_TO_END,
    )
    with listening:
        uvicorn.Server(config).run(sockets=[listening])
