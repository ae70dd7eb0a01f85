"""Changes of a calculation in words: the first few are named, and a shared cause is said once."""

from site_gen.lock.changes import Cause, Change
from site_gen.lock.model import LockedFigure
from site_gen.lock.wording import describe_changes

WIDER = (Cause("width", LockedFigure("4 bits", 4, "bit"), LockedFigure("5 bits", 5, "bit")),)
DATA = (Cause("data", "2025-05-22", "2026-11-24"),)


def change(figure: str, causes: tuple[Cause, ...] = WIDER) -> Change:
    old, new = LockedFigure("8 GB", 8, "byte"), LockedFigure("10 GB", 10, "byte")
    return Change("changed", "a.md", "fast", figure, old, new, causes)


def test_one_change_has_its_cause() -> None:
    assert describe_changes([change("a")]) == "fast.a 8 → 10 GB because width 4 → 5 bits"


def test_a_cause_that_is_shared_is_said_once() -> None:
    told = describe_changes([change("a"), change("b")])
    assert told == "fast.a 8 → 10 GB, fast.b 8 → 10 GB because width 4 → 5 bits"


def test_three_changes_are_named_and_the_others_counted() -> None:
    told = describe_changes([change(name) for name in "abcde"])
    assert told == (
        "fast.a 8 → 10 GB, fast.b 8 → 10 GB, fast.c 8 → 10 GB and 2 more because width 4 → 5 bits"
    )


def test_causes_of_their_own_stay_with_their_changes() -> None:
    told = describe_changes([change("a"), change("b", DATA)])
    assert told == (
        "fast.a 8 → 10 GB because width 4 → 5 bits; "
        "fast.b 8 → 10 GB because the data changed, 2025-05-22 → 2026-11-24"
    )
