"""Calendars: days and hours that exist, do not overlap, and leave some time to work in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ..calendars import DAYS, MIDNIGHT, Hours, read_calendar
from ..layers import Layered, Path
from .checking import Checking

Said = tuple[Path, str, Mapping[str, Any]]

LEAP_YEAR = date(2028, 1, 1)


def check_calendars(checking: Checking) -> None:
    for document in checking.stack.of("calendars"):
        _check_former(checking, document)
        defaults = [e["name"] for e in document.content["calendars"] if e.get("default")]
        for each in document.content["calendars"]:
            here = ("calendars", each["name"])
            for path, message, data in problems_of(each):
                checking.at(document, (*here, *path), message, **data)
            if each.get("default") and each["name"] != defaults[0]:
                _second_default(checking, document, here, defaults[0])


def _check_former(checking: Checking, document: Layered) -> None:
    """A former name still means its calendar: no other one may have (had) it."""
    given = {each["name"]: each["name"] for each in document.content["calendars"]}
    for each in document.content["calendars"]:
        for old in each.get("was", ()):
            other = given.setdefault(old, each["name"])
            if other != each["name"]:
                message = "{name} is a former name of {owner}; it cannot be given to {other}."
                at = ("calendars", other)
                checking.at(document, at, message, name=old, owner=each["name"], other=other)


def _second_default(checking: Checking, document: Layered, here: Path, first: str) -> None:
    message = "One calendar is the default; {name} is it already."
    checking.at(document, (*here, "default"), message, name=first)


def problems_of(document: Mapping[str, Any]) -> Iterator[Said]:
    """What is wrong with one calendar, with the place in it."""
    days = list(_wrong_days(document))
    hours = list(_wrong_hours(document))
    yield from (*_wrong_zone(document), *days, *hours)
    if not days and not hours:
        yield from _no_time(document)


def _wrong_zone(document: Mapping[str, Any]) -> Iterator[Said]:
    zone = document.get("zone")
    if zone is not None:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            yield ("zone",), "There is no time zone {name}.", {"name": zone}


def _wrong_days(document: Mapping[str, Any]) -> Iterator[Said]:
    for key in ("holidays", "work_days"):
        seen: set[str] = set()
        for each in document.get(key, ()):
            path = (key, each["date"])
            for name in ("date", "to"):
                if name in each and not _is_day(each[name]):
                    yield (*path, name), "{day}: there is no such day.", {"day": each[name]}
            if "to" in each and each["to"] < each["date"]:
                yield (*path, "to"), "It ends before it begins.", {}
            if each["date"] in seen:
                yield path, "{day} is there twice.", {"day": each["date"]}
            seen.add(each["date"])


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _wrong_hours(document: Mapping[str, Any]) -> Iterator[Said]:
    lists: list[tuple[Path, Any]] = [
        (("hours", name), document["hours"].get(name, ())) for name in DAYS
    ]
    lists += [
        (("work_days", each["date"], "hours"), each["hours"])
        for each in document.get("work_days", ())
        if "hours" in each
    ]
    for path, spans in lists:
        if any(start == end for start, end in spans):
            yield path, "A span begins when it ends. A whole day is 00:00 to 24:00.", {}
        if any(start == "24:00" for start, _ in spans):
            yield path, "A span that begins at 24:00 begins the next day, at 00:00.", {}


def _no_time(document: Mapping[str, Any]) -> Iterator[Said]:
    calendar = read_calendar(document)
    week = calendar.weekly
    for index, name in enumerate(DAYS):
        before = week[index - 1]
        if _overlap(week[index]) or _reaches_into(before, week[index]):
            yield ("hours", name), "Its hours overlap each other or those of the day before.", {}
    if not any(week):
        yield ("hours",), "There are no hours on any day: no time would ever pass.", {}
        return
    year = (LEAP_YEAR + timedelta(days=n) for n in range(366))
    yearly = [each for each in calendar.holidays if each.yearly]
    if all(any(h.covers(day) for h in yearly) or not week[day.weekday()] for day in year):
        yield ("holidays",), "The yearly holidays leave no day of work.", {}


def _overlap(hours: Hours) -> bool:
    return any(end > start for (_, end), (start, _) in pairwise(hours))


def _reaches_into(before: Hours, after: Hours) -> bool:
    """Whether a night shift is still under way when the next day's hours begin."""
    return bool(before and after) and before[-1][1] - MIDNIGHT > after[0][0]
