"""`site-gen estimate --list`: what is printed, on narrow and wide terminals and as JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rich.cells import cell_len

from site_gen.commands.estimate import estimate
from site_gen.diagnostics import SiteError

REPOSITORY = Path(__file__).parents[2]

DATA = """\
[source.card]
title = "a card"
date = 2026-01-02

[device."My GPU"]
class = "nvidia-consumer"
source = "card"
bandwidth = "500 GB/s"
"""


def run(*arguments: str | Path, columns: int = 200) -> Result:
    """Run the command in this process, on a terminal of so many columns."""
    return CliRunner().invoke(estimate, list(map(str, arguments)), env={"COLUMNS": str(columns)})


def write_data(root: Path, text: str) -> None:
    (root / "content/data").mkdir(parents=True)
    (root / "content/data/devices.toml").write_text(text, encoding="utf-8")


def test_narrow_terminals_get_what_matters_most() -> None:
    done = run("--list", "devices", columns=80)
    lines = done.stdout.splitlines()
    assert done.exit_code == 0
    assert max(cell_len(line.rstrip()) for line in lines) <= 80
    assert lines[0].split() == ["name", "bandwidth", "memory", "source"]
    assert lines[2].strip() == "nvidia-dc"
    assert lines[3].rstrip() == (
        "A100 PCIe 80GB           1.935 TB/s   80 GB  ai-dynamo/aiconfigurator@095f58a, …"
    )


def test_wide_terminals_get_more() -> None:
    done = run("--list", "devices", columns=120)
    lines = done.stdout.splitlines()
    assert max(cell_len(line.rstrip()) for line in lines) <= 120
    assert lines[0].split() == ["name", "bandwidth", "measured", "memory", "fp16", "source"]
    (line,) = (line for line in lines if line.startswith("Threadripper PRO 7965WX"))
    assert line.split()[3:7] == ["307.2", "GB/s", "237", "GB/s"]


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("models", "DeepSeek-V3                  671B  36.62B  8 of 256      61  MLA "),
        ("quantizations", "Q4_K_M               4.894  ggml-org/llama.cpp@311c2c9"),
        ("cache-types", "q8_0             8.5  arithmetic of the format"),
    ],
)
def test_each_kind_has_its_list(kind: str, line: str) -> None:
    assert f"\n{line}" in run("--list", kind, columns=120).stdout


def test_json_lines_hold_every_value_with_its_source() -> None:
    done = run("--list", "devices", "--json")
    entries = [json.loads(line) for line in done.stdout.splitlines()]
    assert {entry["type"] for entry in entries} == {"device"}
    (entry,) = (entry for entry in entries if entry["name"] == "RTX 4090")
    assert entry["device_class"] == "nvidia-consumer"
    assert entry["values"]["peak_flop_per_s"] == {
        "value": 165e12,
        "unit": "FLOP/s",
        "text": "165 TFLOP/s",
        "source": "gist mikasenghaas/d63ded03",
        "date": "2026-11-24",
        "note": "dense bf16",
    }


def test_a_site_has_its_own_data_in_the_list(tmp_path: Path) -> None:
    write_data(tmp_path, DATA)
    done = run("--root", tmp_path, "--list", "devices")
    assert done.exit_code == 0
    (line,) = (line for line in done.stdout.splitlines() if line.startswith("My GPU"))
    assert line.split() == ["My", "GPU", "500", "GB/s", "a", "card"]


def test_mistakes_in_it_are_told_beside_the_list(tmp_path: Path) -> None:
    write_data(tmp_path, DATA.replace("GB/s", "GB"))
    done = run("--root", tmp_path, "--list", "devices")
    assert done.exit_code == 1
    assert "RTX 4090" in done.stdout
    assert done.stderr == (
        "content/data/devices.toml:8:14: `bandwidth`: `500 GB` is an amount of data, not a memory "
        'bandwidth\n8 | bandwidth = "500 GB"\n  |              ^^^^^^\n'
        "hint: a memory bandwidth is data per time, for example `576 GB/s`\n\n"
    )
    done = run("--root", tmp_path, "--list", "devices", "--json")
    assert json.loads(done.stdout.splitlines()[0])["type"] == "diagnostic"


def test_a_folder_without_a_site_is_wrong_use(tmp_path: Path) -> None:
    done = run("--root", tmp_path, "--list", "devices")
    assert isinstance(done.exception, SiteError)
    assert done.exception.message == f"there is no `content/` in {tmp_path.resolve()}"


def test_without_an_option_its_help_is_shown() -> None:
    done = run()
    assert done.exit_code == 0
    assert done.stdout.startswith("Usage: estimate [OPTIONS]")


def test_the_command_line_imports_it_when_it_is_asked_for() -> None:
    program = (
        "import sys; from site_gen.cli import main; name = 'site_gen.commands.estimate'\n"
        "assert name not in sys.modules\n"
        "try: main(['estimate', '--help'])\nfinally: assert name in sys.modules"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=REPOSITORY
    )
    assert done.stdout.startswith("Usage: site-gen estimate [OPTIONS]")
