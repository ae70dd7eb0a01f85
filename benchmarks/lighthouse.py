"""Lighthouse's audits of pages, in the Chromium of the tests."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import msgspec
from playwright.sync_api import Playwright

from benchmarks.measuring import CommandError
from benchmarks.servers import find_free_port
from site_gen.setup import node_executable, node_root
from tests.browser import find_chromium, launching

Form = Literal["mobile", "desktop"]
_SCRIPT = Path(__file__).with_suffix(".mjs")
_MOST_CHARACTERS = 2000


class Visit(msgspec.Struct, frozen=True):
    """A page to audit."""

    url: str
    form: Form
    """What kind of device Lighthouse takes itself for, its network and its processor included."""


class Audit(msgspec.Struct, frozen=True):
    """What Lighthouse found."""

    scores: dict[str, int]
    """By category, e.g. `best-practices`, of 100."""
    failed: tuple[str, ...]
    """The audits that cost points in any category but performance."""
    lcp_ms: int
    """When the largest part of the first view was there."""
    cls: float
    """By how much the layout shifted: a share of the window times one of the way."""
    tbt_ms: int
    """For how long scripts held up the page."""
    bytes: int
    """What was sent for it, headers included."""
    requests: int
    scripts: int
    """How many of the requests were for scripts."""


@dataclass(frozen=True)
class Lighthouse:
    """A browser that Lighthouse can drive."""

    port: int
    """At which it is to be told what to do."""
    browser: str
    """The version of Chromium, e.g. `153.0.8010.0`."""

    def audit(self, visits: Sequence[Visit], *, is_quick: bool = False) -> list[Audit]:
        """What it finds on each page; raises CommandError where it cannot look at one.

        A quick look does not wait for pages to rest, and has no score of performance.
        """
        asked = {"port": self.port, "visits": visits, "isQuick": is_quick}
        done = subprocess.run(
            [node_executable(), _SCRIPT],
            input=msgspec.json.encode(asked),
            capture_output=True,
            cwd=node_root(),
            check=False,
        )
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace")[-_MOST_CHARACTERS:]
            raise CommandError(f"lighthouse ended with {done.returncode}:\n{said}")
        return [msgspec.json.decode(line, type=Audit) for line in done.stdout.splitlines()]


@contextmanager
def running_lighthouse(playwright: Playwright) -> Iterator[Lighthouse]:
    """Lighthouse with a browser of its own, which ends with the block."""
    port, chromium = find_free_port(), find_chromium()
    listening = (*chromium.arguments, f"--remote-debugging-port={port}")
    with launching(playwright, replace(chromium, arguments=listening)) as browser:
        yield Lighthouse(port, browser.version)
