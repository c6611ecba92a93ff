"""Business time: a judge that goes minute by minute, and libraries of others as judges."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import businesstimedelta
import holidays
import pytest
import pytz
from hypothesis import given, settings
from hypothesis import strategies as st

from typecase.metadata.calendars import STANDARD, Calendar, read_calendar
from typecase.web.errors import status_of
from typecase.workflow.business_hours import NeverOver, between, later, length_of

MINUTE = timedelta(minutes=1)
UTC_ZONE = ZoneInfo("UTC")
BERLIN, SHANGHAI, NEW_YORK = map(ZoneInfo, ("Europe/Berlin", "Asia/Shanghai", "America/New_York"))
WEEK = ("mon", "tue", "wed", "thu", "fri")
SPANS = (
    [],
    [["09:00", "12:00"], ["13:00", "18:00"]],
    [["00:00", "24:00"]],
    [["22:00", "06:00"]],
    [["08:30", "17:15"]],
    [["02:00", "06:00"]],
    [["00:00", "03:00"], ["20:00", "24:00"]],
)


def calendar(hours: Any, zone: str = "Asia/Shanghai", **more: Any) -> Calendar:
    return read_calendar({"name": "c", "label": "C", "zone": zone, "hours": hours, **more})


def moment(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


OFFICE = calendar({day: [["09:00", "12:00"], ["13:00", "18:00"]] for day in WEEK})
NIGHTS = calendar({day: [["22:00", "06:00"]] for day in WEEK}, "Europe/Berlin")


@pytest.mark.parametrize(
    ("since", "period", "expected"),
    [
        ("2026-11-20T17:00", "2h", "2026-11-23T10:00"),
        ("2026-11-20T11:30", "1h", "2026-11-20T13:30"),
        ("2026-11-20T10:00", "8h", "2026-11-23T10:00"),
        ("2026-11-20T09:00", "1d", "2026-11-20T18:00"),
        ("2026-11-20T09:00", "1w", "2026-11-26T18:00"),
        ("2026-11-21T11:00", "30m", "2026-11-23T09:30"),
    ],
)
def test_office_hours(since: str, period: str, expected: str) -> None:
    assert later(moment(since), length_of(period, OFFICE), OFFICE, BERLIN) == moment(expected)


def test_without_a_calendar_every_hour_counts() -> None:
    assert length_of("3d", None) == timedelta(days=3)
    since = moment("2026-11-20T17:00")
    assert later(since, timedelta(hours=2), None, BERLIN) == since + timedelta(hours=2)
    assert between(since, since + timedelta(days=9), None, BERLIN) == timedelta(days=9)


def test_summer_time_makes_nights_shorter_and_longer() -> None:
    """The clocks of Berlin go from 2 to 3 on 29 March 2026, and back from 3 to 2 on 25 October."""
    sundays = calendar({"sat": [["22:00", "06:00"]]}, "Europe/Berlin")
    for day, hours in (("2026-03-28", 7), ("2026-10-24", 9), ("2026-10-17", 8)):
        evening = moment(f"{day}T22:00", BERLIN)
        whole = between(evening, evening + timedelta(days=2), sundays, UTC_ZONE)
        assert whole == timedelta(hours=hours), day
        assert later(evening, whole, sundays, UTC_ZONE).astimezone(BERLIN).hour == 6


def test_hours_that_the_clocks_skip_or_show_twice() -> None:
    early = calendar({"sun": [["02:30", "04:00"]]}, "Europe/Berlin")
    spring, autumn = moment("2026-03-29T00:00", BERLIN), moment("2026-10-25T00:00", BERLIN)
    day = timedelta(days=1)
    assert between(spring, spring + day, early, UTC_ZONE) == timedelta(hours=1), "from three on"
    assert between(autumn, autumn + day, early, UTC_ZONE) == timedelta(hours=2.5), "the first 2:30"
    gone = calendar({"sun": [["02:10", "02:50"]]}, "Europe/Berlin")
    assert between(spring, spring + day, gone, UTC_ZONE) == timedelta()


def test_holidays_working_saturdays_and_nights_before_them() -> None:
    of = calendar(
        {day: [["22:00", "06:00"]] for day in WEEK},
        holidays=[{"date": "2026-10-01", "to": "2026-10-07"},
                  {"date": "2020-12-31", "to": "2021-01-01", "yearly": True},
                  {"date": "2024-02-29", "yearly": True}],
        work_days=[{"date": "2026-10-03", "hours": [["09:00", "11:00"]]},
                   {"date": "2026-10-10"}],
    )  # fmt: skip
    assert of.hours_on(date(2026, 9, 30)) == ((1320, 1800),), "it ends in the holidays"
    assert of.hours_on(date(2026, 10, 1)) == ()
    assert of.hours_on(date(2026, 10, 3)) == ((540, 660),), "work outdoes a holiday"
    assert of.hours_on(date(2026, 10, 10)) == ((1320, 1800),), "a Saturday with the usual hours"
    assert of.hours_on(date(2035, 12, 31)) == of.hours_on(date(2036, 1, 1)) == ()
    assert of.hours_on(date(2027, 2, 26)) != ()
    passed = between(moment("2026-10-01T05:00"), moment("2026-10-08T22:30"), of, BERLIN)
    assert passed == timedelta(hours=1 + 2 + 0.5)


def test_a_calendar_that_has_come_to_its_end_says_so() -> None:
    never = calendar({}, work_days=[{"date": "2026-11-23", "hours": [["09:00", "10:00"]]}])
    assert later(moment("2026-11-20T09:00"), timedelta(hours=1), never, BERLIN)
    with pytest.raises(NeverOver) as refused:
        later(moment("2026-11-20T09:00"), timedelta(hours=2), never, BERLIN)
    assert status_of(refused.value) == 409


# Judges -------------------------------------------------------------------------------------

ZONES = st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Asia/Kolkata"])


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Weeks of all kinds around the two days on which summer time begins and ends."""
    hours = {}
    for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun"):
        spans = draw(st.sampled_from(SPANS))
        hours[day] = spans
    days = st.integers(0, 20).map(lambda n: (date(2026, 3, 20) + timedelta(days=n)).isoformat())
    free = draw(st.lists(days, max_size=3, unique=True))
    worked = draw(st.lists(days, max_size=2, unique=True))
    return calendar(
        hours, draw(ZONES), holidays=[{"date": day} for day in free],
        work_days=[{"date": day, "hours": [["10:00", "12:00"]]} for day in worked],
    )  # fmt: skip


