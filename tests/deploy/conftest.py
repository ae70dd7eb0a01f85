"""What tests of deploying over ssh may ask for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.ssh.deployments import Deployments
from tests.deploy.ssh.server import SshServer, running_server


@pytest.fixture(scope="session")
def one_ssh_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SshServer]:
    """A server for all tests, which pass it on as it was."""
    with running_server(tmp_path_factory.mktemp("sshd")) as server:
        yield server


@pytest.fixture
def ssh_server(one_ssh_server: SshServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[SshServer]:
    """A server that `ssh` finds."""
    find_first(one_ssh_server.programs, monkeypatch)
    yield one_ssh_server
    one_ssh_server.cut_off_after()


@pytest.fixture
def deployments(ssh_server: SshServer, tmp_path: Path) -> Deployments:  # noqa: ARG001
    """Deployments of small sites over ssh, whose server runs."""
    return Deployments(tmp_path)


@pytest.fixture
def programs(
    ssh_server: SshServer,  # noqa: ARG001
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    """A folder whose programs are run in place of others, those of the server included."""
    find_first(tmp_path / "bin", monkeypatch)
    return tmp_path / "bin"


def find_first(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have programs in a folder found before all others."""
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
