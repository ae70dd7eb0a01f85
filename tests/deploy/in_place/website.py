"""A bucket as a website: what stores and the networks before them make of it for readers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from urllib3 import BaseHTTPResponse, PoolManager

_PASSED_ON = ("Content-Type", "Cache-Control", "Content-Encoding")


@contextmanager
def serving_bucket(address: str) -> Iterator[str]:
    """The address of a server for a bucket that anybody may read: `index.html` for what ends in a
    slash, `404.html` for what is not there, and each object as it was stored.
    """
    handler = partial(_Handler, address, PoolManager())
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, bucket: str, pool: PoolManager, *of_connection: object) -> None:
        self._bucket, self._pool = bucket, pool
        super().__init__(*of_connection)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """Send the object, or the page for what is not there."""
        found = self._fetch(self.path + "index.html" * self.path.endswith("/"))
        status = found.status
        if status != 200:
            found, status = self._fetch("/404.html"), 404
        self.send_response(status)
        for name in _PASSED_ON:
            if name in found.headers:
                self.send_header(name, found.headers[name])
        self.send_header("Content-Length", str(len(found.data)))
        self.end_headers()
        self.wfile.write(found.data)

    def _fetch(self, path: str) -> BaseHTTPResponse:
        return self._pool.request("GET", self._bucket + path, decode_content=False)

    def log_message(self, format: str, *values: object) -> None:
        """Keep the tests' output to the tests."""
