"""FHIR times as intervals of days (exchange.md 0, time and partial dates)."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leptobridge.fhir.date_time import parse_period, parse_time


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2024-12", date(2024, 12, 1), date(2024, 12, 31)),
        ("2024-03-05", date(2024, 3, 5), date(2024, 3, 5)),
    ],
)
def test_a_partial_date_stands_for_all_its_days(text: str, first: date, last: date) -> None:
    time = parse_time(text)
    assert time is not None
    assert (time.first, time.last, time.instant, time.text) == (first, last, None, text)
    assert time.is_exact == (first == last)


def test_the_clinical_day_is_the_day_at_the_written_offset() -> None:
    time = parse_time("2024-03-05T23:30:00-05:00")
    assert time is not None
    assert time.first == date(2024, 3, 5)
    assert time.instant == datetime(2024, 3, 6, 4, 30, tzinfo=UTC)


def test_a_time_in_utc_is_read_in_the_zone_of_the_sender_if_it_is_known() -> None:
    text = "2024-03-05T23:30:00Z"
    without, shanghai = parse_time(text), parse_time(text, ZoneInfo("Asia/Shanghai"))
    assert without is not None
    assert shanghai is not None
    assert (without.first, shanghai.first) == (date(2024, 3, 5), date(2024, 3, 6))
    assert without.instant == shanghai.instant


def test_the_zone_of_the_sender_does_not_move_a_written_offset() -> None:
    time = parse_time("2024-03-05T23:30:00+00:00", ZoneInfo("Asia/Shanghai"))
    assert time is not None
    assert time.first == date(2024, 3, 5)


def test_fractions_and_leap_seconds_are_read() -> None:
    fraction = parse_time("2024-03-05T10:00:00.123456789+02:00")
    leap = parse_time("2016-12-31T23:59:60Z")
    assert fraction is not None
    assert leap is not None
    assert fraction.instant == datetime(2024, 3, 5, 10, 0, 0, 123456, tzinfo=timezone(timedelta(hours=2)))
    assert leap.instant == datetime(2017, 1, 1, tzinfo=UTC)
    assert leap.first == date(2016, 12, 31)


@pytest.mark.parametrize(
    "text",
    [
        *("", "2024-13", "2023-02-29", "24-03-05", "2024-03-05T10:00:00", "2024-03-05T24:00:00Z", "2024-03-05 10:00"),
        *("0000", "9999-12-31T23:59:60Z", "٢٠٢٤", "2024-03-05T10:00Z", None, 2024, 20240305.0, {}, [], True),
    ],
)
def test_what_is_no_time_is_none(text: object) -> None:
    assert parse_time(text) is None


def test_a_period_may_be_open_at_either_end() -> None:
    start, end = parse_period({"start": "2024-03"})
    assert start is not None
    assert start.first == date(2024, 3, 1)
    assert end is None
    assert parse_period({"end": "2024", "start": 7})[0] is None
    assert parse_period("2024") == (None, None)


@given(st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2100, 1, 1)), st.integers(-13 * 60, 13 * 60))  # noqa: DTZ001
def test_every_written_time_comes_back_as_its_instant_and_day(local: datetime, minutes: int) -> None:
    written = local.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))
    time = parse_time(written.isoformat())
    assert time is not None
    assert time.instant == written
    assert time.first == time.last == local.date()


@given(st.text() | st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z"))
def test_reading_never_raises(text: str) -> None:
    parse_time(text, ZoneInfo("America/New_York"))
