"""Business time: what passes by the hours of a calendar. Pure functions of moments.

Moments are aware; lengths are what really passes, so a night shift is an hour shorter when summer
time begins. Hours the clocks skip are not worked; of those that come twice a span takes the first
in which it begins or ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from ..errors import Conflict
from ..metadata.calendars import Calendar, zone_of

PERIOD = re.compile(r"(\d+) ?(business )?([a-z]+?)s?")
MINUTES = {"m": 1, "minute": 1, "h": 60, "hour": 60}
DAYS_OF = {"d": 1, "day": 1, "w": 7}
FARTHEST = 100 * 366
NONE = timedelta()
SECOND = timedelta(seconds=1)

Span = tuple[datetime, datetime]


class NeverOver(Conflict):
    """A calendar without any time in a hundred years: no moment is far enough. Who saves a record
    with such a clock is told so."""


def length_of(period: str, calendar: Calendar | None) -> timedelta:
    """How much time a period is: ``30m``, ``8 business hours``, ``3d``.

    By a calendar a day is a usual day's hours and a week all hours of a week; without one they
    are 24 hours and seven days.
    """
    amount, unit = _read(period)
    if unit in MINUTES:
        return timedelta(minutes=amount * MINUTES[unit])
    if calendar is None:
        return timedelta(days=amount * DAYS_OF[unit])
    of_calendar = calendar.week_minutes if unit == "w" else calendar.day_minutes
    return timedelta(minutes=amount * of_calendar)


@lru_cache(maxsize=1000)
def _read(period: str) -> tuple[int, str]:
    """How many of what: periods stand in definitions, and each is asked for with every save."""
    match = PERIOD.fullmatch(period)
    assert match is not None, "the schema has seen to it"
    return int(match[1]), match[3]


def is_business(period: str) -> bool:
    """Whether a period says of itself that it counts business time."""
    return "business" in period


def later(
    since: datetime, length: timedelta, calendar: Calendar | None, zone: ZoneInfo
) -> datetime:
    """The moment at which ``length`` of business time has passed since ``since``; the earliest
    one. ``calendar`` None: every hour counts. ``zone``: the workspace's. Raises NeverOver."""
    if calendar is None or length <= NONE:
        return since + max(length, NONE)
    left, reached = length, since
    for start, end in _spans(since, calendar, zone_of(calendar, zone)):
        start = max(start, reached)
        if end <= start:
            continue
        if left <= end - start:
            return (start + left).astimezone(since.tzinfo)
        left, reached = left - (end - start), end
    message = "The calendar {name} has no hours left: the time would never be over."
    raise NeverOver(message, name=calendar.label or calendar.name)


def between(
    since: datetime, until: datetime, calendar: Calendar | None, zone: ZoneInfo
) -> timedelta:
    """How much business time lies between two moments; none when the second is the earlier."""
    if until <= since:
        return NONE
    if calendar is None:
        return until - since
    passed, reached = NONE, since
    for start, end in _spans(since, calendar, zone_of(calendar, zone)):
        if start >= until:
            break
        start = max(start, reached)
        end = min(end, until)
        if end > start:
            passed, reached = passed + (end - start), end
    return passed


# Inside -------------------------------------------------------------------------------------


def _spans(since: datetime, calendar: Calendar, zone: ZoneInfo) -> Iterator[Span]:
    """The spans from the day before ``since``, in UTC and in order."""
    day = since.astimezone(zone).date() - timedelta(days=1)
    for _ in range(FARTHEST):
        if day.year >= date.max.year:
            return
        for start, end in calendar.hours_on(day):
            yield _moment(day, start, zone), _moment(day, end, zone)
        day += timedelta(days=1)


def _moment(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """The moment the clocks of ``zone`` show that time, in UTC; where they skip it, the moment
    they jump."""
    days, minute = divmod(minute, 24 * 60)
    local = datetime.combine(
        day + timedelta(days=days), time(minute // 60, minute % 60), tzinfo=zone
    )
    moment = local.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return moment
    return _jump(local.replace(fold=1).astimezone(UTC), moment, zone)


def _jump(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The moment between the two at which the offset of ``zone`` changes."""
    early = before.astimezone(zone).utcoffset()
    while after - before > SECOND:
        middle = before + (after - before) // (2 * SECOND) * SECOND
        if middle.astimezone(zone).utcoffset() == early:
            before = middle
        else:
            after = middle
    return after
