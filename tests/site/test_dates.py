"""Instants as people and as machines read them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from site_gen.site.dates import format_day, format_instant

BERLIN = ZoneInfo("Europe/Berlin")


def test_days_are_written_the_same_everywhere() -> None:
    assert format_day(datetime(2025, 4, 2, tzinfo=UTC)) == "2 Apr 2025"


def test_an_instant_keeps_its_offset() -> None:
    assert format_instant(datetime(2025, 5, 22, tzinfo=BERLIN)) == "2025-05-22T00:00:00+02:00"


def test_an_offset_with_seconds_becomes_utc_as_rfc_3339_knows_none() -> None:
    assert format_instant(datetime(1850, 1, 1, tzinfo=BERLIN)) == "1849-12-31T23:06:32+00:00"
