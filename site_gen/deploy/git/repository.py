"""A branch of another repository, as a bare repository of ours knows it.

Ours lies in the site's cache: the work tree, the index and the branches of whoever deploys are not
touched, and of the other one only what is new is fetched. It holds nothing that is not there as
well, so where it is damaged it is made anew.

A push moves the branch at once or not at all, and only from the commit that was planned for: that
one goes along (`--force-with-lease`), and the other side compares while it holds the branch's lock.
`--atomic` would add nothing for a single branch, and some hosts refuse it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import cached_property
from shutil import rmtree
from tempfile import TemporaryFile
from typing import IO, TypeVar

from site_gen.deploy.git.commit import (
    Commit,
    parse_commit,
    write_end,
    write_files,
    write_head,
    write_tree,
)
from site_gen.deploy.git.failures import (
    DamagedError,
    FormatError,
    GitError,
    NetworkError,
    hide_secrets,
)
from site_gen.deploy.git.program import Git
from site_gen.deploy.target import refuse_moved
from site_gen.diagnostics import SiteError
from site_gen.file_systems import wait_for_lock

_LIVE = "refs/site_gen/live"
_NEXT = "refs/site_gen/next"
_REMOTE_NAME = re.compile(r"\w[\w.-]*")
_SHA1, _SHA256 = "sha1", "sha256"

Result = TypeVar("Result")


class Branch:
    """A branch that is deployed to."""

    def __init__(self, git: Git, remote: str, name: str) -> None:
        """`remote` is an address, or a name that the site's own repository has for one."""
        self.git, self.name = git, name
        self._remote, self._ref = remote, f"refs/heads/{name}"

    @property
    def place(self) -> str:
        """What it is, for people, e.g. `branch gh-pages of origin`."""
        return f"branch {self.name} of {hide_secrets(self._remote)}"

    def soundly(self, work: Callable[[], Result]) -> Result:
        """What comes of work with our repository, which nobody else uses meanwhile; it is done once
        more, with another one, where that cannot be used.
        """
        with self._told(), self._alone():
            hash_name = self._find_hash() or self._make_anew(_SHA1)
            try:
                return work()
            except FormatError:
                self._make_anew(_SHA256 if hash_name == _SHA1 else _SHA1)
            except DamagedError:
                self._make_anew(hash_name)
            return work()

    def look(self) -> Commit:
        """What the branch has now."""
        head = self.find_head()
        if not head:
            return Commit("")
        if not self._note(head):
            self._fetch(f"+{self._ref}:{_LIVE}", depth=2)
            head = self.git.run("rev-parse", _LIVE).decode().strip()
        return self.read(head)

    def find_head(self) -> str:
        """The commit that the branch is at now; empty where there is no such branch."""
        listed = self.git.reach("ls-remote", "--", self.address, self._ref).decode()
        # It lists what only ends in this name as well.
        heads = (line.split("\t") for line in listed.splitlines())
        return next((head for head, ref in heads if ref == self._ref), "")

    def find_before(self, commit: Commit) -> Commit | None:
        """What the branch had before a commit; before the one gone back to, where one was. None
        where it had nothing.
        """
        if commit.back_to:
            commit = self._find(commit.back_to)
        return self._find(commit.parent) if commit.parent else None

    def read(self, name: str) -> Commit:
        """A commit that was fetched."""
        raw = self.git.run("cat-file", "commit", name).decode(errors="replace")
        listed = self.git.run("ls-tree", "-rz", "--full-tree", name).decode(errors="replace")
        return parse_commit(name, raw, listed)

    def commit_files(
        self, base: Commit, files: Iterable[tuple[str, str | bytes]], message: str, now: datetime
    ) -> str:
        """The name of a commit with these files and no others, which nobody sees before it is
        pushed; a file is bytes, or the name of a blob.
        """
        return self._import(base, message, now, lambda stream: write_files(stream, files))

    def commit_tree(self, base: Commit, tree: str, message: str, now: datetime) -> str:
        """The name of a commit with the files that another one has."""
        return self._import(base, message, now, lambda stream: write_tree(stream, tree))

    def push(self, base: Commit, name: str) -> None:
        """Move the branch to a commit; SiteError, and nothing is changed, where it is not at the
        base any more or is refused.
        """
        lease = f"--force-with-lease={self._ref}:{base.id}"
        try:
            self.git.reach("push", "-q", lease, "--", self.address, f"{name}:{self._ref}")
        except FormatError:
            raise
        except GitError:
            # It may have been moved all the same, and the answer been lost.
            head = self.find_head()
            if head == name:
                return
            if head != base.id:
                raise refuse_moved() from None
            raise
        with suppress(DamagedError):
            # It has nothing to do with what was deployed, and has another chance next time.
            self.git.run("gc", "--auto", "--quiet")

    @cached_property
    def address(self) -> str:
        """What git pushes to."""
        if _REMOTE_NAME.fullmatch(self._remote):
            return self.git.ask_site("remote", "get-url", "--push", self._remote)
        return self._remote

    def _import(
        self, base: Commit, message: str, now: datetime, write: Callable[[IO[bytes]], None]
    ) -> str:
        identity = self.git.ask_site("var", "GIT_COMMITTER_IDENT").rpartition(">")[0]
        committer = f"{identity}> {int(now.timestamp())} +0000"
        with TemporaryFile() as stream:
            write_head(stream, _NEXT, committer, message, base.id)
            write(stream)
            write_end(stream)
            stream.seek(0)
            return self.git.run("fast-import", "--quiet", "--force", stdin=stream).decode().strip()

    def _find(self, name: str) -> Commit:
        """A commit that may have to be fetched."""
        if not self._has(name):
            self._fetch(name, depth=1)
        return self.read(name)

    def _fetch(self, what: str, depth: int) -> None:
        try:
            self.git.reach("fetch", "-q", f"--depth={depth}", "--", self.address, what)
        except (NetworkError, FormatError):
            raise
        except GitError as error:
            # The other one has answered already, so it may be ours.
            raise DamagedError(error.message, error.hint) from error

    def _has(self, name: str) -> bool:
        return self._can("cat-file", "-e", f"{name}^{{tree}}")

    def _note(self, head: str) -> bool:
        """Whether what is live is here already; then it is noted, so that it stays."""
        return self._can("update-ref", _LIVE, head)

    def _can(self, *arguments: str) -> bool:
        try:
            self.git.run(*arguments)
        except DamagedError:
            return False
        return True

    def _find_hash(self) -> str:
        """What our repository names objects by; empty where there is none that can be used."""
        try:
            return self.git.run("rev-parse", "--show-object-format").decode().strip()
        except DamagedError:
            return ""

    def _make_anew(self, hash_name: str) -> str:
        if self.git.folder.exists():
            rmtree(self.git.folder)
        # Without a template there is no hook of the user's that would run in it.
        options = ("--bare", "--template=", f"--object-format={hash_name}")
        self.git.run("init", "-q", *options)
        return hash_name

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Use our repository alone, after waiting for it; the system lets go of it with us."""
        path = self.git.folder.with_suffix(".lock")
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            wait_for_lock(file.fileno())
            yield

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what the system refuses into one line for the user."""
        try:
            yield
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise SiteError(f"`{self.git.folder.as_posix()}`: {reason}") from error
