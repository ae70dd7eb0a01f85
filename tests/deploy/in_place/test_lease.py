"""One deployment at a time, by a file that says until when."""

from __future__ import annotations

import pytest

from site_gen.deploy.in_place.bucket import TakenError
from site_gen.deploy.in_place.lease import LEASE, OVER_AFTER_S, describe_lease, leased
from site_gen.diagnostics import SiteError
from tests.deploy.in_place.buckets import MemoryBucket

NOW = 1_747_938_600.0


def test_a_lease_that_is_not_renewed_is_over_after_a_while() -> None:
    bucket = MemoryBucket()
    first = leased(bucket, lambda: NOW)
    first.__enter__()
    going_on = "it began at 18:30:00 UTC, and counts as cut off if not heard of for 1 s"
    assert describe_lease(bucket.read(LEASE), lambda: NOW + OVER_AFTER_S - 1) == going_on
    with pytest.raises(SiteError, match=going_on), leased(bucket, lambda: NOW + OVER_AFTER_S - 1):
        pass
    with leased(bucket, lambda: NOW + OVER_AFTER_S) as held:
        held.check()
    first.__exit__(None, None, None)


def test_a_lease_that_is_let_go_of_is_over() -> None:
    bucket = MemoryBucket()
    with leased(bucket, lambda: NOW):
        pass
    assert describe_lease(bucket.read(LEASE), lambda: NOW) == ""
    with leased(bucket, lambda: NOW):
        pass


def test_whoever_lost_the_lease_changes_nothing_more() -> None:
    bucket, moments = MemoryBucket(), [NOW]
    with leased(bucket, lambda: moments[-1]) as first:
        first.check()
        moments.append(NOW + OVER_AFTER_S)
        with (
            leased(bucket, lambda: NOW + OVER_AFTER_S) as second,
            pytest.raises(SiteError, match="another deployment has taken over"),
        ):
            first.check()
        second.check()


def test_a_lease_is_held_where_the_answer_to_taking_it_was_lost() -> None:
    class Deaf(MemoryBucket):
        def put_if(self, name: str, content: bytes, tag: str) -> str:
            super().put_if(name, content, tag)
            raise TakenError  # as a store says to whoever asks once more

    with leased(Deaf(), lambda: NOW) as held:
        held.check()
