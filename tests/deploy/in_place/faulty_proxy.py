"""A proxy on loopback that counts requests, and does to some what networks and stores do."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO, Literal

Fault = Literal["500", "503", "429", "reset before", "reset after", "cut off", "gone"]
"""An answer in place of the store's; a connection that ends before the store has the request, or
after it did what it was asked; an answer that ends half-way; or nothing from here on."""
Decide = Callable[[int], Fault | None]
"""What becomes of a request, by its number from 0 on."""
_LONGEST_S = 20


class FaultyProxy:
    """What stands between a deployment and its store."""

    def __init__(self, port: int) -> None:
        """`port` is the store's."""
        self.requests = 0
        self.decide: Decide = lambda _: None
        self._upstream = port
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._listener.getsockname()[1]

    def begin(self, decide: Decide) -> None:
        """Count from 0 again, with other faults."""
        with self._lock:
            self.requests, self.decide = 0, decide

    def serve(self) -> None:
        """Accept connections until `close`."""
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._relay, args=(connection,), daemon=True).start()

    def close(self) -> None:
        """Accept no more."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _relay(self, client: socket.socket) -> None:
        client.settimeout(_LONGEST_S)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with client, socket.create_connection(("127.0.0.1", self._upstream)) as store:
            store.settimeout(_LONGEST_S)
            store.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            asked, answered = client.makefile("rb"), store.makefile("rb")
            with suppress(OSError), asked, answered:
                while head := _read_head(asked):
                    body = _read_body(asked, head)
                    fault = self._find_fault()
                    if not self._answer(client, store, answered, head + body, fault):
                        break

    def _find_fault(self) -> Fault | None:
        with self._lock:
            number = self.requests
            self.requests += 1
            return self.decide(number)

    def _answer(
        self,
        client: socket.socket,
        store: socket.socket,
        answered: BinaryIO,
        request: bytes,
        fault: Fault | None,
    ) -> bool:
        """Whether the connection goes on."""
        if fault in ("500", "503", "429"):
            client.sendall(_refuse(fault))
            return True
        if fault in ("reset before", "gone"):
            _reset(client)
            return False
        store.sendall(request)
        head = _read_head(answered)
        has_body = not request.startswith(b"HEAD ") and b" 204 " not in head.partition(b"\r\n")[0]
        answer = head + (_read_body(answered, head) if has_body else b"")
        if fault == "reset after":
            _reset(client)
            return False
        if fault == "cut off":
            client.sendall(answer[: max(1, len(answer) - 5)])
            _reset(client)
            return False
        client.sendall(answer)
        return b"connection: close" not in head.lower()


def _refuse(status: str) -> bytes:
    body = f"<Error><Code>Fault{status}</Code><Message>for a test</Message></Error>"
    head = f"HTTP/1.1 {status} Fault\r\nContent-Type: application/xml\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode()


def _read_head(source: BinaryIO) -> bytes:
    """A first line and its headers; empty where there is no more."""
    lines = [source.readline()]
    while lines[-1] not in (b"\r\n", b""):
        lines.append(source.readline())
    return b"".join(lines) if lines[-1] else b""


def _read_body(source: BinaryIO, head: bytes) -> bytes:
    fields = dict(line.lower().split(b":", 1) for line in head.split(b"\r\n")[1:] if b":" in line)
    if fields.get(b"transfer-encoding", b"").strip() == b"chunked":
        return _read_chunks(source)
    return source.read(int(fields.get(b"content-length", b"0")))


def _read_chunks(source: BinaryIO) -> bytes:
    parts = []
    while True:
        parts.append(source.readline())
        size = int(parts[-1].split(b";")[0], 16)
        parts.append(source.read(size + 2))
        if not size:
            return b"".join(parts)


def _reset(connection: socket.socket) -> None:
    """Have a connection end as that of a machine which is gone: by RST, not by a farewell."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@contextmanager
def proxied(port: int) -> Iterator[FaultyProxy]:
    """A proxy in front of a store's port."""
    proxy = FaultyProxy(port)
    thread = threading.Thread(target=proxy.serve, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.close()
        thread.join()
