"""Every kind of page looks as it was agreed, in both colour schemes and three widths."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from random import Random

import pytest
from PIL import Image
from playwright.sync_api import Playwright, Route

from tests.screenshots import (
    COMMAND,
    PAGES,
    SHEETS,
    Camera,
    find_difference,
    path_of,
    photographing,
    read_sheet,
)

pytestmark = pytest.mark.skipif(
    (sys.platform, platform.machine()) != ("linux", "x86_64"),
    reason="what is drawn elsewhere is not the same, and the packaged Chromium does not run there",
)


@pytest.fixture(scope="module")
def camera(
    playwright: Playwright, published: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Camera]:
    with photographing(playwright, published, tmp_path_factory.mktemp("screenshots")) as ready:
        yield ready


@pytest.mark.parametrize("kind", PAGES)
def test_every_kind_of_page_looks_as_it_was_agreed(
    camera: Camera, kind: str, tmp_path: Path
) -> None:
    if difference := find_difference(read_sheet(kind), camera.take(kind)):
        difference.picture.save(tmp_path / "difference.png")
        where = f"{difference.pixels} pixels differ: see {tmp_path / 'difference.png'}"
        pytest.fail(f"{where}; where this is meant, run `{COMMAND}` and look at what it wrote")


def test_every_sheet_is_of_a_kind_of_page() -> None:
    assert set(SHEETS.iterdir()) == set(map(path_of, PAGES))


def add_rule(rule: str) -> Callable[[Route], None]:
    """What answers with a stylesheet that has one more rule."""

    def answer(route: Route) -> None:
        response = route.fetch()
        route.fulfill(response=response, body=response.text() + rule)

    return answer


@contextmanager
def answering(camera: Camera, pattern: str, answer: Callable[[Route], None]) -> Iterator[None]:
    """Within the block what fits a pattern is answered in another way."""
    windows = list(chain.from_iterable(camera.windows))
    for window in windows:
        window.route(pattern, answer)
    yield
    for window in windows:
        window.unroute(pattern)


@pytest.mark.parametrize(
    ("pattern", "answer"),
    [
        ("**/style.*.css", add_rule(".site-footer { margin-top: calc(3 * var(--line) + 2px) }")),
        ("**/style.*.css", add_rule(".site-title { color: #8317b3 }")),
        ("**/style.*.css", add_rule("@media (width < 400px) { :root { --paper: #f3f2f3 } }")),
        ("**/style.*.css", add_rule(".site-header { border-bottom: 1px solid var(--rule) }")),
        ("**/*.woff2", lambda route: route.abort()),
    ],
    ids=[
        "two pixels lower",
        "another colour",
        "a shade darker",
        "a rule more",
        "without its fonts",
    ],
)
def test_a_small_change_of_the_look_is_seen(
    camera: Camera, pattern: str, answer: Callable[[Route], None]
) -> None:
    agreed = camera.take("not found")
    with answering(camera, pattern, answer):
        assert find_difference(agreed, camera.take("not found"))


def test_what_only_another_machine_rounds_is_not_seen() -> None:
    random, agreed = Random(1), read_sheet("not found")
    noise = bytes(random.randrange(17) for _ in range(agreed.width * agreed.height))
    grey = Image.frombytes("L", agreed.size, noise)
    noisy = Image.composite(Image.new("RGB", agreed.size, "gray"), agreed, grey)
    assert noisy != agreed
    assert find_difference(agreed, noisy) is None


def test_a_sheet_of_another_size_differs() -> None:
    agreed = read_sheet("not found")
    assert find_difference(agreed, agreed.crop((0, 0, agreed.width, agreed.height - 1)))
