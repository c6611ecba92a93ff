"""Calendars: when work is done, day by day. ``calendars.json``, read.

A span of hours belongs to the day it begins on: a night shift that begins before a holiday goes on
into it, and one that would begin on the holiday is not there.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from .catalog import Catalog
from .definitions import EMPTY
from .parser import first_name
from .steps.compiling import text_id

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MIDNIGHT = 24 * 60

Hours = tuple[tuple[int, int], ...]
"""Spans of one day in minutes from its midnight, in order; past 1440 they end the next day."""

Report = Callable[[tuple[str | int, ...], str, Mapping[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Holiday:
    """``last`` is its last day; a yearly one comes back on the same days of every year."""

    first: date
    last: date
    yearly: bool = False
    label: str = ""

    def covers(self, day: date) -> bool:
        if not self.yearly:
            return self.first <= day <= self.last
        here, first, last = _of_year(day), _of_year(self.first), _of_year(self.last)
        if first <= last:
            return first <= here <= last
        return here >= first or here <= last


@dataclass(frozen=True, slots=True)
class WorkDay:
    """A day of work that would otherwise be free: a Saturday before long holidays."""

    day: date
    hours: Hours
    label: str = ""


@dataclass(frozen=True, slots=True)
class Calendar:
    """``weekly``: the hours of Monday to Sunday. ``zone`` None: the workspace's."""

    name: str
    label: str
    weekly: tuple[Hours, ...]
    zone: str | None = None
    holidays: tuple[Holiday, ...] = ()
    work_days: tuple[WorkDay, ...] = ()
    is_default: bool = False
    id: str = ""

    def hours_on(self, day: date) -> Hours:
        """The spans that begin on ``day``. A day of work outdoes a holiday."""
        for special in self.work_days:
            if special.day == day:
                return special.hours
        if any(holiday.covers(day) for holiday in self.holidays):
            return ()
        return self.weekly[day.weekday()]

    @property
    def day_minutes(self) -> int:
        """How long a day of work is: what most open days of the week have, the longer of two."""
        lengths = Counter(length for hours in self.weekly if (length := _length(hours)))
        if not lengths:
            return MIDNIGHT
        return max(lengths.items(), key=lambda each: (each[1], each[0]))[0]

    @property
    def week_minutes(self) -> int:
        return sum(map(_length, self.weekly))


NINE_TO_SIX: Hours = ((9 * 60, 18 * 60),)
STANDARD = Calendar("", "", (*[NINE_TO_SIX] * 5, (), ()))
"""Business hours where no calendar says otherwise: nine to six, Monday to Friday."""


def calendar_of(catalog: Catalog, name: str) -> Calendar:
    """The calendar ``name`` of a catalog that was checked before it was handed out."""
    document = catalog.documents["calendars"][name]
    id_ = text_id(catalog, f"calendars/{first_name(name, document)}")
    return catalog.kept(("calendar", name), lambda: read_calendar(document, id_))


def default_calendar(catalog: Catalog) -> Calendar:
    """What business hours mean where no calendar is named: the one that is marked as the default,
    else nine to six from Monday to Friday."""
    for name, document in catalog.documents.get("calendars", EMPTY).items():
        if document.get("default"):
            return calendar_of(catalog, name)
    return STANDARD


def business_calendar(catalog: Catalog, name: str | None) -> Calendar:
    """The calendar called ``name``; the default one where none is named, or it is gone by now."""
    known = catalog.documents.get("calendars", EMPTY)
    return calendar_of(catalog, name) if name and name in known else default_calendar(catalog)


def read_calendar(document: Mapping[str, Any], id_: str = "") -> Calendar:
    """A calendar of its document: from the catalog, or kept from an earlier one."""
    weekly = document["hours"]
    of_day = [_hours(weekly.get(name, ())) for name in DAYS]
    usual = max(of_day, key=_length)
    return Calendar(
        name=document["name"],
        label=document["label"],
        weekly=tuple(of_day),
        zone=document.get("zone"),
        holidays=tuple(map(_holiday, document.get("holidays", ()))),
        work_days=tuple(_work_day(each, usual) for each in document.get("work_days", ())),
        is_default=document.get("default", False),
        id=id_,
    )


def zone_of(calendar: Calendar, otherwise: ZoneInfo) -> ZoneInfo:
    return ZoneInfo(calendar.zone) if calendar.zone else otherwise


def digest_of(document: Any) -> str:
    """The same for the same definition, whatever order its keys are in."""
    text = json.dumps(thawed(document), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def thawed(value: Any) -> Any:
    """A frozen document as plain JSON again."""
    if isinstance(value, Mapping):
        return {key: thawed(inner) for key, inner in value.items()}
    return [thawed(each) for each in value] if isinstance(value, (list, tuple)) else value


# Inside -------------------------------------------------------------------------------------


def _of_year(day: date) -> tuple[int, int]:
    return day.month, day.day


def _length(hours: Hours) -> int:
    return sum(end - start for start, end in hours)


def _hours(spans: Any) -> Hours:
    """In order; a span that ends before it begins goes on past midnight."""
    found = ((_minute(start), _minute(end)) for start, end in spans)
    return tuple(sorted((s, e if e > s else e + MIDNIGHT) for s, e in found))


def _minute(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def _holiday(document: Mapping[str, Any]) -> Holiday:
    first = date.fromisoformat(document["date"])
    last = date.fromisoformat(document["to"]) if "to" in document else first
    return Holiday(first, last, document.get("yearly", False), document.get("label", ""))


def _work_day(document: Mapping[str, Any], usual: Hours) -> WorkDay:
    hours = _hours(document["hours"]) if "hours" in document else usual
    return WorkDay(date.fromisoformat(document["date"]), hours, document.get("label", ""))
