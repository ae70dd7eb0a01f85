"""What tests of branches ask for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.deploy.git.repositories import Home, make_home


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Git knows who commits, and nothing else of this machine."""
    text = "[user]\nname = A. Writer\nemail = a@example.org\n[init]\ndefaultBranch = main\n"
    (tmp_path / "gitconfig").write_text(text)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A site, and a repository that it is deployed to."""
    return make_home(tmp_path)
