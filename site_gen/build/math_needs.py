"""What formulas need of KaTeX's stylesheet."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec


class MathNeeds(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What one formula needs, or several; each part is sorted."""

    fonts: tuple[str, ...] = ()
    """Files of KaTeX's fonts."""
    classes: tuple[str, ...] = ()
    """Those that rules of KaTeX's stylesheet speak of."""


NO_NEEDS = MathNeeds()


pack_needs = msgspec.msgpack.Encoder().encode
unpack_needs = msgspec.msgpack.Decoder(MathNeeds).decode


def join_needs(needs: Iterable[MathNeeds]) -> MathNeeds:
    """What all of them need together."""
    fonts, classes = set[str](), set[str]()
    for each in needs:
        fonts.update(each.fonts)
        classes.update(each.classes)
    return MathNeeds(tuple(sorted(fonts)), tuple(sorted(classes)))
