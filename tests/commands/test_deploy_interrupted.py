"""Ctrl-C while `site-gen deploy` waits for a store that does not answer any more."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from site_gen.setup import checkout_root
from tests.commands.running import run, write_site
from tests.deploy.in_place.faulty_proxy import FaultyProxy, proxied
from tests.deploy.in_place.stores import BUCKET, KEY, SECRET, running_moto
from tests.sites import CONFIG, article

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it has no SIGINT to send")
_PATIENCE_S = 60


class Stall:
    """A proxy that after some requests waits before it passes any more on."""

    def __init__(self, proxy: FaultyProxy, requests: int) -> None:
        self.is_reached, self.is_over = Event(), Event()

        def decide(number: int) -> None:
            if number >= requests:
                self.is_reached.set()
                self.is_over.wait(_PATIENCE_S)

        proxy.begin(decide)


MAIN, THREADS = 9, 20
"""How many requests pass before one stalls that the main thread has made, or one of many that are
made at once."""


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultyProxy]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    with running_moto() as moto, proxied(moto.port) as proxy:
        moto.restore({})  # what it holds is that of its process
        yield proxy


def write_blog(root: Path, proxy: FaultyProxy) -> None:
    table = f'to = "s3"\nbucket = "{BUCKET}"\nendpoint = "http://127.0.0.1:{proxy.port}"\n'
    config = f"{CONFIG}\n[tool.site_gen.deploy.production]\n{table}"
    write_site(root, {"pyproject.toml": config, "content/articles/crop.md": article("Text.")})
    assert run("build", "--locked", "--root", root).code == 0


def begin(root: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "site_gen", "deploy", "--root", str(root)],
        cwd=checkout_root(),
        env={**os.environ, "SOURCE_DATE_EPOCH": "1767225600"},
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("requests", [MAIN, THREADS])
def test_once_it_ends_in_order_and_lets_the_next_one_begin(
    proxy: FaultyProxy, tmp_path: Path, requests: int
) -> None:
    write_blog(tmp_path, proxy)
    stall = Stall(proxy, requests)
    with begin(tmp_path) as deployment:
        assert stall.is_reached.wait(_PATIENCE_S)
        deployment.send_signal(signal.SIGINT)
        stall.is_over.set()
        _, said = deployment.communicate(timeout=_PATIENCE_S)
    assert deployment.returncode == 130
    assert said.strip().splitlines()[-1] == (
        "interrupted, ending what is being sent (Ctrl-C once more ends at once); readers find no"
        " page that leads nowhere; to go on, deploy once more"
    )
    proxy.begin(lambda _: None)
    done = run("deploy", "--root", tmp_path)
    assert done.code == 0, done.stderr


@pytest.mark.parametrize("requests", [MAIN, THREADS])
def test_twice_it_ends_at_once(proxy: FaultyProxy, tmp_path: Path, requests: int) -> None:
    write_blog(tmp_path, proxy)
    stall = Stall(proxy, requests)
    with begin(tmp_path) as deployment:
        assert stall.is_reached.wait(_PATIENCE_S)
        deployment.send_signal(signal.SIGINT)
        assert deployment.stderr
        assert any("interrupted" in line for line in deployment.stderr)
        deployment.send_signal(signal.SIGINT)
        assert deployment.wait(_PATIENCE_S) == 130
    assert not stall.is_over.is_set(), "it has waited for no answer"
    stall.is_over.set()
    proxy.begin(lambda _: None)
    status = run("deploy", "--status", "--root", tmp_path)
    assert "a deployment goes on: it began at " in status.stdout
