"""Every test is run: pytest passes over folders of some names, `build` among them by itself."""

from fnmatch import fnmatch
from pathlib import Path

import pytest

TESTS = Path(__file__).parent


def test_no_folder_with_tests_is_passed_over(pytestconfig: pytest.Config) -> None:
    passed_over: list[str] = pytestconfig.getini("norecursedirs")
    folders = {
        part for path in TESTS.rglob("test_*.py") for part in path.relative_to(TESTS).parts[:-1]
    }
    assert "build" in folders
    assert [name for name in folders for each in passed_over if fnmatch(name, each)] == []
