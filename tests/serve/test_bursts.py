"""Which files a burst names, and how long it waits for more."""

from __future__ import annotations

import sys

import pytest
from watchdog.events import (
    DirCreatedEvent,
    DirModifiedEvent,
    FileClosedEvent,
    FileClosedNoWriteEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileOpenedEvent,
    FileSystemEvent,
)

from site_gen.serve.bursts import MOST_PATHS, Burst

QUIET, UNFINISHED = 0.005, 0.1


def burst_of(*events: FileSystemEvent) -> Burst:
    burst = Burst()
    for event in events:
        burst.add(event)
    return burst


def test_what_is_only_looked_at_is_nothing() -> None:
    assert burst_of(
        FileOpenedEvent("a"), FileClosedNoWriteEvent("a"), DirModifiedEvent("d")
    ).is_empty


@pytest.mark.parametrize(
    ("events", "paths", "patience"),
    [
        ([FileModifiedEvent("a"), FileClosedEvent("a")], {"a"}, QUIET),
        ([FileDeletedEvent("a")], {"a"}, UNFINISHED),
        ([FileDeletedEvent("a"), FileCreatedEvent("a"), FileClosedEvent("a")], {"a"}, QUIET),
        ([FileMovedEvent("a", "b")], {"a", "b"}, UNFINISHED),
        (
            [FileCreatedEvent("t"), FileClosedEvent("t"), FileMovedEvent("t", "a")],
            {"a"},
            QUIET,
        ),
        ([FileCreatedEvent("t"), FileClosedEvent("t"), FileDeletedEvent("t")], set(), QUIET),
        (
            [FileDeletedEvent("a"), FileCreatedEvent("a"), FileDeletedEvent("a")],
            {"a"},
            UNFINISHED,
        ),
    ],
)
def test_it_waits_longer_while_a_file_is_half_there(
    events: list[FileSystemEvent], paths: set[str], patience: float
) -> None:
    burst = burst_of(*events)
    assert (burst.paths, burst.is_wide, burst.patience_s) == (paths, False, patience)


def test_a_file_that_is_being_written_is_waited_for_where_its_end_is_told() -> None:
    expected = UNFINISHED if sys.platform == "linux" else QUIET
    assert burst_of(FileModifiedEvent("a")).patience_s == expected


def test_folders_and_crowds_and_losses_make_it_wide() -> None:
    assert burst_of(DirCreatedEvent("d")).is_wide
    assert not burst_of(*(FileClosedEvent(str(n)) for n in range(MOST_PATHS))).is_wide
    assert burst_of(*(FileClosedEvent(str(n)) for n in range(MOST_PATHS + 1))).is_wide
    lossy = Burst()
    lossy.lose()
    assert lossy.is_wide
    assert not lossy.is_empty
