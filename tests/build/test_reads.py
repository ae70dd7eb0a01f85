"""Cells that were read are found again, however they are spelled."""

from __future__ import annotations

from site_gen.build.reads import find_readers, pack_reads, unpack_reads

CELLS = ("anchor:content/a.md|über", "page:content/a.md", "target:a\0b\nc", "x" * 300, "y")


def test_what_was_packed_is_unpacked_in_order() -> None:
    assert unpack_reads(pack_reads(reversed(CELLS))) == CELLS
    assert unpack_reads(pack_reads(())) == ()


def test_a_reader_of_a_changed_cell_is_found() -> None:
    packed = pack_reads(CELLS)
    for cell in CELLS:
        assert find_readers({cell})(packed)
        assert find_readers({cell, *map(str, range(100))})(packed)


def test_a_reader_of_other_cells_is_not() -> None:
    packed = pack_reads(CELLS)
    # The last is in what is packed, but as a part of a longer one.
    for changed in (set[str](), {"page:content/a"}, {"b"}, {f"{n}" for n in range(100)}, {"xxx"}):
        assert not find_readers(changed)(packed)
    within = pack_reads(["a\xa1y"])
    assert not find_readers({"y"})(within)
