"""A target, from what the configuration says of it."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit

import idna

from site_gen.build.inputs import FOLDERS
from site_gen.config import DEFAULT_URL, Config
from site_gen.deploy.git.program import Git
from site_gen.deploy.git.repository import Branch
from site_gen.deploy.git.target import BranchTarget
from site_gen.deploy.in_place.folder import FolderBucket
from site_gen.deploy.in_place.target import BucketTarget
from site_gen.deploy.site import Needs
from site_gen.deploy.ssh.host import Host
from site_gen.deploy.ssh.target import SshTarget
from site_gen.deploy.target import Target
from site_gen.diagnostics import SiteError
from site_gen.file_systems import printable
from site_gen.publish.folder import find_relation
from site_gen.site.headers import HEADERS
from site_gen.site.redirects import REDIRECTS
from site_gen.targets import (
    FolderSettings,
    GitSettings,
    S3Settings,
    SshSettings,
    TargetSettings,
)

OUTPUT = "_site"
"""The folder below a site's root that it is built into."""
FOR_HOSTS = frozenset((HEADERS, REDIRECTS))
"""Paths of files that only some hosts read, and others would serve."""
_OURS = Path(".cache/deploy")
"""What is kept from one deployment to the next, and can be done without, from the site's root."""
_PAGES = "github-pages"
_PAGES_DOMAIN = ".github.io"


def open_target(name: str, settings: TargetSettings, config: Config, root: Path) -> Target:
    """The target of this name; SiteError where it cannot be used at all."""
    match settings:
        case S3Settings():
            return _open_s3(name, settings)
        case GitSettings():
            return _open_branch(name, settings, config, root)
        case SshSettings():
            return _open_ssh(name, settings, config)
        case FolderSettings():
            return _open_folder(name, settings, config, root)


def _open_folder(name: str, settings: FolderSettings, config: Config, root: Path) -> Target:
    folder = root / settings.path
    shown = Path(os.path.normpath(folder)).as_posix()
    for other in (*FOLDERS, OUTPUT):
        if relation := find_relation(folder, root / other):
            message = f"the target `{name}` cannot be `{shown}`: it {relation} `{other}`"
            raise SiteError(message, "choose another `path`, e.g. `../public`")
    bucket, needs = FolderBucket(folder), _find_needs(settings, config)
    decides = settings.cache_headers and settings.host != _PAGES
    return BucketTarget(name, shown, bucket, needs, decides_caching=decides)


def _open_branch(name: str, settings: GitSettings, config: Config, root: Path) -> Target:
    git = Git((root / _OURS / f"{name}.git").absolute(), root)
    branch = Branch(git, settings.repository, settings.branch)
    needs = _find_needs(settings, config)
    return BranchTarget(name, branch, needs, decides_caching=settings.host != _PAGES)


def _find_needs(settings: GitSettings | FolderSettings, config: Config) -> Needs:
    """What whoever serves a branch or a folder makes of a site."""
    # A host that is known compresses by itself, and counts files.
    forms = () if settings.host else tuple(config.compress)
    without = FOR_HOSTS if settings.host in (_PAGES, "") else frozenset[str]()
    beside = _find_beside(settings.url or config.url) if settings.host == _PAGES else {}
    return Needs(forms, without=without, beside=beside)


def _find_beside(url: str) -> dict[str, bytes]:
    """What GitHub Pages needs beside a site: no Jekyll, and the name of a domain of one's own."""
    if url == DEFAULT_URL:
        message = "the site has no `url`, and GitHub Pages has to be told its domain"
        raise SiteError(message, 'add `url = "https://…/"` under `[tool.site_gen]`')
    parts = urlsplit(url)
    host = parts.hostname or ""
    is_domain = "." in host and not host[-1].isdigit() and not host.endswith(_PAGES_DOMAIN)
    # What lies below a path is below the domain of another repository, which names it.
    if not is_domain or parts.path not in ("", "/"):
        return {".nojekyll": b""}
    return {".nojekyll": b"", "CNAME": _encode_domain(host) + b"\n"}


def _encode_domain(host: str) -> bytes:
    """A domain in the letters that the name system has, as browsers write it."""
    try:
        return idna.encode(host, uts46=True)
    except idna.IDNAError as error:
        message = f"`{printable(host)}` is no domain that GitHub Pages could be told"
        raise SiteError(message, f"{error}; mend the `url`") from error


def _open_s3(name: str, settings: S3Settings) -> Target:
    # botocore and obstore take half a second to load.
    s3 = import_module("site_gen.deploy.in_place.s3")
    needs = Needs(coding=settings.coding or None, without=FOR_HOSTS)
    place, bucket = s3.describe_place(settings), s3.open_bucket(settings)
    return BucketTarget(name, place, bucket, needs, decides_caching=True)


def _open_ssh(name: str, settings: SshSettings, config: Config) -> Target:
    host = Host(settings.host, settings.path)
    needs = Needs(tuple(config.compress), without=FOR_HOSTS)
    caching = settings.cache_headers
    return SshTarget(name, host, needs, settings.releases, decides_caching=caching)
