"""The store of a site: held by one build, damaged, out of reach, of other code, grown too large."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random

import msgspec
import pytest

import site_gen
from site_gen.build.sealing import DamagedStoreError
from site_gen.build.store import FORMAT, Store
from site_gen.build.store_folder import open_in_memory, open_store
from site_gen.commands import up_to_date
from tests.build.disk_site import EDITS, Site, make_site

DAMAGED = "the cache was damaged; everything is made anew"
OTHER = "site_gen is another than that of the last build; everything is made anew"
BUSY = "another build is using the cache, so this one starts from nothing"
DAMAGES = 200
"""How many damages are tried; each is another one."""


class Row(msgspec.Struct, frozen=True):
    """Something to keep."""

    text: str


@pytest.fixture
def site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Site:
    return make_site(tmp_path, monkeypatch, capsys)


@contextmanager
def child(code: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """Another process that has said that it is ready; it goes on when its input ends."""
    with subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(Path(site_gen.__file__).parents[1])},
    ) as process:
        assert process.stdin
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        try:
            yield process
        finally:
            process.stdin.close()


HOLD = """
import sys
from pathlib import Path
from site_gen.build.store_folder import open_store
with open_store(Path(sys.argv[1]), "code"):
    print("ready", flush=True)
    sys.stdin.read()
