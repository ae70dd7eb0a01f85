"""A git server that speaks HTTP, asks for a password, and fails when it is told to."""

from __future__ import annotations

import base64
import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

USER, PASSWORD = "me", "s3cret"
AUTHORIZATION = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
Fault = Literal["unavailable", "cut off before", "cut off after"]
FAULTS: tuple[Fault, ...] = ("unavailable", "cut off before", "cut off after")
Decide = Callable[[int], Fault | None]
"""What goes wrong with a request, by its number from 1 on; None for nothing."""


class GitServer:
    """A server that has counted its requests."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.address = folder, ""
        self.decide: Decide = lambda _: None
        self.requests = 0
        self._lock = threading.Lock()

    def count(self) -> Fault | None:
        """Count a request; what goes wrong with it."""
        with self._lock:
            self.requests += 1
            return self.decide(self.requests)


@contextmanager
def serving_git(folder: Path) -> Iterator[GitServer]:
    """Serve the bare repositories of a folder."""
    served = GitServer(folder)
    handler = partial(_Handler, served)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        served.address = f"127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield served
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, served: GitServer, *rest: object) -> None:
        self._served = served
        super().__init__(*rest)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def log_message(self, format: str, *values: object) -> None:
        """Keep the tests' output to the tests."""

    def _answer(self) -> None:
        body = self._read()
        fault = self._served.count()
        self.close_connection = True
        if fault == "unavailable":
            self.send_error(HTTPStatus.SERVICE_UNAVAILABLE)
        elif fault == "cut off before":
            self.connection.close()
        elif self.headers.get("Authorization") != AUTHORIZATION:
            self.send_response(HTTPStatus.UNAUTHORIZED)
            self.send_header("WWW-Authenticate", 'Basic realm="tests"')
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            answer = self._run(body)
            if fault != "cut off after":
                self._send(answer)

    def _read(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        chunks = []
        while size := int(self.rfile.readline(), 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(chunks)

    def _run(self, body: bytes) -> bytes:
        """What git's own CGI program answers."""
        parts = urlsplit(self.path)
        environment = {
            **os.environ,
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_PROJECT_ROOT": str(self._served.folder),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "PATH_INFO": parts.path,
            "QUERY_STRING": parts.query,
            "REMOTE_ADDR": "127.0.0.1",
            "REMOTE_USER": USER,
            "REQUEST_METHOD": self.command,
        }
        command = ["git", "http-backend"]
        done = subprocess.run(
            command, input=body, env=environment, capture_output=True, check=False
        )
        return done.stdout

    def _send(self, answer: bytes) -> None:
        head, _, body = answer.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        self.send_response(int(headers.pop("Status", "200").split()[0]))
        for name, text in headers.items():
            self.send_header(name, text)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
