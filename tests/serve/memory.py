"""A site in memory, as servers ask for it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from site_gen.publish.manifest import PublishedFile


class MemoryFiles:
    """Files by path."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = dict(files)

    def find(self, path: str) -> PublishedFile | None:
        content = self.files.get(path)
        if content is None:
            return None
        return PublishedFile(hashlib.sha256(content).hexdigest(), len(content))

    def read(self, path: str) -> bytes | None:
        return self.files.get(path)
