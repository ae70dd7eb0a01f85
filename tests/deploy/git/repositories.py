"""Repositories to deploy to, and what a host would serve of them."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from site_gen.deploy.git.program import Git
from site_gen.deploy.git.repository import Branch
from site_gen.deploy.git.target import BranchTarget
from site_gen.deploy.patience import Patience
from site_gen.deploy.plan import Plan
from site_gen.deploy.site import BuiltSite, Needs
from tests.deploy.sites import NOW, Site, describe

BRANCH = "gh-pages"


class Home(msgspec.Struct, frozen=True):
    """A site in a repository of its own, and a bare one to deploy to."""

    folder: Path

    @property
    def site(self) -> Path:
        """The site's root; what is deployed to is its `origin`."""
        return self.folder / "site"

    @property
    def remote(self) -> Path:
        """What is deployed to."""
        return self.folder / "remote.git"

    def open(
        self, remote: str = "origin", branch: str = BRANCH, ours: str = "ours", below: str = ""
    ) -> BranchTarget:
        """A target that waits for nothing; `below` is the site's folder in its repository."""
        git = Git(self.folder / f"{ours}.git", self.site / below, Patience(tries=4, first_s=0))
        return BranchTarget("test", Branch(git, remote, branch), Needs(), decides_caching=False)

    def git(self, *arguments: str) -> str:
        """What git says of the repository that is deployed to."""
        return git(self.remote, *arguments)

    def find_head(self) -> str:
        """The commit that is live; empty where there is none."""
        return self.git("for-each-ref", "--format=%(objectname)", f"refs/heads/{BRANCH}").strip()

    def read(self, commit: str = BRANCH) -> Site:
        """What a host would serve of a commit."""
        names = self.git("ls-tree", "-rz", "--name-only", commit).split("\0")
        return {name: git_bytes(self.remote, "show", f"{commit}:{name}") for name in names if name}

    def write_hook(self, name: str, script: str) -> None:
        """Have the repository that is deployed to run this."""
        hook = self.remote / "hooks" / name
        hook.write_text(f"#!/bin/sh\n{script}\n")
        hook.chmod(0o755)


def set_up_git(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have git know who commits, and nothing else of this machine."""
    text = "[user]\nname = A. Writer\nemail = a@example.org\n[init]\ndefaultBranch = main\n"
    (folder / "gitconfig").write_text(text)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(folder / "gitconfig"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


def make_home(folder: Path, *options: str) -> Home:
    """Both repositories, the one that is deployed to made with these options."""
    home = Home(folder)
    git(folder, "init", "-q", "--bare", *options, "remote.git")
    git(folder, "init", "-q", "-b", "main", "site")
    git(home.site, "remote", "add", "origin", f"file://{home.remote}")
    (home.site / "pyproject.toml").write_text("[tool.site_gen]\n")
    (home.site / ".gitignore").write_text("/.cache/\n/_site/\n")
    git(home.site, "add", ".")
    git(home.site, "commit", "-q", "-m", "Write")
    return home


def git(folder: Path, *arguments: str) -> str:
    """What git prints in a folder."""
    return git_bytes(folder, *arguments).decode()


def git_bytes(folder: Path, *arguments: str) -> bytes:
    """The same, as it is."""
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, check=True, capture_output=True).stdout


def built(site: Mapping[str, bytes]) -> BuiltSite:
    """A finished site that is in no folder."""
    return BuiltSite(Path("nowhere"), describe(site), site)


def deploy(target: BranchTarget, site: Mapping[str, bytes], now: datetime = NOW) -> Plan:
    """Deploy a site, and return what was planned."""
    plan = target.plan(built(site), now)
    target.carry_out(plan, built(site), lambda _: None)
    return plan


def go_back(target: BranchTarget) -> Plan:
    """Go back to the release before, and return what was planned."""
    plan = target.plan_back(NOW)
    target.roll_back(plan, lambda _: None)
    return plan
