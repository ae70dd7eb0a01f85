"""Set-up from nothing, after a cut, after a change and over something broken."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from site_gen.setup.steps import only_one, write_stamp
from tests.checkout import (
    check_gives_up,
    interpreter_in,
    make_checkout,
    run_build,
    run_build_under,
    steps_of,
    write_lock,
)

MADE = "site_gen: making .venv …"
PYTHON_PACKAGES = "site_gen: installing the Python packages of requirements/build.txt …"
NODE_PACKAGES = "site_gen: installing the Node packages of package-lock.json …"


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout whose set-up is finished; to be copied, not changed."""
    checkout = make_checkout(tmp_path_factory.mktemp("finished") / "checkout")
    done = run_build(checkout, "--drafts")
    assert steps_of(done) == [MADE, PYTHON_PACKAGES, NODE_PACKAGES]
    assert done.stdout == "in .venv --drafts\n"
    return checkout


@pytest.fixture
def checkout(finished: Path, tmp_path: Path) -> Path:
    """A checkout of this test's own whose set-up is finished."""
    return shutil.copytree(finished, tmp_path / "checkout", symlinks=True)


def test_the_second_run_goes_straight_through(finished: Path) -> None:
    done = run_build(finished, "build", "--jobs", "2")
    assert (done.returncode, done.stdout, done.stderr) == (0, "in .venv build --jobs 2\n", "")


def test_an_environment_that_has_everything_makes_none(tmp_path: Path) -> None:
    checkout = make_checkout(tmp_path / "checkout")
    done = run_build_under([sys.executable], checkout)
    assert steps_of(done) == [NODE_PACKAGES]
    assert done.stdout == "elsewhere\n"
    assert not (checkout / ".venv").exists()


def test_tests_bring_their_tools_and_a_build_after_them_nothing(checkout: Path) -> None:
    done = run_build(checkout, "test", "-x")
    assert steps_of(done) == [PYTHON_PACKAGES.replace("build", "test"), NODE_PACKAGES]
    assert done.stdout == "in .venv test -x\n"
    assert steps_of(run_build(checkout)) == []


def test_a_changed_lock_is_installed(checkout: Path) -> None:
    write_lock(checkout, "2.0")
    assert steps_of(run_build(checkout)) == [PYTHON_PACKAGES]
    assert list(checkout.glob(".venv/**/lender-2.0.dist-info"))
    assert not list(checkout.glob(".venv/**/lender-1.0.dist-info"))


def test_a_changed_lock_is_noticed_from_within_the_environment(checkout: Path) -> None:
    write_lock(checkout, "2.0")
    assert steps_of(run_build_under([str(interpreter_in(checkout))], checkout)) == [PYTHON_PACKAGES]


def test_a_changed_node_lock_is_installed(checkout: Path) -> None:
    lock = checkout / "package-lock.json"
    lock.write_text(lock.read_text() + "\n")
    assert steps_of(run_build(checkout)) == [NODE_PACKAGES]


