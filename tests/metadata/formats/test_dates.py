"""Compiled date and time formats, with Babel as their judge."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from babel.dates import format_date, format_datetime, format_time
from hypothesis import given
from hypothesis import strategies as st

from typecase.metadata.formats import date_format, moment_format, time_format

LOCALES = st.sampled_from(["en", "zh", "de", "fr"])
ZONES = st.sampled_from([ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York"), ZoneInfo("UTC")])
MOMENTS = st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1))


@given(day=st.dates(), locale=LOCALES, length=st.sampled_from(["short", "medium", "long", "full"]))
def test_days_as_babel_writes_them(day: date, locale: str, length: str) -> None:
    assert date_format(locale, length)(day) == format_date(day, length, locale)  # type: ignore[arg-type]


@given(clock=st.times(), locale=LOCALES)
def test_times_as_babel_writes_them(clock: time, locale: str) -> None:
    clock = clock.replace(tzinfo=None)
    assert time_format(locale)(clock) == format_time(clock, "short", locale=locale)
    assert time_format(locale, seconds=True)(clock) == format_time(clock, "medium", locale=locale)


@given(naive=MOMENTS, zone=ZONES, locale=LOCALES)
def test_moments_are_their_day_and_their_time_in_the_zone(
    naive: datetime, zone: ZoneInfo, locale: str
) -> None:
    moment = naive.replace(tzinfo=UTC)
    text = moment_format(locale)(moment, zone)
    assert text.startswith(format_date(moment.astimezone(zone), "medium", locale))
    assert text.endswith(format_datetime(moment, _pattern(locale), zone, locale))


def _pattern(locale: str) -> str:
    return "h:mm\u202fa" if locale == "en" else "HH:mm"


@pytest.mark.parametrize(
    ("locale", "text"), [("en", "Nov 21, 2026, 12:05\u202fAM"), ("zh", "2026年11月21日 00:05")]
)
def test_midnight(locale: str, text: str) -> None:
    moment = datetime(2026, 11, 20, 16, 5, tzinfo=UTC)
    assert moment_format(locale)(moment, ZoneInfo("Asia/Shanghai")) == text
