"""`serve --watch --dev`: the server begins anew whenever site_gen's own code changes.

The server is a process of its own, so that code that cannot even be imported takes nothing down
with it. Its socket is this one's: while there is no server, browsers wait instead of being refused.
"""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from threading import Thread

import click

from site_gen.build.code import digest_code
from site_gen.serve.watching import Watching
from site_gen.setup import own_environment

_CODE = Path(__file__).resolve().parents[1]
_SECONDS_TO_END = 5


def serve_dev(listening: socket.socket, arguments: Sequence[str], opens: bool) -> None:
    """Run servers, one after the other, until it is interrupted.

    `arguments` are those of each; the first shows its site in the browser where `opens`.
    """
    with closing(Watching(_CODE, [_CODE])) as watching:
        watching.wait_until_ready()
        code, more = digest_code(), ["--open"] if opens else []
        while True:
            process = _start(listening, [*arguments, *more])
            try:
                code = _wait_for_other_code(watching, code)
            finally:
                _end(process)
            click.echo("site_gen has changed: the server begins anew", err=True)
            more = []


def _start(listening: socket.socket, arguments: Sequence[str]) -> subprocess.Popen[bytes]:
    """A server that ends when its input does, so that it never outlives this process."""
    descriptor = listening.fileno()
    command = [sys.executable, "-P", "-m", "site_gen", "serve", "--listening", str(descriptor)]
    process = subprocess.Popen(
        [*command, *arguments],
        stdin=subprocess.PIPE,
        pass_fds=[descriptor],
        env=own_environment(),
        start_new_session=True,  # Ctrl-C is for this process alone
    )
    Thread(target=_tell_of_end, args=(process,), daemon=True).start()
    return process


def _tell_of_end(process: subprocess.Popen[bytes]) -> None:
    if process.wait() > 0:
        click.echo("the server has ended; it begins anew when the code changes", err=True)


def _wait_for_other_code(watching: Watching, code: str) -> str:
    """The digest of the code once it is not this one."""
    while True:
        watching.wait()
        with suppress(OSError):  # a file has just gone; more is told of then
            if (now := digest_code()) != code:
                return now


def _end(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin
    process.stdin.close()
    try:
        with suppress(subprocess.TimeoutExpired):
            process.wait(_SECONDS_TO_END)
    finally:
        process.kill()
