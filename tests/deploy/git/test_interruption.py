"""Cut off at every step: whatever git was doing, readers have one site or the other."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from site_gen.diagnostics import SiteError
from site_gen.setup import checkout_root
from tests.deploy.git.repositories import Home, deploy
from tests.deploy.sites import new_site, old_site

NEW_SITE = {**new_site(), "assets/style.1.css": b"old style"}
_WRAPPER = """#!/bin/sh
# `git`, which at a call that a file names fails, before or after it has done what it was to do, or
# kills whoever called it.
count=$(($(cat {state}/count) + 1))
echo $count > {state}/count
read at how < {state}/fault
if [ $count -eq $at ]; then
    [ $how = after ] && {git} "$@" > {state}/lost 2>&1
    [ $how = killed ] && kill -9 $PPID
    exit 128
fi
exec {git} "$@"
"""
_DEPLOY = """
from pathlib import Path
from tests.deploy.git.repositories import Home, deploy
from tests.deploy.sites import new_site
deploy(Home(Path({folder!r})).open(), new_site())
"""


class Faults:
    """A `git` on the path that fails."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        found = shutil.which("git")
        assert found
        self.set(0, "never")
        (folder / "git").write_text(_WRAPPER.format(state=folder, git=found))
        (folder / "git").chmod(0o755)

    def set(self, at: int, how: str) -> None:
        """What goes wrong, from here on."""
        (self.folder / "count").write_text("0\n")
        (self.folder / "fault").write_text(f"{at} {how}\n")

    def count(self) -> int:
        """How often git was called since."""
        return int((self.folder / "count").read_text())


@pytest.fixture
def faults(home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[Faults]:
    """Nothing goes wrong yet."""
    made = Faults(home.folder / "faults")
    with monkeypatch.context() as patch:
        patch.setenv("PATH", f"{made.folder}{os.pathsep}{os.environ['PATH']}")
        yield made


def start(home: Home, faults: Faults) -> str:
    """Deploy the old site; its commit."""
    deploy(home.open(), old_site())
    faults.set(0, "never")
    return home.find_head()


def start_over(home: Home, faults: Faults, first: str) -> None:
    """Have the old site live once more."""
    faults.set(0, "never")
    home.git("update-ref", "refs/heads/gh-pages", first)


def check_next_run(home: Home, faults: Faults, first: str) -> None:
    """What is live is whole, and the next run completes it."""
    faults.set(0, "never")
    assert home.read() in (old_site(), NEW_SITE)
    deploy(home.open(), new_site())
    assert home.read() == NEW_SITE
    assert home.git("rev-parse", "gh-pages^").strip() == first


@pytest.mark.parametrize("how", ["before", "after"])
def test_a_call_of_git_that_fails_leaves_one_site_or_the_other(
    home: Home, faults: Faults, how: str
) -> None:
    first, failed = start(home, faults), 0
    for number in count(1):
        start_over(home, faults, first)
        faults.set(number, how)
        try:
            deploy(home.open(), new_site())
        except SiteError:
            failed += 1
            check_next_run(home, faults, first)
        else:
            is_over = faults.count() < number
            faults.set(0, "never")
            assert home.read() == NEW_SITE
            if is_over:
                break
    assert number > 12
    assert failed > 0


def test_killed_at_every_call_of_git_it_leaves_one_site_or_the_other(
    home: Home, faults: Faults
) -> None:
    first = start(home, faults)
    command = [sys.executable, "-c", _DEPLOY.format(folder=str(home.folder))]
    for number in count(1):
        start_over(home, faults, first)
        faults.set(number, "killed")
        done = subprocess.run(command, cwd=checkout_root(), capture_output=True, check=False)
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL, (number, done.stderr)
        check_next_run(home, faults, first)
    assert faults.count() < number
    assert number > 12
