"""An article's page in a browser, and when it shows which edition of the article.

A script in the page looks at every change of the document, and is there again after each reload. It
tells of an edition by the system's clock, which is that of `time.time()`.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from playwright.sync_api import Browser, Frame, Response, WebSocket

from benchmarks.measuring import CommandError
from benchmarks.scenarios import sentence_of

_SCRIPT = r"""{
  const sentence = /SENTENCE/g;
  let newest = 0;
  function look() {
    const shown = performance.now();
    const text = document.body?.textContent ?? "";
    const found = [...text.matchAll(sentence)].map(([, number]) => Number(number));
    const edition = Math.max(0, ...found);
    if (edition <= newest) return;
    newest = edition;
    // The system's clock is told in whole milliseconds: it is right when one begins.
    const before = Date.now();
    while (Date.now() === before);
    tellShown(edition, Date.now() - (performance.now() - shown));
  }
  const all = { subtree: true, childList: true, characterData: true };
  new MutationObserver(look).observe(document, all);
}
""".replace("SENTENCE", re.escape(sentence_of(0)).replace("0", r"(\d+)"))
_LOOK_S = 0.02
_LONGEST_CONNECTING_S = 60


class OpenPage:
    """A page that is kept up to date by its server."""

    def __init__(self, browser: Browser, url: str) -> None:
        """Open it; it need not be connected yet."""
        self._shown_ms: dict[int, float] = {}
        self._is_connected = False
        self._page = browser.new_page()
        self._page.on("framenavigated", self._forget_connection)
        self._page.on("response", self._note_stream)
        self._page.on("websocket", self._note_socket)
        self._page.expose_function("tellShown", self._note_edition)
        self._page.add_init_script(_SCRIPT)
        self._page.goto(url)

    def wait_for_edition(self, edition: int, longest_s: float) -> float | None:
        """When it first showed an edition, in milliseconds since 1970; None where it did not."""
        self._wait_until(lambda: edition in self._shown_ms, longest_s)
        return self._shown_ms.get(edition)

    def wait_until_connected(self) -> None:
        """Come back when it is loaded and its server can tell it of edits; raises where not."""
        self._page.wait_for_load_state()
        if not self._wait_until(lambda: self._is_connected, _LONGEST_CONNECTING_S):
            raise CommandError("the page has no connection to be reloaded by")

    def pause(self, seconds: float) -> None:
        """Let time pass, in which it is heard."""
        self._page.wait_for_timeout(1000 * seconds)

    def close(self) -> None:
        """Leave it."""
        self._page.close()

    def _wait_until(self, is_so: Callable[[], bool], longest_s: float) -> bool:
        """Whether something has become so in time."""
        end = time.monotonic() + longest_s
        while not is_so() and time.monotonic() < end:
            self.pause(_LOOK_S)
        return is_so()

    def _note_edition(self, edition: int, shown_ms: float) -> None:
        # After a reload the same is told once more.
        self._shown_ms.setdefault(edition, shown_ms)

    def _forget_connection(self, frame: Frame) -> None:
        self._is_connected &= frame is not self._page.main_frame

    def _note_stream(self, response: Response) -> None:
        kind = response.headers.get("content-type", "")
        self._is_connected |= kind.startswith("text/event-stream")

    def _note_socket(self, socket: WebSocket) -> None:
        # What it is sent first tells that it is open.
        socket.on("framereceived", lambda _: self._note_open_socket(socket))

    def _note_open_socket(self, socket: WebSocket) -> None:
        self._is_connected |= not socket.is_closed()
