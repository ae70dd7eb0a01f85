"""Deployments over ssh that are cut off at any byte, or whose steps fail one by one."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from site_gen.deploy.plan import Plan
from site_gen.deploy.ssh.programs import PATIENCE
from site_gen.diagnostics import SiteError
from tests.deploy.sites import new_site, old_site
from tests.deploy.ssh.deployments import KEPT, Deployments
from tests.deploy.ssh.server import SshServer, write_program
from tests.files import read_tree

Again = Callable[[], Deployments]
CUTS = int(os.environ.get("CUTS", "5"))
"""At how many places; more of them take minutes."""


@pytest.fixture
def begin_again(deployments: Deployments, tmp_path: Path) -> Again:
    """A function that has the old site live anew."""
    deployments.deploy(old_site())
    original = tmp_path / "original"
    shutil.copytree(deployments.www, original, symlinks=True)

    def begin() -> Deployments:
        shutil.rmtree(deployments.www)
        shutil.copytree(original, deployments.www, symlinks=True)
        deployments.pauses.clear()
        return deployments

    return begin


def test_cut_off_at_any_byte_one_site_is_live_and_the_next_run_completes(
    begin_again: Again, ssh_server: SshServer
) -> None:
    seen = set()
    for deployments, plan, bytes_left in cuts(begin_again, ssh_server):
        ssh_server.cut_off_after(bytes_left, stays_down=True)
        with pytest.raises(SiteError, match=r"^the connection was lost 4 times: "):
            deployments.carry_out(plan, new_site())
        assert len(deployments.pauses) == PATIENCE.tries - 1
        seen.add("old" if deployments.read() == old_site() else "new")
        ssh_server.cut_off_after()
        if "new" in seen:
            assert deployments.read() == KEPT
        deployments.wait_until_free()
        deployments.deploy(new_site())
        check_completed(deployments)
    assert "old" in seen


def test_cut_off_at_any_byte_once_a_deployment_completes_by_itself(
    begin_again: Again, ssh_server: SshServer
) -> None:
    for deployments, plan, bytes_left in cuts(begin_again, ssh_server):
        ssh_server.cut_off_after(bytes_left)
        told = deployments.carry_out(plan, new_site())
        assert len(deployments.pauses) == 1
        assert len(told) == len(set(told)) == plan.count("new", "bytes", "headers", "deleted")
        check_completed(deployments)


def cuts(begin_again: Again, ssh_server: SshServer) -> Iterator[tuple[Deployments, Plan, int]]:
    """Deployments that can be carried out, each with how many bytes of it are to pass."""
    deployments = begin_again()
    plan = deployments.plan(new_site())
    ssh_server.cut_off_after()
    deployments.carry_out(plan, new_site())
    whole = ssh_server.bytes_passed
    for cut in range(1, CUTS + 1):
        deployments = begin_again()
        plan = deployments.plan(new_site())
        yield deployments, plan, whole * cut // (CUTS + 1)


LOSING = """
echo >>{calls}
if [ "$(wc -l <{calls})" -eq {number} ]; then
  case "$*" in
  *ControlMaster=yes*) ;;
  *"rsync --server"*) {ssh} "$@" ;;
  *) {ssh} "$@" >{lost} ;;
  esac
  exit 255
fi
exec {ssh} "$@"
"""
"""An `ssh` whose answer is lost, the first time that it is called so often."""


def test_a_step_whose_answer_was_lost_is_done_again(
    begin_again: Again, ssh_server: SshServer, programs: Path, tmp_path: Path
) -> None:
    calls, ssh = tmp_path / "calls", ssh_server.programs / "ssh"
    write_program(programs / "ssh", f'exec {ssh} "$@"')
    for number in range(1, 100):
        deployments = begin_again()
        plan = deployments.plan(new_site())
        calls.write_text("")
        words = {"calls": calls, "ssh": ssh, "lost": tmp_path / "lost"}
        quoted = {key: shlex.quote(str(value)) for key, value in words.items()}
        write_program(programs / "ssh", LOSING.format(number=number, **quoted))
        deployments.carry_out(plan, new_site())
        write_program(programs / "ssh", f'exec {ssh} "$@"')
        check_completed(deployments)
        if not deployments.pauses:
            break
        assert len(deployments.pauses) == 1
    assert number == 8, "there are seven steps: hold, look, begin, send, record, switch, remove"


def test_a_deployment_that_is_interrupted_lets_the_next_one_begin(begin_again: Again) -> None:
    deployments = begin_again()
    plan = deployments.plan(new_site())

    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        deployments.target.carry_out(plan, deployments.build(new_site()), interrupt)
    assert deployments.read() == old_site()
    deployments.deploy(new_site())
    check_completed(deployments)


def test_what_came_there_before_a_cut_is_not_sent_again(
    begin_again: Again, ssh_server: SshServer
) -> None:
    big = {f"assets/{number}.bin": os.urandom(800_000) for number in range(10)}
    site = {**old_site(), **big}
    deployments = begin_again()
    plan = deployments.plan(site)
    ssh_server.cut_off_after(7_000_000, stays_down=True)
    with pytest.raises(SiteError, match="the connection was lost"):
        deployments.carry_out(plan, site)
    ssh_server.cut_off_after()
    deployments.wait_until_free()
    deployments.deploy(site)
    assert deployments.read() == site
    assert ssh_server.bytes_passed < 6_000_000, "no more than what was on its way"


def check_completed(deployments: Deployments) -> None:
    """The new site is live, the old one can be gone back to, and nothing else is left."""
    assert deployments.read() == KEPT
    assert deployments.plan(new_site()).is_empty
    assert len(deployments.list_releases()) == 2
    deployments.wait_until_free()
    names = {path.split("/")[0] for path in read_tree(deployments.www)}
    assert names == {"current", "records", "releases"}
    deployments.go_back()
    assert deployments.read() == old_site()
