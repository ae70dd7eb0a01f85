"""Builds that are cut off, by a kill or a full disk, that meet one another, or move elsewhere."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from shutil import copytree, rmtree

import pytest

import site_gen
from site_gen.build import store_folder
from site_gen.build.pipeline import build
from site_gen.build.result import Build, Ran
from site_gen.build.work import Options, World
from site_gen.publish import DiskPublisher
from tests.build.disk_site import EDITS, Site, make_site
from tests.files import read_tree
from tests.publish.publishing import FullDisk, check_whole

KILLS = 40
"""How many builds are killed; each set of sources is one of a few, and one in three builds starts
from nothing.
"""
STATES = range(len(EDITS))
CHILD = """
import os, signal, sys, threading
from pathlib import Path
from site_gen.cli import main
from tests.build.disk_site import stand_in

root, theme, instant = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
stand_in(setattr, theme)
steps = 0

def count_step(event, arguments):
    global steps
    writes = event == "open" and str(arguments[1])[0] in "wa"
    if writes or event in ("os.rename", "os.mkdir", "os.remove", "os.rmdir", "sqlite3.connect"):
        steps += 1
        if steps == instant:
            os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))

sys.addaudithook(count_step)
print("ready", flush=True)
sys.stdin.readline()
try:
    main(["build", "--root", str(root)])
finally:
    print(steps, flush=True)
"""
"""Builds a site when it is told to, and kills itself just before the step of that number."""


@pytest.fixture
def site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Site:
    return make_site(tmp_path, monkeypatch, capsys)


@contextmanager
def child(site: Site, instant: int = 0) -> Iterator[subprocess.Popen[str]]:
    """A process that is about to build a site."""
    checkout = str(Path(site_gen.__file__).parents[1])
    theme = site.root.with_name("theme")
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, str(site.root), str(theme), str(instant)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": checkout},
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        yield process


def go(process: subprocess.Popen[str]) -> None:
    """Let it build."""
    assert process.stdin
    process.stdin.write("\n")
    process.stdin.flush()


def published(site: Site, state: int) -> dict[str, bytes]:
    """A clean build of a state without the publisher's own records."""
    clean = site.clean(state)
    return {path: clean[path] for path in clean if not path.startswith(".site_gen/")}


def check_repaired(site: Site, state: int) -> None:
    """Assert that whatever is published is whole, and that a build makes it what a clean one does,
    with nothing left over.
    """
    check_whole(site.root / "_site", [published(site, each) for each in STATES])
    assert site.check(state) == ""
    assert site.check(state) == ""
    check_cache(site)


def check_cache(site: Site) -> None:
    """Assert that the cache holds its store and stamps and nothing else."""
    left = {path.split("-")[0] for path in read_tree(site.cache)}
    assert left <= {".gitignore", "lock", "published", "store.sqlite"}


def prepare(site: Site, random: Random) -> int:
    """Edit the site, now and then all of it; the state that it is in then."""
    state = random.choice(STATES)
    site.write(state)
    if random.randrange(3) == 0:
        for folder in random.choice(((site.cache,), (site.cache, site.root / "_site"))):
            rmtree(folder, ignore_errors=True)
    return state


