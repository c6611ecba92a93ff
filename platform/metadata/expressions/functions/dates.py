"""Dates and moments. A date never shifts; a moment has a day only in some zone.

A result outside the years 1 to 9999 is null, and so is one more than a million days away.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import wraps
from typing import ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from ..operations import function
from .numbers import Number, divide

FARTHEST_DAYS = 1_000_000
FARTHEST_MONTHS = 30_000
EPOCH_MONDAY = date(1, 1, 1)

P = ParamSpec("P")
R = TypeVar("R")


def within_years(meaning: Callable[P, R]) -> Callable[P, R | None]:
    """Null where the result would leave the years 1 to 9999."""

    @wraps(meaning)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R | None:
        try:
            return meaning(*args, **kwargs)
        except OverflowError:
            return None

    return guarded


@within_years
def day_of(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


@within_years
def hour_of(moment: datetime, zone: ZoneInfo) -> int:
    return moment.astimezone(zone).hour


@within_years
def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _whole(value: Number, farthest: int) -> int | None:
    whole = int(value)
    return whole if -farthest <= whole <= farthest else None


def add_days(day: date, days: Number) -> date | None:
    whole = _whole(days, FARTHEST_DAYS)
    if whole is None or not 1 <= day.toordinal() + whole <= date.max.toordinal():
        return None
    return day + timedelta(whole)


def subtract_days(day: date, days: Number) -> date | None:
    return add_days(day, -int(days))


def add_months(day: date, months: Number) -> date | None:
    whole = _whole(months, FARTHEST_MONTHS)
    if whole is None:
        return None
    year, month = divmod(day.year * 12 + day.month - 1 + whole, 12)
    if not 1 <= year <= 9999:
        return None
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def days_between(later: date, earlier: date) -> int:
    return (later - earlier).days


@within_years
def _moved(moment: datetime, step: timedelta, whole: int | None) -> datetime | None:
    return None if whole is None else moment + whole * step


@within_years
def add_duration(moment: datetime, duration: timedelta) -> datetime:
    return moment + duration


@within_years
def add_durations(left: timedelta, right: timedelta) -> timedelta:
    return left + right


@within_years
def subtract_durations(left: timedelta, right: timedelta) -> timedelta:
    return left - right


def time_between(later: datetime, earlier: datetime) -> timedelta:
    return later - earlier


def add_days_to_moment(moment: datetime, days: Number) -> datetime | None:
    return _moved(moment, timedelta(1), _whole(days, FARTHEST_DAYS))


def subtract_days_from_moment(moment: datetime, days: Number) -> datetime | None:
    return add_days_to_moment(moment, -int(days))


def add_hours(moment: datetime, hours: Number) -> datetime | None:
    return _moved(moment, timedelta(hours=1), _whole(hours, FARTHEST_DAYS * 24))


def add_minutes(moment: datetime, minutes: Number) -> datetime | None:
    return _moved(moment, timedelta(minutes=1), _whole(minutes, FARTHEST_DAYS * 1440))


def seconds_of(duration: timedelta) -> Decimal:
    return Decimal(duration // timedelta(microseconds=1)) / 1_000_000


def _working_days_before(day: date) -> int:
    weeks, rest = divmod((day - EPOCH_MONDAY).days, 7)
    return weeks * 5 + min(rest, 5)


def work_days(first: date, last: date) -> int:
    if last < first:
        return -work_days(last, first)
    return _working_days_before(last) + (last.weekday() < 5) - _working_days_before(first)


@within_years
def add_work_days(day: date, days: Number) -> date | None:
    """Counts Mondays to Fridays from the first one there was, and finds the one wanted."""
    whole = _whole(days, FARTHEST_DAYS // 2)
    if not whole:
        return None if whole is None else day
    counted = _working_days_before(day) + (whole > 0 and day.weekday() < 5)
    weeks, rest = divmod(counted + whole - (whole > 0), 5)
    return EPOCH_MONDAY + timedelta(weeks * 7 + rest)


def date_of_parts(year: Number, month: Number, day: Number) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except (ValueError, OverflowError):
        return None


def date_of_text(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def start_of_week(day: date) -> date | None:
    return add_days(day, -day.weekday())


def start_of_quarter(day: date) -> date:
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def end_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


DATES = (
    function("today", "", "date", day_of,
             "The present day: in the reader's zone on pages, in the workspace's zone for what is "
             "stored or scheduled.", "close_date < today()", sql=None, context=("@now", "@zone")),
    function("now", "", "moment", lambda now: now, "The present moment.",
             "now() - created_at", sql=None, context=("@now",)),
    function("date", "moment", "date", day_of, "The day of a moment, in the reader's zone.",
             "date(created_at)", key="day_of", context=("@zone",)),
    function("date", "date", "date", lambda day: day, "The day itself.", "date(close_date)",
             key="date_of_date", sql="same"),
    function("date", "number, number, number", "date", date_of_parts,
             "The day of a year, a month and a day; null when there is none.",
             "date(year(today()), 12, 31)", key="date_of_parts", sql=None),
    function("date", "text", "date", date_of_text, "The day a text spells: 2026-11-21.",
             "date(legacy_date)", key="date_of_text", sql=None),
    function("start_of_day", "date", "moment", start_of_day,
             "The moment a day begins, in the reader's zone.", "start_of_day(today())",
             sql=None, context=("@zone",)),
    function("add_days", "date, number", "date", add_days, "So many days later; also with +.",
             "add_days(signed_on, 30)"),
    function("add_days", "moment, number", "moment", add_days_to_moment,
             "So many times 24 hours later.", "add_days(created_at, 2)",
             key="add_days_to_moment"),
    function("add_months", "date, number", "date", add_months,
             "So many months later; 31 January plus one month is the last of February.",
             "add_months(signed_on, 12)"),
    function("add_hours", "moment, number", "moment", add_hours, "So many whole hours later.",
             "add_hours(created_at, 8)"),
    function("add_minutes", "moment, number", "moment", add_minutes,
             "So many whole minutes later.", "add_minutes(now(), 30)"),
    function("work_days", "date, date", "integer", work_days,
             "Mondays to Fridays from the first day to the last, both counted.",
             "work_days(requested_on, needed_on) >= 3", sql=None),
    function("add_work_days", "date, number", "date", add_work_days,
             "So many Mondays to Fridays later.", "add_work_days(today(), 5)", sql=None),
    function("year", "date", "integer", lambda day: day.year, "The year.", "year(close_date)"),
    function("quarter", "date", "integer", lambda day: (day.month + 2) // 3,
             "The quarter, 1 to 4.", "quarter(close_date)"),
    function("month", "date", "integer", lambda day: day.month, "The month, 1 to 12.",
             "month(birthday) == month(today())"),
    function("week", "date", "integer", lambda day: day.isocalendar().week,
             "The week of the year, 1 to 53, as ISO 8601 counts.", "week(visit_on)"),
    function("day", "date", "integer", lambda day: day.day, "The day of the month.",
             "day(today()) == 1"),
    function("weekday", "date", "integer", date.isoweekday, "Monday is 1, Sunday 7.",
             "weekday(visit_on) <= 5"),
    function("hour", "moment", "integer", hour_of,
             "The hour, 0 to 23, in the reader's zone.", "hour(called_at) < 12",
             context=("@zone",)),
    function("start_of_week", "date", "date", start_of_week, "The Monday of its week.",
             "visit_on >= start_of_week(today())"),
    function("start_of_month", "date", "date", lambda day: day.replace(day=1),
             "The first of its month.", "close_date >= start_of_month(today())"),
    function("start_of_quarter", "date", "date", start_of_quarter, "The first of its quarter.",
             "close_date >= start_of_quarter(today())"),
    function("start_of_year", "date", "date", lambda day: day.replace(month=1, day=1),
             "The first of January.", "close_date >= start_of_year(today())"),
    function("end_of_month", "date", "date", end_of_month, "The last of its month.",
             "close_date <= end_of_month(today())"),
    function("days", "duration", "number", lambda d: divide(seconds_of(d), 86400),
             "A length of time in days.", "days(now() - created_at) > 3"),
    function("hours", "duration", "number", lambda d: divide(seconds_of(d), 3600),
             "A length of time in hours.", "hours(closed_at - created_at)"),
    function("seconds", "duration", "number", seconds_of,
             "A length of time in seconds, which is how duration fields keep it.",
             "seconds(closed_at - created_at)"),
    function("minutes", "duration", "number", lambda d: divide(seconds_of(d), 60),
             "A length of time in minutes.", "minutes(first_reply_at - created_at)"),
)  # fmt: skip
