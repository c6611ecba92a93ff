"""How long ago, how far ahead: days and moments seen from now."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from ...texts import translate
from .dates import date_format, moment_format

NEAR_DAYS = 7
"""Farther days are written as dates: nobody counts 43 days back."""

DAYS = {-1: "yesterday", 0: "today", 1: "tomorrow"}


def relative_day(day: date, today: date, locale: str) -> str:
    """today, in 3 days, 5 days ago; a date where it is farther than a week."""
    distance = (day - today).days
    if distance in DAYS:
        return translate(DAYS[distance], locale)
    if abs(distance) > NEAR_DAYS:
        return date_format(locale)(day)
    template = "in {count} days" if distance > 0 else "{count} days ago"
    return translate(template, locale, count=abs(distance))


def relative_moment(moment: datetime, now: datetime, zone: ZoneInfo, locale: str) -> str:
    """just now, 5 minutes ago, in 2 hours; by the day from yesterday on, then a moment."""
    seconds = round((moment - now).total_seconds())
    day, today = moment.astimezone(zone).date(), now.astimezone(zone).date()
    if abs(seconds) < 60:
        return translate("just now", locale)
    if abs(seconds) < 3600:
        return _counted("minute", int(seconds / 60), locale)
    if day == today:
        return _counted("hour", int(seconds / 3600), locale)
    if abs((day - today).days) > NEAR_DAYS:
        return moment_format(locale)(moment, zone)
    return relative_day(day, today, locale)


PHRASES = {
    ("minute", 1): ("in {count} minute", "{count} minute ago"),
    ("minute", 2): ("in {count} minutes", "{count} minutes ago"),
    ("hour", 1): ("in {count} hour", "{count} hour ago"),
    ("hour", 2): ("in {count} hours", "{count} hours ago"),
}
"""(unit, one or more) → ahead, ago."""


def _counted(unit: str, count: int, locale: str) -> str:
    ahead, ago = PHRASES[unit, min(abs(count), 2)]
    return translate(ahead if count > 0 else ago, locale, count=abs(count))
