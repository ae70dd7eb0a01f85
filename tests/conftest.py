"""What tests of every subsystem may ask for."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, Playwright, sync_playwright

from site_gen.build.result import Build
from site_gen.effects import DiskTree
from site_gen.setup import checkout_root
from tests.browser import find_chromium, launching
from tests.server import serving
from tests.sites import build_site, publish

# For properties that take many minutes to be looked at closely: `--hypothesis-profile deep`.
settings.register_profile("deep", max_examples=300, derandomize=False)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """What starts browsers; a process can have one."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """A headless Chromium, started for the first test that asks for it."""
    with launching(playwright, find_chromium()) as started:
        yield started


@pytest.fixture(scope="session")
def blog() -> Build:
    """The blog of this repository, built for the first test that asks for it."""
    return build_site(DiskTree(checkout_root()))


@pytest.fixture(scope="session")
def published(blog: Build, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that it is published in."""
    folder = tmp_path_factory.mktemp("blog") / "_site"
    publish(blog, folder)
    return folder


@pytest.fixture
def serve_folder() -> Iterator[Callable[[Path], str]]:
    """A function that serves a folder until the test ends and returns its address."""
    with ExitStack() as stack:
        yield lambda folder: stack.enter_context(serving(folder))
