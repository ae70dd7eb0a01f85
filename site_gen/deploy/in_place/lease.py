"""One deployment at a time: who deploys holds a lease, a file at the target.

A lease lasts for a while and is renewed as long as the work goes on, so that what was cut off is in
nobody's way for longer. It is correct where `put_if` is: of two that take it at once, one gets it,
and where clocks differ by no more than half a minute: for so long nobody takes over what is over.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import msgspec

from site_gen.deploy.in_place.bucket import ABSENT, Bucket, Held, TakenError, claim
from site_gen.deploy.target import describe_going_on, refuse_taken
from site_gen.diagnostics import SiteError

LEASE = ".site_gen/lease.json"
_LASTS_S = 45
_RENEW_S = 15
_CLOCKS_S = 30
"""By how much the clock of another machine may differ."""
OVER_AFTER_S = _LASTS_S + _CLOCKS_S
"""What was not heard of for so long counts as cut off."""


class Lease(msgspec.Struct, frozen=True):
    """That somebody deploys; readers can see it, so it does not say who."""

    owner: str
    """A text that nobody else has."""
    began: float
    """Seconds since 1970."""
    until: float
    """The same; 0 where it was let go of."""


class HeldLease:
    """A lease that is held."""

    def __init__(self, bucket: Bucket, lease: Lease, tag: str, now: Callable[[], float]) -> None:
        self._bucket, self._lease, self._tag, self._now = bucket, lease, tag, now
        self._lock = threading.Lock()
        self._is_lost = False

    def check(self) -> None:
        """Return while it is held; SiteError where it was lost."""
        if self._now() >= self._lease.until:
            self.renew()  # the machine slept, or the store was not heard of
        if self._is_lost:
            message = "another deployment has taken over, since this one was not heard of"
            raise SiteError(message, "nothing more was changed; deploy once more")

    def renew(self) -> None:
        """Hold it for as long once more."""
        with self._lock:
            lease = msgspec.structs.replace(self._lease, until=self._now() + _LASTS_S)
            try:
                self._tag = claim(self._bucket, LEASE, msgspec.json.encode(lease), self._tag)
            except TakenError:
                self._is_lost = True
            else:
                self._lease = lease

    def release(self) -> None:
        """Let the next one begin at once."""
        # Where the store is not heard of any more, it is over soon.
        with self._lock, suppress(TakenError, SiteError):
            if not self._is_lost:
                over = msgspec.structs.replace(self._lease, until=0.0)
                self._bucket.put_if(LEASE, msgspec.json.encode(over), self._tag)


@contextmanager
def leased(bucket: Bucket, now: Callable[[], float] = time.time) -> Iterator[HeldLease]:
    """Hold a target alone; SiteError where somebody else does."""
    found = bucket.read(LEASE)
    if going_on := describe_lease(found, now):
        raise refuse_taken(going_on)
    began = now()
    lease = Lease(secrets.token_hex(16), began, began + _LASTS_S)
    try:
        tag = claim(bucket, LEASE, msgspec.json.encode(lease), found.tag if found else ABSENT)
    except TakenError:
        message = "another deployment to it has just begun"
        raise SiteError(message, "wait until it is over") from None
    held, is_over = HeldLease(bucket, lease, tag, now), threading.Event()
    thread = threading.Thread(target=_keep_renewing, args=(held, is_over), daemon=True)
    thread.start()
    try:
        yield held
    finally:
        is_over.set()
        thread.join()
        held.release()


def describe_lease(found: Held | None, now: Callable[[], float] = time.time) -> str:
    """What is known of a deployment that goes on; empty where none does."""
    lease = _decode(found.content) if found else None
    if lease is None or not lease.until or lease.until + _CLOCKS_S <= now():
        return ""
    return describe_going_on(lease.began, max(1, round(lease.until + _CLOCKS_S - now())))


def _keep_renewing(held: HeldLease, is_over: threading.Event) -> None:
    while not is_over.wait(_RENEW_S):
        with suppress(SiteError):
            # A store that is not heard of for a while may be there in time.
            held.renew()


def _decode(content: bytes) -> Lease | None:
    try:
        return msgspec.json.decode(content, type=Lease)
    except msgspec.MsgspecError:
        return None
