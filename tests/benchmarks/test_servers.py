"""The life of a server that is measured."""

import os
import sys
from pathlib import Path

import pytest

from benchmarks.measuring import CommandError
from benchmarks.servers import serving


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processor time is in /proc")
def test_a_server_is_ready_with_its_front_page_and_ends_with_all_it_started(tmp_path: Path) -> None:
    # All its processes hold the pipe open, and whoever reads it learns when the last has ended.
    os.mkfifo(tmp_path / "held")
    reader = os.open(tmp_path / "held", os.O_RDONLY | os.O_NONBLOCK)

    def make_command(port: int) -> list[str]:
        server = f'"{sys.executable}" -m http.server {port} --bind 127.0.0.1'
        return ["sh", "-c", f"exec 3> held; sleep 600 & {server}; true"]

    (tmp_path / "index.html").write_text("a kettle", encoding="utf-8")
    with serving(make_command, tmp_path, tmp_path / "log") as server:
        assert len(server.tree.find()) == 3
        assert server.read_cpu_seconds() > 0
        server.require_running()
    os.set_blocking(reader, True)
    assert os.read(reader, 1) == b""
    os.close(reader)


def test_a_server_that_ends_before_it_is_ready_is_told_with_what_it_said(tmp_path: Path) -> None:
    with (
        pytest.raises(CommandError, match=r"^`sh` ended with 3:\nno kettle\n$"),
        serving(lambda _: ("sh", "-c", "echo no kettle; exit 3"), tmp_path, tmp_path / "log"),
    ):
        pass
