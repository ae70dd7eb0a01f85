"""What went wrong while setting up, in one line that says what to do."""

import errno
import re

AGAIN = "then run the command again"


class SetupError(Exception):
    """Set-up cannot go on; its text is the one line for the user."""


DISK_FULL = f"the disk is full: free some space, {AGAIN}"

KNOWN_FAILURES = (
    (
        r"DO NOT MATCH THE HASHES|EINTEGRITY",
        "a downloaded package is not the one that the lock names (its hash differs): "
        f"change the network or the package index, which altered it, {AGAIN}",
    ),
    (r"No space left on device|ENOSPC", DISK_FULL),
    (
        r"Permission denied|Read-only file system|\bEACCES\b|\bEROFS\b|\bEPERM\b",
        "this folder cannot be written: make it writable or clone the repository elsewhere, "
        f"{AGAIN}",
    ),
    (
        r"ensurepip is not available|No module named '?(venv|ensurepip)\b",
        "Python's venv module is missing: install it (Debian and Ubuntu: apt install "
        f"python3-venv), {AGAIN}",
    ),
    (
        r"NewConnectionError|NameResolutionError|Temporary failure in name resolution"
        r"|ConnectTimeout|ReadTimeout|Read timed out|ProxyError|SSLError"
        r"|Connection(Reset|Refused|Aborted)?Error"
        r"|\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH)\b"
        r"|ERR_SOCKET_TIMEOUT",
        "the package registry cannot be reached: connect to the network (or set your proxy), "
        f"{AGAIN}",
    ),
    (
        r"No matching distribution found",
        "no ready-made package for this Python on this machine: use a released Python, 3.11 or "
        "newer, on Linux, macOS or Windows",
    ),
    (
        r"can only install packages when your package\.json",
        "package.json and package-lock.json disagree: run npm install --package-lock-only, "
        "or take both from git",
    ),
)
"""What pip, npm and venv print when they fail (a pattern), and the line for it."""


def explain_output(output: str) -> str | None:
    """Return the line for what a tool printed as it failed; None where the failure is not known."""
    return next((line for pattern, line in KNOWN_FAILURES if re.search(pattern, output)), None)


def explain_os_error(error: OSError) -> str:
    """Return the line for a file or folder that could not be written."""
    if error.errno == errno.ENOSPC:
        return DISK_FULL
    what = f"cannot write {error.filename} ({error.strerror})" if error.filename else str(error)
    if error.errno in (errno.EEXIST, errno.ENOTDIR):
        return f"{what}: a file stands where a folder must be; move it away, {AGAIN}"
    return f"{what}: make the folder writable or clone the repository elsewhere, {AGAIN}"
