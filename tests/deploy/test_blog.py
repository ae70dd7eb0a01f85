"""The blog of this repository, deployed to each kind of target by the command and fetched back."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from shutil import copy, copytree

import pytest

from site_gen.paths import CONFIG_PATH, LOCK_PATH, URLS_PATH
from site_gen.setup import checkout_root
from tests.commands.running import Done, run
from tests.deploy.hosting import hosting
from tests.deploy.in_place.stores import BUCKET, KEY, SECRET, running_moto
from tests.deploy.in_place.website import serving_bucket
from tests.deploy.nginx import serving_by_nginx
from tests.deploy.ssh.server import HOST

Settings = dict[str, str]
"""Of a target, values as TOML has them."""


@contextmanager
def a_bucket(_: Path) -> Iterator[Settings]:
    """One whose texts are stored compressed, with what serves it as a website."""
    with running_moto() as moto, serving_bucket(f"{moto.endpoint}/{BUCKET}") as url:
        moto.restore({})  # what it holds is that of its process
        yield {
            "to": '"s3"',
            "bucket": f'"{BUCKET}"',
            "endpoint": f'"{moto.endpoint}"',
            "coding": '"gzip"',
            "url": f'"{url}"',
        }


@contextmanager
def a_branch(folder: Path) -> Iterator[Settings]:
    """One of a repository that publishes what is pushed to it, as hosts do."""
    remote, www = folder / "remote.git", folder / "www"
    www.mkdir()
    subprocess.run(["git", "init", "-q", "--bare", remote], check=True)
    hook = remote / "hooks/post-receive"
    hook.write_text(f'#!/bin/sh\ngit --work-tree="{www}" checkout -q -f gh-pages\n')
    hook.chmod(0o755)
    with hosting(www) as host:
        yield {"to": '"git"', "repository": f'"{remote}"', "host": '""', "url": f'"{host.url}"'}


@contextmanager
def a_server(folder: Path) -> Iterator[Settings]:
    """A folder that ssh leads to, with nginx."""
    with serving_by_nginx(folder / "www/current", folder) as address:
        yield {
            "to": '"ssh"',
            "host": f'"{HOST}"',
            "path": f'"{folder}/www"',
            "url": f'"{address}/"',
        }


@contextmanager
def a_folder(folder: Path) -> Iterator[Settings]:
    """A folder, with nginx."""
    with serving_by_nginx(folder / "www", folder) as address:
        yield {"to": '"folder"', "path": f'"{folder}/www"', "url": f'"{address}/"'}


@pytest.fixture(scope="module")
def blog(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the blog, published once."""
    root = tmp_path_factory.mktemp("blog")
    for name in ("content", "static"):
        copytree(checkout_root() / name, root / name)
    for name in (CONFIG_PATH, LOCK_PATH, URLS_PATH):
        copy(checkout_root() / name, root / name)
    subprocess.run(["git", "init", "-q", root], check=True)
    for name in ("name", "email"):
        subprocess.run(["git", "-C", root, "config", f"user.{name}", "a@example.org"], check=True)
    return root


def configure(root: Path, settings: Settings) -> None:
    text = (checkout_root() / CONFIG_PATH).read_text(encoding="utf-8")
    text = text.replace("[tool.site_gen]\n", '[tool.site_gen]\ncompress = ["gzip"]\n')
    lines = [f"{key} = {value}\n" for key, value in settings.items()]
    table = "\n[tool.site_gen.deploy.production]\n" + "".join(lines)
    (root / CONFIG_PATH).write_text(text + table, encoding="utf-8")


def count_served(done: Done) -> int:
    """How many URLs are served as planned, by what was said."""
    (line,) = [each for each in done.stderr.splitlines() if each.endswith(" served as planned")]
    return int(line.split()[0])


@pytest.mark.usefixtures("ssh_server")
@pytest.mark.parametrize("make_target", [a_bucket, a_branch, a_server, a_folder])
def test_every_url_of_the_blog_is_served_as_planned(
    make_target: Callable[[Path], AbstractContextManager[Settings]],
    blog: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    about = blog / "content/about.md"
    text = about.read_text(encoding="utf-8")
    with make_target(tmp_path) as settings:
        configure(blog, {**settings, "patience_s": "0"})
        first = run("deploy", "--root", blog)
        assert first.code == 0, first.stderr
        assert count_served(first) > 100
        again = run("deploy", "--root", blog)
        assert again.code == 0, again.stderr
        assert "production has this site already; nothing was sent" in again.stderr
        try:
            about.write_text(text + "\nOne more line.\n", encoding="utf-8")
            other = run("deploy", "--root", blog, now=1_767_225_700)
        finally:
            about.write_text(text, encoding="utf-8")
        assert other.code == 0, other.stderr
        assert 0 < count_served(other) < 10
        back = run("deploy", "--rollback", "--root", blog)
        assert back.code == 0, back.stderr
        assert 0 < count_served(back) < 10
        last = run("deploy", "--root", blog)
        assert "production has this site already; nothing was sent" in last.stderr
