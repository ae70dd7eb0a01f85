"""Git's own program, which works in a bare repository of ours.

It has all that it would have in the site's own repository to reach another one: credentials,
addresses, certificates. What is configured in that repository alone is handed on, since CI systems
put their credentials there. Nothing is asked for on the terminal: where something is missing, git
says so.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from site_gen.deploy.git.failures import (
    DamagedError,
    FormatError,
    GitError,
    NetworkError,
    explain,
    is_network_failure,
    is_other_format,
    may_be_network_failure,
)
from site_gen.deploy.patience import Patience
from site_gen.diagnostics import SiteError

PATIENCE = Patience(tries=4, first_s=2.0, longest_s=15.0)
"""With a network: a try that hears nothing lasts half a minute by itself."""

_NOT_OURS = frozenset(
    (
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_DIR",
        "GIT_INDEX_FILE",
        "GIT_NAMESPACE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_QUARANTINE_PATH",
        "GIT_SHALLOW_FILE",
        "GIT_WORK_TREE",
    )
)
"""What git tells its hooks, and would be taken for the repository that is meant."""
_BORROWED = re.compile(r"(?:core\.sshcommand|(?:credential|http|ssh|url|user|committer)\..+)")
"""Settings of the site's own repository that say how to reach others, and who commits."""
_SSH = "ssh -o BatchMode=yes -o ConnectTimeout=30 -o ServerAliveInterval=15"
_OLDEST = (2, 31)
"""The first that takes settings from its environment."""
_VERSION = re.compile(rb"git version (\d+)\.(\d+)")
_SETTINGS = {"gc.autoDetach": "false", "http.lowSpeedLimit": "1", "http.lowSpeedTime": "60"}
"""Nothing goes on when a command is over, and one that hears nothing for a minute is over."""
_NO_HOOKS = ("core.hooksPath", os.devnull)
"""The user's are for work of theirs, also those that all repositories have."""


class Git:
    """Git with a repository of ours and the settings of the site's."""

    def __init__(self, folder: Path, site: Path, patience: Patience = PATIENCE) -> None:
        """`folder` is for our repository; `site` is in the site's own, if it has one."""
        self.folder, self._site, self._patience = folder, site, patience

    def run(self, *arguments: str, stdin: IO[bytes] | None = None) -> bytes:
        """What git printed in our repository; DamagedError where it cannot do that there."""
        code, printed, said = self._call([f"--git-dir={self.folder}", *arguments], stdin)
        if code:
            raise DamagedError(*explain(arguments[0], said))
        return printed

    def reach(self, *arguments: str) -> bytes:
        """What git printed, having asked another repository, several times if need be; NetworkError
        where that was not heard of, FormatError where it is of another kind, else GitError.
        """
        return self._patience.insist(
            lambda: self._ask_other(arguments), lambda error: isinstance(error, NetworkError)
        )

    def ask_site(self, *arguments: str) -> str:
        """What git printed in the site's own repository; GitError where it refused."""
        code, printed, said = self._call(arguments)
        if code:
            raise GitError(*explain(arguments[0], said))
        return printed.decode(errors="replace").rstrip("\n")

    def is_so(self, *arguments: str) -> bool:
        """Whether git says so of the site's own repository; False where there is none."""
        return self._call(arguments)[0] == 0

    @contextmanager
    def reading(self, *arguments: str, stdin: IO[bytes]) -> Iterator[IO[bytes]]:
        """What git prints in our repository, as it comes."""
        command = ["git", f"--git-dir={self.folder}", *arguments]
        with TemporaryFile() as complaints:
            process = subprocess.Popen(
                command,
                cwd=self._site,
                env=self._environment,
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=complaints,
            )
            with process:
                assert process.stdout is not None
                yield process.stdout
            if process.returncode:
                complaints.seek(0)
                said = complaints.read().decode(errors="replace")
                raise DamagedError(*explain(arguments[0], said))

    def _ask_other(self, arguments: Sequence[str]) -> bytes:
        command = [f"--git-dir={self.folder}", *arguments]
        code, printed, said = self._call(command)
        if code and may_be_network_failure(said):
            code, printed, said = self._call(command)
        if code:
            raise _find_error(said)(*explain(arguments[0], said))
        return printed

    def _call(
        self, arguments: Sequence[str], stdin: IO[bytes] | None = None
    ) -> tuple[int, bytes, str]:
        return _call(arguments, self._site, self._environment, stdin)

    @cached_property
    def _environment(self) -> Mapping[str, str]:
        environment = {name: text for name, text in os.environ.items() if name not in _NOT_OURS}
        # What it complains of is told apart by its words.
        environment |= {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
        _check_version(_call(("version",), self._site, environment, None)[1])
        arguments = ("config", "--list", "-z", "--show-scope", "--includes")
        code, printed, said = _call(arguments, self._site, environment, None)
        if code:
            raise GitError(*explain("config", said))
        known = list(_read_settings(printed.decode(errors="replace")))
        names = {name for _, name, _ in known}
        if "core.sshcommand" not in names and "GIT_SSH" not in environment:
            environment.setdefault("GIT_SSH_COMMAND", _SSH)
        handed = [
            (name, text)
            for scope, name, text in known
            if scope in ("local", "worktree") and _BORROWED.fullmatch(name)
        ]
        handed += [each for each in _SETTINGS.items() if each[0].lower() not in names]
        handed.append(_NO_HOOKS)
        return environment | _hand_on(handed, int(environment.get("GIT_CONFIG_COUNT") or 0))


def _check_version(told: bytes) -> None:
    """Return where git can do what is asked of it; else SiteError."""
    found = _VERSION.search(told)
    if found and (int(found[1]), int(found[2])) < _OLDEST:
        oldest = ".".join(map(str, _OLDEST))
        message = f"this is {found[0].decode()}, which is too old to deploy with"
        raise SiteError(message, f"install {oldest} or later")


def _read_settings(listed: str) -> Iterator[tuple[str, str, str]]:
    """Scope, name and value of each setting, as `git config --list -z --show-scope` has them."""
    parts = listed.split("\0")[:-1]
    for scope, entry in zip(parts[::2], parts[1::2], strict=True):
        name, is_set, text = entry.partition("\n")
        yield scope, name, text if is_set else "true"


def _hand_on(settings: Sequence[tuple[str, str]], first: int) -> dict[str, str]:
    """Settings as git takes them from its environment, where no other program sees them."""
    handed = {"GIT_CONFIG_COUNT": str(first + len(settings))}
    for number, (name, text) in enumerate(settings, first):
        handed |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": text}
    return handed


def _call(
    arguments: Sequence[str], folder: Path, environment: Mapping[str, str], stdin: IO[bytes] | None
) -> tuple[int, bytes, str]:
    """How git ended, what it printed and what it complained of."""
    try:
        done = subprocess.run(
            ["git", *arguments],
            cwd=folder,
            env=environment,
            stdin=stdin or subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        raise SiteError("`git` is not installed", "install it, or deploy otherwise") from None
    return done.returncode, done.stdout, done.stderr.decode(errors="replace")


def _find_error(said: str) -> type[GitError]:
    if is_other_format(said):
        return FormatError
    return NetworkError if is_network_failure(said) else GitError
