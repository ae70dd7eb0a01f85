"""What tests of every subsystem may ask for."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser import find_chromium
from tests.server import serving


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium, started for the first test that asks for it."""
    chromium = find_chromium()
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=chromium.executable,
            args=list(chromium.arguments),
            env={**os.environ, **chromium.environment},
        )
        yield started
        started.close()


@pytest.fixture
def serve_folder() -> Iterator[Callable[[Path], str]]:
    """A function that serves a folder until the test ends and returns its address."""
    with ExitStack() as stack:
        yield lambda folder: stack.enter_context(serving(folder))
