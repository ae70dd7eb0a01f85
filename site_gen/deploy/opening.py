"""A target, from what the configuration says of it."""

from __future__ import annotations

import os
from pathlib import Path

from site_gen.config import Config
from site_gen.deploy.in_place.folder import FolderBucket
from site_gen.deploy.in_place.target import BucketTarget
from site_gen.deploy.site import Needs
from site_gen.deploy.target import Target
from site_gen.diagnostics import SiteError
from site_gen.site.headers import HEADERS
from site_gen.targets import FolderSettings, TargetSettings

FOR_HOSTS = frozenset((HEADERS,))
"""Paths of files that only some hosts read, and others would serve."""


def open_target(name: str, settings: TargetSettings, config: Config, root: Path) -> Target:
    """The target of this name; SiteError where it cannot be used at all."""
    if isinstance(settings, FolderSettings):
        return _open_folder(name, settings, config, root)
    raise SiteError(f"the target `{name}` is of a kind that cannot be deployed to")


def _open_folder(name: str, settings: FolderSettings, config: Config, root: Path) -> Target:
    # A host that is known compresses by itself, and counts files.
    forms = () if settings.host else tuple(config.compress)
    without = frozenset[str]() if settings.host else FOR_HOSTS
    folder = Path(os.path.normpath(root / settings.path))
    bucket, needs = FolderBucket(folder), Needs(forms, without=without)
    return BucketTarget(
        name, folder.as_posix(), bucket, needs, decides_caching=settings.cache_headers
    )
