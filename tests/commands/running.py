"""Commands run in this process, on real sites, at a fixed time."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

from site_gen.cli import main
from tests.sites import CONFIG


class Done(NamedTuple):
    """What a command did."""

    code: int
    stdout: str
    stderr: str


def run(*arguments: str | Path, columns: int = 100, now: int = 1_767_225_600) -> Done:
    """Run a command, on a terminal of so many columns that shows no colours."""
    out, err = (TextIOWrapper(BytesIO(), encoding="utf-8") for _ in range(2))
    environment = {"SOURCE_DATE_EPOCH": str(now), "COLUMNS": str(columns)}
    code = 0
    with patch.dict(os.environ, environment), redirect_stdout(out), redirect_stderr(err):
        try:
            main(list(map(str, arguments)))
        except SystemExit as end:
            code = int(end.code or 0)
    texts = []
    for stream in (out, err):
        stream.seek(0)
        texts.append("\n".join(line.rstrip() for line in stream.read().split("\n")))
    return Done(code, *texts)


def report_of(done: Done) -> dict[str, Any]:
    """The last line of JSON."""
    report: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return report


def write_site(root: Path, files: Mapping[str, str]) -> None:
    """Write files, and a small configuration where there is none."""
    config = {} if (root / "pyproject.toml").exists() else {"pyproject.toml": CONFIG}
    for path, text in (config | dict(files)).items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8", newline="\n")
