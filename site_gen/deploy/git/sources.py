"""That a branch holds the site's own sources, which a deployment would replace by what is made of
them.
"""

from __future__ import annotations

from site_gen.deploy.git.commit import Commit
from site_gen.deploy.git.failures import GitError
from site_gen.deploy.git.repository import Branch
from site_gen.diagnostics import SiteError
from site_gen.paths import CONFIG_PATH


def refuse_sources(branch: Branch, commit: Commit) -> None:
    """Return where what the branch has at this commit can be replaced; SiteError where it is what
    the site is written in.

    A branch can be known for that in three ways, since addresses of one repository are written in
    several: by its name, where it is checked out; by its history; and by what lies in it.
    """
    if _is_checked_out(branch):
        raise _refuse(branch, "it is checked out in the site's own repository")
    if commit.id and not commit.release:
        if branch.git.is_so("merge-base", "--is-ancestor", commit.id, "HEAD"):
            raise _refuse(branch, "what is checked out has grown from it")
        for path in (CONFIG_PATH, _find_prefix(branch) + CONFIG_PATH):
            if path in commit.blobs:
                raise _refuse(branch, f"it has a `{path}`")


def _find_prefix(branch: Branch) -> str:
    """The folder of the site in its own repository; empty at its top, or where there is none."""
    try:
        return branch.git.ask_site("rev-parse", "--show-prefix")
    except GitError:
        return ""


def _is_checked_out(branch: Branch) -> bool:
    try:
        current = branch.git.ask_site("symbolic-ref", "-q", "--short", "HEAD")
    except GitError:
        return False  # there is no repository, or it is on no branch
    if current != branch.name:
        return False
    remotes = (line.split()[1] for line in branch.git.ask_site("remote", "-v").splitlines())
    return _normalize(branch.address) in map(_normalize, remotes)


def _normalize(address: str) -> str:
    return address.rstrip("/").removesuffix(".git")


def _refuse(branch: Branch, reason: str) -> SiteError:
    message = f"{branch.place} has the site's sources, which would be replaced: {reason}"
    return SiteError(message, 'deploy to another one, e.g. `branch = "gh-pages"`')
