"""What a site's configuration says, for commands that need no build for it."""

from __future__ import annotations

from pathlib import Path

from site_gen.config import Config, parse_config
from site_gen.diagnostics import Diagnostic, Source
from site_gen.effects import DiskTree, ReadError
from site_gen.paths import CONFIG_PATH


def read_config(root: Path) -> tuple[Config, list[Diagnostic]]:
    """The configuration of a site, and what is wrong with it."""
    try:
        text = DiskTree(root).read_bytes(CONFIG_PATH).decode("utf-8-sig", "replace")
    except ReadError:
        text = ""
    return parse_config(Source(CONFIG_PATH, text))