def is_work(of: Calendar, at: datetime) -> bool:
    """Whether the minute that begins then is one of work: is it in a span of its day, or in one
    of the day before that goes on past midnight?"""
    zone = ZoneInfo(str(of.zone))
    local = at.astimezone(zone)
    minute = local.hour * 60 + local.minute
    today, yesterday = local.date(), local.date() - timedelta(days=1)
    return any(start <= minute < end for start, end in of.hours_on(today)) or any(
        minute + 1440 < end for _, end in of.hours_on(yesterday)
    )


STARTS = st.integers(0, 14 * 24 * 4).map(
    lambda n: datetime(2026, 3, 20, tzinfo=UTC) + n * timedelta(minutes=15)
)


@settings(max_examples=60, deadline=None)
@given(calendars(), STARTS, st.integers(0, 4 * 24 * 60))
def test_as_minute_by_minute(of: Calendar, since: datetime, minutes: int) -> None:
    until = since + minutes * MINUTE
    counted = sum(is_work(of, since + n * MINUTE) for n in range(minutes))
    assert between(since, until, of, SHANGHAI) == counted * MINUTE
    if counted:
        reached = later(since, counted * MINUTE, of, SHANGHAI)
        assert reached <= until
        assert between(since, reached, of, SHANGHAI) == counted * MINUTE


@settings(max_examples=60, deadline=None)
@given(calendars(), STARTS, st.integers(0, 9_000), st.integers(0, 9_000))
def test_time_adds_up(of: Calendar, since: datetime, one: int, other: int) -> None:
    middle, end = since + one * MINUTE, since + (one + other) * MINUTE
    whole = between(since, end, of, SHANGHAI)
    assert whole == between(since, middle, of, SHANGHAI) + between(middle, end, of, SHANGHAI)


def theirs(zone: str, days: Any) -> Any:
    rules = [
        businesstimedelta.WorkDayRule(
            start_time=start, end_time=end, working_days=[0, 1, 2, 3, 4], tz=pytz.timezone(zone)
        )
        for start, end in ((time(9), time(12)), (time(13), time(18)))
    ]
    free = businesstimedelta.HolidayRule(days, tz=pytz.timezone(zone))
    return businesstimedelta.Rules([*rules, free])


@pytest.mark.parametrize(("country", "zone"), [("CN", "Asia/Shanghai"), ("DE", "Europe/Berlin"),
                                               ("US", "America/New_York")])  # fmt: skip
@settings(max_examples=25, deadline=None)
@given(st.integers(0, 365 * 24), st.integers(1, 30 * 24))
def test_as_businesstimedelta_with_the_holidays_of_the_country(
    country: str, zone: str, start: int, length: int
) -> None:
    days = holidays.country_holidays(country, years=(2025, 2026, 2027))
    of = calendar(
        {day: [["09:00", "12:00"], ["13:00", "18:00"]] for day in WEEK}, zone,
        holidays=[{"date": day.isoformat()} for day in days],
    )  # fmt: skip
    since = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=start)
    until = since + timedelta(hours=length)
    judged = theirs(zone, days).difference(since, until).timedelta
    assert between(since, until, of, SHANGHAI) == judged


def test_nine_to_six_where_nothing_is_defined() -> None:
    assert length_of("2 business days", STANDARD) == timedelta(hours=18)
    assert later(moment("2026-11-20T17:00"), timedelta(hours=8), STANDARD, SHANGHAI) == moment(
        "2026-11-23T16:00"
    )