def test_killed_at_any_step_a_site_is_whole_and_the_next_build_repairs_it(site: Site) -> None:
    random = Random(1)
    with child(site) as process:
        go(process)
        out, _ = process.communicate()
    steps = int(out.split()[-1])
    assert steps > 50
    killed = 0
    for _ in range(KILLS // 2):
        state = prepare(site, random)
        with child(site, random.randrange(1, steps)) as process:
            go(process)
            process.communicate()
        killed += process.returncode not in (0, 1)
        check_repaired(site, state)
    assert killed >= KILLS // 8


def time_one_build(site: Site, random: Random) -> float:
    """Seconds that a build takes here and now, from when it may begin."""
    prepare(site, random)
    with child(site) as process:
        go(process)
        started = time.perf_counter()
        process.communicate()
        return time.perf_counter() - started


def test_killed_at_any_moment_a_site_is_whole_and_the_next_build_repairs_it(site: Site) -> None:
    random = Random(2)
    site.check(0)
    killed, whole_s = 0, time_one_build(site, random)
    for _ in range(KILLS // 2):
        state = prepare(site, random)
        with child(site) as process:
            go(process)
            try:
                process.communicate(timeout=random.uniform(0, whole_s / 2))
            except subprocess.TimeoutExpired:
                process.kill()
        killed += process.returncode != 0
        check_repaired(site, state)
    assert killed >= KILLS // 8


def test_two_builds_at_once_leave_a_whole_site(site: Site) -> None:
    random = Random(3)
    for _ in range(4):
        state = prepare(site, random)
        with child(site) as one, child(site) as other:
            go(one)
            go(other)
            for process in (one, other):
                _, told = process.communicate()
                assert "Traceback" not in told
                assert process.returncode == 0 or "another build is writing" in told
            assert 0 in (one.returncode, other.returncode)
        check_repaired(site, state)


def test_a_build_that_ends_before_it_has_published_has_said_nothing_yet(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.check(0)
    site.write(1)

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(DiskPublisher, "publish", interrupt)
        assert site.build()[0] == 130
    check_repaired(site, 1)


def check_refused(site: Site, before: dict[str, bytes], code: object, printed: str) -> None:
    """Assert that a build has failed with one line and what to do, and has left no trace."""
    assert code == 2
    lines = [line for line in printed.splitlines() if not line.startswith("hint: ")]
    assert len(lines) == 1, printed
    assert lines[0].endswith(("no space left on device", "database or disk is full")), printed
    assert site.published() == before
    check_cache(site)


def test_on_a_full_disk_the_old_site_stays_as_it_was(site: Site) -> None:
    site.check(0)
    before = site.published()
    site.write(3)
    level, refused = 0, 0
    while True:
        with pytest.MonkeyPatch.context() as monkeypatch:
            FullDisk(monkeypatch, level)
            code, printed = site.build()
        if code == 0:
            break
        check_refused(site, before, code, printed)
        level, refused = level + 2_500, refused + 1
    assert refused > 8
    assert site.published() == site.clean(3)
    check_repaired(site, 3)


def test_on_a_full_disk_a_first_build_leaves_no_site(site: Site) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        FullDisk(monkeypatch, 20_000)
        code, printed = site.build()
    check_refused(site, site.published(), code, printed)
    assert set(site.published()) <= {".site_gen/lock"}
    check_repaired(site, 0)


@contextmanager
def limited(pages: int, where: str) -> Iterator[None]:
    """Databases whose path holds a word, or all of them, cannot grow beyond so many pages."""
    connect = store_folder._connect

    def connect_limited(path: Path) -> sqlite3.Connection:
        database = connect(path)
        if where in str(path):
            database.execute(f"PRAGMA max_page_count = {pages}")
        return database

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(store_folder, "_connect", connect_limited)
        yield


def test_a_store_that_cannot_grow_is_done_without(site: Site) -> None:
    site.check(0)
    told = set()
    for pages in range(1, 40, 3):
        rmtree(site.cache)
        state = pages % len(EDITS)
        site.write(state)
        with limited(pages, ".cache"):
            full = "database or disk is full; nothing is kept"
            told.add(
                site.check(
                    state,
                    f"the cache cannot be written: {full}",
                    f"`.cache` cannot be used: {full}",
                )
            )
        check_repaired(site, state)
    assert len(told) == 3


def test_where_no_store_at_all_can_be_kept_the_old_site_stays_as_it_was(site: Site) -> None:
    site.check(0)
    before = site.published()
    site.write(1)
    rmtree(site.cache)
    for pages in (1, 2, 4, 6):
        with limited(pages, ""):
            code, printed = site.build()
        printed = "\n".join(line for line in printed.splitlines() if "nothing is kept" not in line)
        check_refused(site, before, code, printed)
    check_repaired(site, 1)


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[Ran]:
    """The tasks of each build from now on."""
    found: list[Ran] = []

    def build_and_note(world: World, options: Options) -> Build:
        built = build(world, options)
        found.append(built.ran)
        return built

    monkeypatch.setattr("site_gen.commands.building.build", build_and_note)
    return found


def test_on_another_machine_pages_are_made_from_kept_documents(
    site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str], ran: list[Ran]
) -> None:
    site.check(0)
    clean = site.clean(0)
    copytree(site.root, tmp_path / "elsewhere", copy_function=copy_bytes)
    rmtree(tmp_path / "elsewhere/_site")
    moved = Site(tmp_path / "elsewhere", capsys)
    ran.clear()
    code, _ = moved.build()
    (one,) = ran
    assert code == 0
    assert moved.published() == clean
    assert (one.parsed, one.readied, one.formulas) == ((), (), 0)
    assert len(one.outputs) > 10
    assert moved.build()[0] == 0
    assert len(ran) == 1


def test_on_another_machine_that_has_the_site_too_there_is_nothing_to_make(
    site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str], ran: list[Ran]
) -> None:
    site.check(0)
    clean = site.clean(0)
    copytree(site.root, tmp_path / "elsewhere", copy_function=copy_bytes)
    moved = Site(tmp_path / "elsewhere", capsys)
    ran.clear()
    assert moved.build()[0] == 0
    assert moved.published() == clean
    assert all(one == Ran((), (), 0, ()) for one in ran)


def copy_bytes(source: str, target: str) -> None:
    """A copy with times of its own."""
    Path(target).write_bytes(Path(source).read_bytes())
