"""`host.sh` as other shells than the usual one run it, with other tools than GNU's."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from site_gen.deploy.ssh.found import LASTS_S
from site_gen.deploy.ssh.host import read_script
from tests.deploy.ssh.server import write_program
from tests.files import read_tree
from tests.programs import find_program

FIRST, SECOND = "20250522T183000Z-00000001", "20250523T183000Z-00000002"
ONLY = ("cat", "date", "find", "ln", "ls", "mkdir", "mv", "readlink", "rm", "sync", "wc")
"""All tools that it may use beside rsync and Perl."""
BSD_MV = """
case "$1" in
-fh) shift; exec {mv} -fT "$@" ;;
-*T*) echo "mv: illegal option -- T" >&2; exit 64 ;;
esac
exec {mv} "$@"
"""
OLD_MV = """
case "$1" in
-*[Th]*) echo "mv: illegal option" >&2; exit 64 ;;
esac
exec {mv} "$@"
"""


class Shell:
    """A host's shell and its tools."""

    def __init__(self, words: list[str], tools: Mapping[str, str], folder: Path) -> None:
        """`tools` are programs for `sh`, by name, in a folder that is all there is to find."""
        self._words, self._tools = words, folder / "tools"
        self.www = folder / "www"
        self.path, self.environment = str(self.www), {"PATH": str(self._tools)}
        for name, script in tools.items():
            write_program(self._tools / name, script)

    def replace(self, tool: str, script: str) -> None:
        write_program(self._tools / tool, script)

    def hide(self, tool: str) -> None:
        (self._tools / tool).unlink()

    def start(self, command: str, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [*self._words, "-c", read_script(), "sh", command, self.path, *arguments],
            cwd=self.www.parent,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def run(self, command: str, *arguments: str, feed: bytes = b"") -> tuple[int, bytes]:
        with self.start(command, *arguments) as process:
            output, said = process.communicate(feed)
        assert process.returncode or not said, said
        return process.returncode, output


def make_tools(mv: str = 'exec {mv} "$@"') -> dict[str, str]:
    tools = {name: f'exec {find_program(name, "coreutils")} "$@"' for name in ONLY}
    rsync = f'exec {find_program("rsync", "rsync")} "$@"'
    perl = f'exec {find_program("perl", "perl-base")} "$@"'
    return tools | {
        "mv": mv.format(mv=find_program("mv", "coreutils")),
        "rsync": rsync,
        "perl": perl,
    }


def make_busybox_tools() -> dict[str, str]:
    busybox = find_program("busybox", "busybox")
    tools = {name: f'exec {busybox} {name} "$@"' for name in ONLY}
    return tools | {"rsync": f'exec {find_program("rsync", "rsync")} "$@"'}


@pytest.fixture(params=["dash", "bash", "busybox", "BSD's mv", "an old mv"])
def shell(request: pytest.FixtureRequest, tmp_path: Path) -> Shell:
    match request.param:
        case "busybox":
            words = [find_program("busybox", "busybox"), "sh"]
            return Shell(words, make_busybox_tools(), tmp_path)
        case "BSD's mv":
            return Shell(["/bin/sh"], make_tools(BSD_MV), tmp_path)
        case "an old mv":
            return Shell(["/bin/sh"], make_tools(OLD_MV), tmp_path)
        case name:
            return Shell(
                [find_program(name, name), *(["--posix"] if name == "bash" else [])],
                make_tools(),
                tmp_path,
            )


def test_a_release_becomes_live_and_the_next_one_shares_its_files(shell: Shell) -> None:
    with shell.start("hold", "a.1") as holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"held\n"
        deploy(shell, "", FIRST, {"index.html": b"one", "a/b c.txt": b"same"})
        assert read_tree(shell.www / "current") == {"index.html": b"one", "a/b c.txt": b"same"}
        deploy(shell, FIRST, SECOND, {"index.html": b"two"}, ["a/b c.txt"])
        assert read_tree(shell.www / "current") == {"index.html": b"two", "a/b c.txt": b"same"}
        same = [shell.www / "releases" / each / "a/b c.txt" for each in (FIRST, SECOND)]
        assert same[0].samefile(same[1])
        assert shell.run("switch", "a.1", SECOND, FIRST, "2") == (0, b"")
        assert (shell.www / "current/index.html").read_bytes() == b"one"
        assert shell.run("switch", "a.1", SECOND, FIRST, "2") == (0, b""), "an answer was lost"
        assert shell.run("switch", "a.1", SECOND, SECOND, "2") == (4, b""), "another one is live"
        assert shell.run("remove", "a.1", SECOND) == (0, b"")
    names = [f"records/{FIRST}.json", f"releases/{FIRST}/a/b c.txt", f"releases/{FIRST}/index.html"]
    assert sorted(read_tree(shell.www)) == ["current", *names]


def test_what_is_there_is_told(shell: Shell) -> None:
    assert shell.run("look") == (0, b"found\n")
    with shell.start("hold", "a.1") as holder:
        assert holder.stdout
        holder.stdout.readline()
        deploy(shell, "", FIRST, {"index.html": b"one", "a/b.txt": b"two"})
        (shell.www / "releases" / f"{SECOND}.part").mkdir()
        os.utime(shell.www / "current/a/b.txt", (time.time() + 60,) * 2)  # touched
        code, said = shell.run("look")
    first, live, clock, releases, unfinished, record, *paths = said.decode().split("\n")
    assert first == "found"
    now, began, heard = map(int, clock.split())
    assert (code, live, releases.split()) == (0, f"releases/{FIRST}", [FIRST])
    assert unfinished.split() == [f"{SECOND}.part", "tmp.part"]
    assert (record, paths) == ("{}", ["./index.html", ""])
    assert now >= heard >= began > now - 60
    assert shell.run("print_record", FIRST) == (0, b"{}")


def test_a_claim_lasts_as_long_as_somebody_is_there(shell: Shell) -> None:
    claim = shell.www / "deploying"
    with shell.start("hold", "a.1") as holder:
        assert holder.stdout
        holder.stdout.readline()
        first = claim.read_text()
        assert first.startswith("a.1 ")
        code, said = shell.run("hold", "b.1")
        began, left_s = map(int, said.split())
        assert (code, began) == (3, int(first.split()[1]))
        assert 0 < left_s <= 60
        assert claim.read_text() == first
    assert holder.returncode == 0
    assert not claim.exists()


def test_a_claim_that_was_not_heard_of_is_taken_over(shell: Shell) -> None:
    claim = shell.www / "deploying"
    with shell.start("hold", "a.1") as holder:
        assert holder.stdin
        assert holder.stdout
        holder.stdout.readline()
        now = int(time.time())
        claim.write_text(f"a.1 {now - 100} {now - 61}\n")
        assert shell.run("hold", "b.1") == (0, b"held\n")
        claim.write_text(f"b.1 {now - 100} {now}\n")
        holder.stdin.write(b"\n")
        holder.stdin.close()
    assert holder.returncode == 7, "it has noticed"
    assert claim.read_text().startswith("b.1 ")
    for step in (("begin", "a.1", "", FIRST), ("switch", "a.1", "", FIRST, "0")):
        assert shell.run(*step) == (7, b"")


@pytest.mark.parametrize("claim", [b"", b"\0" * 9, b"a.1\n", b"a.1 x 08\n", b"a.1 1 2 3\n"])
def test_a_claim_that_is_damaged_is_nobodys(shell: Shell, claim: bytes) -> None:
    assert shell.run("hold", "a.1") == (0, b"held\n")
    (shell.www / "deploying").write_bytes(claim)
    code, said = shell.run("look")
    now, began, heard = map(int, said.split(b"\n")[2].split())
    assert (code, heard) == (0, 0)
    assert began < now
    assert shell.run("hold", "b.1") == (0, b"held\n")
    assert not (shell.www / "deploying").exists()


def test_a_number_of_rsyncs_is_not_taken_for_one_of_its_own(shell: Shell) -> None:
    with shell.start("hold", "a.1") as holder:
        assert holder.stdout
        holder.stdout.readline()
        shell.replace("rsync", "exit 3")
        assert shell.run("begin", "a.1", FIRST, SECOND) == (1, b"")


def test_a_folder_is_where_it_is_whatever_the_shell_has_for_others(
    shell: Shell, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere/www").mkdir(parents=True)
    shell.path, shell.environment["CDPATH"] = "www", str(tmp_path / "elsewhere")
    assert shell.run("hold", "a.1") == (0, b"held\n")
    assert sorted(path.name for path in shell.www.iterdir()) == ["records", "releases"]
    assert shell.run("look")[1].startswith(b"found\n\n")


def test_the_next_attempt_of_the_same_need_not_wait(shell: Shell) -> None:
    with shell.start("hold", "a.1") as holder:
        assert holder.stdout
        holder.stdout.readline()
        assert shell.run("hold", "a.2") == (0, b"held\n")


def test_what_has_come_by_half_is_not_taken_for_whole(shell: Shell) -> None:
    with shell.start("hold", "a.1") as holder:
        assert holder.stdout
        holder.stdout.readline()
        assert shell.run("keep_record", "a.1", FIRST, "3", feed=b"{}") == (8, b"")
        assert not (shell.www / f"records/{FIRST}.json").exists()
        assert shell.run("begin", "a.1", "", FIRST) == (0, b"")
        assert shell.run("switch", "a.1", "", FIRST, "1") == (8, b"")
        assert not os.path.lexists(shell.www / "current")


def test_a_host_without_rsync_is_told_of(shell: Shell) -> None:
    shell.hide("rsync")
    assert shell.run("hold", "a.1") == (9, b"")


def test_it_has_the_same_idea_of_how_long_a_claim_lasts() -> None:
    assert f"lasts_s={LASTS_S}\n" in read_script()


def deploy(
    shell: Shell, base: str, release: str, files: Mapping[str, bytes], kept: list[str] | None = None
) -> None:
    names = "".join(f"./{path}\0" for path in kept or ()).encode()
    assert shell.run("begin", "a.1", base, release, feed=names) == (0, b"")
    for path, content in files.items():
        place = shell.www / "releases" / f"{release}.part" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    assert shell.run("keep_record", "a.1", release, "2", feed=b"{}") == (0, b"")
    count = str(len(files) + len(kept or ()))
    assert shell.run("switch", "a.1", base, release, count) == (0, b"")
