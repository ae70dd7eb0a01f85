"""A process tree's peak and times."""

import sys
from pathlib import Path

import pytest

from benchmarks.measuring import CommandError, measure

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="memory is in /proc")

MEBIBYTE = 2**20
HOLD = "x = b'1' * ({size} << 20); import time; time.sleep(0.3)"
CHILD = (
    "import subprocess, sys; x = b'1' * (60 << 20); "
    f"subprocess.run([sys.executable, '-c', {HOLD.format(size=90)!r}], start_new_session=True)"
)


def test_the_peak_is_that_of_a_process_and_its_children_together(tmp_path: Path) -> None:
    measured = measure([sys.executable, "-c", CHILD], tmp_path, tmp_path / "log")
    assert 150 <= measured.peak_bytes / MEBIBYTE <= 230
    assert measured.seconds >= 0.3
    assert 0 < measured.cpu_seconds < 60


def test_what_a_process_has_given_back_counts_and_what_comes_after_it_is_not_added(
    tmp_path: Path,
) -> None:
    code = f"{HOLD.format(size=90)}; del x; time.sleep(0.1); {HOLD.format(size=60)}"
    measured = measure([sys.executable, "-c", code], tmp_path, tmp_path / "log")
    assert 90 <= measured.peak_bytes / MEBIBYTE <= 130


def test_a_command_that_fails_is_told_with_what_it_said(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="ended with 3:\nno kettle"):
        measure(["sh", "-c", "echo no kettle; exit 3"], tmp_path, tmp_path / "log")


def test_what_takes_more_memory_than_it_may_is_ended(tmp_path: Path) -> None:
    code = HOLD.format(size=200).replace("0.3", "60")
    command = [sys.executable, "-c", code]
    with pytest.raises(CommandError, match=r"^took more than 0\.1 GiB$"):
        measure(command, tmp_path, tmp_path / "log", limit_bytes=100 * MEBIBYTE)
