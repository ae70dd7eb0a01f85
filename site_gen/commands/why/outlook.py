"""What the next build will do, as far as the files say without being parsed."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable, Iterator
from pathlib import Path

from site_gen.build.cells import changed_leaves, read_leaves
from site_gen.build.inputs import Inputs
from site_gen.build.listing import THEME
from site_gen.build.waves import find_cause
from site_gen.commands.last_build import LastBuild
from site_gen.commands.why.words import Words
from site_gen.config import Config
from site_gen.paths import CONFIG_PATH, FINGERPRINTED, is_article
from site_gen.phrases import format_count
from site_gen.site.changes import changed_cells
from site_gen.site.known import Known

_AS_IT_WAS = "leaves it as it is: nothing that it reads has changed since"
_LISTS = frozenset(
    ["articles", "feed", "map", "neighbours", "outline", "page", "related", "stack", "tag", "tags"]
)
"""Families of cells that follow from what lists show of articles."""


class Outlook:
    """The files as they are now, held against those that the last build read."""

    def __init__(self, last: LastBuild, inputs: Inputs, words: Words) -> None:
        self._last = last
        self._inputs = inputs
        self._words = words
        inputs.remember(last.files)
        leaves = read_leaves(inputs, last.state)
        self._changed = changed_leaves(last.state, leaves)
        if leaves.config != last.state.config:
            configured = Known(leaves.config, last.known.index)
            self._changed |= changed_cells(last.known, configured)
        self._files = set(self._find_changed_files())
        self._changed.update(cell for path in self._files for cell in self._cells_of(path))
        self._new = set(inputs.listing.documents) - last.documents.keys()

    def of_document(self, path: str) -> Iterator[str]:
        """What becomes of a source."""
        row, ready = self._last.documents[path], self._last.readies.get(path)
        if not self._is_there(path):
            yield "drops what was made of it: it is gone"
        elif path in self._files:
            yield "parses it: it has changed since"
        elif causes := find_cause(row.reads, self._changed):
            yield f"parses it again: {self._tell(causes)}"
        elif ready and (causes := find_cause(ready.reads, self._changed)):
            yield f"follows its links again: {self._tell(causes)}"
        else:
            yield _AS_IT_WAS

    def of_output(self, path: str) -> Iterator[str]:
        """What becomes of a page, or another output that is no copy."""
        row = self._last.outputs[path]
        told = []
        if causes := find_cause(row.reads, self._changed):
            told.append(f"makes it again: {self._tell(causes)}")
        touched = self._find_touched(path, row.sha256)
        told += (
            f"makes it again: its file in {each} is not as it was published" for each in touched
        )
        yield from told or self._find_possible(row.reads) or [_AS_IT_WAS]

    def of_card(self, path: str) -> Iterator[str]:
        """What becomes of the card at a path."""
        name, row = self._last.cards[path]
        if causes := find_cause(row.reads, self._changed):
            yield f"writes it again: {self._tell(causes)}"
        elif name in self._files:
            yield f"parses {name}, which has changed since, and writes this again if it has to"
        else:
            yield _AS_IT_WAS

    def _find_possible(self, reads: Iterable[str]) -> list[str]:
        """What may come of sources that have to be parsed first."""
        moved = self._files & self._last.documents.keys()
        own = moved & {cell.removeprefix("ready:") for cell in reads}
        told = [
            f"parses {each}, which has changed since, and makes this again if it says other things"
            for each in sorted(own)
        ]
        others = {each for each in (moved | self._new) - own if _may_list(reads, each)}
        if others:
            sources = f"{format_count(len(others), 'source')} changed, came or went"
            told.append(f"makes it again if that changes what it lists: {sources}")
        return told

    def of_copy(self, path: str) -> Iterator[str]:
        """What becomes of an output that is copied."""
        copy = self._last.copies[path]
        if copy.slot.kind == "headers":
            yield "makes it again where pages come to load something else"
            return
        if copy.slot.kind == "compressed file":
            yield f"makes it again where {copy.source} comes to hold something else"
            return
        if copy.slot.kind == "search":
            yield "makes it again where a text, a title, a tag or a URL changes that is found in it"
            return
        if copy.is_made:
            yield "makes it again where the styles or the formulas change that it serves"
            return
        yield from self.of_file(copy.source)

    def of_file(self, path: str) -> Iterator[str]:
        """What becomes of any other file."""
        now = _choose(path, self._inputs.stamps)
        before = _choose(path, self._last.files)
        if not now:
            yield "does without it: it is gone"
        elif not before:
            yield "has nothing to do for it: no page uses it"
        elif self._inputs.sha256(now) == self._last.files[before].sha256:
            yield "has nothing to do for it: it has not changed since"
        elif path == CONFIG_PATH:
            keys = [key for key in Config.__struct_fields__ if f"setting:{key}" in self._changed]
            cells = [f"setting:{key}" for key in keys]
            what = self._tell(cells) if cells else "it has changed since, and no setting has"
            yield f"reads it: {what}"
        else:
            yield "makes what it goes into again: it has changed since"

    def _find_changed_files(self) -> Iterable[str]:
        for path, row in self._last.files.items():
            if not self._is_there(path) or self._inputs.sha256(path) != row.sha256:
                yield path
        # A site's own file may stand in for the theme's now.
        new = self._inputs.stamps.keys() - self._last.files.keys()
        yield from (path for path in new if THEME + path in self._last.files)

    def _cells_of(self, path: str) -> Iterator[str]:
        """The cells that a file of `static/` or `content/` decides, but for sources."""
        name = path.removeprefix(THEME)
        if name.startswith(f"static/{FINGERPRINTED}"):
            assets = self._last.find_assets(name.removeprefix(f"static/{FINGERPRINTED}"))
            yield from (f"asset:{each}" for each in assets)
        if name.startswith(("static/", "content/")) and not name.endswith(".md"):
            yield f"target:{name}"

    def _is_there(self, path: str) -> bool:
        return path in self._inputs.stamps

    def _find_touched(self, path: str, sha256: str) -> Iterator[str]:
        """The output folders in which a file is not what was published."""
        report = self._last.report
        for folder in report.published if report else ():
            if Path(folder).is_absolute() and _digest(Path(folder) / path) != sha256:
                yield folder

    def _tell(self, causes: Iterable[str]) -> str:
        words = [self._words.describe(cause) for cause in causes]
        verb = "has" if len(words) == 1 else "have"
        return f"{join(words)} {verb} changed since"


def join(words: list[str]) -> str:
    """E.g. `one, two and three`."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if words[1:] else words)


def _choose(path: str, there: Container[str]) -> str:
    """A site's own file, or the theme's, or nothing."""
    return next((each for each in (path, THEME + path) if each in there), "")


def _may_list(reads: Iterable[str], source: str) -> bool:
    """Whether one of these cells may follow from what lists show of a source."""
    if is_article(source):
        return any(cell.partition(":")[0] in _LISTS for cell in reads)
    return any(cell in ("site:pages", "map", "outline", f"page:{source}") for cell in reads)


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
