"""A small copy of the repository whose set-up runs for real, offline, and what it tells.

Its locks name one package, made here, that lends it everything this test run itself can import. Its
command line is replaced by one that tells where it runs.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

REPOSITORY = Path(__file__).resolve().parent.parent

STUB_COMMAND_LINE = """
import sys
from pathlib import Path

def main(arguments):
    own = Path(__file__).parents[1] / ".venv"
    print("in .venv" if own.exists() and own.samefile(sys.prefix) else "elsewhere", *arguments)
"""


def make_checkout(folder: Path) -> Path:
    """Return a folder with build.py, the set-up, small locks and the stub for a command line."""
    shutil.copytree(REPOSITORY / "site_gen" / "setup", folder / "site_gen" / "setup")
    for name in ("__init__.py", "file_systems.py"):
        shutil.copy(REPOSITORY / "site_gen" / name, folder / "site_gen")
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
