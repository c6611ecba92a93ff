"""Automations on a date: a timer for each record whose moment is near, checked when it fires.

The planner looks ahead once in a while and remembers how far; a save that moves a date into that
stretch puts the timer itself. Both give it the same key, so it is there once.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from ..metadata.processes import Automation, process_of
from ..runtime.changes import Change
from ..runtime.storage.unit_of_work import Unit
from . import jobs
from .storage import job_rows, run_rows, values

AHEAD = timedelta(hours=24)
EVERY = timedelta(hours=1)
CHUNK = 1_000
LONGEST = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
OFFSET = re.compile(r"([+-]?)(\d+)([mhdwy])")


def due(
    unit: Unit, automation: Automation, value: date | datetime, since: datetime
) -> datetime | None:
    """When the automation fires for a record with ``value`` in its field: the first moment after
    ``since``; None: never (again). A day begins at midnight of the workspace's zone."""
    moments = (
        moved(_moment(unit, day), automation.offset) for day in _repeated(automation, value, since)
    )
    return next((moment for moment in moments if moment > since), None)


def moved(moment: datetime, offset: str) -> datetime:
    """``moment`` before or after by ``-1d``, ``2h``, ``1y``."""
    match = OFFSET.fullmatch(offset)
    assert match is not None, "the schema has seen to it"
    sign, amount, unit = match[1], int(match[2]), match[3]
    amount = -amount if sign == "-" else amount
    if unit == "y":
        again: datetime = _on(moment, moment.year + amount, moment.month)
        return again
    distance = timedelta(**{LONGEST[unit]: amount})
    return moment + distance


def follow(unit: Unit, object_name: str, changes: Sequence[Change]) -> None:
    """Timers for records whose date has moved into the stretch already planned."""
    rows = []
    for automation in _of_dates(unit, object_name):
        for change in changes:
            value = change.values.get(str(automation.field))
            if value is None or value == change.before.get(str(automation.field)):
                continue
            moment = due(unit, automation, value, unit.now)
            if moment is not None and moment <= unit.now + AHEAD:
                rows.append(timer(unit, automation, change.id, moment))
    job_rows.insert(unit, rows)


def plan(unit: Unit) -> None:
    """Timers for everything due until ``AHEAD``; a first look begins now, not in the past."""
    for name in unit.catalog.objects:
        for automation in _of_dates(unit, name):
            key = f"date:{automation.object}.{automation.name}"
            until = unit.now + AHEAD
            since = run_rows.planned_until(unit, key)
            if since is not None and until - since < EVERY:
                continue
            _plan(unit, automation, since or unit.now, until)
            run_rows.keep_planned(unit, key, until)


def _plan(unit: Unit, automation: Automation, since: datetime, until: datetime) -> None:
    after = None
    while True:
        field = str(automation.field)
        found = values.dated(unit, automation.object, field, after, CHUNK)
        rows = []
        for id_, value in found:
            moment = due(unit, automation, value, since)
            if moment is not None and moment <= until:
                rows.append(timer(unit, automation, id_, moment))
        job_rows.insert(unit, rows)
        if len(found) < CHUNK:
            return
        after = found[-1][0]


def timer(unit: Unit, automation: Automation, id_: str, moment: datetime) -> dict[str, Any]:
    name = f"{automation.object}.{automation.name}"
    key = f"{name}:{id_}:{moment.isoformat()}"
    payload = {"automation": name, "event": "date", "due": moment.isoformat()}
    return jobs.row(unit, "automation", payload, key, moment, (automation.object, id_))


def is_still_due(unit: Unit, automation: Automation, value: Any, moment: datetime) -> bool:
    """Whether the date of the record still means this moment: it may have been moved since."""
    if value is None:
        return False
    return due(unit, automation, value, moment - timedelta(microseconds=1)) == moment


def _of_dates(unit: Unit, object_name: str) -> list[Automation]:
    automations = process_of(unit.catalog, object_name).automations
    return [each for each in automations if each.on == "date"]


def _moment(unit: Unit, value: date | datetime) -> datetime:
    if isinstance(value, datetime):
        return value.astimezone(unit.settings.zone_info)
    return datetime.combine(value, time(), unit.settings.zone_info)


def _repeated(automation: Automation, value: date, since: datetime) -> Iterator[Any]:
    """The value itself, or its returns around ``since``: 29 February falls on the 28th."""
    if automation.repeat == "never":
        yield value
        return
    around = max(since.date(), value.date() if isinstance(value, datetime) else value)
    for number in range(-14, 16) if automation.repeat == "monthly" else range(-2, 4):
        if automation.repeat == "yearly":
            again = _on(value, around.year + number, value.month)
        else:
            months = around.year * 12 + around.month - 1 + number
            again = _on(value, months // 12, months % 12 + 1)
        if again >= value:
            yield again


def _on(value: Any, year: int, month: int) -> Any:
    last = calendar.monthrange(year, month)[1]
    return value.replace(year=year, month=month, day=min(value.day, last))
