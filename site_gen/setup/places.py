"""Where site_gen's own files lie: in a checkout, or in an installed package."""

import os
import sys
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
"""The folder of the `site_gen` package."""


def is_checkout() -> bool:
    """Return whether this runs from a checkout, where the theme lies beside the package."""
    return (PACKAGE.parent / "package.json").is_file()


def checkout_root() -> Path:
    """Return the folder that holds `build.py` and the package, where there is a checkout."""
    return PACKAGE.parent


def own_environment() -> dict[str, str]:
    """An environment in which another Python finds this package, wherever it is started."""
    paths = (str(PACKAGE.parent), os.environ.get("PYTHONPATH", ""))
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}


def theme_root() -> Path:
    """Return the folder that holds the built-in `templates/` and `static/`."""
    return checkout_root() if is_checkout() else PACKAGE / "theme"


def user_cache() -> Path:
    """Return this user's folder for what can be made again; it may not exist yet."""
    home = Path.home()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "site_gen"
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "site_gen"
    return Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache") / "site_gen"
