"""What is refused over ssh, and how it is said: nothing is lost by it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Barrier, Thread

import msgspec
import pytest

from site_gen.deploy.plan import Plan
from site_gen.deploy.ssh.host import Host
from site_gen.deploy.ssh.programs import LostError
from site_gen.diagnostics import SiteError
from tests.deploy.sites import build, new_site, old_site
from tests.deploy.ssh.deployments import KEPT, Deployments
from tests.deploy.ssh.server import HOST, SshServer, write_program
from tests.files import read_tree
from tests.programs import find_program


def test_a_plan_is_refused_where_the_host_has_changed(deployments: Deployments) -> None:
    def touch() -> None:
        (deployments.www / "current/a/picture.png").write_bytes(b"touched")

    def deploy_another() -> None:
        deployments.deploy({**old_site(), "index.html": b"another"})

    def go_back() -> None:
        deployments.go_back()

    deployments.deploy(old_site())
    for change in (touch, deploy_another, go_back):
        plan = deployments.plan(new_site())
        saved = msgspec.json.decode(msgspec.json.encode(plan), type=Plan)
        change()
        before = deployments.read()
        with pytest.raises(SiteError, match="the target has changed since the plan was made"):
            deployments.carry_out(saved, new_site())
        assert deployments.read() == before
    deployments.deploy(new_site())


def test_a_saved_plan_is_carried_out_once(deployments: Deployments) -> None:
    plan = msgspec.json.decode(msgspec.json.encode(deployments.plan(old_site())), type=Plan)
    deployments.carry_out(plan, old_site())
    with pytest.raises(SiteError, match="the target has changed since the plan was made"):
        deployments.carry_out(plan, old_site())
    assert deployments.read() == old_site()


def test_a_file_that_changes_while_it_is_sent_never_becomes_live(
    deployments: Deployments, tmp_path: Path
) -> None:
    deployments.deploy(old_site())
    plan = deployments.plan(new_site())
    site = build(tmp_path / "built", new_site())
    (tmp_path / "built/c/picture.png").write_bytes(b"of a later build")
    with pytest.raises(SiteError, match=r"`c/picture\.png` was changed since it was built"):
        deployments.target.carry_out(plan, site, lambda _: None)
    assert deployments.read() == old_site()
    assert not (deployments.www / "deploying").exists()
    deployments.deploy(new_site())
    assert deployments.read() == KEPT
    assert len(deployments.list_releases()) == 2, "nothing unfinished is left"


def test_of_two_at_once_one_wins_whole_and_the_other_says_so(deployments: Deployments) -> None:
    plan, other = deployments.plan(old_site()), deployments.plan(new_site())
    with Host(HOST, str(deployments.www)).claimed("somebody.1"):
        going_on = (
            r"it began at \d\d:\d\d:\d\d UTC, and counts as cut off if not heard of for \d+ s"
        )
        with pytest.raises(SiteError, match=f"another deployment to it goes on: {going_on}"):
            deployments.carry_out(plan, old_site())
        assert "counts as cut off" in deployments.target.look().going_on
    assert deployments.target.look().going_on == ""
    deployments.carry_out(other, new_site())
    with pytest.raises(SiteError, match="the target has changed"):
        deployments.carry_out(plan, old_site())
    assert deployments.read() == new_site()


def test_of_two_who_begin_at_once_one_wins_whole(deployments: Deployments) -> None:
    sites = (old_site(), new_site())
    plans = [deployments.plan(site) for site in sites]
    built = [build(deployments.www.parent / f"built-{n}", site) for n, site in enumerate(sites)]
    barrier, won, lost = Barrier(2), [], []

    def deploy(number: int) -> None:
        barrier.wait()
        try:
            deployments.target.carry_out(plans[number], built[number], lambda _: None)
        except SiteError as error:
            lost.append(error.message)
        else:
            won.append(number)

    threads = [Thread(target=deploy, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ((number,), (message,)) = (won, lost)
    assert deployments.read() == sites[number]
    assert message.startswith(("another deployment to it goes on: ", "the target has changed"))


def test_whoever_was_taken_over_from_changes_nothing(deployments: Deployments) -> None:
    host = Host(HOST, str(deployments.www))
    with host.claimed("first.1") as first:
        claim = deployments.www / "deploying"
        claim.write_text("first.1 1000 1000\n")  # not heard of for years
        with host.claimed("second.1"):
            for step in (
                lambda: first.begin("", "20250522T183000Z-00000000", []),
                lambda: first.keep_record("20250522T183000Z-00000000", b"{}"),
                lambda: first.switch("", "20250522T183000Z-00000000", 0),
                lambda: first.remove(["20250522T183000Z-00000000"]),
            ):
                check_is_lost(step)
        assert not claim.exists()
    assert not claim.exists()


def check_is_lost(step: Callable[[], None]) -> None:
    with pytest.raises(LostError, match="another deployment has taken over"):
        step()


@pytest.mark.usefixtures("ssh_server")
def test_what_is_no_deployments_own_is_left_alone(tmp_path: Path) -> None:
    foreign = Deployments(tmp_path, "foreign")
    foreign.www.mkdir()
    (foreign.www / "index.html").write_text("somebody's")
    no_link = Deployments(tmp_path, "no link")
    no_link.deploy(old_site())
    (no_link.www / "current").unlink()
    (no_link.www / "current").mkdir()
    elsewhere = Deployments(tmp_path, "elsewhere")
    elsewhere.deploy(old_site())
    (elsewhere.www / "current").unlink()
    (elsewhere.www / "current").symlink_to(tmp_path / "foreign")
    for deployments, message in (
        (foreign, f"`{HOST}:{foreign.www}` holds files that no deployment has put there"),
        (no_link, f"`current` in `{HOST}:{no_link.www}` is no link, so it cannot be exchanged"),
        (elsewhere, f"`current` leads to `{tmp_path}/foreign` there, where no deployment has"),
    ):
        before = read_tree(deployments.www)
        with pytest.raises(SiteError) as caught:
            deployments.deploy(new_site())
        assert caught.value.message.startswith(message)
        assert read_tree(deployments.www) == before


def test_a_record_that_is_damaged_is_told_of(deployments: Deployments) -> None:
    plan = deployments.deploy(old_site())
    record = deployments.www / "records" / f"{plan.release.id}.json"
    for content in (b"{", record.read_bytes().replace(b"feed.xml", b"../../x")):
        record.write_bytes(content)
        with pytest.raises(SiteError, match=f"the record `records/{plan.release.id}.json` there"):
            deployments.plan(new_site())


def test_programs_that_are_missing_are_named(
    deployments: Deployments, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "none"))
    with pytest.raises(SiteError, match="`ssh` is not installed on this machine"):
        deployments.plan(old_site())
    assert deployments.pauses == []


FULL = """\
rsync: [receiver] write failed on "index.html": No space left on device (28)
rsync error: error in file IO (code 11) at receiver.c(380) [receiver=3.2.7]
"""


@pytest.mark.parametrize(
    ("program", "script", "message", "hint"),
    [
        (
            "ssh",
            "echo 'mkdir: cannot create directory: Permission denied' >&2; exit 1",
            "`{place}`: mkdir: cannot create directory: Permission denied",
            "what is live is as it was",
        ),
        (
            "ssh",
            "exit 3",
            "another deployment to it goes on: nothing is known of it",
            "wait until it is over",
        ),
        ("ssh", "exit 9", f"rsync is not installed at `{HOST}`", "install it there"),
        (
            "ssh",
            "echo 'Welcome back!'",
            f"`{HOST}` says `Welcome back!` before it answers",
            "a shell that is given a command may print nothing else",
        ),
        (
            "rsync",
            f"printf '%s' '{FULL}' >&2; exit 11",
            'rsync: [receiver] write failed on "index.html": No space left on device (28)',
            "what is live is as it was",
        ),
        (
            "rsync",
            "echo 'rsync: --protect-args: unknown option' >&2; exit 1",
            "rsync: --protect-args: unknown option",
            "rsync 3 or later is needed",
        ),
    ],
)
def test_what_goes_wrong_is_told_in_a_line(
    deployments: Deployments,
    programs: Path,
    program: str,
    script: str,
    message: str,
    hint: str,
) -> None:
    plan = deployments.plan(old_site())
    write_program(programs / program, script)
    with pytest.raises(SiteError) as caught:
        deployments.carry_out(plan, old_site())
    assert caught.value.message == message.format(place=deployments.target.place)
    assert caught.value.hint == hint
    assert deployments.pauses == []
    assert not (deployments.www / "current").exists()


def test_old_releases_that_cannot_be_removed_are_told_of(
    deployments: Deployments, programs: Path, ssh_server: SshServer
) -> None:
    ssh = ssh_server.programs / "ssh"
    script = f'case "$*" in *" remove "*) echo "rm: no" >&2; exit 1 ;; *) exec {ssh} "$@" ;; esac'
    write_program(programs / "ssh", script)
    with pytest.raises(SiteError, match=r"^the release is live, but .* stays: .*: rm: no$"):
        deployments.deploy(old_site())
    assert deployments.read() == old_site()


def test_what_ssh_says_is_told_in_a_line(
    deployments: Deployments, programs: Path, ssh_server: SshServer
) -> None:
    ssh = find_program("ssh", "openssh-client")
    cases = (
        ("-o PubkeyAuthentication=no", "ssh: .*Permission denied"),
        ("-o UserKnownHostsFile=none -o StrictHostKeyChecking=yes", "ssh: Host key verification"),
    )
    client = ssh_server.programs.parent / "client"
    for options, message in cases:
        write_program(programs / "ssh", f'exec {ssh} {options} -F {client} "$@"')
        with pytest.raises(SiteError, match=message):
            deployments.plan(old_site())
    assert deployments.pauses == []


@pytest.mark.parametrize(
    ("reason", "message", "pauses"),
    [
        ("Name or service not known", "ssh: ", 0),
        ("Temporary failure in name resolution", "the connection was lost 4 times: ", 3),
    ],
)
def test_a_name_that_may_be_known_in_a_moment_is_asked_for_again(
    deployments: Deployments, programs: Path, reason: str, message: str, pauses: int
) -> None:
    said = f"ssh: Could not resolve hostname {HOST}: {reason}"
    write_program(programs / "ssh", f"echo '{said}' >&2; exit 255")
    with pytest.raises(SiteError) as caught:
        deployments.plan(old_site())
    assert caught.value.message == message + said
    assert len(deployments.pauses) == pauses
