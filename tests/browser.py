"""The Chromium that the browser tests run in: one on this machine, else the one from npm.

`SITE_GEN_BROWSER` overrules the search: a path to a program, or `sparticuz` for the npm package.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Playwright, sync_playwright

from site_gen.setup import node_executable, node_root, user_cache

QUIET_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
"""No request but the page's own, and no sandbox, which a container does not allow."""

COMMANDS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "msedge",
)

USUAL_PLACES = {
    "darwin": (
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    ),
    "win32": (
        r"%ProgramFiles%\Google\Chrome\Application\chrome.exe",
        r"%ProgramFiles(x86)%\Google\Chrome\Application\chrome.exe",
        r"%LocalAppData%\Google\Chrome\Application\chrome.exe",
        r"%ProgramFiles(x86)%\Microsoft\Edge\Application\msedge.exe",
    ),
}

# The package unpacks into the temporary folder. Its al2023 holds libraries that Chromium links to
# and a bare system lacks; by itself the package unpacks them on one system only.
UNPACK = """
import { inflate } from "@sparticuz/chromium";
for (const archive of process.argv.slice(1)) await inflate(archive);
"""

FONT_CONFIGURATION = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
"""


@dataclass(frozen=True)
class Chromium:
    """A Chromium and how it is to be started."""

    executable: Path
    """The program itself."""

    arguments: tuple[str, ...] = QUIET_ARGUMENTS
    """Its command line, e.g. `("--no-sandbox",)`."""

    environment: dict[str, str] = field(default_factory=dict)
    """What is set in its environment besides this process's own."""


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """A headless Chromium, which ends with the block."""
    with sync_playwright() as playwright, launching(playwright, find_chromium()) as browser:
        yield browser


@contextmanager
def launching(playwright: Playwright, chromium: Chromium) -> Iterator[Browser]:
    """A headless Chromium, which ends with the block, of a Playwright that may have others."""
    browser = playwright.chromium.launch(
        executable_path=chromium.executable,
        args=list(chromium.arguments),
        env={**os.environ, **chromium.environment},
    )
    yield browser
    browser.close()


def find_chromium() -> Chromium:
    """Return a Chromium that can be started, unpacked from the npm package if there is no other."""
    wanted = os.environ.get("SITE_GEN_BROWSER") or os.environ.get("CHROME")
    if wanted and wanted != "sparticuz":
        return Chromium(Path(wanted))
    installed = None if wanted else find_installed()
    return Chromium(installed) if installed else packaged_chromium()


def find_installed() -> Path | None:
    """Return the Chromium, Chrome or Edge on this machine, or None."""
    for command in COMMANDS:
        if found := shutil.which(command):
            return Path(found)
    places = (Path(os.path.expandvars(place)) for place in USUAL_PLACES.get(sys.platform, ()))
    return next((place for place in places if place.is_file()), None)


def packaged_chromium() -> Chromium:
    """Return the Chromium of the npm package @sparticuz/chromium, which runs on x86-64 Linux."""
    package = node_root() / "node_modules" / "@sparticuz" / "chromium"
    version = json.loads((package / "package.json").read_text(encoding="utf-8"))["version"]
    folder = user_cache() / f"chromium-{version}"
    if not folder.exists():
        unpack(package / "bin", folder)
    environment = {
        "FONTCONFIG_FILE": str(folder / "fonts" / "fonts.conf"),
        "LD_LIBRARY_PATH": f"{folder / 'al2023' / 'lib'}:{folder}",
    }
    return Chromium(folder / "chromium", environment=environment)


def unpack(archives: Path, folder: Path) -> None:
    """Unpack the package's archives into a folder that is there whole or not at all."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder.parent) as parent:
        whole = Path(parent) / "whole"
        whole.mkdir()
        subprocess.run(
            [node_executable(), "--input-type=module", "-e", UNPACK, *archives.glob("*.br")],
            cwd=node_root(),
            env={**os.environ, "TMPDIR": str(whole)},
            check=True,
        )
        (whole / "fonts" / "fonts.conf").write_text(FONT_CONFIGURATION, encoding="utf-8")
        # Another process may have been faster, with the same files.
        with suppress(OSError):
            whole.rename(folder)
