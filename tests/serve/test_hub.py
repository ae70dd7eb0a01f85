"""What open pages are told, message by message."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import Any, TypeVar

from site_gen.serve.hub import Hub
from site_gen.serve.rebuilt import Rebuilt
from tests.serve.memory import MemoryFiles

Told = TypeVar("Told")
PAGE = "a/index.html"
NOTHING = Rebuilt((), (), {}, {}, (), 0.0)


class Scene:
    """A hub with an open page."""

    def __init__(self, content: bytes = b"old") -> None:
        self.files = MemoryFiles({PAGE: content})
        self.hub = Hub(self.files, lambda path, _, content: path.encode() + b": " + content, "/")
        self._messages: AsyncIterator[bytes] = self.hub.listen(PAGE)

    async def hear(self) -> list[dict[str, Any]]:
        """The next messages."""
        said = (await anext(self._messages)).decode()
        return [json.loads(part.removeprefix("data: ")) for part in said.split("\n\n") if part]

    def digest(self) -> str:
        """Of the page."""
        return sha256(self.files.files[PAGE]).hexdigest()


def complete(told: Coroutine[Any, Any, Told]) -> Told:
    """What comes of it, in a thread of its own: that of the tests may have a loop that runs."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, told).result()


def play(moved: Mapping[str, str], *contents: bytes | None) -> list[dict[str, Any]]:
    """What a page is told when it becomes each of these, one after the other; None: it goes."""

    async def run() -> list[dict[str, Any]]:
        scene = Scene()
        await scene.hear()
        heard = []
        for content in contents:
            scene.files.files = {} if content is None else {PAGE: content}
            scene.hub.tell(Rebuilt((), (), moved, {}, (), 0.0))
            heard += await scene.hear()
        return heard

    return complete(run())


def test_a_page_that_has_changed_is_sent() -> None:
    (told,) = play({}, b"new")
    assert told["html"] == f"{PAGE}: new"


def test_a_long_page_is_told_of_and_not_sent() -> None:
    (told,) = play({}, b"x" * 2_000_000)
    assert told.keys() == {"page"}


def test_a_page_that_goes_is_told_where() -> None:
    assert play({}, None) == [{"page": ""}]
    assert play({PAGE: "b/ü/index.html"}, None) == [{"page": "", "moved": "/b/%C3%BC/"}]


def test_who_does_not_read_is_sent_a_page_once() -> None:
    async def run() -> None:
        scene = Scene()
        await scene.hear()
        for content in (b"1", b"2", b"3"):
            scene.files.files[PAGE] = content
            scene.hub.tell(NOTHING)
            scene.hub.show(PAGE, "later", b"never seen")
        assert [message["page"] for _ in range(3) for message in await scene.hear()][-1] == (
            scene.digest()
        )

    complete(run())


def test_what_is_shown_ahead_is_said_again_when_it_has_come_to_be() -> None:
    async def run() -> None:
        scene = Scene()
        await scene.hear()
        assert scene.hub.list_paths() == {PAGE}
        scene.hub.show(PAGE, sha256(b"new").hexdigest(), b"new")
        scene.hub.show("b/index.html", "", b"another")
        (ahead,) = await scene.hear()
        assert ahead["html"] == f"{PAGE}: new"
        scene.files.files[PAGE] = b"new"
        scene.hub.tell(NOTHING)
        assert await scene.hear() == [{"page": ahead["page"]}]
        scene.hub.tell(NOTHING)
        scene.files.files[PAGE] = b"newer"
        scene.hub.tell(NOTHING)
        assert [each["html"] for each in await scene.hear()] == [f"{PAGE}: newer"]

    complete(run())


def test_what_is_shown_ahead_is_taken_back_where_it_has_not_come_to_be() -> None:
    async def run() -> None:
        scene = Scene()
        await scene.hear()
        scene.hub.show(PAGE, "digest", b"new")
        await scene.hear()
        scene.hub.tell(NOTHING)
        assert await scene.hear() == [{"page": scene.digest(), "html": f"{PAGE}: old"}]

    complete(run())
