"""The server as a process: where it listens, whom it answers, what it cannot be made to tell."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, nullcontext
from pathlib import Path
from random import Random

import pytest
from playwright.sync_api import Browser

from benchmarks.servers import find_free_port
from site_gen.diagnostics import SiteError
from site_gen.serve.server import bind
from tests.serve.serving import Server, receive_all, serving_site, write_finished
from tests.serve.test_guard import BAD_HOSTS
from tests.server import serving

SECRET = b"what nobody outside may read"
TARGETS = 10_000
PIECES = (
    *("..", "%2e%2e", "%2E.", "..%00", "%252e%252e", "..%c0%af", "..%5c", "....", "."),
    *("/", "//", "\\", "%2f", "%5C", "%c0%af", ";", "?", "#", "&", "@", ":", "~", "*", "|"),
    *("secret.txt", "content", "_site", ".site_gen", "manifest.json", "index.html", "etc/passwd"),
    *(
        "%00",
        "%0d%0a",
        "%ff",
        "%",
        "%zz",
        "\x7f",
        "\xe9",
        "file:",
        "http:",
        "C:",
        "proc/self/environ",
    ),
    *("@fs", "?raw", "?import", "??", "__open-in-editor?file=", "node_modules", ".git/config"),
)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("site")
    page = b"<!doctype html><title>home</title><p id=shown>of this site"
    write_finished(
        root,
        {"index.html": page, "404.html": b"not here", "a/index.html": page, "data.json": b"[1]"},
    )
    for place in ("secret.txt", "content/secret.txt", "_site/secret.txt", "_site/.secret.txt"):
        (root / place).write_bytes(SECRET)
    (root / "_site" / "linked.txt").symlink_to(root / "secret.txt")
    return root


@pytest.fixture(scope="module")
def server(root: Path) -> Iterator[Server]:
    with serving_site(root) as server:
        yield server


def test_it_says_where_it_is(server: Server, root: Path) -> None:
    assert server.said[-1] == f"{root / '_site'} is at {server.url} (Ctrl-C ends it)"
    assert server.ask("GET / HTTP/1.1")[0] == 200


def test_it_listens_on_this_machine_alone(server: Server) -> None:
    own = socket.gethostbyname(socket.gethostname())
    if own.startswith("127."):
        own = "127.0.0.2"
    with socket.socket() as other:
        other.settimeout(2)
        assert other.connect_ex((own, server.port)) != 0


@pytest.mark.parametrize("host", [host for host in BAD_HOSTS if host.strip() == host and host])
def test_a_host_that_is_not_its_own_is_refused(server: Server, host: str) -> None:
    # They are written for a server at 8000.
    meant = host.replace("8001", str(server.port + 1)).replace("8000", str(server.port))
    status, response = server.ask("GET / HTTP/1.1", host=meant)
    assert status == 403
    assert b"of this site" not in response


def test_a_request_for_no_host_is_refused(server: Server) -> None:
    assert server.ask("GET / HTTP/1.0", host=None)[0] == 403
    assert server.ask("GET / HTTP/1.1", host=None)[0] == 400
    assert server.ask("GET / HTTP/1.1", "Host: evil.example")[0] == 400


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
def test_nothing_but_reading_is_answered(server: Server, method: str) -> None:
    assert server.ask(f"{method} / HTTP/1.1")[0] == 405


def test_head_is_answered_without_the_page(server: Server) -> None:
    status, response = server.ask("HEAD / HTTP/1.1")
    assert status == 200
    assert b"content-length: 58" in response
    assert response.endswith(b"\r\n\r\n")


def test_other_origins_get_no_leave_to_read(server: Server) -> None:
    _, response = server.ask("GET /data.json HTTP/1.1")
    assert b"access-control" not in response.lower()
    assert b"cross-origin-resource-policy: same-origin" in response
    assert server.ask("GET / HTTP/1.1", "Origin: http://evil.example")[0] == 403


def test_odd_targets_give_nothing_from_outside(server: Server) -> None:
    random = Random(5)
    statuses = set()
    for _ in range(TARGETS // 100):
        targets = ["".join(random.choices(PIECES, k=random.randint(1, 8))) for _ in range(100)]
        with ExitStack() as stack:
            connections = [stack.enter_context(server.connect()) for _ in targets]
            for connection, target in zip(connections, targets, strict=True):
                start = "" if random.random() < 0.1 else "/"
                head = f"GET {start}{target} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
                connection.sendall(f"{head}Connection: close\r\n\r\n".encode("latin-1"))
            for connection, target in zip(connections, targets, strict=True):
                response = receive_all(connection)
                assert SECRET not in response, target
                assert b"root:" not in response, target
                assert b"Traceback" not in response, target
                statuses.add(int(response.split(b" ", 2)[1]))
    assert statuses <= {200, 301, 400, 404}
    assert server.ask("GET / HTTP/1.1")[0] == 200


def test_idle_slow_and_large_requests_hold_nobody_up(server: Server) -> None:
    with ExitStack() as stack:
        idle = [stack.enter_context(server.connect()) for _ in range(1000)]
        for connection in idle[:500]:
            connection.sendall(b"GET / HTTP/1.1\r\nHos")
        status, _ = server.ask("GET / HTTP/1.1", f"X-Long: {'x' * 64_000}")
        assert status in (200, 400, 431)
        started = time.monotonic()
        assert server.ask("GET / HTTP/1.1")[0] == 200
        assert time.monotonic() - started < 10


def test_interrupted_it_ends_and_its_port_is_free(root: Path) -> None:
    # At a port that no other server tries by itself.
    options = ["--port", str(find_free_port())]
    with serving_site(root, *options) as server, server.connect() as idle:
        idle.sendall(b"GET / HTTP/1.1\r\n")
        started = time.monotonic()
        assert server.interrupt() == 0
        assert time.monotonic() - started < 10
        with socket.socket() as another:
            another.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            another.bind(("127.0.0.1", server.port))
            another.listen()
        assert server.process.stderr
        assert server.process.stderr.read() == ""


def hold(port: int) -> AbstractContextManager[object]:
    """A port held; one that somebody has already is held by them."""
    try:
        return bind(port)
    except SiteError:
        return nullcontext()


def test_a_port_that_is_taken_is_said(root: Path) -> None:
    for _ in range(20):
        with hold(8000), serving_site(root) as server:
            if server.port == 8000:  # who had it ended just before, another test say
                continue
            assert server.said[0] == f"port 8000 is taken; {server.port} is used"
            assert server.ask("GET / HTTP/1.1")[0] == 200
            return
    raise AssertionError("port 8000 was free each time")


def test_a_second_origin_in_a_browser_can_read_nothing(
    server: Server, browser: Browser, tmp_path: Path
) -> None:
    (tmp_path / "index.html").write_text("<!doctype html><title>another</title>")
    with serving(tmp_path) as elsewhere:
        page = browser.new_page()
        page.goto(elsewhere)
        found = page.evaluate(
            """async url => {
                const told = {};
                const fetched = options => fetch(url + "data.json", options).then(
                    async response => response.type + (await response.text()), error => error.name);
                told.cors = await fetched({});
                told.opaque = await fetched({mode: "no-cors"});
                for (const [name, key] of [["img", "src"], ["script", "src"], ["link", "href"]]) {
                    const element = document.createElement(name);
                    element[key] = url;
                    if (name === "link") element.rel = "stylesheet";
                    told[name] = await new Promise(done => {
                        element.onload = () => done("loaded");
                        element.onerror = () => done("refused");
                        document.body.append(element);
                    });
                }
                const frame = document.createElement("iframe");
                frame.src = url;
                document.body.append(frame);
                await new Promise(done => frame.onload = done);
                told.frame = frame.contentDocument ? "open" : "closed";
                return told;
            }""",
            server.url,
        )
        page.close()
    assert found == {
        "cors": "TypeError",
        "opaque": "TypeError",
        "img": "refused",
        "script": "refused",
        "link": "refused",
        "frame": "closed",
    }
