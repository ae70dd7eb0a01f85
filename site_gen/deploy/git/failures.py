"""What git complained of, in one line, and whether to ask once more."""

from __future__ import annotations

import re

from site_gen.diagnostics import SiteError
from site_gen.file_systems import printable

_SECRET = re.compile(r"(?<=://)\S+(?=@)")
"""What may be a password in an address: it may have a slash or an `@` in it."""
_SPEAKER = re.compile(r"^(?:remote: |fatal: |error: | ! )+")
_SAYS_NOTHING = re.compile(
    r"To \S|hint: |failed to push some refs|Could not read from remote repository|"
    r"Please make sure you have the correct access rights|and the repository exists"
)
"""Lines that git adds to every failure of their kind."""
_NETWORK = re.compile(
    r"could not resolve host|name or service not known|temporary failure in name resolution|"
    r"failed to connect|couldn't connect|unable to connect|connection (?:refused|reset|timed out)|"
    r"operation timed out|connection closed|network is unreachable|no route to host|broken pipe|"
    r"early eof|unexpected disconnect|unexpectedly|empty reply from server|rpc failed|"
    r"requested url returned error: (?:429|5\d\d)|transfer closed|operation too slow|"
    r"gnutls_handshake|ssl_error_syscall|tls connection was non-properly terminated|"
    # Another push holds the branch's lock at this moment.
    r"\[remote rejected\] .*(?:failed to update ref|cannot lock ref)",
    re.IGNORECASE,
)
_CREDENTIALS = re.compile(
    r"terminal prompts disabled|permission denied|authentication failed|"
    r"requested url returned error: 40[13]",
    re.IGNORECASE,
)
_HINTS = (
    (
        _CREDENTIALS,
        "git has no credentials for it, or not the right ones: they are what `git push` would use",
    ),
    (
        re.compile(r"host key verification failed", re.IGNORECASE),
        "connect to it with ssh once by hand, and compare its key",
    ),
    (
        re.compile(r"tell me who you are|ident name|no email was given", re.IGNORECASE),
        "say who commits: `git config user.name` and `git config user.email`",
    ),
)


class GitError(SiteError):
    """What git refused, or failed at."""


class NetworkError(GitError):
    """That a repository was not heard of, or is taken; it may be otherwise in a moment."""


class DamagedError(GitError):
    """That our own repository cannot be used; it can be made anew."""


class FormatError(DamagedError):
    """That our own repository names its objects by another hash than the one that is pushed to."""


def explain(command: str, said: str) -> tuple[str, str]:
    """What git said in one line, without what may be secret, and what can be done."""
    lines = (_SPEAKER.sub("", line).strip() for line in hide_secrets(said).splitlines())
    told = [printable(line) for line in lines if line and not _SAYS_NOTHING.search(line)]
    reason = "; ".join(dict.fromkeys(told)) or "it gave no reason"
    hint = next((hint for pattern, hint in _HINTS if pattern.search(said)), "")
    return f"git {command}: {reason}", hint


def is_network_failure(said: str) -> bool:
    """Whether the same may succeed in a moment."""
    # A host that turns somebody away hangs up as well.
    return bool(_NETWORK.search(said)) and not _CREDENTIALS.search(said)


def may_be_network_failure(said: str) -> bool:
    """Whether that is worth one more try: where a connection is cut off just after credentials were
    asked for, git says that these are wrong.
    """
    return "Authentication failed for" in said


def is_other_format(said: str) -> bool:
    """Whether two repositories name their objects by different hashes."""
    return "hash algorithm" in said or "mismatched algorithms" in said


def hide_secrets(text: str) -> str:
    """A text without names and passwords in its addresses.

    >>> hide_secrets("https://me:secret@example.org/blog.git")
    'https://…@example.org/blog.git'
    """
    return _SECRET.sub("…", text)
