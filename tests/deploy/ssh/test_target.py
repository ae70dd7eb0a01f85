"""A folder of another machine as a target: real ssh, sshd and rsync."""

from __future__ import annotations

import os
import pwd
from datetime import timedelta
from pathlib import Path
from stat import S_IMODE
from threading import Event, Thread

import pytest

from site_gen.config import Config
from site_gen.deploy.opening import FOR_HOSTS, open_target
from site_gen.deploy.site import Needs
from site_gen.deploy.ssh.host import Host
from site_gen.deploy.ssh.target import SshTarget
from site_gen.diagnostics import SiteError
from site_gen.targets import SshSettings
from tests.deploy.sites import NOW, build, new_site, old_site
from tests.deploy.ssh.deployments import KEPT, Deployments
from tests.deploy.ssh.server import HOST
from tests.files import read_tree


def test_a_release_is_sent_and_becomes_live_at_once(deployments: Deployments) -> None:
    assert deployments.target.look().release == ""
    first = deployments.deploy(old_site())
    assert deployments.read() == old_site()
    second = deployments.deploy(new_site())
    assert deployments.read() == KEPT
    status = deployments.target.look()
    assert (status.release, status.before) == (second.release.id, first.release.id)
    assert (status.files, status.changed, status.going_on) == (len(KEPT), (), "")
    assert status.size_bytes == sum(map(len, KEPT.values()))


def test_what_is_the_same_is_there_once(deployments: Deployments) -> None:
    for site in (old_site(), new_site()):
        deployments.deploy(site)
    first, second = (deployments.www / "releases" / each for each in deployments.list_releases())
    assert (first / "a/picture.png").samefile(second / "a/picture.png")
    assert not (first / "index.html").samefile(second / "index.html")
    assert read_tree(first) == old_site()


def test_each_file_that_changes_is_told_of_once(deployments: Deployments) -> None:
    deployments.deploy(old_site())
    plan = deployments.plan(new_site())
    changed = sorted(step.path for step in plan.steps if step.change != "kept")
    assert sorted(deployments.carry_out(plan, new_site())) == changed


def test_a_web_server_can_read_it_whatever_the_umask(
    deployments: Deployments,
) -> None:
    before = os.umask(0o077)  # which sshd inherits
    try:
        deployments.deploy(old_site())
        deployments.deploy(new_site())
    finally:
        os.umask(before)
    live = (deployments.www / "current").resolve()
    modes = {S_IMODE(path.stat().st_mode) for path in live.rglob("*") if path.is_file()}
    folders = (live, live.parent, live.parent.parent, *filter(Path.is_dir, live.rglob("*")))
    assert modes == {0o644}
    assert {S_IMODE(path.stat().st_mode) for path in folders} == {0o755}


def test_a_second_run_transfers_nothing(deployments: Deployments) -> None:
    deployments.deploy(new_site())
    releases = deployments.list_releases()
    plan = deployments.plan(new_site())
    assert plan.is_empty
    assert deployments.carry_out(plan, new_site()) == []
    assert deployments.list_releases() == releases


def test_names_that_shells_would_take_apart_are_sent(deployments: Deployments) -> None:
    odd = ["a b/ü 'q' $(x) `y`.txt", "-n", "späť/%s.txt", "#hash;&.md", "[x]{y}~!.css"]
    site = old_site() | {path: path.encode() for path in odd}
    for each in (site, {**site, "index.html": b"other"}):
        deployments.deploy(each)
        assert deployments.read() == each
    assert deployments.plan({**site, "index.html": b"other"}).is_empty


@pytest.mark.usefixtures("ssh_server")
def test_a_path_is_seen_from_the_home_folder(tmp_path: Path) -> None:
    home = pwd.getpwuid(os.getuid()).pw_dir  # whatever the environment says
    relative = os.path.relpath(tmp_path / "www", home)
    for path in (relative, f"~/{relative}"):
        target = SshTarget("test", Host(HOST, path), Needs(), 3, decides_caching=True)
        site = build(tmp_path / "built", old_site() | {"path.txt": path.encode()})
        target.carry_out(target.plan(site, NOW), site, lambda _: None)
        assert (tmp_path / "www/current/path.txt").read_text() == path


@pytest.mark.usefixtures("ssh_server")
def test_so_many_releases_are_kept_and_never_the_one_before_is_lost(tmp_path: Path) -> None:
    deployments = Deployments(tmp_path, keep=2)
    ids = [
        deployments.deploy({**old_site(), "feed.xml": bytes([number])}).release.id
        for number in range(4)
    ]
    assert deployments.list_releases() == ids[2:]
    deployments.go_back()
    last = deployments.deploy(new_site()).release.id
    assert deployments.list_releases() == [ids[2], last]
    records = sorted(path.name for path in (deployments.www / "records").iterdir())
    assert records == [f"{ids[2]}.json", f"{last}.json"]


def test_going_back_follows_what_was_live(deployments: Deployments) -> None:
    deployments.deploy(old_site())
    deployments.deploy({**old_site(), "index.html": b"broken"})
    plan = deployments.go_back()
    assert [step.path for step in plan.steps if step.change != "kept"] == ["index.html"]
    assert deployments.read() == old_site()
    with pytest.raises(SiteError, match="no release is kept that could be gone back to"):
        deployments.go_back()
    deployments.deploy(new_site())
    assert deployments.read() == KEPT
    deployments.go_back()
    assert deployments.read() == old_site()


def test_what_was_touched_at_the_host_is_told_of_and_sent_again(deployments: Deployments) -> None:
    deployments.deploy(old_site())
    deployments.deploy(new_site())
    live = deployments.www / "current"
    (live / "index.html").unlink()
    (live / "index.html").write_bytes(b"graffiti")
    (live / "a/picture.png").unlink()
    (live / "assets/style.1.css").unlink()
    changed = ("a/picture.png", "assets/style.1.css", "index.html")
    assert deployments.target.look().changed == changed
    plan = deployments.deploy(new_site())
    assert {step.path for step in plan.steps if step.change != "kept"} == set(changed)
    assert deployments.read() == new_site(), "nobody has the old style any more"
    assert deployments.plan(new_site()).is_empty


def test_headers_alone_are_noted_and_no_change_for_ever(deployments: Deployments) -> None:
    deployments.deploy(old_site())
    host = Host(HOST, str(deployments.www))
    other = SshTarget("test", host, Needs(), 3, decides_caching=False)
    site = build(deployments.www.parent / "built", old_site())
    plan = other.plan(site, NOW + timedelta(days=9))
    assert {step.change for step in plan.steps} == {"headers"}
    other.carry_out(plan, site, lambda _: None)
    assert deployments.read() == old_site()
    assert other.plan(site, NOW + timedelta(days=10)).is_empty


def test_readers_find_one_site_or_the_other_while_it_is_deployed(
    deployments: Deployments,
) -> None:
    deployments.deploy(old_site())
    is_over, seen = Event(), []

    def read() -> None:
        while not is_over.is_set():
            seen.append(deployments.read())

    reader = Thread(target=read)
    reader.start()
    try:
        deployments.deploy(new_site())
    finally:
        is_over.set()
        reader.join()
    assert all(site in (old_site(), KEPT) for site in seen)
    assert deployments.read() == KEPT


def test_a_target_is_opened_as_the_configuration_says(tmp_path: Path) -> None:
    settings = SshSettings(host="me@example.org", path="~/www", releases=5)
    target = open_target("production", settings, Config(compress=["gzip"]), tmp_path)
    assert target.place == "me@example.org:www"
    assert target.needs == Needs(("gzip",), without=FOR_HOSTS)
