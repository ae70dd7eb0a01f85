"""What a task read: a set of cells, packed, since hardly any is ever looked at one by one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

import msgspec

_FEW = 8
"""Changed cells up to which it is faster to search what is packed than to unpack it."""
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(tuple[str, ...]).decode


def pack_reads(cells: Iterable[str]) -> bytes:
    """These cells as MessagePack, in order."""
    return _encode(sorted(cells))


def unpack_reads(packed: bytes) -> tuple[str, ...]:
    """The cells that were packed, in order."""
    return _decode(packed)


def find_readers(changed: Collection[str]) -> Callable[[bytes], bool]:
    """What tells of packed cells whether one of those that have changed by now is among them."""
    cells = frozenset(changed)
    # A cell that was packed is there with its length before it. The reverse need not hold.
    marks = [_encode(cell) for cell in cells]

    def has_read(packed: bytes) -> bool:
        if len(marks) > _FEW:
            return not cells.isdisjoint(_decode(packed))
        for mark in marks:
            if mark in packed:
                return not cells.isdisjoint(_decode(packed))
        return False

    return has_read
