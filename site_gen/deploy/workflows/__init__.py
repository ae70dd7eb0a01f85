"""A workflow of GitHub Actions that builds a site, checks it and gives it to a host.

What all have in common is `build.yml`; a file for each host goes on with its last steps, those that
have secrets or rights in a job of their own. Actions are pinned by the digest of a commit, the
hosts' own tools by their version.
"""

from __future__ import annotations

from pathlib import Path

from site_gen.deploy.hosts import HOSTS
from site_gen.diagnostics import SiteError
from site_gen.publish.file import write_file
from site_gen.targets import HostName

WORKFLOW = ".github/workflows/deploy.yml"
"""Where it is written, from the top of a repository."""
_PARTS = Path(__file__).parent
_STARTER = "build.py"


def write_workflow(host: HostName, root: Path) -> Path:
    """Write the workflow for a host, and return where; SiteError where another one is there, or
    none would run.
    """
    _check_repository(root)
    path, content = root / WORKFLOW, make_workflow(host).encode()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        found = path.read_bytes() if path.exists() else None
    except OSError as error:
        raise SiteError(f"`{WORKFLOW}` cannot be written: {error.strerror}") from error
    if found is None:
        write_file(path, content)
    elif found.replace(b"\r\n", b"\n") != content:  # git may have changed the ends of its lines
        hint = "move it away, and compare the two"
        raise SiteError(f"`{WORKFLOW}` is there already, and is another one", hint)
    return path


def make_workflow(host: HostName) -> str:
    """The text of the workflow for a host."""
    common, own = ((_PARTS / name).read_text("utf-8") for name in ("build.yml", f"{host}.yml"))
    return common.replace("HOST_TITLE", HOSTS[host].title).replace("HOST", host) + own


def _check_repository(root: Path) -> None:
    if not (root / _STARTER).is_file():
        hint = "a workflow that runs `site-gen` where it is installed has to be written by hand"
        raise SiteError(f"there is no `{_STARTER}` in {root}, which the workflow runs", hint)
    above = [parent for parent in root.parents if (parent / ".git").exists()]
    if above and not (root / ".git").exists():
        hint = f"GitHub runs what is in `.github/workflows/` of {above[0]}"
        raise SiteError(f"{root} is not the top of its repository", hint)
