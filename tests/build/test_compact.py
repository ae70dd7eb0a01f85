"""A store that has grown drops what nothing uses."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from site_gen.build import store as stores
from site_gen.build.store import Store, open_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / ".cache", "") as opened:
        yield opened


def add(store: Store, *names: str) -> None:
    """Blobs of some 1,000 bytes, which do not get smaller by packing."""
    for name in names:
        content = b"".join(sha256(f"{name} {part}".encode()).digest() for part in range(32))
        store.add_blobs({name.encode(): (b"", content)})


def left_in(store: Store, *names: str) -> list[str]:
    return [name for name in names if store.contents([name.encode()])]


def test_what_is_used_stays_however_much_it_is(store: Store) -> None:
    add(store, "a", "b", "c")
    assert store.compact({b"a", b"c"}, spare=0) == 1
    assert left_in(store, "a", "b", "c") == ["a", "c"]


def test_of_what_is_unused_the_newest_stays(store: Store) -> None:
    add(store, "old")
    store.build = 2
    add(store, "new")
    assert store.compact(set(), spare=2_000) == 1
    assert left_in(store, "old", "new") == ["new"]


def test_it_is_overgrown_when_it_has_grown_enough_since_it_was_compacted(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores, "_SPARE_BYTES", 40_000)
    assert not store.is_overgrown
    add(store, *map(str, range(60)))
    assert store.is_overgrown
    used = {str(number).encode() for number in range(60)}
    assert store.compact(used) == 0
    assert not store.is_overgrown  # all of it is used: to look again at once would find the same
    add(store, *map(str, range(60, 120)))
    assert store.is_overgrown
    before = store.size_bytes
    store.compact(used, spare=0)
    assert store.size_bytes < before
    assert not store.is_overgrown
