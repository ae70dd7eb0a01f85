"""A folder of another machine, over ssh and rsync:

    PATH/releases/ID/      a whole site
    PATH/records/ID.json   what it is, and which one was live before it
    PATH/current           a link to the one that is live, which a web server serves
    PATH/deploying         there while somebody deploys

A release is made beside the others, of hard links where it has the files of the one that is live,
and becomes live when `current` is exchanged by one rename. So a reader gets one site or the other,
and what was cut off before that has changed nothing that anybody sees. The programs `ssh` and
`rsync` are used, with the keys and settings that they have. `host.sh` is what runs at the host.

Whoever deploys holds a claim for as long as a connection stands, and all that it does goes through
that one. Each step can be done again, so where a connection was lost all is done once more.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import IntEnum
from functools import cache
from importlib import resources
from pathlib import Path

from site_gen.deploy.ssh.found import Found, Record, parse_found, parse_record
from site_gen.deploy.ssh.programs import (
    FailedError,
    LostError,
    explain_ssh,
    refuse_missing,
    run_rsync,
    run_ssh,
)
from site_gen.deploy.target import describe_going_on, refuse_moved, refuse_taken
from site_gen.diagnostics import SiteError
from site_gen.file_systems import printable

_BEAT_S = 15
_END_S = 10
_CLAIM = re.compile(rb"(\d{1,11}) (\d{1,11})\n")
_OPTIONS = (
    *("-o", "BatchMode=yes", "-o", "LogLevel=ERROR", "-o", "ConnectTimeout=20"),
    # So that a line that is dead without a word is noticed in a minute.
    *("-o", "ServerAliveInterval=15", "-o", "ServerAliveCountMax=3"),
)


class _End(IntEnum):
    """What `host.sh` ends with where it has not done what it was to do."""

    TAKEN = 3
    MOVED = 4
    IN_THE_WAY = 5
    FOREIGN = 6
    UNCLAIMED = 7
    UNWHOLE = 8
    NO_RSYNC = 9


class Host:
    """The folder, as it is asked about by whoever does not change it."""

    def __init__(self, host: str, path: str) -> None:
        """`host` is as ssh has it, e.g. `me@example.org`; `path` is seen from the home there."""
        self.name, self.path = host, "." if path == "~" else path.removeprefix("~/")
        self.ssh: tuple[str, ...] = ("ssh", *_OPTIONS)

    def look(self) -> Found:
        """What is there; SiteError where that is not what deployments leave."""
        return parse_found(self._check_answer(self._run("look"), b"found\n"))

    def read_record(self, release: str) -> Record:
        """What a release is that is kept."""
        return parse_record(self._run("print_record", release), release)

    @contextmanager
    def claimed(self, token: str) -> Iterator[ClaimedHost]:
        """The folder, held alone; SiteError where somebody else holds it.

        `token` is a text that nobody else has, a dot, and the number of the attempt; what a former
        attempt holds still is taken from it.
        """
        with tempfile.TemporaryDirectory(prefix="ssh") as private, tempfile.TemporaryFile() as said:
            # A percent sign begins what ssh writes something else for.
            socket = f"{private}/s".replace("%", "%%")
            share = ("-o", "ControlMaster=yes", "-o", "ControlPersist=no", "-S", socket)
            command = [*self.ssh, *share, "--", self.name, self._write_call("hold", token)]
            try:
                process = subprocess.Popen(
                    command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said
                )
            except FileNotFoundError:
                raise refuse_missing("ssh") from None
            with _ending(process):
                assert process.stdout
                first = process.stdout.readline()
                if first != b"held\n":
                    assert process.stdin
                    process.stdin.close()
                    if process.wait():
                        said.seek(0)
                        raise self._explain(explain_ssh(process.returncode, first, said.read()))
                self._check_answer(first, b"held\n")
                with _beating(process):
                    yield ClaimedHost(self, token, socket, Path(private))

    def _run(self, command: str, *arguments: str, feed: bytes = b"") -> bytes:
        """What a command of `host.sh` has printed."""
        words = self._write_call(command, *arguments)
        try:
            return run_ssh([*self.ssh, "--", self.name, words], feed)
        except FailedError as error:
            raise self._explain(error) from None

    def _check_answer(self, answer: bytes, beginning: bytes) -> bytes:
        """What follows the beginning of an answer."""
        if not answer.startswith(beginning):
            said = printable(answer.partition(b"\n")[0].decode(errors="replace"))
            message = f"`{self.name}` says `{said}` before it answers"
            raise SiteError(message, "a shell that is given a command may print nothing else")
        return answer.removeprefix(beginning)

    def _write_call(self, command: str, *arguments: str) -> str:
        return shlex.join(["sh", "-c", read_script(), "sh", command, self.path, *arguments])

    def _explain(self, error: Exception) -> Exception:
        """What is to be raised where a command has failed."""
        if not isinstance(error, FailedError):
            return error
        place = f"`{self.name}:{self.path}`"
        match error.number:
            case _End.TAKEN:
                return refuse_taken(_describe_claim(error.output))
            case _End.MOVED:
                return refuse_moved()
            case _End.UNCLAIMED:
                return LostError("another deployment has taken over, or the claim was lost")
            case _End.UNWHOLE:
                return LostError("less has come there than was sent")
            case _End.IN_THE_WAY:
                message = f"`current` in {place} is no link, so it cannot be exchanged at once"
                return SiteError(message, "move it away, or choose another `path`")
            case _End.FOREIGN:
                message = f"{place} holds files that no deployment has put there"
                return SiteError(message, "choose another `path`, or an empty folder")
            case _End.NO_RSYNC:
                return SiteError(f"rsync is not installed at `{self.name}`", "install it there")
        return SiteError(f"{place}: {error.said}", "what is live is as it was")


class ClaimedHost(Host):
    """The folder while it is held alone, through one connection."""

    def __init__(self, host: Host, token: str, socket: str, private: Path) -> None:
        super().__init__(host.name, host.path)
        self.ssh = (*host.ssh, "-o", "ControlMaster=no", "-S", socket)
        self._token, self._private = token, private

    def begin(self, base: str, release: str, paths: Sequence[str]) -> None:
        """Begin a release with these files of the one that is live, as hard links."""
        feed = _list_paths(paths)
        self._run("begin", self._token, base if paths else "", release, feed=feed)

    def send(
        self,
        folder: Path,
        release: str,
        paths: Sequence[str],
        unfinished: Sequence[str],
        tell: Callable[[str], None],
    ) -> None:
        """Have these files of a folder in a release that was begun. What has come there of others
        that were not finished is not sent once more.
        """
        names = self._private / "names"
        names.write_bytes(_list_paths(paths))
        # For rsync, what stands before the first colon is the host.
        host = f"[{self.name}]" if ":" in self.name else self.name
        run_rsync(
            [
                *("rsync", "--perms", "--chmod=D755,F644", "--checksum", "--protect-args"),
                *("--compress", "--timeout=60", "--from0", f"--files-from={names}"),
                # A name of its own for what is not whole, so that nothing odd is left in a release.
                "--temp-dir=../tmp.part",
                *(f"--link-dest=../{each}.part" for each in unfinished if each != release),
                *("--8-bit-output", "--out-format=%n"),
                *("-e", shlex.join(self.ssh), f"{folder.as_posix()}/"),
                f"{host}:{self.path}/releases/{release}.part/",
            ],
            tell,
        )

    def keep_record(self, release: str, record: bytes) -> None:
        """Note what a release is whose files are there."""
        self._run("keep_record", self._token, release, str(len(record)), feed=record)

    def switch(self, base: str, release: str, file_count: int) -> None:
        """Make a release of so many files live; SiteError where another one than the base is."""
        self._run("switch", self._token, base, release, str(file_count))

    def remove(self, releases: Sequence[str]) -> None:
        """Remove these, and what was begun and not finished."""
        try:
            self._run("remove", self._token, *releases)
        except SiteError as error:
            message = f"the release is live, but what is not needed any more stays: {error.message}"
            raise SiteError(message, "remove it there") from error


def _describe_claim(told: bytes) -> str:
    """What is known of the deployment that goes on, from what `take_over` of `host.sh` prints."""
    match = _CLAIM.fullmatch(told)
    return describe_going_on(int(match[1]), int(match[2])) if match else "nothing is known of it"


@contextmanager
def _ending(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """End a connection when it is not needed any more, and by that what it holds."""
    try:
        yield
    finally:
        assert process.stdin
        assert process.stdout
        try:
            process.stdin.close()
            process.wait(_END_S)
        except (OSError, subprocess.TimeoutExpired):
            process.kill()
        process.wait()
        process.stdout.close()


@contextmanager
def _beating(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Let the host hear every few seconds that somebody is still there."""
    is_over = threading.Event()

    def beat() -> None:
        assert process.stdin
        while not is_over.wait(_BEAT_S):
            try:
                process.stdin.write(b"\n")
                process.stdin.flush()
            except OSError:
                return  # the next step says what has become of the connection

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def _list_paths(paths: Sequence[str]) -> bytes:
    """Paths as rsync reads them from a file; one that begins with `#` would be a comment."""
    return "".join(f"./{path}\0" for path in paths).encode()


@cache
def read_script() -> str:
    """What runs at the host."""
    return resources.files(__package__).joinpath("host.sh").read_text(encoding="utf-8")
