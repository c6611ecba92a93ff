"""Dates, times of day and moments in the reader's locale and zone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time
from functools import cache
from types import MappingProxyType
from typing import Any, Literal
from zoneinfo import ZoneInfo

from babel import Locale

Length = Literal["short", "medium", "long", "full"]
Part = Callable[[Any], str]

TOKEN = re.compile(r"'((?:[^']|'')*)'|([a-zA-Z])\2*|[^'a-zA-Z]+")

PLAIN = MappingProxyType[str, Part](
    {
        "y": lambda d: str(d.year),
        "yy": lambda d: f"{d.year % 100:02d}",
        "yyyy": lambda d: f"{d.year:04d}",
        "M": lambda d: str(d.month),
        "MM": lambda d: f"{d.month:02d}",
        "d": lambda d: str(d.day),
        "dd": lambda d: f"{d.day:02d}",
        "h": lambda t: str((t.hour - 1) % 12 + 1),
        "hh": lambda t: f"{(t.hour - 1) % 12 + 1:02d}",
        "H": lambda t: str(t.hour),
        "HH": lambda t: f"{t.hour:02d}",
        "mm": lambda t: f"{t.minute:02d}",
        "ss": lambda t: f"{t.second:02d}",
    }
)
"""What a field of a CLDR pattern writes, where it is the same in every language."""


def _worded(locale: Locale) -> dict[str, Part]:
    """The fields of a pattern that are words."""
    months, days, periods = locale.months["format"], locale.days["format"], locale.day_periods
    halves = periods["format"]["abbreviated"]
    return {
        "MMM": lambda d: str(months["abbreviated"][d.month]),
        "MMMM": lambda d: str(months["wide"][d.month]),
        "EEE": lambda d: str(days["abbreviated"][d.weekday()]),
        "EEEE": lambda d: str(days["wide"][d.weekday()]),
        "a": lambda t: str(halves["am" if t.hour < 12 else "pm"]),
    }


def _compiled(pattern: str, locale: Locale) -> Part:
    """A function that writes a date or a time after a CLDR pattern. KeyError: an unknown field."""
    fields = {**PLAIN, **_worded(locale)}
    parts: list[str | Part] = []
    for match in TOKEN.finditer(pattern):
        if match.group(2):
            parts.append(fields[match.group()])
        else:
            quoted = match.group(1)
            parts.append(match.group() if quoted is None else quoted.replace("''", "'") or "'")
    return lambda value: "".join([p if isinstance(p, str) else p(value) for p in parts])


@cache
def date_format(locale: str, length: Length = "medium") -> Callable[[date], str]:
    """Nov 21, 2026 · 2026年11月21日."""
    known = Locale.parse(locale)
    return _compiled(known.date_formats[length].pattern, known)


@cache
def time_format(locale: str, seconds: bool = False) -> Callable[[time | datetime], str]:
    """2:30 PM · 14:30."""
    known = Locale.parse(locale)
    return _compiled(known.time_formats["medium" if seconds else "short"].pattern, known)


@cache
def in_zone(moment: datetime, zone: ZoneInfo) -> datetime:
    """The time there; at the very ends of the calendar, where there may be none, as it is."""
    try:
        return moment.astimezone(zone)
    except OverflowError:
        return moment


def moment_format(locale: str, length: Length = "medium") -> Callable[[datetime, ZoneInfo], str]:
    """Nov 21, 2026, 2:30 PM · 2026年11月21日 14:30, in the zone that is given with the moment."""
    day, hour = date_format(locale, length), time_format(locale)
    glue = str(Locale.parse(locale).datetime_formats[length])

    def write(moment: datetime, zone: ZoneInfo) -> str:
        local = in_zone(moment, zone)
        return glue.replace("{1}", day(local)).replace("{0}", hour(local))

    return write
