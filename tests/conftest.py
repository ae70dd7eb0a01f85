"""What tests of every subsystem may ask for."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser

from tests.browser import running_chromium
from tests.server import serving

# For properties that take many minutes to be looked at closely: `--hypothesis-profile deep`.
settings.register_profile("deep", max_examples=300, derandomize=False)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium, started for the first test that asks for it."""
    with running_chromium() as started:
        yield started


@pytest.fixture
def serve_folder() -> Iterator[Callable[[Path], str]]:
    """A function that serves a folder until the test ends and returns its address."""
    with ExitStack() as stack:
        yield lambda folder: stack.enter_context(serving(folder))
