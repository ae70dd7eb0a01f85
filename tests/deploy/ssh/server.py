"""A real sshd on loopback with keys of its own, whose lines can be cut off after so many bytes."""

from __future__ import annotations

import getpass
import os
import shlex
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock, Thread

from tests.programs import find_program

HOST = "blog-host"
"""The name by which ssh knows it."""

_SERVER = """\
HostKey {folder}/host
AuthorizedKeysFile {folder}/mine.pub
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
# Else bash would read what this machine's user has for it.
SetEnv SHLVL=2
"""
_CLIENT = """\
Host {host}
  HostName 127.0.0.1
  Port {port}
  User {user}
Host *
  IdentityFile {folder}/mine
  IdentitiesOnly yes
  StrictHostKeyChecking accept-new
  UserKnownHostsFile {folder}/known
  # The fastest that there is; a test makes many connections.
  KexAlgorithms curve25519-sha256
"""
_ENOUGH = 1 << 62


class SshServer:
    """Starts an sshd for each connection, as inetd did, and passes on what both of them say."""

    def __init__(self, folder: Path) -> None:
        for name in ("host", "mine"):
            key = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
            subprocess.run(key, check=True)
        (folder / "server").write_text(_SERVER.format(folder=folder))
        self._command = [find_program("sshd", "openssh-server"), "-i", "-f", str(folder / "server")]
        self._command += ["-E", str(folder / "log")]
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._lock = Lock()
        self._open: list[socket.socket] = []
        self._bytes_left, self._stays_down = _ENOUGH, False
        self.bytes_passed = 0
        self.programs = folder / "bin"
        self._write_client(folder, self._listener.getsockname()[1])

    def cut_off_after(self, bytes_left: int = _ENOUGH, *, stays_down: bool = False) -> None:
        """Cut all lines when so many bytes have passed, and let no new ones through if so said."""
        with self._lock:
            self._bytes_left, self._stays_down, self.bytes_passed = bytes_left, stays_down, 0

    def serve(self) -> None:
        """Answer until it is closed."""
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                ours, theirs = socket.socketpair()
                with theirs:
                    end = theirs.fileno()
                    process = subprocess.Popen(self._command, stdin=end, stdout=end)
                with self._lock:
                    self._open += [connection, ours]
                for source, sink in ((connection, ours), (ours, connection)):
                    Thread(target=self._pass_on, args=(source, sink), daemon=True).start()
                Thread(target=process.wait, daemon=True).start()

    def close(self) -> None:
        """Let nobody in any more."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._hang_up()

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(1 << 16):
                sink.sendall(self._allow(data))
        for each in (source, sink):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def _allow(self, data: bytes) -> bytes:
        with self._lock:
            allowed = data[: self._bytes_left]
            self._bytes_left -= len(allowed)
            self.bytes_passed += len(allowed)
            if len(allowed) == len(data):
                return data
            if not self._stays_down:
                self._bytes_left = _ENOUGH
        self._hang_up()
        raise ConnectionAbortedError

    def _hang_up(self) -> None:
        with self._lock:
            connections, self._open = self._open, []
        for each in connections:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _write_client(self, folder: Path, port: int) -> None:
        """Write an `ssh` that knows this server and nothing else."""
        user = getpass.getuser()
        (folder / "client").write_text(
            _CLIENT.format(host=HOST, port=port, user=user, folder=folder)
        )
        ssh = find_program("ssh", "openssh-client")
        write_program(
            self.programs / "ssh", f'exec {shlex.join([ssh, "-F", str(folder / "client")])} "$@"'
        )


@contextmanager
def running_server(folder: Path) -> Iterator[SshServer]:
    """A server that answers; the folder is for its keys."""
    if os.getuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)  # it refuses to start without it
    server = SshServer(folder)
    thread = Thread(target=server.serve)
    thread.start()
    try:
        yield server
    finally:
        server.close()
        thread.join()


def write_program(path: Path, script: str) -> None:
    """Write a program for `sh`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
