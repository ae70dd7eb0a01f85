"""The article that a module of tests is about."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.theme.visiting import ServeFolder, make_site


@pytest.fixture(scope="module")
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published site of the module's `TEXT`, with the front matter of its `FRONT` if any."""
    front: dict[str, str] = getattr(request.module, "FRONT", {})
    return make_site(tmp_path_factory.mktemp("theme"), request.module.TEXT, **front)


@pytest.fixture
def address(folder: Path, serve_folder: ServeFolder) -> str:
    """Where it is served."""
    return serve_folder(folder).rstrip("/")
