"""Asking once more, with pauses that grow, and not for ever."""

from __future__ import annotations

import random

import pytest

from site_gen.deploy.patience import Patience


class Asked:
    """What fails so many times before it gives something."""

    def __init__(self, failures: int) -> None:
        self.failures, self.times = failures, 0

    def __call__(self) -> str:
        self.times += 1
        if self.times <= self.failures:
            raise ConnectionError(self.times)
        return "given"


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long was waited, at most that is."""
    found: list[float] = []
    monkeypatch.setattr(random, "uniform", lambda _, most: most)
    return found


def test_what_passes_is_waited_for_longer_and_longer(pauses: list[float]) -> None:
    ask = Asked(5)
    assert Patience(6, 1, 6, pauses.append).insist(ask, lambda _: True) == "given"
    assert (ask.times, pauses) == (6, [1, 2, 4, 6, 6])


def test_what_does_not_pass_is_raised_at_last(pauses: list[float]) -> None:
    ask = Asked(9)
    with pytest.raises(ConnectionError, match="3"):
        Patience(tries=3, wait=pauses.append).insist(ask, lambda _: True)
    assert (ask.times, len(pauses)) == (3, 2)


def test_what_will_not_pass_is_raised_at_once(pauses: list[float]) -> None:
    ask = Asked(9)
    with pytest.raises(ConnectionError, match="1"):
        Patience(wait=pauses.append).insist(ask, lambda _: False)
    assert (ask.times, pauses) == (1, [])
