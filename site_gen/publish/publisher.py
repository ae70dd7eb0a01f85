"""Publishing a finished site: to disk, or into memory for the dev server and tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from site_gen.diagnostics import SiteError
from site_gen.model import Output
from site_gen.paths import fold
from site_gen.publish.folder import check_fitness, exclusive, parents_of, told_as_site_error
from site_gen.publish.intact import Held, is_as_seen, look_at, remember_stamps
from site_gen.publish.manifest import output_problem
from site_gen.publish.pool import Pool
from site_gen.publish.steps import Published, publish_into, report

__all__ = ["DiskPublisher", "MemoryPublisher", "Published", "Publisher", "find_conflicts"]


class Publisher(Protocol):
    """Where a finished site goes."""

    def holds(self) -> Mapping[str, str]:
        """SHA-256 of each file of the site that is there, by path."""

    def publish(self, outputs: Sequence[Output], pool: Pool) -> Published:
        """Make these the whole of the site; SiteError where that cannot be done.

        The bytes of what is not there yet are in the pool, which is empty afterwards.
        """


class MemoryPublisher:
    """A site held in memory."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        """Content by path."""
        self._digests: dict[str, str] = {}

    def holds(self) -> Mapping[str, str]:
        """The digests of what was published."""
        return self._digests

    def publish(self, outputs: Sequence[Output], pool: Pool) -> Published:
        """Replace the site; who holds the old `files` keeps a whole site."""
        _assert_publishable(outputs)
        old, digests = self.files, self._digests
        self._digests = {output.path: output.sha256 for output in outputs}
        changed = {path for path, sha256 in self._digests.items() if digests.get(path) != sha256}
        self.files = {
            path: pool.read(sha256) if path in changed else old[path]
            for path, sha256 in self._digests.items()
        }
        pool.clear()
        return report(changed, self.files, old.keys() - self.files.keys())


class DiskPublisher:
    """A site in a folder, which no other build may write to at the same time."""

    def __init__(
        self, folder: Path, protected: Sequence[Path], stamps_file: Path | None = None
    ) -> None:
        """`stamps_file` is where to note which files are as they were published; without it all of
        them are read each time.
        """
        self.folder = folder
        self.stamps_file = stamps_file
        self.protected = tuple(protected)
        """Folders of sources: the site goes neither into them nor around them."""
        self._held: Held | None = None

    def check(self) -> None:
        """Return where a site may be published here; SiteError says why it may not."""
        check_fitness(self.folder, self.protected)

    def holds(self) -> Mapping[str, str]:
        """The digests of the files that are whole; what was touched since is read."""
        try:
            self._held = look_at(self.folder, self.stamps_file)
        except SiteError:
            return {}  # to publish says what is wrong with it
        return self._held.intact

    def publish(self, outputs: Sequence[Output], pool: Pool) -> Published:
        """Make the folder hold these files; SiteError where it is unfit, busy or not writable."""
        self.check()
        held = self._held or look_at(self.folder, self.stamps_file)
        paths = [output.path for output in outputs]
        if held.manifest is None or held.manifest.files.keys() != set(paths):
            _assert_publishable(outputs)
        with told_as_site_error(self.folder), exclusive(self.folder):
            if not is_as_seen(self.folder, held):  # another build was here in between
                held = look_at(self.folder, self.stamps_file)
            self._held = None
            published = publish_into(self.folder, outputs, pool, held)
            pool.clear()
            if self.stamps_file:
                remember_stamps(self.folder, held, paths, published.written, self.stamps_file)
        return published


def find_conflicts(paths: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs of paths that some disk cannot hold both: equal but for case, or a file and a folder.

    >>> find_conflicts(["A.html", "a.html", "b", "b/c.html"])
    [('A.html', 'a.html'), ('b', 'b/c.html')]
    """
    ordered = sorted(paths)
    taken = {fold(path): path for path in reversed(ordered)}
    twins = [(taken[fold(path)], path) for path in ordered if taken[fold(path)] != path]
    inside = [
        (taken[way], path)
        for folded, path in taken.items()
        for way in parents_of([folded])
        if way in taken
    ]
    return sorted(twins + inside)


def _assert_publishable(outputs: Sequence[Output]) -> None:
    """Assert what the build has checked already: every path is fit and none is in another's way."""
    paths = [output.path for output in outputs]
    assert len(set(paths)) == len(paths), "a path is made twice"
    for output in outputs:
        problem = output_problem(output.path)
        assert not problem, f"{output.path!r} of {output.origin}: {problem}"
    conflicts = find_conflicts(paths)
    assert not conflicts, f"outputs in each other's way: {conflicts}"
