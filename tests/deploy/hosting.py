"""A web server on loopback that sends a folder as it is planned, and can be made to fail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import unquote

from site_gen.responses import find_cache_control, find_content_type


class Host:
    """What a server sends, and what it does otherwise than planned."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: list[str] = []
        """The paths of URLs, in the order in which they were asked for."""
        self.headers: dict[str, str] = {}
        """Sent in place of those that are right."""
        self.stale: dict[str, list[bytes]] = {}
        """What is sent the first times in place of a file, by the path of its URL."""
        self.url = ""


@contextmanager
def hosting(folder: Path) -> Iterator[Host]:
    """Serve a folder on a free port."""
    host = Host(folder)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, host)) as server:
        host.url = f"http://127.0.0.1:{server.server_port}/"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield host
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, host: Host, *of_connection: object) -> None:
        self._host = host
        super().__init__(*of_connection)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """Send the file, or the page for what is not there."""
        host, url = self._host, unquote(self.path)
        host.asked.append(url)
        path = url[1:] + "index.html" * url.endswith("/")
        is_there = (host.folder / path).is_file() and not path.startswith(".")
        path = path if is_there else "404.html"
        stale = host.stale.get(url)
        content = stale.pop(0) if stale else (host.folder / path).read_bytes()
        self.send_response(200 if is_there else 404)
        headers = {
            "Content-Type": find_content_type(path),
            "Cache-Control": find_cache_control(path),
            "Content-Length": str(len(content)),
        }
        for name, value in (headers | host.headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *values: object) -> None:
        """Keep the tests' output to the tests."""
