"""Pages with the script that keeps them up to date: added as they are sent, and kept nowhere."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from html import escape

from site_gen.paths import LIVE_SCRIPT
from site_gen.publish.manifest import PublishedFile
from site_gen.serve.files import Files

_END = b"</body>"


class Decorated:
    """The same files; every page of HTML has the script at its end."""

    def __init__(self, files: Files, home: str, features: Iterable[str]) -> None:
        """`features` are what a page does beside, e.g. `jump`: see `client.mjs`."""
        self._files = files
        self._home = home
        self.token = secrets.token_urlsafe(24)
        """What pages show that they are of this server with."""
        self._features = " ".join(features)

    def find(self, path: str) -> PublishedFile | None:
        """What is known of a file: a page is another one for each server that sends it."""
        found = self._files.find(path)
        if found is None or not path.endswith(".html"):
            return found
        script = self._make_script(path, found.sha256)
        digest = hashlib.sha256(found.sha256.encode() + script).hexdigest()
        return PublishedFile(digest, found.size_bytes + len(script))

    def read(self, path: str) -> bytes | None:
        """What a file holds, and the script where it is a page."""
        found, content = self._files.find(path), self._files.read(path)
        if found is None or content is None or not path.endswith(".html"):
            return content
        return self.decorate(path, found.sha256, content)

    def decorate(self, path: str, sha256: str, content: bytes) -> bytes:
        """A page with this digest, and the script."""
        before, end, after = content.rpartition(_END)
        return (before or after) + self._make_script(path, sha256) + (end + after if end else b"")

    def _make_script(self, path: str, sha256: str) -> bytes:
        values = {"path": path, "page": sha256, "token": self.token, "home": self._home}
        values["features"] = self._features
        data = "".join(f' data-{name}="{escape(value)}"' for name, value in values.items())
        url = escape(self._home) + LIVE_SCRIPT
        return f'<script type="module" src="{url}"{data}></script>'.encode()
