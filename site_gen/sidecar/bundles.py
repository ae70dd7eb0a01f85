"""Scripts for browsers, bundled by esbuild in a Node process of its own: see `node/bundle.mjs`."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec

from site_gen.sidecar.process import SidecarError, minimal_environment

_SCRIPT = Path(__file__).resolve().parents[1] / "node" / "bundle.mjs"
_HINT_CHARACTERS = 300


class ScriptMistake(msgspec.Struct, frozen=True):
    """What is wrong in a script."""

    name: str
    line: int
    """From 1 on, as is the column."""
    column: int
    length: int
    """Characters."""
    message: str
    hint: str = ""
    severity: Literal["error", "warning"] = "error"


class Bundled(msgspec.Struct, frozen=True):
    """What came of scripts."""

    bundles: dict[str, str] = {}
    """By the name of each script that no other one imports, with what it imports; empty where there
    are errors."""
    parts: dict[str, tuple[str, ...]] = {}
    """The names of what is imported in each of these, directly or not, in order."""
    mistakes: tuple[ScriptMistake, ...] = ()
    refused: str = ""
    """Why nothing can be bundled at all."""


def bundle(node: Path, modules: Path, scripts: Mapping[str, str], seconds: float) -> Bundled:
    """What comes of these scripts by name; SidecarError where Node or esbuild cannot run.

    `modules` holds `node_modules`.
    """
    try:
        done = subprocess.run(
            [str(node), str(_SCRIPT), str(modules)],
            input=msgspec.json.encode({"scripts": dict(scripts)}),
            capture_output=True,
            env=minimal_environment(),
            timeout=seconds,
            check=False,
        )
    except OSError as error:
        raise SidecarError(f"cannot start Node: `{node}`: {error.strerror}") from error
    except subprocess.TimeoutExpired:
        raise SidecarError(f"esbuild took longer than {seconds:g} s") from None
    if done.returncode:
        last_words = " ".join(done.stderr.decode("utf-8", "replace").split())
        raise SidecarError("esbuild failed", last_words[:_HINT_CHARACTERS])
    bundled = msgspec.json.decode(done.stdout, type=Bundled)
    if bundled.refused:
        folder = modules / "node_modules"
        raise SidecarError(f"esbuild is not in `{folder}`", "run `site-gen setup`")
    return bundled
