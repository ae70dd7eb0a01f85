"""A file that people keep is the old one or the new one, whatever happens while it is written."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from site_gen.diagnostics import SiteError
from site_gen.publish import write_file
from tests.files import read_tree

CHECKOUT = Path(__file__).parents[2]


def test_a_file_is_written_and_replaced_and_nothing_is_left_over(tmp_path: Path) -> None:
    write_file(tmp_path / "values.lock", b"old")
    write_file(tmp_path / "values.lock", b"new")
    assert read_tree(tmp_path) == {"values.lock": b"new"}


def test_a_new_file_can_be_read_by_whom_the_umask_lets(tmp_path: Path) -> None:
    old = os.umask(0o022)
    try:
        write_file(tmp_path / "values.lock", b"new")
    finally:
        os.umask(old)
    modes = {"win32": 0o666}  # all that Windows knows of them is whether a file can be written
    mode = stat.S_IMODE((tmp_path / "values.lock").stat().st_mode)
    assert mode == modes.get(sys.platform, 0o644)


def test_a_full_disk_is_one_clear_line_and_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "values.lock"
    write_file(path, b"old")

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(SiteError) as caught:
        write_file(path, b"new")
    shown = f"`{path.as_posix()}` cannot be written: no space left on device"
    assert (caught.value.message, caught.value.hint) == (shown, "it is as it was")
    assert read_tree(tmp_path) == {"values.lock": b"old"}


def test_an_interrupt_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "values.lock"
    write_file(path, b"old")

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_file(path, b"new")
    assert read_tree(tmp_path) == {"values.lock": b"old"}


def test_a_folder_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(SiteError, match="cannot be written: no such file or directory"):
        write_file(tmp_path / "nowhere" / "values.lock", b"new")


@pytest.mark.parametrize("moment", ["write", "fsync", "rename"])
def test_a_process_killed_at_any_moment_leaves_a_whole_file(tmp_path: Path, moment: str) -> None:
    path = tmp_path / "values.lock"
    path.write_bytes(b"old")
    script = f"""
import os, signal, sys
from pathlib import Path
from site_gen.publish import write_file

def die(event, _):
    if event == {{"write": "open", "fsync": "fsync", "rename": "os.rename"}}[{moment!r}] and armed:
        os.kill(os.getpid(), signal.SIGKILL)

def die_syncing(_):
    os.kill(os.getpid(), signal.SIGKILL)

if {moment!r} == "fsync":
    os.fsync = die_syncing
armed = True
sys.addaudithook(die)
write_file(Path(sys.argv[1]), b"new" * 100_000)
"""
    done = subprocess.run([sys.executable, "-c", script, path], cwd=CHECKOUT, check=False)
    assert done.returncode == -9
    assert path.read_bytes() == b"old"
    write_file(path, b"next")
    assert path.read_bytes() == b"next"
