"""What tests of branches ask for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.deploy.git.repositories import Home, make_home, set_up_git


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Git knows who commits, and nothing else of this machine."""
    set_up_git(tmp_path, monkeypatch)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A site, and a repository that it is deployed to."""
    return make_home(tmp_path)
