"""Programs that tests need and pip cannot install."""

from __future__ import annotations

import shutil

_PLACES = "/usr/sbin:/usr/local/sbin:/sbin"
"""Where servers are that are not in everybody's PATH."""


def find_program(name: str, package: str) -> str:
    """The path of a program; `package` is what Debian has it in."""
    found = shutil.which(name) or shutil.which(name, path=_PLACES)
    assert found, f"the tests need `{name}`: `apt-get install {package}`, or run .ci/run"
    return found
