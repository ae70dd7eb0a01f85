"""`site-gen check --external` against real servers on this machine that misbehave."""

from __future__ import annotations

import socket
import ssl
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from site_gen.commands.check.answers import Answer, find_missing
from site_gen.commands.check.remembered import Remembered
from site_gen.commands.check.visits import Courtesy, Visit, make_visits
from tests.commands.running import Done, run, write_site
from tests.sites import article

A = "content/articles/a.md"
QUICK = Courtesy(
    "site_gen/test (+https://example.org/)",
    pause_s=0.0,
    timeout_s=0.4,
    back_off_s=0.01,
    patience_s=0.3,
    page_bytes=100_000,
    page_s=0.4,
)
PAGE = b"<!doctype html><h1 id=top>x</h1><a name='old'>y</a><p id=user-content-part>"


class _Handler(BaseHTTPRequestHandler):
    """Answers as the path says; what it was asked is counted by the server."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def log_message(self, *_: object) -> None:
        pass

    def _answer(self) -> None:
        server = self.server
        assert isinstance(server, _Server)
        server.asked[f"{self.command} {self.path}"] += 1
        server.agents.add(self.headers["User-Agent"])
        with server.one_at_a_time(), suppress(OSError):
            name = self.path.strip("/").replace("-", "_")
            getattr(self, f"_{name}", self._status)()

    def _send(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for header, value in headers.items():
            self.send_header(header.replace("_", "-"), value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def _status(self) -> None:
        text = self.path.strip("/")
        self._send(int(text) if text.isdecimal() else 200, PAGE, Content_Type="text/html")

    def _no_head(self) -> None:
        self._send(405 if self.command == "HEAD" else 200)

    def _head_cut_off(self) -> None:
        if self.command == "HEAD":
            self._reset()
        else:
            self._send(200)

    def _reset(self) -> None:
        self.connection.shutdown(socket.SHUT_RDWR)
        self.close_connection = True

    def _flaky(self) -> None:
        server = self.server
        assert isinstance(server, _Server)
        tries = sum(count for asked, count in server.asked.items() if asked.endswith("/flaky"))
        self._send(200 if tries > 2 else 500)

    def _slow(self) -> None:
        server = self.server
        assert isinstance(server, _Server)
        server.wait()

    def _around(self) -> None:
        self._send(302, Location="/and-around")

    def _and_around(self) -> None:
        self._send(302, Location="/around")

    def _moved(self) -> None:
        self._send(301, Location="/moved-on")

    def _moved_on(self) -> None:
        self._send(308, Location="/here#part")

    def _moved_for_now(self) -> None:
        self._send(301, Location="/for-now")

    def _for_now(self) -> None:
        self._send(302, Location="/here")

    def _mail(self) -> None:
        self._send(301, Location="mailto:a@example.org")

    def _wait(self) -> None:
        server = self.server
        assert isinstance(server, _Server)
        is_first = server.asked["HEAD /wait"] == 1
        if is_first:
            self._send(429, Retry_After="0")
        else:
            self._send(200)

    def _wait_long(self) -> None:
        self._send(429, Retry_After="3600")

    def _huge(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        while True:
            self.wfile.write(b"<p>" * 10_000)

    def _dripping(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        while True:
            self.wfile.write(b"<p>")
            time.sleep(0.05)

    def _nonsense(self) -> None:
        self.wfile.write(b"what do you want\r\n\r\n")
        self.close_connection = True


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: Counter[str] = Counter()
        self.agents: set[str] = set()
        self._at_once = 0
        self.most_at_once = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    @contextmanager
    def one_at_a_time(self) -> Iterator[None]:
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            yield
        finally:
            self._at_once -= 1

    def wait(self) -> None:
        time.sleep(2 * QUICK.timeout_s)


@contextmanager
def running(server: _Server) -> Iterator[_Server]:
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def server() -> Iterator[_Server]:
    with running(_Server()) as started:
        yield started


def ask(server: _Server, *paths: str, courtesy: Courtesy = QUICK) -> dict[str, Answer]:
    """What becomes of links to these paths, with fragments or without, by path."""
    answers: dict[str, Answer] = {}

    def note(visit: Visit, answer: Answer) -> None:
        answers[visit.url.removeprefix(server.url)] = answer

    split = [path.partition("#") for path in paths]
    visits = [Visit(server.url + path, {anchor} - {""}) for path, _, anchor in split]
    make_visits(visits, courtesy, note)
    return answers


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/here", Answer("fine")),
        ("/404", Answer("broken", "404 Not Found")),
        ("/410", Answer("broken", "410 Gone")),
        ("/500", Answer("broken", "500 Internal Server Error", is_passing=True)),
        ("/401", Answer("blocked", "401 Unauthorized")),
        ("/403", Answer("blocked", "403 Forbidden")),
        ("/999", Answer("blocked", "999")),
        ("/no-head", Answer("fine")),
        ("/head-cut-off", Answer("fine")),
        ("/flaky", Answer("fine")),
        ("/wait", Answer("fine")),
        ("/reset", Answer("broken", "the connection was cut off", is_passing=True)),
        ("/slow", Answer("broken", "no answer within 0.4 s", is_passing=True)),
        ("/nonsense", Answer("broken", "the connection was cut off", is_passing=True)),
        ("/around", Answer("broken", "it leads on in a circle")),
        ("/mail", Answer("broken", "it leads to `mailto:a@example.org`, which is no page")),
        ("/moved-for-now", Answer("fine")),
        ("/huge#part", Answer("fine")),
        ("/dripping#part", Answer("fine")),
        ("/here#part", Answer("fine")),
        ("/here#old", Answer("fine")),
        ("/here#nowhere", Answer("fine", missing=("nowhere",))),
    ],
)
def test_what_a_host_answers_is_what_is_said(server: _Server, path: str, expected: Answer) -> None:
    assert ask(server, path) == {path.partition("#")[0]: expected}


def test_a_page_that_moved_for_good_is_told_with_its_new_place(server: _Server) -> None:
    assert ask(server, "/moved") == {"/moved": Answer("moved", target=f"{server.url}/here")}


def test_a_host_that_asks_for_too_long_a_wait_is_not_asked_again(server: _Server) -> None:
    refused = Answer("blocked", "429 Too Many Requests", is_of_host=True)
    assert ask(server, "/wait-long", "/here") == {"/wait-long": refused, "/here": refused}
    assert server.asked == {"HEAD /wait-long": 1}


def test_a_host_that_is_not_there_is_asked_once(server: _Server) -> None:
    server.server_close()
    gone = Answer("broken", "no connection can be made", is_passing=True, is_of_host=True)
    assert ask(server, "/a", "/b") == {"/a": gone, "/b": gone}


def test_a_certificate_that_cannot_be_trusted_blocks() -> None:
    with running(_Server()) as server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        (answer,) = _ask_securely(server).values()
    assert (answer.verdict, answer.is_of_host) == ("blocked", True)
    assert answer.reason.startswith("no connection that can be trusted: ")


def _ask_securely(server: _Server) -> Mapping[str, Answer]:
    answers: dict[str, Answer] = {}
    url = server.url.replace("http:", "https:")
    make_visits([Visit(url, ())], QUICK, lambda visit, answer: answers.update({visit.url: answer}))
    return answers


def test_a_host_is_asked_one_thing_at_a_time_and_by_name(server: _Server) -> None:
    ask(server, *(f"/page-{number}" for number in range(8)))
    assert server.most_at_once == 1
    assert server.agents == {QUICK.agent}
    assert set(server.asked) == {f"HEAD /page-{number}" for number in range(8)}


def test_between_two_requests_there_is_a_pause(server: _Server) -> None:
    started = time.monotonic()
    ask(server, "/a", "/b", "/c", courtesy=Courtesy("x", pause_s=0.1))
    assert time.monotonic() - started >= 0.2


def test_several_hosts_are_asked_at_once() -> None:
    with running(_Server()) as first, running(_Server()) as second:
        visits = [Visit(f"{each.url}/slow", ()) for each in (first, second)]
        answers: list[Answer] = []
        make_visits(visits, QUICK, lambda _, answer: answers.append(answer))
    assert [answer.is_passing for answer in answers] == [True, True]


def test_places_that_scripts_or_browsers_find_need_no_id() -> None:
    fragments = ["L10", "L3-L7", "/route", "!x", ":~:text=a", "top", "Part", "caf%C3%A9", "no"]
    html = "<p id=user-content-part></p><p id=café>"
    assert find_missing(html, fragments) == ("no",)


def test_answers_are_remembered_for_as_long_as_their_kind_holds(tmp_path: Path) -> None:
    now, url = datetime(2026, 1, 1, tzinfo=UTC), "https://example.org/"

    def known(answer: Answer, after: timedelta, fragments: frozenset[str] = frozenset()) -> bool:
        remembered = Remembered(tmp_path / "outside.json", now)
        remembered.keep(url, {"a"}, answer)
        remembered.save()
        later = Remembered(tmp_path / "outside.json", now + after)
        return later.find(url, fragments) == answer

    day = timedelta(days=1)
    assert known(Answer("fine"), 13 * day)
    assert not known(Answer("fine"), 15 * day)
    assert not known(Answer("fine"), -day)
    assert known(Answer("fine"), day, frozenset("a"))
    assert not known(Answer("fine"), day, frozenset("ab"))
    assert known(Answer("blocked", "403 Forbidden"), 3 * day)
    assert not known(Answer("broken", "404 Not Found"), 2 * day)
    assert not known(Answer("broken", "reset", is_passing=True), timedelta(hours=2))


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"version": 2, "answers": {}}', b"\xff"])
def test_a_damaged_memory_is_begun_anew(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "outside.json").write_bytes(content)
    remembered = Remembered(tmp_path / "outside.json", datetime(2026, 1, 1, tzinfo=UTC))
    assert remembered.find("https://example.org/", ()) is None
    remembered.save()


def test_links_are_told_where_they_stand_and_asked_about_once(
    tmp_path: Path, server: _Server
) -> None:
    url = server.url
    text = f"[a]({url}/404) and [b]({url}/here#no) and [c]({url}/moved)\n\n[a]({url}/404)"
    write_site(tmp_path, {A: article(text)})
    done = run("check", "--root", tmp_path, "--external")
    lines = told_of(done)
    second = len(f"[a]({url}/404) and ") + 1
    third = second + len(f"[b]({url}/here#no) and ")
    assert lines == [
        f"{A}:6:1: `{url}/404` is broken: 404 Not Found",
        "hint: link to where it is now, or to a copy in an archive",
        f"{A}:6:{second}: warning: there is no `#no` at `{url}/here`",
        f"{A}:6:{third}: note: `{url}/moved` has moved for good",
        f"hint: link to `{url}/here`",
        f"{A}:8:1: `{url}/404` is broken: 404 Not Found",
        "hint: link to where it is now, or to a copy in an archive",
    ]
    assert done.code == 1
    assert done.stderr.endswith("beside that, 2 errors, 1 warning and 1 note\n")
    asked = server.asked.copy()
    assert asked["HEAD /404"] + asked["GET /404"] == 2
    assert told_of(run("check", "--root", tmp_path, "--external")) == lines
    assert server.asked == asked


def test_without_a_network_no_link_is_broken(
    tmp_path: Path, server: _Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look_up(host: str, *_: object, **__: object) -> list[object]:
        if host == "127.0.0.1":
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", server.server_address)]
        raise socket.gaierror(socket.EAI_NONAME, "not known")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    write_site(tmp_path, {A: article("[a](http://a.invalid/) [b](http://b.invalid/)")})
    done = run("check", "--root", tmp_path, "--external")
    assert done.code == 0
    assert done.stderr.count("` cannot be checked: its name could not be looked up\n") == 2
    write_site(tmp_path, {A: article(f"[a](http://c.invalid/) [b]({server.url})")})
    done = run("check", "--root", tmp_path, "--external")
    assert told_of(done)[0] == f"{A}:6:1: `http://c.invalid/` is broken: there is no such host"
    assert done.code == 1


def told_of(done: Done) -> list[str]:
    """The first lines of all that was found, and the hints."""
    return [line for line in done.stderr.splitlines() if line.startswith((A, "hint"))]


def test_nobody_is_asked_without_being_told_to(tmp_path: Path, server: _Server) -> None:
    write_site(tmp_path, {A: article(f"[a]({server.url}/404)")})
    assert run("check", "--root", tmp_path).code == 0
    assert not server.asked
