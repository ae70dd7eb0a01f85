"""`site-gen estimate validate`: its table, its JSON, and how it ends."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rich.cells import cell_len

from site_gen.commands.validate import validate_command
from site_gen.diagnostics import SiteError
from tests.evidence.rows import DATA, USUAL, write_rows


def run(*arguments: str | Path) -> Result:
    """Run the command in this process, on a terminal of 80 columns."""
    return CliRunner().invoke(validate_command, list(map(str, arguments)), env={"COLUMNS": "80"})


def write(folder: Path, text: str) -> Path:
    path = folder / "rows.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_json_is_one_object_on_the_last_line(tmp_path: Path) -> None:
    done = run(write(tmp_path, write_rows(USUAL, {**USUAL, "n_gpu": "-1"})), "--json")
    assert done.exit_code == 0
    first, last = map(json.loads, done.stdout.splitlines())
    assert first["type"] == "diagnostic"
    assert last["decode_batch_1"]["rows"] == 1
    assert last["not_priced"] == [
        {"row": 2, "line": 3, "reason": "`n_gpu` must not be negative: `-1`"}
    ]
    assert "cross_validated" not in last


TABLE = """\
1 of 2 rows in rows.csv were predicted.

                        rows  median error  90th percentile     bias  in range
decode, batch 1            1        25.0 %           25.0 %  +25.0 %       0 %
  nvidia-consumer          1        25.0 %           25.0 %  +25.0 %       0 %
decode, batched            0             –                –        –         –
prefill                    0             –                –        –         –

1 row could not be predicted:
  parameters of the model are not known: row 2 (line 3)
"""


def test_people_get_a_table(tmp_path: Path) -> None:
    rows = tmp_path / "predicted.csv"
    run(write(tmp_path, write_rows(USUAL)), "--rows", str(rows))
    (predicted,) = csv.DictReader(rows.read_text(encoding="utf-8").splitlines())
    slower = {**USUAL, "tokens_per_second": str(float(predicted["middle"]) / 1.25)}
    done = run(write(tmp_path, write_rows(slower, {**slower, "model": "Mystery"})))
    assert "\n".join(line.rstrip() for line in done.stdout.splitlines()) + "\n" == TABLE


def test_the_built_in_measurements_come_with_cross_validated_figures() -> None:
    done = run(DATA / "measured.csv")
    assert "each row predicted by a fit that knows nothing of its source:" in done.stdout
    table = [line for line in done.stdout.splitlines() if "%" in line]
    assert max(cell_len(line) for line in table) <= 80
    found = json.loads(run(DATA / "measured.csv", "--json").stdout.splitlines()[-1])
    assert found["cross_validated"]["decode_batch_1"]["median_absolute_error"] < 0.1


def test_it_is_deterministic_and_takes_a_mark_at_the_beginning(tmp_path: Path) -> None:
    path = write(tmp_path, "\ufeff" + write_rows(USUAL))
    assert run(path, "--json").stdout == run(path, "--json").stdout
    assert json.loads(run(path, "--json").stdout)["decode_batch_1"]["rows"] == 1


def test_each_row_can_be_written(tmp_path: Path) -> None:
    done = run(write(tmp_path, write_rows(USUAL)), "--rows", tmp_path / "out.csv")
    assert done.exit_code == 0
    lines = (tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 2


def test_a_file_without_a_needed_column_ends_with_2(tmp_path: Path) -> None:
    done = run(write(tmp_path, "hardware,model\nA,B\n"))
    assert done.exit_code == 2
    assert "there is no column `tokens_per_second`" in done.stderr


@pytest.mark.parametrize(("text", "rows"), [("", []), ("hardware,model\nA,B\nC,D\n", [1, 2])])
def test_its_json_is_whole_without_a_needed_column(
    tmp_path: Path, text: str, rows: list[int]
) -> None:
    done = run(write(tmp_path, text), "--json")
    assert done.exit_code == 2
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["decode_batch_1"]["rows"] == 0
    assert [each["row"] for each in found["not_priced"]] == rows


def test_a_file_may_be_in_utf_16(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(write_rows(USUAL).encode("utf-16"))
    assert json.loads(run(path, "--json").stdout.splitlines()[-1])["decode_batch_1"]["rows"] == 1


def test_a_file_that_cannot_be_read_is_wrong_use(tmp_path: Path) -> None:
    done = run(tmp_path / "nothing.csv")
    assert isinstance(done.exception, SiteError)
    assert done.exception.message.endswith("nothing.csv cannot be read: No such file or directory")


@pytest.mark.parametrize("text", ["", "# nothing\n", "\n\n"])
def test_an_empty_file_ends_with_2(tmp_path: Path, text: str) -> None:
    assert run(write(tmp_path, text), "--json").exit_code == 2
