"""Instants as people and as machines read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def format_day(moment: datetime) -> str:
    """A day for people, e.g. `22 May 2025`, whatever the machine's locale is."""
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def format_instant(moment: datetime) -> str:
    """An instant as RFC 3339 writes it, e.g. `2025-05-22T00:00:00+02:00`.

    Its offsets are whole minutes, which those before standard time were not: these become UTC.
    """
    offset = moment.utcoffset() or timedelta()
    if offset % timedelta(minutes=1):
        moment = moment.astimezone(UTC)
    return moment.isoformat()
