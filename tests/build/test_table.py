"""Rows beside what they were, found by what they have read."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from site_gen.build.reads import pack_reads
from site_gen.build.table import Table

NAMES = "abcd"
CELLS = ("page:a", "page:ab", "setting:title", "tags")


class Row(msgspec.Struct, frozen=True):
    packed_reads: bytes
    is_flawed: bool = False


def row(*cells: str, is_flawed: bool = False) -> Row:
    return Row(pack_reads(cells), is_flawed)


def test_it_knows_what_has_changed() -> None:
    table = Table({"a": row("tags"), "b": row(), "c": row()})
    table.put("a", row("page:a"))
    table.put("a", row("page:ab"))
    table.put("d", row())
    table.keep_only(("a", "b", "d"))
    assert table.before == {"a": row("tags"), "c": row(), "d": None}
    assert table.changes == {"a": row("page:ab"), "c": None, "d": row()}
    assert table.old_rows() == {"a": row("tags"), "b": row(), "c": row()}
    table.settle()
    assert table.before == {}
    assert table.old_rows() == dict(table.rows)


def test_a_part_of_its_rows_is_the_same_or_not() -> None:
    table = Table({"a": row("tags"), "b": row()})
    assert table.is_same_in(lambda each: each)
    table.put("a", row("page:a"))
    assert table.is_same_in(lambda each: each.is_flawed)
    assert not table.is_same_in(lambda each: each.packed_reads)
    table.settle()
    table.keep_only(("a",))
    assert not table.is_same_in(lambda each: each.is_flawed)


rows = st.builds(
    lambda cells, is_flawed: row(*cells, is_flawed=is_flawed),
    st.sets(st.sampled_from(CELLS)),
    st.booleans(),
)
tables = st.dictionaries(st.sampled_from(NAMES), rows)
edits = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.sampled_from(NAMES), rows),
        st.tuples(st.just("keep only"), st.sets(st.sampled_from(NAMES))),
        st.just(("settle",)),
    )
)


@given(tables, edits)
def test_an_index_finds_what_a_search_finds(beginning: dict[str, Row], done: list) -> None:  # type: ignore[type-arg]
    searched, indexed = Table(dict(beginning)), Table(dict(beginning))
    indexed.index()
    for table in (searched, indexed):
        for edit in done:
            match edit:
                case ("put", name, each):
                    table.put(name, each)
                case ("keep only", names):
                    table.keep_only(names)
                case _:
                    table.settle()
    assert indexed.rows == searched.rows
    assert indexed.before == searched.before
    assert indexed.flawed == searched.flawed
    for cell in CELLS:
        assert set(indexed.find_readers([cell])) == set(searched.find_readers([cell]))
    assert set(indexed.find_readers(CELLS)) == set(searched.find_readers(CELLS))
