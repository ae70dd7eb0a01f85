"""build.py turns away a Python that is too old, and can be read by it."""

import ast
import subprocess
import sys

import pytest

from tests.checkout import REPOSITORY


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 8, 0), (3, 10, 14)])
def test_a_python_too_old_is_one_line(version: tuple[int, int, int]) -> None:
    pretend = f"import runpy, sys; sys.version_info = {version}; runpy.run_path('build.py')"
    done = subprocess.run(
        [sys.executable, "-c", pretend], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    line = f"site_gen needs Python 3.11 or newer; this is {version[0]}.{version[1]}\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", line)


def test_build_py_can_be_read_by_a_python_too_old() -> None:
    text = (REPOSITORY / "build.py").read_text(encoding="utf-8")
    ast.parse(text, feature_version=(3, 7))
    assert text.isascii()  # Python 2 refuses anything else that does not name its encoding
