"""Publications that are cut off: killed at any instant, out of space, or not allowed to write."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

import site_gen
from site_gen.diagnostics import SiteError
from tests.files import read_tree
from tests.publish.publishing import FullDisk, Site, check_published, check_whole, publish

CHILD = """
import json, os, signal, sys
from pathlib import Path
from site_gen.model import Output
from site_gen.publish import DiskPool, DiskPublisher

folder, site, instant = Path(sys.argv[1]), json.loads(sys.stdin.read()), int(sys.argv[2])
steps = 0

def count_step(event, arguments):
    global steps
    writes = event == "open" and str(arguments[1])[0] in "wa"
    if writes or event in ("os.rename", "os.mkdir", "os.remove", "os.rmdir"):
        steps += 1
        if steps == instant:
            os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))

sys.addaudithook(count_step)
print("ready", flush=True)
pool = DiskPool(folder.with_name("pool"))
outputs = [Output(path, pool.add(text.encode()), len(text), "") for path, text in site.items()]
DiskPublisher(folder, ()).publish(outputs, pool)
"""
"""Publishes the site of its standard input and kills itself just before the step of that number."""


def make_site(word: str, count: int, length: int) -> Site:
    """A site in which a third of the files is the same for every name, and a few are its own."""
    name = word.encode()
    site = {
        f"articles/{number}/index.html": (b"same" if number % 3 else name) * length
        for number in range(count)
    }
    site |= {f"{word}/{number}.css": name * length for number in range(count // 10)}
    return site | {"turns": name}


def turn_over(site: Site) -> Site:
    """The same site with a folder where it had a file, and a file where it had folders."""
    gone = ("turns", "articles/1")
    kept = {path: content for path, content in site.items() if not path.startswith(gone)}
    return kept | dict.fromkeys(("turns/index.html", "articles/1", "articles/10"), b"turned")


def start_child(folder: Path, site: Site, instant: int) -> subprocess.Popen[str]:
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(folder), str(instant)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(Path(site_gen.__file__).parents[1])},
    )
    assert child.stdin
    assert child.stdout
    with child.stdin as pipe:
        pipe.write(json.dumps({path: content.decode() for path, content in site.items()}))
    assert child.stdout.readline() == "ready\n"
    return child


def test_killed_at_any_step_every_file_is_whole_and_the_next_run_repairs(tmp_path: Path) -> None:
    random = Random(1)
    sites = [make_site("red", 200, 50), make_site("blue", 170, 50), make_site("green", 30, 50)]
    sites += [turn_over(sites[0]), {}]
    folder = tmp_path / "_site"
    killed = 0
    for _ in range(10):
        for _ in range(4):
            with start_child(folder, random.choice(sites), random.randrange(1, 400)) as child:
                child.wait()
            killed += child.returncode != 0
            check_whole(folder, sites)
        site = random.choice(sites)
        publish(folder, site)
        check_published(folder, site)
    assert killed >= 20


def test_killed_at_any_moment_every_file_is_whole_and_the_next_run_repairs(tmp_path: Path) -> None:
    random = Random(2)
    sites = [make_site("red", 60, 30_000), make_site("blue", 70, 30_000)]
    folder = tmp_path / "_site"
    publish(folder, sites[0])
    for _ in range(10):
        with start_child(folder, random.choice(sites), instant=0) as child:
            try:
                child.wait(timeout=random.uniform(0, 0.3))
            except subprocess.TimeoutExpired:
                child.kill()
        check_whole(folder, sites)
    publish(folder, sites[1])
    check_published(folder, sites[1])


def publish_on_full_disk(folder: Path, site: Site, free_bytes: int) -> SiteError | None:
    """The error of a publication with so little space; None where the space was enough."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        FullDisk(monkeypatch, free_bytes)
        try:
            publish(folder, site)
        except SiteError as error:
            return error
    return None


def test_on_a_full_disk_the_old_site_stays_as_it_was(tmp_path: Path) -> None:
    folder = tmp_path / "_site"
    old, new = make_site("red", 20, 10), make_site("blue", 25, 10)
    publish(folder, old)
    before = read_tree(folder)
    levels = 0
    while error := publish_on_full_disk(folder, new, free_bytes=levels * 97):
        assert error.message == f"`{folder.as_posix()}` cannot be written: no space left on device"
        assert error.hint == "free some space; the site there is as it was"
        assert read_tree(folder) == before
        levels += 1
    assert levels > 50
    check_published(folder, new)


def test_on_a_full_disk_a_site_that_changes_shape_is_whole_and_can_be_repaired(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "_site"
    old = make_site("red", 20, 10)
    new = turn_over(old)
    publish(folder, old)
    levels = 0
    while publish_on_full_disk(folder, new, free_bytes=levels * 97):
        check_whole(folder, [old, new])
        assert not (folder / ".site_gen/tmp").exists()
        levels += 1
    check_published(folder, new)


def test_on_a_full_disk_a_first_build_leaves_nothing_of_a_site(tmp_path: Path) -> None:
    site = make_site("red", 20, 10)
    assert publish_on_full_disk(tmp_path / "_site", site, free_bytes=2_000)
    assert read_tree(tmp_path / "_site") == {".site_gen/lock": b""}
    publish(tmp_path / "_site", site)
    check_published(tmp_path / "_site", site)


def test_a_folder_that_may_not_be_written_is_one_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "_site"
    publish(folder, {"a.html": b"1"})
    before = read_tree(folder)

    def refuse(path: Path, *_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system", str(path))

    monkeypatch.setattr(os, "mkdir", refuse)
    with pytest.raises(SiteError) as caught:
        publish(folder, {"a.html": b"2"})
    shown = folder.as_posix()
    assert caught.value.message == f"`{shown}` cannot be written: read-only file system"
    assert caught.value.hint == (
        "make it writable or choose another folder; the site there is as it was"
    )
    assert read_tree(folder) == before


def test_a_file_that_cannot_be_replaced_leaves_a_site_that_is_said_to_be_unfinished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "_site"
    publish(folder, {"a.html": b"1", "b.html": b"1"})
    replace = os.replace

    def refuse(path: str | Path, target: str | Path) -> None:
        if Path(target).name == "b.html":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        replace(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", refuse)
        with pytest.raises(SiteError) as caught:
            publish(folder, {"a.html": b"2", "b.html": b"2", "c.html": b"2"})
    assert caught.value.hint == (
        "make it writable or choose another folder; "
        "the site there is unfinished until a build succeeds"
    )
    assert not (folder / ".site_gen/tmp").exists()
    publish(folder, {"b.html": b"3"})
    check_published(folder, {"b.html": b"3"})


def test_going_back_to_the_old_site_after_a_cut_removes_what_was_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, old = tmp_path / "_site", {"a.html": b"1"}
    publish(folder, old)
    replace = os.replace

    def interrupt(path: str | Path, target: str | Path) -> None:
        if Path(target).name == "manifest.json":
            raise KeyboardInterrupt
        replace(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", interrupt)
        with pytest.raises(KeyboardInterrupt):
            publish(folder, old | {"new/b.html": b"2"})
    assert (folder / "new/b.html").exists()
    publish(folder, old)
    check_published(folder, old)


def test_an_interrupt_while_writing_leaves_the_old_site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "_site"
    publish(folder, {"a.html": b"1"})
    before = read_tree(folder)

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", interrupt)
        with pytest.raises(KeyboardInterrupt):
            publish(folder, {"a.html": b"2", "new/b.html": b"2"})
    assert read_tree(folder) == before
