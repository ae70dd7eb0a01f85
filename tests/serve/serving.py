"""A server of site_gen's as a process of its own, and requests as bytes."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.publish.publishing import publish
from tests.serve.watches import sharing_watches

_SECONDS = 20


class Server:
    """A running server."""

    def __init__(self, process: subprocess.Popen[str], said: list[str]) -> None:
        self.process = process
        self.said = said
        """The lines that it began with."""
        self.url = re.findall(r"http://\S+", said[-1])[0]
        self.port = int(re.findall(r":(\d+)/", self.url)[0])

    def connect(self) -> socket.socket:
        """A new connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=_SECONDS)

    def ask(self, *lines: str, host: str | None = "", body: str = "") -> tuple[int, bytes]:
        """Status and all bytes of the response to a request of these lines, `GET / HTTP/1.1` say.

        With `host` None none is named; an empty one is the server's own.
        """
        named = [] if host is None else [f"Host: {host or f'127.0.0.1:{self.port}'}"]
        length = [f"Content-Length: {len(body)}"] if body else []
        request = "\r\n".join([*lines, *named, *length, "Connection: close", "", body])
        with self.connect() as connection:
            connection.sendall(request.encode("latin-1"))
            response = receive_all(connection)
        return int(response.split(b" ", 2)[1]), response

    def interrupt(self) -> int:
        """The exit code, after Ctrl-C."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(_SECONDS)


def receive_all(connection: socket.socket) -> bytes:
    """What comes until the other side closes."""
    return b"".join(iter(lambda: connection.recv(1 << 16), b""))


def wait_until(is_so: Callable[[], object]) -> None:
    until = time.monotonic() + _SECONDS
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.02)


def wait_until_served(server: Server, path: str, text: str) -> None:
    wait_until(lambda: text.encode() in server.ask(f"GET /{path} HTTP/1.1")[1])


def write_finished(root: Path, files: Mapping[str, bytes]) -> None:
    """A site that has been built: a root with these files published in it."""
    (root / "content").mkdir(parents=True)
    publish(root / "_site", files)


@contextmanager
def serving_site(
    root: Path,
    *options: str,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    program: Sequence[str | Path] = ("-m", "site_gen"),
) -> Iterator[Server]:
    """The server of a site, which has ended when the `with` block does.

    `environment` is set beside what there is; `program` is run in `folder`.
    """
    command = [sys.executable, *program, "serve", "--root", str(root), *options]
    with ExitStack() as stack:
        if "--watch" in options:
            stack.enter_context(sharing_watches())
        process = stack.enter_context(
            subprocess.Popen(
                command,
                stderr=subprocess.PIPE,
                text=True,
                env={**os.environ, **(environment or {})},
                cwd=folder,
            )
        )
        assert process.stderr
        try:
            yield Server(process, list(_until_address(process.stderr)))
        finally:
            process.kill()


def _until_address(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield line.rstrip("\n")
        if "http://" in line:
            return
    raise AssertionError("it ended before it served")