def test_an_installed_package_keeps_its_node_packages_in_the_user_s_cache(tmp_path: Path) -> None:
    checkout = make_checkout(tmp_path / "checkout")
    theme = checkout / "site_gen" / "theme"
    theme.mkdir()
    for name in ("package.json", "package-lock.json"):
        (checkout / name).rename(theme / name)
    install = "from site_gen import setup; setup.install_node_packages(False); "
    places = "print(setup.theme_root()); print(setup.node_root()); print(setup.user_cache())"
    cache = {"XDG_CACHE_HOME": str(tmp_path), "LOCALAPPDATA": str(tmp_path), "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", install + places],
        cwd=checkout,
        env={**os.environ, **cache, "npm_config_offline": "true", "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert steps_of(done) == [NODE_PACKAGES]
    theme_root, node_root, user_cache = (Path(line) for line in done.stdout.splitlines())
    assert theme_root == theme
    assert node_root.parent == user_cache
    assert (node_root / "package-lock.json").is_file()
    assert not (checkout / "node_modules").exists()


def test_a_set_up_cut_off_is_finished(checkout: Path) -> None:
    # What is left by a kill while pip was unpacking: a package that looks installed and is not.
    write_stamp(checkout / ".venv" / "site_gen.stamp", {})
    next(checkout.glob(".venv/**/lender.pth")).unlink()
    (checkout / "node_modules" / ".site_gen.stamp").unlink()
    assert steps_of(run_build(checkout)) == [MADE, PYTHON_PACKAGES, NODE_PACKAGES]


def test_an_environment_without_its_python_is_made_anew(checkout: Path) -> None:
    interpreter_in(checkout).unlink()
    assert steps_of(run_build(checkout)) == [MADE, PYTHON_PACKAGES]


def test_an_environment_whose_python_no_longer_runs_is_made_anew(checkout: Path) -> None:
    python = interpreter_in(checkout)
    python.unlink()
    python.write_bytes(b"not a program")
    python.chmod(0o755)
    assert steps_of(run_build(checkout)) == [MADE, PYTHON_PACKAGES]


def test_packages_that_vanished_under_pip_are_installed_again(checkout: Path) -> None:
    next(checkout.glob(".venv/**/lender.pth")).unlink()
    done = run_build_under([str(interpreter_in(checkout))], checkout)
    assert steps_of(done) == [PYTHON_PACKAGES, MADE, PYTHON_PACKAGES]


def test_an_environment_of_another_tool_is_left_alone(checkout: Path) -> None:
    (checkout / ".venv" / "site_gen.stamp").unlink()
    assert steps_of(run_build(checkout)) == []
    next(checkout.glob(".venv/**/lender.pth")).unlink()
    shutil.rmtree(next(checkout.glob(".venv/**/site-packages/pip")))
    check_gives_up(
        run_build(checkout),
        f"{checkout / '.venv'} has no pip, and another tool made it: install the project with "
        "that tool (uv sync --all-extras), or delete the folder, then run the command again",
    )


def test_a_package_that_is_not_the_locked_one_is_refused(checkout: Path) -> None:
    write_lock(checkout, "2.0")
    lock = checkout / "requirements" / "build.txt"
    lock.write_text(re.sub(r"sha256:\w+", f"sha256:{'0' * 64}", lock.read_text()))
    check_gives_up(
        run_build(checkout),
        "a downloaded package is not the one that the lock names (its hash differs): change the "
        "network or the package index, which altered it, then run the command again",
    )


def test_no_network_is_one_line(checkout: Path) -> None:
    write_lock(checkout, "2.0")
    nowhere = {
        "PIP_NO_INDEX": "0",
        "PIP_FIND_LINKS": "",
        # Nothing listens on the discard port.
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_EXTRA_INDEX_URL": "",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_RETRIES": "1",
    }
    check_gives_up(
        run_build(checkout, environment=nowhere),
        "the package registry cannot be reached: connect to the network (or set your proxy), "
        "then run the command again",
    )


def test_a_missing_venv_module_is_one_line(tmp_path: Path) -> None:
    checkout = make_checkout(tmp_path / "checkout")
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "venv.py").write_text('raise SystemExit("ensurepip is not available")')
    check_gives_up(
        run_build(checkout, environment={"PYTHONPATH": str(broken)}),
        "Python's venv module is missing: install it (Debian and Ubuntu: apt install "
        "python3-venv), then run the command again",
    )


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    checkout = make_checkout(tmp_path / "checkout")
    (checkout / ".venv").write_text("in the way")
    check_gives_up(
        run_build(checkout),
        f"cannot write {checkout / '.venv'} (File exists): a file stands where a folder must be; "
        "move it away, then run the command again",
    )


def test_one_set_up_waits_for_another(checkout: Path) -> None:
    write_lock(checkout, "2.0")
    with only_one(checkout):
        second = subprocess.Popen(
            [interpreter_in(checkout), "build.py"],
            cwd=checkout,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONUTF8": "1"},
            encoding="utf-8",
        )
        assert second.stderr is not None
        waiting = "site_gen: waiting for another set-up in this folder … "
        assert second.stderr.read(len(waiting)) == waiting
        # What the first set-up would have left: the second has nothing to install.
        (checkout / ".venv" / "site_gen.stamp").unlink()
    output, steps = second.communicate()
    assert (second.returncode, output) == (0, "in .venv\n")
    assert re.fullmatch(r"\d+\.\d s\n", steps)
