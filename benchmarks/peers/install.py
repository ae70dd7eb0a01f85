"""Installing peers from their locks, each into a folder of its own, unless they are there.

What is wanted is in `locks/*.in` and `locks/eleventy/package.json`. To make a lock anew:

    uv pip compile NAME.in --universal --fork-strategy fewest --python-version 3.11 -o NAME.txt \\
      --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links
    npm install --package-lock-only      (in locks/eleventy, whose .npmrc leaves addresses out)
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.peers.peer import LOCKS
from site_gen.setup.node import NPM_OPTIONS, node_executable, npm_environment, npm_script


def install_python_packages(folder: Path, name: str) -> None:
    """Fill a virtual environment with what `locks/NAME.txt` lists, by its hashes."""
    lock = LOCKS / f"{name}.txt"
    if is_installed(folder, lock):
        return
    print(f"installing {name} …", file=sys.stderr)
    shutil.rmtree(folder, ignore_errors=True)
    run([sys.executable, "-m", "venv", str(folder)], folder.parent)
    pip = [str(python_script(folder, "python")), "-m", "pip", "install", "--quiet"]
    pip += ["--disable-pip-version-check", "--require-hashes", "--only-binary", ":all:"]
    run([*pip, "-r", str(lock)], folder)
    write_stamp(folder, lock)


def install_node_packages(folder: Path, name: str) -> None:
    """Fill `node_modules` with what `locks/NAME/package-lock.json` lists."""
    lock = LOCKS / name / "package-lock.json"
    if is_installed(folder, lock):
        return
    print(f"installing {name} …", file=sys.stderr)
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(LOCKS / name, folder)
    node = node_executable()
    npm = [str(node), str(npm_script()), "ci", *NPM_OPTIONS]
    run(npm, folder, npm_environment(node))
    write_stamp(folder, lock)


def python_script(folder: Path, name: str) -> Path:
    """A script of a virtual environment."""
    return folder / "bin" / name


def ask_version(command: Sequence[str]) -> str:
    """What a tool prints of its own version, on one line."""
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    return done.stdout.strip().splitlines()[0]


def is_installed(folder: Path, lock: Path) -> bool:
    """Whether a folder was filled from the lock as it is now."""
    stamp = folder / "lock.sha256"
    return stamp.is_file() and stamp.read_text() == digest_of(lock)


def write_stamp(folder: Path, lock: Path) -> None:
    """Note which lock a folder was filled from."""
    (folder / "lock.sha256").write_text(digest_of(lock))


def digest_of(lock: Path) -> str:
    """What changes with a lock."""
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def run(command: Sequence[str], folder: Path, environment: dict[str, str] | None = None) -> None:
    """Run a command that must succeed."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        command, cwd=folder, env=environment or dict(os.environ), stdout=sys.stderr, check=True
    )
