"""What is told of files: one burst a save, however it is done; everything where that is lost."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from queue import SimpleQueue

import pytest
from watchdog.events import FileClosedEvent, FileCreatedEvent, FileSystemEvent

from site_gen.diagnostics import SiteError
from site_gen.serve.watcher import collect
from site_gen.serve.watching import Changes, Watching
from tests.serve.watches import sharing_watches

SAVES = 50
QUIET_S = 0.005
"""For so long nothing has to happen before a burst is over."""
FILES = 60_000


def in_place(file: Path, text: str) -> None:
    file.write_text(text)


def in_pieces(file: Path, text: str) -> None:
    with file.open("w", buffering=1) as opened:
        for piece in (text[:3], text[3:]):
            opened.write(piece)
            opened.flush()
            os.fsync(opened.fileno())


def by_renaming(file: Path, text: str) -> None:
    other = file.with_name("other.tmp")
    other.write_text(text)
    other.replace(file)


def with_a_backup(file: Path, text: str) -> None:
    file.replace(file.with_name(f"{file.name}~"))
    file.write_text(text)
    file.with_name(f"{file.name}~").unlink()


def with_a_swap_file(file: Path, text: str) -> None:
    swap = file.with_name(f".{file.name}.swp")
    swap.write_text("swap")
    file.write_text(text)
    swap.unlink()


def by_removing(file: Path, text: str) -> None:
    file.unlink()
    file.write_text(text)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "a.md").write_text("a")
    return tmp_path


@contextmanager
def watching_of(root: Path, *folders: Path) -> Iterator[Watching]:
    """What misses nothing that happens in the block."""
    with closing(Watching(root, folders)) as watching:
        watching.wait_until_ready()
        yield watching


@pytest.fixture
def watching(folder: Path) -> Iterator[Watching]:
    with sharing_watches(), watching_of(folder, folder / "content") as watching:
        yield watching


@pytest.mark.parametrize(
    "save", [in_place, in_pieces, by_renaming, with_a_backup, with_a_swap_file, by_removing]
)
def test_a_save_is_one_burst(
    folder: Path, watching: Watching, save: Callable[[Path, str], None]
) -> None:
    file = folder / "content" / "a.md"
    for number in range(SAVES):
        started = time.monotonic()
        save(file, f"text {number}")
        is_held_up = time.monotonic() - started > QUIET_S
        changes = watching.wait()
        while is_held_up and changes is not None and str(file) not in changes:
            changes = watching.wait()  # a save that stops halfway for longer than a burst waits
        assert changes is not None
        assert str(file) in changes
        assert file.read_text() == f"text {number}"
    (folder / "content" / "last.md").write_text("")
    # Nothing was left over from all these.
    assert watching.wait() == frozenset({str(folder / "content" / "last.md")})


def test_of_many_saves_each_is_told(folder: Path, watching: Watching) -> None:
    files = [folder / "content" / f"{number}.md" for number in range(100)]
    for file in files:
        file.write_text("x")
    told: set[str] = set()
    while len(told) < len(files):  # who writes may be held up for longer than a burst waits
        told |= watching.wait() or set()
    assert told == set(map(str, files))


def test_what_has_happened_already_is_one_burst() -> None:
    events = SimpleQueue[FileSystemEvent | None]()
    for number in range(100):
        events.put(FileCreatedEvent(f"{number}.md"))
        events.put(FileClosedEvent(f"{number}.md"))
    burst = collect(events)
    assert burst.paths == {f"{number}.md" for number in range(100)}
    assert events.empty()


def test_what_is_read_has_not_changed(folder: Path, watching: Watching) -> None:
    (folder / "content" / "a.md").read_text()
    (folder / "pyproject.toml").write_text("")
    assert watching.wait() == frozenset({str(folder / "pyproject.toml")})


def test_a_folder_that_comes_is_looked_through(folder: Path, watching: Watching) -> None:
    (folder / "content" / "b").mkdir()
    (folder / "content" / "b" / "index.md").write_text("b")
    assert watching.wait() is None


def test_more_than_the_system_tells_is_asked_to_be_looked_for(
    folder: Path, watching: Watching
) -> None:
    for number in range(FILES):
        (folder / "content" / f"{number}.md").touch()
    assert watching.wait() is None
    last = folder / "content" / "a.md"
    seen: set[str] = set()
    while str(last) not in seen:  # it goes on to be told afterwards
        last.write_text("once more")
        changes = watching.wait()
        seen |= changes or set()


@pytest.mark.skipif(sys.platform != "linux", reason="it is Linux that gives out so many")
def test_where_the_system_has_no_more_watches_it_looks_for_itself(folder: Path) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    with sharing_watches(alone=True), ExitStack() as stack:
        watching = stack.enter_context(watching_of(folder, folder / "content"))
        assert watching.polls == ""
        while (taken := libc.inotify_init1(os.O_CLOEXEC)) >= 0:
            stack.callback(os.close, taken)
        late = stack.enter_context(watching_of(folder, folder / "content"))
        assert late.polls == "inotify instance limit reached"
        (folder / "content" / "a.md").write_text("changed")
        wait_for(late, folder / "content" / "a.md")

        # Who has watched before does so until a folder comes.
        (folder / "content" / "b").mkdir()
        while not watching.polls:
            watching.wait()
        assert watching.polls == "inotify instance limit reached"
        (folder / "content" / "b" / "index.md").write_text("b")
        wait_for(watching, folder / "content" / "b" / "index.md")


def wait_for(watching: Watching, file: Path) -> None:
    """Return when a file is told of, by name or with all others."""
    changes: Changes = frozenset()
    while changes is not None and str(file) not in changes:
        changes = watching.wait()


def test_it_ends_and_who_waits_is_told(watching: Watching) -> None:
    watching.close()
    started = time.monotonic()
    with pytest.raises(EOFError):
        watching.wait()
    assert time.monotonic() - started < 10


def test_a_folder_that_is_made_later_is_watched_then(folder: Path) -> None:
    templates = folder / "templates"
    with sharing_watches(), watching_of(folder, folder / "content", templates) as watching:
        for _ in range(2):
            templates.mkdir()
            assert watching.wait() is None
            (templates / "page.html").write_text("text")
            assert watching.wait() == frozenset({str(templates / "page.html")})
            (templates / "page.html").unlink()
            templates.rmdir()
            while watching.wait() is not None:
                pass


def test_who_waits_can_be_woken(watching: Watching) -> None:
    watching.wake()
    assert watching.wait() == frozenset()


def test_a_name_that_is_no_text_is_looked_for_and_ends_nothing(
    folder: Path, watching: Watching
) -> None:
    Path(os.fsdecode(os.fsencode(folder / "content") + b"/caf\xe9.md")).write_text("x")
    assert watching.wait() is None
    (folder / "content" / "a.md").write_text("changed")
    wait_for(watching, folder / "content" / "a.md")


def test_a_folder_that_is_made_anew_at_once_is_watched(folder: Path, watching: Watching) -> None:
    for _ in range(5):
        shutil.rmtree(folder / "content")
        (folder / "content").mkdir()
        (folder / "content" / "a.md").write_text("anew")
        wait_for(watching, folder / "content" / "a.md")
        time.sleep(0.3)  # until the burst is over
        (folder / "content" / "a.md").write_text("changed")
        wait_for(watching, folder / "content" / "a.md")


def test_where_the_watcher_dies_that_is_said(watching: Watching) -> None:
    watching._process.kill()
    with pytest.raises(SiteError) as ended:
        watching.wait()
    assert ended.value.message == "files are watched no longer: the watcher has ended"