"""
SAVE_AND_DIE = """
import os, signal, sys
from pathlib import Path
import msgspec
from site_gen.build.store_folder import open_store
Row = msgspec.defstruct("Row", [("text", str)])
store = open_store(Path(sys.argv[1]), "code")
store.save([(Row, {"a": Row("saved")})])
store._database.execute("BEGIN IMMEDIATE")
store._database.execute("DELETE FROM parts")
print("ready", flush=True)
sys.stdin.read()
os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
"""


def temporaries() -> set[str]:
    """The folders of stores that end with their build."""
    return {each.name for each in Path(tempfile.gettempdir()).glob("site_gen-*")}


def test_a_store_that_another_process_holds_is_left_to_it(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    site.check(0)
    with child(HOLD, site.cache):
        site.write(1)
        assert site.check(1, BUSY) == BUSY
    assert site.check(1) == ""
    assert temporaries() == set()


def test_what_other_code_has_left_is_thrown_away(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.check(0)
    monkeypatch.setattr(up_to_date, "digest_code", lambda: "other code")
    assert site.check(0, OTHER) == OTHER
    assert site.check(0) == ""


def test_a_store_with_other_tables_is_begun_anew(site: Site) -> None:
    site.check(0)
    with closing(sqlite3.connect(site.database)) as database:
        database.execute("DROP TABLE parts")
        database.execute(f"PRAGMA user_version = {FORMAT - 1}")
    assert site.check(0, OTHER) == OTHER
    assert site.check(0) == ""


def damage(content: bytes, random: Random) -> bytes:
    """One of: a bit turned, a byte replaced, a stretch of zeros, the end cut off."""
    place, torn = random.randrange(len(content)), bytearray(content)
    match random.randrange(6):
        case 0 | 1:
            torn[place] ^= 1 << random.randrange(8)
        case 2 | 3:
            torn[place] = random.randrange(256)
        case 4:
            torn[place : place + 512] = bytes(len(torn[place : place + 512]))
        case _:
            del torn[place:]
    return bytes(torn)


@pytest.mark.parametrize("part", range(4))
def test_a_damaged_store_never_makes_a_wrong_page(
    site: Site, part: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    site.check(0)
    whole, random = site.database.read_bytes(), Random(part)
    told = 0
    for _ in range(DAMAGES // 4):
        site.database.write_bytes(damage(whole, random))
        state = random.randrange(len(EDITS))
        site.write(state)
        notices = [site.check(state, DAMAGED, OTHER), site.check(state, DAMAGED), site.check(state)]
        # What the first build had no need to read may be found by the second.
        assert notices[2] == ""
        told += any(notices)
    assert told >= DAMAGES // 20
    assert temporaries() == set()


def test_what_is_no_database_is_begun_anew(site: Site) -> None:
    site.check(0)
    site.database.write_bytes(
        b"this is no database, and it is long enough to be taken for one" * 99
    )
    assert site.check(0, DAMAGED) == DAMAGED
    assert site.check(0) == ""


def test_an_empty_file_is_a_store_with_nothing_in_it(site: Site) -> None:
    site.check(0)
    site.database.write_bytes(b"")
    assert site.check(0) == ""


def test_a_file_where_the_cache_should_be_is_done_without(site: Site) -> None:
    site.cache.write_text("mine")
    notice = "`.cache` cannot be used: file exists; nothing is kept"
    for state in (0, 1):
        site.write(state)
        assert site.check(state, notice) == notice
    assert site.cache.read_text() == "mine"


def test_a_link_in_its_place_is_done_without(site: Site, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    site.cache.symlink_to(tmp_path / "elsewhere")
    notice = "`.cache` cannot be used: .cache is a link; nothing is kept"
    assert site.check(0, notice) == notice
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_folder_where_the_database_should_be_is_done_without(site: Site) -> None:
    site.database.mkdir(parents=True)
    notice = "`.cache` cannot be used: unable to open database file; nothing is kept"
    assert site.check(0, notice) == notice


def test_what_a_killed_process_has_saved_is_there_and_what_it_had_not_is_as_it_was(
    tmp_path: Path,
) -> None:
    with child(SAVE_AND_DIE, tmp_path) as process:
        assert (tmp_path / "store.sqlite-wal").stat().st_size > 0
    assert process.returncode == -getattr(signal, "SIGKILL", signal.SIGTERM)
    with open_store(tmp_path, "code") as store:
        assert store.notice == ""
        assert store.build == 2
        assert store.load(Row) == {"a": Row("saved")}


def test_a_log_that_was_cut_off_is_the_store_as_it_was_before(tmp_path: Path) -> None:
    with child(SAVE_AND_DIE, tmp_path):
        pass
    log = tmp_path / "store.sqlite-wal"
    log.write_bytes(log.read_bytes()[:-2000])
    with open_store(tmp_path, "code") as store:
        assert store.load(Row) in ({"a": Row("saved")}, {})


def test_rows_that_have_gone_are_missed() -> None:
    store = open_in_memory()
    store.save([(Row, {"a": Row("1"), "b": Row("2")})])
    store.save([(Row, {"a": Row("3"), "b": None, "c": Row("4"), "d": None})])
    assert store.load(Row) == {"a": Row("3"), "c": Row("4")}
    store._database.execute("DELETE FROM parts")
    with pytest.raises(DamagedStoreError, match="0 rows of 2"):
        store.load(Row)


def test_rows_in_many_parts_are_those_that_were_saved_last() -> None:
    store, random, expected = open_in_memory(), Random(1), dict[str, Row]()
    for _ in range(30):
        names = [f"{random.randrange(1000)}" for _ in range(random.choice((1, 5, 300)))]
        changes = {name: random.choice((None, Row(str(random.random())))) for name in names}
        store.save([(Row, changes)])
        expected.update({name: row for name, row in changes.items() if row})
        for name in changes.keys() - {name for name, row in changes.items() if row}:
            expected.pop(name, None)
        loaded = store.load(Row)
        assert list(loaded.items()) == sorted(expected.items())
        assert all(
            store.get(Row, str(name)) == expected.get(str(name)) for name in range(0, 1000, 7)
        )


def test_a_part_that_has_gone_is_missed() -> None:
    store = open_in_memory()
    store.save([(Row, {f"{number:03}": Row("") for number in range(100)})])
    store._database.execute("DELETE FROM parts WHERE part = '080'")
    with pytest.raises(DamagedStoreError, match="80 rows of 100"):
        store.load(Row)


def test_a_blob_under_the_name_of_another_is_no_blob() -> None:
    store = open_in_memory()
    store.add_blobs({b"a": (b"note", b"one"), b"b": (b"note", b"two")})
    store._database.execute("UPDATE blobs SET digest = x'63' WHERE digest = x'61'")
    for read in (store.contents, store.notes):
        with pytest.raises(DamagedStoreError, match="blob 63"):
            read([b"c"])
        assert b"b" in read([b"b"])


def fill(store: Store, *names: bytes) -> None:
    """Add blobs of 1,000 bytes as one build."""
    random = Random(names[0])
    store.add_blobs({name: (b"", random.randbytes(1000)) for name in names})
    store.build += 1


def test_what_has_longest_been_unused_goes_first_and_never_what_is_used() -> None:
    store = open_in_memory()
    for name in (b"a", b"b", b"c", b"d"):
        fill(store, name)
    store.touch([b"b"])
    store.spare_bytes = 3000
    assert store.compact({b"a"}) == 1
    assert store.notes([b"a", b"b", b"c", b"d"]).keys() == {b"a", b"b", b"d"}
    store.spare_bytes = 0
    assert store.compact({b"a"}) == 2
    assert store.notes([b"a", b"b", b"d"]).keys() == {b"a"}
    assert store.compact({b"a"}) == 0


def test_a_store_that_has_grown_is_made_smaller_and_the_site_stays_the_same(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.check(0)
    with open_store(site.cache, "code") as store:
        fill(store, *(f"unused {number}".encode() for number in range(200)))
    grown = site.database.stat().st_size
    monkeypatch.setattr(Store, "spare_bytes", 100_000)
    site.write(1)
    site.check(1)
    assert site.database.stat().st_size < grown - 50_000
    for state in (0, 1, 2):
        site.write(state)
        assert site.check(state) == ""


def test_damage_that_cannot_be_removed_is_done_without(site: Site) -> None:
    site.check(0)
    site.database.write_bytes(b"no database" * 1000)
    site.database.with_name("store.sqlite-shm").mkdir()
    notice = "`.cache` cannot be used: is a directory; nothing is kept"
    assert site.check(0, notice) == notice
